"""A case that stood still gets back the time: its timers and due times move by it.

Timers and what was promised in plain time move by the plain length. What counts in open time, the tasks and a case's
clock, moves by the open time that was lost: over a weekend nobody would have worked anyway.
"""

from datetime import datetime, timedelta

from sqlalchemy import Select, select

from cpm import calendars
from cpm.calendars import Calendar, add_open, open_seconds
from cpm.commands import enqueue, late_notices, process
from cpm.model import OPEN_TASKS, Case, Incident, IncidentState, Job, JobKind, Task
from cpm.uow import UnitOfWork


def shift(uow: UnitOfWork, case: Case, since: datetime) -> None:
    """Of what began meanwhile, only the time since then."""
    tasks = {task.id: task for task in uow.session.scalars(_open(case))}
    for task in tasks.values():
        _task(uow, task, since)
    incidents = select(Incident).where(Incident.case_id == case.id, Incident.state == IncidentState.OPEN)
    for incident in uow.session.scalars(incidents):
        incident.due_at = incident.task.due_at or incident.due_at
    kinds = (JobKind.TIMER, JobKind.OVERDUE)
    for job in uow.session.scalars(select(Job).where(Job.case_id == case.id, Job.kind.in_(kinds))):
        if job.kind == JobKind.TIMER:
            job.run_at += uow.now - max(since, job.payload.get(enqueue.SET, since))
        elif (of := tasks.get(int(job.payload["task"]))) is not None:
            job.run_at = _later(uow, job.run_at, max(since, of.created_at), uow.calendar_of(of.team))
    _promised(uow, case, since)


def _open(case: Case) -> Select[Task]:
    return select(Task).where(Task.case_id == case.id, Task.state.in_(OPEN_TASKS))


def _task(uow: UnitOfWork, task: Task, since: datetime) -> None:
    begun, calendar = max(since, task.created_at), uow.calendar_of(task.team)
    for name in ("due_at", "follow_up_at", "kept_until"):
        if (before := getattr(task, name)) is not None:
            setattr(task, name, _later(uow, before, begun, calendar))


def _promised(uow: UnitOfWork, case: Case, since: datetime) -> None:
    """While the customer had to answer, its clock stood still anyway: `pausing` gives that time back."""
    until = uow.now if case.paused_at is None else min(case.paused_at, uow.now)
    if until <= since or case.due_at is None:
        return
    lost = until - since
    calendar = None if case.clock is None else _calendar(uow, case.clock)
    case.due_at = _moved(case.due_at, since, lost, calendar)
    late_notices.move(uow, case, lambda moment: _moved(moment, since, lost, calendar))
    if case.first_answer_at is not None:
        case.first_answer_at = _moved(case.first_answer_at, since, lost, calendar)
    process.change(uow, case, {"due": case.due_at})


def _calendar(uow: UnitOfWork, name: str) -> Calendar:
    return uow.calendar(name if name in uow.library.calendars.each else calendars.ALWAYS)


def _later(uow: UnitOfWork, moment: datetime, since: datetime, calendar: Calendar) -> datetime:
    return _moved(moment, since, uow.now - since, calendar)


def _moved(moment: datetime, since: datetime, lost: timedelta, calendar: Calendar | None) -> datetime:
    if calendar is None:
        return moment + lost
    return add_open(moment, timedelta(seconds=open_seconds(since, since + lost, calendar)), calendar)
