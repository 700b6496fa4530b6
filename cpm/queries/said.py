"""Messages by the words in them; migration 0028 tells how each database keeps these."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, func, literal, literal_column, select, table

from cpm import sought
from cpm.model import Interaction
from cpm.uow import UnitOfWork


def holds(uow: UnitOfWork, wanted: Sequence[Sequence[str]]) -> ColumnElement[bool]:
    """That a message, in its subject or text, has all these words (`sought.words`)."""
    if uow.session.get_bind().dialect.name == "postgresql":
        asked = func.to_tsquery("simple", sought.for_postgresql(wanted))
        return literal_column("interactions.words").bool_op("@@")(asked)
    return Interaction.id.in_(_rows(wanted))


def cases(uow: UnitOfWork, wanted: Sequence[Sequence[str]], most: int) -> Select[int | None]:
    """The cases of the newest so many messages that have all these words."""
    found = select(Interaction.case_id)
    if uow.session.get_bind().dialect.name == "postgresql":
        return found.where(holds(uow, wanted)).order_by(Interaction.id.desc()).limit(most)
    newest = _rows(wanted).order_by(literal_column("rowid").desc()).limit(most)
    return found.where(Interaction.id.in_(newest))


def _rows(wanted: Sequence[Sequence[str]]) -> Select[int]:
    index: ColumnElement[str] = literal_column("interaction_words")
    number: ColumnElement[int] = literal_column("rowid")
    rows = select(number).select_from(table("interaction_words"))
    return rows.where(index.bool_op("MATCH")(literal(sought.for_sqlite(wanted))))
