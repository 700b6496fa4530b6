"""Everything that was said and done with one customer: over all channels and cases, the newest first.

A company's is also that of the people who speak for it. What a reader may not see is not in it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from cpm import sought
from cpm.case_numbers import case_number
from cpm.model import (
    Case,
    Comment,
    Contact,
    Customer,
    CustomerKind,
    CustomerNote,
    Direction,
    Document,
    Interaction,
)
from cpm.queries import access, customers, timeline_places, wording
from cpm.queries.people import user_names
from cpm.queries.timeline_places import CLOSED, COMMENT, DOCUMENT, KINDS, MESSAGE, NOTE, OPENED, Filter, Place
from cpm.sought import Piece
from cpm.uow import UnitOfWork

PAGE = 25
_LONGEST = 20_000  #: characters of a message that are shown


@dataclass(frozen=True, slots=True)
class Attached:
    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Entry:
    kind: str
    id: int  #: among those of its kind
    at: datetime
    case: str  #: empty of a note, which belongs to none
    case_subject: str
    process: str  #: its name
    customer_id: int
    customer: str
    channel: str = ""
    direction: str = ""
    sender: str = ""
    recipients: tuple[str, ...] = ()
    automatic: str | None = None
    subject: str = ""
    text: str = ""
    outcome: str | None = None
    excerpt: tuple[Piece, ...] = ()  #: of what was looked for
    documents: tuple[Attached, ...] = ()


@dataclass(frozen=True, slots=True)
class Timeline:
    customer_id: int
    customer: str
    entries: tuple[Entry, ...]
    older: str  #: what `before` is on the next page; empty: that is all
    cases: tuple[tuple[int, str, str], ...]  #: id, number and subject of the newest ones


def page(
    uow: UnitOfWork,
    customer_id: int,
    wanted: Filter,
    *,
    before: str = "",
    language: str = "de",
    size: int = PAGE,
    api: bool = False,
) -> Timeline:
    """NotFound for who sees no customers; Invalid for a `before` that no page gave."""
    customer = customers.must_see(uow, customer_id, api=api)
    whose = _whose(uow, customer)
    found = timeline_places.places(uow, whose, wanted, timeline_places.read(before), size + 1, api=api)
    entries = _entries(uow, found[:size], wanted, language)
    older = timeline_places.written(found[size - 1]) if len(found) > size else ""
    return Timeline(
        customer.id,
        customer.name,
        entries,
        older,
        _cases(uow, whose, api=api),
    )


def _whose(uow: UnitOfWork, customer: Customer) -> Sequence[int]:
    """Looked up beforehand: with the contacts asked for within, PostgreSQL goes through the messages of all customers."""
    speak: Sequence[int] = ()
    if customer.kind == CustomerKind.COMPANY:
        contacts = select(Contact.person_id).where(Contact.company_id == customer.id)
        speak = uow.session.scalars(contacts).all()
    return [customer.id, *speak]


def _entries(uow: UnitOfWork, places: Sequence[Place], wanted: Filter, language: str) -> tuple[Entry, ...]:
    ids = {kind: [place.id for place in places if KINDS[place.rank] == kind] for kind in KINDS}
    messages = _by_id(uow, Interaction, ids[MESSAGE])
    documents = _by_id(uow, Document, ids[DOCUMENT])
    comments = _by_id(uow, Comment, ids[COMMENT])
    notes = _by_id(uow, CustomerNote, ids[NOTE])
    noted = _by_id(uow, Customer, {row.customer_id for row in notes.values()})
    names = user_names(uow) if comments or notes else {}
    of_cases = {row.case_id for row in (*messages.values(), *documents.values(), *comments.values())}
    cases = _by_id(uow, Case, [*of_cases, *ids[OPENED], *ids[CLOSED]])
    attached = _attached(uow, ids[MESSAGE])
    words = sought.words(wanted.words)
    found = []
    for place in places:
        kind = KINDS[place.rank]
        if kind == NOTE:
            found.append(_note(notes[place.id], noted, names))
            continue
        row = {MESSAGE: messages, DOCUMENT: documents, COMMENT: comments}.get(kind, {}).get(place.id)
        entry = _bare(uow, place, cases[place.id if row is None else row.case_id], language)
        if kind == MESSAGE:
            entry = _message(entry, messages[place.id], attached.get(place.id, ()), words)
        elif kind == DOCUMENT:
            entry = replace(entry, documents=(Attached(place.id, documents[place.id].name),))
        elif kind == COMMENT:
            said = comments[place.id]
            entry = replace(entry, sender=names.get(said.author, said.author), text=said.text[:_LONGEST])
        found.append(entry)
    return tuple(found)


def _by_id(uow: UnitOfWork, model: Any, ids: Collection[int]) -> Mapping[int, Any]:
    if not ids:
        return {}
    query = select(model).where(model.id.in_(ids))
    if model is Case:
        query = query.options(joinedload(Case.customer))
    return {row.id: row for row in uow.session.scalars(query)}


def _attached(uow: UnitOfWork, ids: Sequence[int]) -> Mapping[int, tuple[Attached, ...]]:
    if not ids:
        return {}
    query = select(Document.interaction_id, Document.id, Document.name).order_by(Document.id)
    query = query.where(Document.removed_at.is_(None))
    found: dict[int, tuple[Attached, ...]] = {}
    for interaction, number, name in uow.session.execute(query.where(Document.interaction_id.in_(ids))):
        assert interaction is not None, "it was asked for by one"
        found[interaction] = (*found.get(interaction, ()), Attached(number, name))
    return found


def _note(row: CustomerNote, of: Mapping[int, Customer], names: Mapping[str, str]) -> Entry:
    return Entry(
        kind=NOTE,
        id=row.id,
        at=row.at,
        case="",
        case_subject="",
        process="",
        customer_id=row.customer_id,
        customer=of[row.customer_id].name,
        sender=names.get(row.author, row.author),
        text=row.text[:_LONGEST],
    )


def _bare(uow: UnitOfWork, place: Place, case: Case, language: str) -> Entry:
    return Entry(
        kind=KINDS[place.rank],
        id=place.id,
        at=place.at,
        case=case.number,
        case_subject=case.subject,
        process=wording.process_name(uow.bundle(case), language),
        customer_id=case.customer_id,
        customer=case.customer.name,
        outcome=wording.table_word(uow.bundle(case), "outcomes", case.outcome, language)
        if place.rank == KINDS.index(CLOSED)
        else None,
    )


def _message(
    entry: Entry, row: Interaction, attached: tuple[Attached, ...], words: Sequence[Sequence[str]]
) -> Entry:
    return replace(
        entry,
        channel=row.channel,
        direction=row.direction.value,
        sender=row.sender,
        recipients=tuple(row.recipients),
        automatic=row.automatic,
        subject=row.subject,
        text=row.text[:_LONGEST],
        excerpt=sought.excerpt(f"{row.subject} {row.text}", words) if words else (),
        documents=attached,
    )


def _cases(uow: UnitOfWork, whose: Sequence[int], *, api: bool) -> tuple[tuple[int, str, str], ...]:
    query = access.visible(uow, select(Case.id, Case.subject).where(Case.customer_id.in_(whose)), api=api)
    rows = uow.session.execute(query.order_by(Case.id.desc()).limit(100))
    return tuple((number, case_number(number), subject) for number, subject in rows)


def directions() -> tuple[str, ...]:
    return tuple(each.value for each in Direction)
