"""Cases that began after two customers were merged, and by whom."""

from sqlalchemy import ColumnElement, and_, exists, func, select

from cpm.model import Case, Identifier, Interaction, Merge
from cpm.queries import belongings

_CASES = belongings.BY_NAME["cases.customer_id"]
_IDENTIFIERS = belongings.BY_NAME["identifiers.customer_id"]


def came_later(merge: Merge) -> ColumnElement[bool]:
    """Cases of the survivor that began after the merge, by a message from an address that went over with it."""
    theirs = select(Identifier.value).where(_IDENTIFIERS.moved(merge.id))
    first = select(func.min(Interaction.id)).where(Interaction.case_id == Case.id).correlate(Case)
    wrote = exists().where(Interaction.id == first.scalar_subquery(), Interaction.sender.in_(theirs))
    return and_(
        Case.customer_id == merge.survivor_id, Case.opened_at >= merge.at, ~_CASES.moved(merge.id), wrote
    )
