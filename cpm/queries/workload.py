"""How much waits, for those who watch the machine: one figure and its meaning each."""

from collections.abc import Mapping

from sqlalchemy import func, select

from cpm.model import (
    OPEN_TASKS,
    Arrival,
    ArrivalState,
    Case,
    CaseState,
    Incident,
    IncidentState,
    Job,
    JobState,
    Suspension,
    SuspensionState,
    Task,
)
from cpm.uow import UnitOfWork


def now(uow: UnitOfWork) -> Mapping[str, tuple[float, str]]:
    due = Job.state.in_((JobState.READY, JobState.WAITING)) & (Job.run_at <= uow.now)
    figures = select(
        select(func.count()).where(Case.state == CaseState.OPEN).scalar_subquery(),
        select(func.count()).where(Task.state.in_(OPEN_TASKS)).scalar_subquery(),
        select(func.count()).where(Task.state.in_(OPEN_TASKS), Task.due_at < uow.now).scalar_subquery(),
        select(func.count()).where(Incident.state == IncidentState.OPEN).scalar_subquery(),
        select(func.count()).where(Arrival.state == ArrivalState.QUARANTINED).scalar_subquery(),
        select(func.count()).where(due).scalar_subquery(),
        select(func.min(Job.run_at)).where(due).scalar_subquery(),
        select(func.count()).where(Job.state == JobState.HELD).scalar_subquery(),
        select(func.count()).where(Suspension.state == SuspensionState.STANDING).scalar_subquery(),
    )
    cases, tasks, overdue, incidents, quarantined, jobs, oldest, held, suspensions = uow.session.execute(
        figures
    ).one()
    lag = (uow.now - oldest).total_seconds() if oldest else 0.0
    return {
        "open_cases": (cases, "Cases that are open"),
        "open_tasks": (tasks, "Tasks that wait for a person"),
        "overdue_tasks": (overdue, "Tasks whose due time has passed"),
        "open_incidents": (incidents, "Incidents nobody has settled yet"),
        "quarantined_messages": (quarantined, "Messages that could not be filed"),
        "due_jobs": (jobs, "Jobs that could run now"),
        "job_lag_seconds": (lag, "For how long the oldest of them has been due"),
        "held_jobs": (held, "Jobs that are due, but suspended"),
        "suspensions": (suspensions, "Cases, processes and kinds of jobs that are suspended"),
    }
