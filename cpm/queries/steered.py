"""Which decisions brought something about: a task to a desk, a case to a team, an exception to who settles it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from cpm.model import Case, Event, Incident, Task
from cpm.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Row:
    number: int  #: from 1
    id: str
    note: str  #: of the designer, at the row


@dataclass(frozen=True, slots=True)
class Steered:
    """One decision as the journal keeps it."""

    seq: int
    at: datetime
    about: str  #: case | task | incident
    decision: str
    version: int | None  #: None: no table could be asked
    rows: tuple[Row, ...]
    facts: Mapping[str, Any]  #: those that were known
    result: Any
    priority: int | None  #: with what customer value and mood add to it, if they do
    failed: str | None  #: why the safe answer counts instead


def of_task(uow: UnitOfWork, task: Task) -> list[Steered]:
    """Why the task is where it is; of an incident's task, why the incident is."""
    wanted = {"incident": task.incident_id} if task.incident_id is not None else {"task": task.id}
    return _found(uow, task.case_id, wanted)


def of_incident(uow: UnitOfWork, incident: Incident) -> list[Steered]:
    return _found(uow, incident.case_id, {"incident": incident.id})


def of_case(uow: UnitOfWork, case: Case) -> list[Steered]:
    """Why the case itself is with its team and due when it is; tasks and incidents have their own."""
    return _found(uow, case.id, {"about": "case"})


def _found(uow: UnitOfWork, case_id: int, wanted: Mapping[str, Any]) -> list[Steered]:
    of_case = (Event.case_id == case_id) & (Event.what == "case.steered")
    events = uow.session.scalars(select(Event).where(of_case).order_by(Event.seq))
    return [_of(event) for event in events if wanted.items() <= event.particulars.items()]


def _of(event: Event) -> Steered:
    said = event.particulars
    return Steered(
        seq=event.seq,
        at=event.at,
        about=said["about"],
        decision=said["decision"],
        version=said.get("version"),
        rows=tuple(Row(int(row["number"]), row["id"], row["note"]) for row in said["rules"]),
        facts=said["facts"],
        result=said.get("result"),
        priority=said.get("priority"),
        failed=said.get("failed"),
    )
