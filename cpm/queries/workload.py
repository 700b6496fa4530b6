"""How much waits, for those who watch the machine: one figure and its meaning each.

What should be little is counted at each look, and no further than MOST: where more waits, an alarm need not know how
much. What is much in any large firm is counted as a whole, for who asks now and then.
"""

from collections.abc import Mapping
from typing import Any, TypeAlias

from sqlalchemy import ScalarSelect, Select, func, select

from cpm.model import (
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
from cpm.model.base import written
from cpm.queries import queues
from cpm.uow import UnitOfWork

Figures: TypeAlias = Mapping[str, tuple[float, str]]

MOST = 10_000
_TO = f", counted to {MOST}"
_READY = written(Job.state, JobState.READY)
_SLEEPING = written(Job.state, JobState.WAITING, JobState.RUNNING)


def troubles(uow: UnitOfWork) -> Figures:
    """Reads no more rows with a million cases than with some thousand."""
    ready = select(Job.run_at).where(_READY)
    late = select(Job.run_at).where(_SLEEPING, Job.run_at <= uow.now).order_by(Job.run_at)
    found = uow.session.execute(
        select(
            _some(select(Incident.id).where(written(Incident.state, IncidentState.OPEN))),
            _some(select(Arrival.id).where(Arrival.state == ArrivalState.QUARANTINED)),
            _some(ready),
            _some(late),
            _some(select(Job.id).where(written(Job.state, JobState.HELD))),
            select(func.count()).where(Suspension.state == SuspensionState.STANDING).scalar_subquery(),
            select(func.min(ready.limit(MOST).subquery().c.run_at)).scalar_subquery(),
            late.limit(1).scalar_subquery(),
        )
    )
    incidents, quarantined, at_hand, asleep, held, suspensions, *oldest = found.one()
    since = min((moment for moment in oldest if moment is not None), default=uow.now)
    return {
        "open_incidents": (incidents, f"Incidents nobody has settled yet{_TO}"),
        "quarantined_messages": (quarantined, f"Messages that could not be filed{_TO}"),
        "due_jobs": (min(at_hand + asleep, MOST), f"Jobs that could run now{_TO}"),
        "job_lag_seconds": (
            (uow.now - since).total_seconds(),
            "For how long the oldest of them has been due",
        ),
        "held_jobs": (held, f"Jobs that are due, but suspended{_TO}"),
        "suspensions": (suspensions, "Cases, processes and kinds of jobs that are suspended"),
    }


def amounts(uow: UnitOfWork) -> Figures:
    """Reads an index entry for each open case and each open task."""
    cases = select(func.count()).where(written(Case.state, CaseState.OPEN))
    tasks = select(func.count()).where(queues.OPEN)
    counts = (cases, tasks, tasks.where(Task.due_at < uow.now))
    found = uow.session.execute(select(*(each.scalar_subquery() for each in counts))).one()
    return {
        "open_cases": (found[0], "Cases that are open"),
        "open_tasks": (found[1], "Tasks that wait for a person"),
        "overdue_tasks": (found[2], "Tasks whose due time has passed"),
    }


def _some(query: Select[Any]) -> ScalarSelect[int]:
    return select(func.count()).select_from(query.limit(MOST).subquery()).scalar_subquery()
