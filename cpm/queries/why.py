"""Why is this on my desk? The decisions that brought a task, a case or an exception where it is, in plain words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from cpm.model import Case, Event, Incident, Task
from cpm.queries import due_words, one_case
from cpm.queries.journal import decided, phrasing
from cpm.queries.journal import names as naming
from cpm.queries.journal.names import Names
from cpm.queries.one_case import ASKED_FOR
from cpm.uow import UnitOfWork

_NOT_COUNTED = (
    " Die Zeit, in der der Kunde antworten musste, zählt nicht mit.",
    " The time in which the customer had to answer does not count.",
)
#: What no table said: the team or the time is the model's, or somebody has changed it since.
REMARKS = ("team_not_by_table", "due_not_by_table")
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Row:
    number: int  #: from 1
    id: str
    note: str  #: of the designer, at the row


@dataclass(frozen=True, slots=True)
class Ground:
    """One decision."""

    seq: int  #: of its entry in the journal
    at: datetime  #: aware, in the office's zone
    decision: str
    version: int | None  #: of its table; None: no table could be asked
    rows: tuple[Row, ...]
    sentence: str
    seen: Pairs  #: label and value of each fact that was known
    outcome: Pairs
    counted: str | None  #: how the time was counted
    facts: Mapping[str, Any]  #: as they were recorded, for programs
    result: Any


@dataclass(frozen=True, slots=True)
class Why:
    grounds: tuple[Ground, ...]
    remarks: tuple[str, ...]  #: of REMARKS
    unsure: (
        int | None
    )  #: per cent: how sure it is what the message that opened the case is about, if it is not


def of_task(
    uow: UnitOfWork,
    task: Task,
    language: str,
    *,
    names: Names | None = None,
    entries: list[Event] | None = None,
) -> Why:
    """Of an incident's task, why the incident is there. `entries`: of the journal, ASKED_FOR among them."""
    ours = {"incident": task.incident_id} if task.incident_id is not None else {"task": task.id}
    names = names or naming.names(uow, task.case, language)
    events = _events(uow, task.case_id) if entries is None else entries
    grounds = _grounds(events, ours, task.due_at, names)
    remarks = _remarks(grounds, task.team, task.due_at) if task.incident_id is None else ()
    return Why(grounds, remarks, _unsure(events))


def of_incident(uow: UnitOfWork, incident: Incident, language: str, *, names: Names | None = None) -> Why:
    names, events = names or naming.names(uow, incident.case, language), _events(uow, incident.case_id)
    grounds = _grounds(events, {"incident": incident.id}, incident.due_at, names)
    return Why(grounds, _remarks(grounds, incident.team, incident.due_at), None)


def of_case(uow: UnitOfWork, case: Case, language: str, *, names: Names | None = None) -> Why:
    """Also what its process has decided; tasks and incidents have their own."""
    names, events = names or naming.names(uow, case, language), _events(uow, case.id)
    steered = _grounds(events, {"about": "case"}, case.due_at, names)
    if any(event.what == "case.resumed" for event in events):
        steered = tuple(_with_pause(ground, _NOT_COUNTED[language == "en"]) for ground in steered)
    made = tuple(_ground(event, None, names) for event in events if event.what == "decision.made")
    return Why((*steered, *made), (), _unsure(events))


def _events(uow: UnitOfWork, case_id: int) -> list[Event]:
    return [event for event in one_case.grounds(uow, case_id) if event.what in ASKED_FOR]


def _grounds(
    events: list[Event], ours: Mapping[str, Any], due: datetime | None, names: Names
) -> tuple[Ground, ...]:
    found = [event for event in events if event.what == "case.steered"]
    return tuple(_ground(e, due, names) for e in found if ours.items() <= e.particulars.items())


def _ground(event: Event, due: datetime | None, names: Names) -> Ground:
    said = event.particulars
    told = {name: value for name, value in said.items() if name not in ("task", "incident")}
    at = event.at.astimezone(names.zone)
    return Ground(
        seq=event.seq,
        at=at,
        decision=said["decision"],
        version=said.get("version"),
        rows=tuple(_rows(said)),
        sentence=phrasing.alone(phrasing.sentence(event.what, told, names)),
        seen=decided.grounds(said.get("facts") or {}, names),
        outcome=decided.outcome(said, names),
        counted=_counted(said.get("result"), at, due, names),
        facts=said.get("facts") or {},
        result=said.get("result"),
    )


def _with_pause(ground: Ground, sentence: str) -> Ground:
    return replace(ground, counted=ground.counted + sentence) if ground.counted else ground


def _rows(said: Mapping[str, Any]) -> Iterator[Row]:
    """Entries of earlier releases hold the numbers alone."""
    for rule in said.get("rules") or ():
        if isinstance(rule, Mapping):
            yield Row(int(rule["number"]), rule["id"], rule["note"])
        else:
            yield Row(int(rule), "", "")


def _counted(result: Any, at: datetime, due: datetime | None, names: Names) -> str | None:
    """From when, how long and by which calendar, and when that is now."""
    if due is None or not isinstance(result, Mapping) or not isinstance(result.get("due"), str):
        return None
    span, calendar = due_words.spoken(result["due"], names.language), result.get("calendar")
    by = "" if not isinstance(calendar, str) else f" ({due_words.calendar(calendar, names.language)})"
    start, end = names.written(at), names.written(due.astimezone(names.zone))
    if names.language == "en":
        return f"Counted from {start}: {span}{by}; due {end}."
    return f"Gezählt ab {start}: {span}{by}; fällig {end}."


def _remarks(grounds: tuple[Ground, ...], team: str, due: datetime | None) -> tuple[str, ...]:
    if not grounds:
        return ()
    said = [ground.result for ground in grounds if isinstance(ground.result, Mapping)]
    teams = [result["team"] for result in said if "team" in result]
    no_time = due is not None and not any(result.get("due") for result in said)
    found = {REMARKS[0]: team not in teams, REMARKS[1]: no_time}
    return tuple(remark for remark, holds in found.items() if holds)


def _unsure(events: list[Event]) -> int | None:
    for event in events:
        if (found := event.particulars.get("unsure_percent")) is not None:
            return int(found)
    return None
