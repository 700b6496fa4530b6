"""One incident as whoever settles it sees it: what happened, what is known, what was tried, who has it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from cpm.model import Event, Incident, IncidentState, TaskState
from cpm.queries import (
    changeable,
    incidents,
    journal,
    people,
    stopping_policies,
    suspensions,
    variables,
    why,
    words,
)
from cpm.queries.incidents import IncidentView
from cpm.queries.journal import Entry
from cpm.queries.journal import names as naming
from cpm.queries.journal.names import Names
from cpm.queries.suspensions import Standing
from cpm.queries.why import Why
from cpm.uow import UnitOfWork

_LATEST = 12  #: entries of the journal that are shown
_LOOKED_AT = 300
_TRIES = frozenset({"job.postponed", "job.refused", "job.came_late", "incident.raised", "incident.resolved"})
_NOT_FOR_PEOPLE = frozenset({"inputs", "headers", "finding", stopping_policies.SAID})

Labelled = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Settled:
    who: str
    at: datetime
    remedy: str  #: in words
    note: str
    data: Labelled


@dataclass(frozen=True, slots=True)
class Settling:
    view: IncidentView
    case_id: int
    customer_id: int
    subject: str
    rev: int  #: of the case: what was looked at
    team: str  #: by name
    facts: Labelled
    known: Labelled  #: the variables that the step reads
    tries: tuple[Entry, ...]  #: what was tried at this step, the oldest first
    story: tuple[Entry, ...]  #: the latest of the journal, the newest first
    actable: bool  #: whether the acting user may settle it
    holder: str | None  #: by name
    mine: bool
    settled: Settled | None
    why: Why  #: it is with this team, and due then
    suspensions: tuple[Standing, ...]  #: by which its case stands still


def settling(uow: UnitOfWork, incident: Incident, language: str) -> Settling:
    view, names = incidents.view(uow, incident.id, language), naming.names(uow, incident.case, language)
    of_case = (Event.case_id == incident.case_id) & (Event.what != "case.steered")
    latest = select(Event).where(of_case).order_by(Event.seq.desc())
    events = [_plain(event) for event in uow.session.scalars(latest.limit(_LOOKED_AT))]
    tries = reversed([event for event in events if _is_try(event, incident)])
    task, open_one = incident.task, incident.state == IncidentState.OPEN
    users = people.user_names(uow)
    held = open_one and task.state == TaskState.CLAIMED and task.assignee is not None
    return Settling(
        view=view,
        case_id=incident.case_id,
        customer_id=incident.case.customer_id,
        subject=incident.case.subject,
        rev=incident.case.rev,
        team=names.team(incident.team),
        facts=_labelled(_facts(incident), names),
        known=_labelled(_known(uow, incident), names),
        tries=tuple(journal.told(uow, incident.case, tries, language)),
        story=tuple(journal.told(uow, incident.case, events[:_LATEST], language)),
        actable=open_one and uow.user().may_work_for(incident.team),
        holder=users.get(task.assignee or "", task.assignee) if held else None,
        mine=held and task.assignee == uow.actor,
        settled=_settled(incident, names, language),
        why=why.of_incident(uow, incident, language, names=names),
        suspensions=tuple(suspensions.of_case(uow, incident.case, language)),
    )


def _plain(event: Event) -> dict[str, Any]:
    return {name: getattr(event, name) for name in ("seq", "at", "actor", "what", "particulars")}


def _is_try(event: Mapping[str, Any], incident: Incident) -> bool:
    said = event["particulars"]
    if event["what"] not in _TRIES:
        return False
    return said.get("incident") == incident.id or (
        incident.element is not None and said.get("element") == incident.element
    )


def _facts(incident: Incident) -> dict[str, Any]:
    inputs = incident.facts.get("inputs")
    told = {**incident.facts, **(inputs if isinstance(inputs, dict) else {})}
    if isinstance(told.get("values"), dict):  # what a notice says, one by one
        told = {**told.pop("values"), **told}
    return {name: value for name, value in told.items() if name not in _NOT_FOR_PEOPLE}


def _known(uow: UnitOfWork, incident: Incident) -> dict[str, Any]:
    element = uow.bundle(incident.case).program.elements.get(incident.element or "")
    read = changeable.correctable(uow, incident) | (element.reads if element else frozenset())
    of_case = variables.of_case(uow, incident.case)
    return {name: of_case[name] for name in sorted(read) if name in of_case}


def _labelled(values: Mapping[str, Any], names: Names) -> Labelled:
    shown: Iterable[tuple[str, str]] = (
        (names.label(name), names.value(value, name)) for name, value in values.items() if value is not None
    )
    return tuple(sorted(shown, key=lambda pair: pair[0].casefold()))


def _settled(incident: Incident, names: Names, language: str) -> Settled | None:
    if incident.resolved_at is None or incident.resolved_by is None:
        return None
    how = incident.resolution or {}
    return Settled(
        who=names.user(incident.resolved_by),
        at=incident.resolved_at,
        remedy=words.remedy(str(how.get("remedy", "")), language),
        note=str(how.get("note") or ""),
        data=_labelled(how.get("data") or {}, names),
    )
