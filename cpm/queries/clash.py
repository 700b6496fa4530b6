"""What happened last to a task that somebody wanted to act on: who was faster, and with what."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import func, or_, select

from cpm.model import Event, Task, TaskKind, TaskState, User
from cpm.queries import changed_since, journal
from cpm.queries.journal import Entry
from cpm.uow import UnitOfWork

NOTHING: Mapping[str, Any] = MappingProxyType({})
#: What makes a process leave a step behind; such an entry stands beside the withdrawal, from the same command.
_CAUSES = frozenset(
    {
        "case.ended",
        "case.reopened",
        "incident.resolved",
        "interaction.received",
        "job.finished",
        "job.refused",
        "message.correlated",
        "task.completed",
        "timer.fired",
    }
)


@dataclass(frozen=True, slots=True)
class Clash:
    state: str  #: of the task, now
    holder: str | None  #: by name: who holds it, or did it
    entry: Entry | None  #: what happened to it last, with the values it was completed with
    cause: Entry | None  #: why the process needs it no longer

    @property
    def at(self) -> datetime | None:
        """In the office's zone."""
        return self.entry.at if self.entry else None


def last(uow: UnitOfWork, task: Task, language: str, now: Mapping[str, Any] | None = None) -> Clash:
    """`now`: what the case knows, which gives the articles of what was entered their names."""
    event = _last_event(uow, task)
    cause = _cause(uow, event) if event else None
    return Clash(
        task.state.value,
        holder(uow, task),
        _told(uow, task, event, language, now or {}) if event else None,
        _told(uow, task, cause, language) if cause else None,
    )


def holder(uow: UnitOfWork, task: Task) -> str | None:
    """By name: who holds the task, or did it."""
    found = uow.session.get(User, task.assignee) if task.assignee else None
    return found.name if found else task.assignee


def _last_event(uow: UnitOfWork, task: Task) -> Event | None:
    moves = or_(Event.what.startswith("task."), Event.what.startswith("incident."))
    if task.state == TaskState.DONE:  # going back to it comes later and says less than what was entered
        moves &= Event.what != "task.again"
    events = select(Event).where(Event.case_id == task.case_id, moves).order_by(Event.seq.desc())
    return next((event for event in uow.session.scalars(events) if _is_about(event, task)), None)


def _is_about(event: Event, task: Task) -> bool:
    settles = task.kind == TaskKind.INCIDENT and event.particulars.get("incident") == task.incident_id
    return settles or event.particulars.get("task") == task.id


def _cause(uow: UnitOfWork, event: Event) -> Event | None:
    if event.what != "task.withdrawn":
        return None
    same_command = (Event.case_id == event.case_id) & (Event.at == event.at)
    causes = select(Event).where(same_command, Event.what.in_(_CAUSES))
    return uow.session.scalar(causes.order_by(func.abs(Event.seq - event.seq)).limit(1))


def _told(
    uow: UnitOfWork, task: Task, event: Event, language: str, now: Mapping[str, Any] = NOTHING
) -> Entry:
    plain = {name: getattr(event, name) for name in ("seq", "at", "actor", "what", "particulars")}
    if now and (data := event.particulars.get("data")):
        plain["particulars"] = {**event.particulars, "data": changed_since.named(data, now)}
    return journal.told(uow, task.case, [plain], language)[0]
