"""The customer hears that we are still at it when three quarters of the promised time are over, once (`cpm:noticeLate`).

The moment moves with the due time of the case. While only the customer can go on it waits with the clock, and it goes
when the case is closed.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select

from cpm import calendars
from cpm.bpmn.reading.properties import LATE
from cpm.commands import enqueue, noticing, variables
from cpm.model import Case, CaseState, Job, JobKind, JobState
from cpm.uow import UnitOfWork

#: Of the promised time.
SHARE = 0.75
#: A job that rings while the clock stands still sleeps so long, or until the clock goes on.
_ASLEEP = timedelta(days=366)
_AT = "at"  #: in its payload: when it is to be


def plan(uow: UnitOfWork, case: Case) -> None:
    """As the case is opened, if its process wants that."""
    due = case.due_at
    if _event(uow, case) is None or due is None or due <= uow.now:
        return
    if case.clock is None:
        at = uow.now + (due - uow.now) * SHARE
    else:
        calendar = uow.calendar(case.clock)
        open_time = timedelta(seconds=calendars.open_seconds(uow.now, due, calendar))
        at = calendars.add_open(uow.now, open_time * SHARE, calendar)
    _put(uow, case, at, at)


def move(uow: UnitOfWork, case: Case, moved: Callable[[datetime], datetime]) -> None:
    """The due time has moved; `moved` says where a moment goes."""
    if _event(uow, case) is not None:
        for job in uow.session.scalars(select(Job).where(Job.case_id == case.id, Job.kind == JobKind.LATE)):
            job.run_at = moved(job.payload[_AT])
            job.payload = {_AT: job.run_at}
            if job.state == JobState.READY:  # it has rung, and nobody has heard it yet
                job.move("postpone")


def withdraw(uow: UnitOfWork, case: Case) -> None:
    """The case is closed."""
    if _event(uow, case) is not None:
        uow.session.execute(delete(Job).where(Job.case_id == case.id, Job.kind == JobKind.LATE))


def passed(uow: UnitOfWork, case: Case, payload: Mapping[str, Any]) -> None:
    """The moment has come. Who has our answer, and waits for nothing, is told nothing."""
    event = _event(uow, case)
    if event is None or case.state != CaseState.OPEN:
        return
    if case.paused_at is not None:
        _put(uow, case, uow.now + _ASLEEP, payload[_AT])
    elif not case.awaits_reply:
        known = variables.load(uow, case)[""]
        enqueue.put(uow, [noticing.job(uow, case, event, known, (None, None))])


def _event(uow: UnitOfWork, case: Case) -> str | None:
    return uow.bundle(case).program.properties.get(LATE)


def _put(uow: UnitOfWork, case: Case, run_at: datetime, at: datetime) -> None:
    more = {"run_at": run_at, "payload": {_AT: at}}
    enqueue.put(uow, [enqueue.at_node(case, None, None, JobKind.LATE, **more)])
