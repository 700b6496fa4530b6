"""In which order a customer's timeline stands, and which of its entries a page shows."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select, union_all

from cpm import sought
from cpm.errors import Invalid
from cpm.model import Case, Comment, CustomerNote, Document, Interaction
from cpm.queries import access, said
from cpm.uow import UnitOfWork

MESSAGE, DOCUMENT, OPENED, CLOSED, COMMENT = "message", "document", "opened", "closed", "comment"
NOTE = "note"  #: on the customer; it belongs to no case
#: What an entry is; of one moment the later ones stand first.
KINDS = (OPENED, MESSAGE, DOCUMENT, CLOSED, COMMENT, NOTE)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which entries; what is empty narrows nothing."""

    words: str = ""
    kind: str = ""
    channel: str = ""
    direction: str = ""
    case_id: int | None = None
    since: datetime | None = None  #: aware
    until: datetime | None = None  #: aware; before it

    @property
    def of_messages(self) -> bool:
        return bool(self.channel or self.direction)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry stands in the order."""

    at: datetime
    rank: int
    id: int


def places(
    uow: UnitOfWork,
    whose: Sequence[int],
    wanted: Filter,
    before: Place | None,
    most: int,
    *,
    api: bool,
) -> list[Place]:
    """The order comes from indexes and small columns alone; texts are fetched of what is shown. `whose`: ids of customers."""
    parts = []
    for rank, kind in enumerate(KINDS):
        query = _part(uow, kind, rank, wanted)
        if query is None:
            continue
        at, _, number = query.selected_columns
        query = query.where(*_within(at, wanted))
        if kind == NOTE:
            query = query.where(CustomerNote.customer_id.in_(whose))
        else:
            query = access.visible(uow, query.where(Case.customer_id.in_(whose)), api=api)
        if before is not None:
            query = query.where(_earlier(at, rank, number, before))
        parts.append(query.order_by(at.desc(), number.desc()).limit(most).subquery().select())
    if not parts:
        return []
    whole = union_all(*parts).subquery()
    order = (whole.c.at.desc(), whole.c.rank.desc(), whole.c.id.desc())
    rows = uow.session.execute(select(whole.c.at, whole.c.rank, whole.c.id).order_by(*order).limit(most))
    return [Place(at, rank, number) for at, rank, number in rows]


def _part(uow: UnitOfWork, kind: str, rank: int, wanted: Filter) -> Select[*tuple[Any, ...]] | None:
    """One kind's entries as (at, rank, id); None if the filter leaves none of them."""
    if (wanted.kind and wanted.kind != kind) or (wanted.of_messages and kind != MESSAGE):
        return None
    if kind == NOTE and wanted.case_id is not None:
        return None
    words = sought.words(wanted.words)
    if wanted.words.strip() and not words:
        return None
    ranked = literal(rank).label("rank")
    if kind == MESSAGE:
        messages = select(Interaction.at.label("at"), ranked, Interaction.id.label("id"))
        messages = messages.join(Case, Case.id == Interaction.case_id)
        for column, value in (
            (Interaction.channel, wanted.channel),
            (Interaction.direction, wanted.direction),
        ):
            if value:
                messages = messages.where(column == value)
        return messages.where(said.holds(uow, words)) if words else messages
    if kind == DOCUMENT:
        added = select(Document.added_at.label("at"), ranked, Document.id.label("id"))
        added = added.join(Case, Case.id == Document.case_id).where(
            Document.interaction_id.is_(None), Document.removed_at.is_(None)
        )
        return added.where(*_named(Document.name, words))
    if kind == COMMENT:
        said_here = select(Comment.at.label("at"), ranked, Comment.id.label("id"))
        said_here = said_here.join(Case, Case.id == Comment.case_id).where(Comment.taken_back_at.is_(None))
        return said_here.where(*_named(Comment.text, words))
    if kind == NOTE:
        noted = select(CustomerNote.at.label("at"), ranked, CustomerNote.id.label("id"))
        return noted.where(CustomerNote.taken_back_at.is_(None), *_named(CustomerNote.text, words))
    at = Case.opened_at if kind == OPENED else Case.closed_at
    marks = select(at.label("at"), ranked, Case.id.label("id")).where(at.is_not(None))
    return marks.where(*_named(Case.subject, words))


def _named(column: Any, words: Sequence[Sequence[str]]) -> list[ColumnElement[bool]]:
    """Names are short and few: they are looked through, without the marks of their letters as in `words`."""
    plain = func.translate(func.lower(column), sought.MARKED, sought.PLAIN)
    return [or_(*(plain.contains(each, autoescape=True) for each in spellings)) for spellings in words]


def _within(at: ColumnElement[Any], wanted: Filter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.case_id is not None:
        found.append(Case.id == wanted.case_id)
    if wanted.since is not None:
        found.append(at >= wanted.since)
    if wanted.until is not None:
        found.append(at < wanted.until)
    return found


def _earlier(
    at: ColumnElement[Any], rank: int, number: ColumnElement[Any], before: Place
) -> ColumnElement[bool]:
    if rank < before.rank:
        return at <= before.at
    earlier = at < before.at
    return or_(earlier, and_(at == before.at, number < before.id)) if rank == before.rank else earlier


_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


def written(place: Place) -> str:
    """As an address carries it: microseconds, rank and id."""
    moment = (place.at - _EPOCH) // timedelta(microseconds=1)
    return base64.urlsafe_b64encode(f"{moment}.{place.rank}.{place.id}".encode()).decode().rstrip("=")


def read(before: str) -> Place | None:
    if not before:
        return None
    try:
        text = base64.urlsafe_b64decode(before[:100] + "=" * (-len(before[:100]) % 4)).decode("ascii")
        moment, rank, number = (int(part) for part in text.split("."))
        return Place(_EPOCH + timedelta(microseconds=moment), rank, number)
    except (ValueError, binascii.Error, OverflowError) as error:
        raise Invalid(
            f"Expected `before` as a page of the timeline gave it, but got {before!r:.40}",
            [("before", "must be `older` of the page before, unchanged")],
            problems_de=[("before", "Diese Adresse hat keine Seite des Verlaufs gegeben.")],
        ) from error
