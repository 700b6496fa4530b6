"""The whole journal of a case, or of one command, entry by entry."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, bindparam, select

from cpm.model import Case, Event
from cpm.queries import wording
from cpm.queries.journal import names as naming
from cpm.queries.journal import phrasing, standings
from cpm.queries.journal.names import Names
from cpm.uow import UnitOfWork

#: What the process does by itself, whoever set it going.
BY_ITSELF = frozenset(
    {
        "case.paused",
        "case.resumed",
        "case.steered",
        "decision.made",
        "task.opened",
        "task.withdrawn",
        "job.enqueued",
        "timer.set",
        "timer.missed",
        "message.sent",
        "signal.thrown",
        "signal.heard",
        "condition.met",
        "error.caught",
        "escalation.caught",
        "call.begun",
        "compensation.begun",
        "activity.compensated",
        "transaction.cancelled",
        "call.ended",
        "case.closed",
        "incident.auto_failed",
        "incident.auto_planned",
        "incident.auto_resolved",
        "incident.auto_tried",
        "incident.withdrawn",
    }
)
#: What a message brings, also when it was a worker that filed it.
_BY_MAIL = frozenset({"case.opened", "case.reopened", "interaction.received", "message.correlated"})


@dataclass(frozen=True, slots=True)
class Entry:
    seq: int
    at: datetime  #: aware, in the office's zone
    actor: str
    who: str  #: by name: the actor, or the system where it went on by itself
    what: str
    sentence: str
    details: tuple[tuple[str, str], ...]  #: label and value
    particulars: Mapping[str, Any]  #: as they were recorded, for programs
    #: Of an intervention: what the case stood at and waited for before and after it; None for any other entry.
    before: tuple[str, ...] | None = None
    after: tuple[str, ...] | None = None

    @property
    def alone(self) -> str:
        """The sentence where its details are not shown."""
        return phrasing.alone(self.sentence)


@dataclass(frozen=True, slots=True)
class Journal:
    case: str
    subject: str
    customer: str
    process: str
    state: str
    outcome: str | None
    entries: tuple[Entry, ...]
    count: int  #: of all entries, those that are not here included


def journal(
    uow: UnitOfWork,
    case_id: int,
    language: str = "de",
    *,
    latest: int | None = None,
    names: Names | None = None,
) -> Journal:
    """All of it, or the `latest` entries without those that tell how team and time were decided, or that what is done began.

    `names`, where the caller has them already, are in that language.
    """
    case = uow.get(Case, case_id)
    known = names or naming.names(uow, case, language)
    found = (
        part(uow, case, language=language, names=known)
        if latest is None
        else _latest(uow, case, latest, known)
    )
    bundle = uow.bundle(case)
    return Journal(
        case=case.number,
        subject=case.subject,
        customer=case.customer.name,
        process=wording.process_name(bundle, language),
        state=case.state.value,
        outcome=wording.table_word(bundle, "outcomes", case.outcome, language),
        entries=tuple(found),
        count=case.rev,
    )


def part(
    uow: UnitOfWork,
    case: Case,
    *,
    offset: int = 0,
    limit: int | None = None,
    language: str = "de",
    names: Names | None = None,
) -> list[Entry]:
    """Some entries, the oldest first."""
    query = select(Event).where(Event.case_id == case.id).order_by(Event.seq).offset(offset).limit(limit)
    return told(uow, case, [_plain(event) for event in uow.session.scalars(query)], language, names=names)


def _latest(uow: UnitOfWork, case: Case, number: int, names: Names) -> list[Entry]:
    """A case of many years is looked at as quickly as one of yesterday."""
    events = [_plain(event) for event in newest(uow, case.id, number)]
    return told(uow, case, list(_once(events))[::-1], names.language, names=names)


def newest(uow: UnitOfWork, case_id: int, number: int) -> Iterable[Event]:
    """The newest first, without those that tell how team and time were decided."""
    return uow.session.scalars(_NEWEST, {"case": case_id, "number": number})


#: Every page of a case asks it: made once.
_NEWEST = (
    select(Event)
    .where(Event.case_id == bindparam("case"), Event.what != "case.steered")
    .order_by(Event.seq.desc())
    .limit(bindparam("number", type_=Integer()))
)


def _once(events: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The newest first; that a step was set going says nothing more once it is done."""
    done: set[Any] = set()
    for event in events:
        element = event["particulars"].get("element")
        if event["what"] == "job.enqueued" and element in done:
            done.discard(element)
            continue
        if event["what"] == "job.finished":
            done.add(element)
        yield event


def _plain(event: Event) -> dict[str, Any]:
    return {name: getattr(event, name) for name in ("seq", "at", "actor", "what", "particulars")}


def told(
    uow: UnitOfWork,
    case: Case,
    entries: Iterable[Mapping[str, Any]],
    language: str = "de",
    *,
    names: Names | None = None,
) -> list[Entry]:
    """Entries as `UnitOfWork.journal` holds them, in words: what a command did, or would have done.

    `names`, where the caller has them already, are in that language.
    """
    names = names or naming.names(uow, case, language)
    return [
        Entry(
            seq=entry["seq"],
            at=entry["at"].astimezone(names.zone),
            actor=entry["actor"],
            who=names.user(_who(entry["what"], entry["actor"])),
            what=entry["what"],
            sentence=phrasing.sentence(entry["what"], entry["particulars"], names),
            details=phrasing.details(entry["what"], entry["particulars"], names),
            particulars=entry["particulars"],
            before=standings.lines(entry["particulars"], "before", names),
            after=standings.lines(entry["particulars"], "after", names),
        )
        for entry in entries
    ]


def _who(what: str, actor: str) -> str:
    if what in BY_ITSELF:
        return "worker"
    return "mailbox" if actor == "worker" and what in _BY_MAIL else actor
