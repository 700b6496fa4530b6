"""What happens when a task's due time has passed: those who can do something are told, and it becomes more urgent.

For each hour of its team's open time it gains one of urgency, to 100 (PROCESSES 4.2). One job for each overdue task
does that; no list of tasks is ever gone through.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select

from cpm import calendars
from cpm.commands import enqueue, incidents
from cpm.commands.incidents import OVERDUE as CODE
from cpm.model import Incident, IncidentState, Job, JobKind, Task, TaskState
from cpm.uow import UnitOfWork

_MOST = 100
_HOUR = timedelta(hours=1)


def watch(uow: UnitOfWork, task: Task) -> None:
    """For a task with a due time that stands at no place of a process: harvesting watches those that do."""
    enqueue.put(uow, [_job(task, run_at=task.due_at, payload={"task": task.id})])


def forget(uow: UnitOfWork, task: Task) -> bool:
    """It was done, or has another due time, or is another case's; whether somebody had it as an exception by then."""
    ours = Job.case_id == task.case_id, Job.kind == JobKind.OVERDUE, Job.key == _key(task)
    uow.session.execute(delete(Job).where(*ours))
    late = select(Incident).where(Incident.case_id == task.case_id, Incident.state == IncidentState.OPEN)
    told = [
        one
        for one in uow.session.scalars(late.where(Incident.code == CODE))
        if one.facts.get("task") == task.id
    ]
    for incident in told:
        incidents.withdraw(uow, incident)
    return bool(told)


def passed(uow: UnitOfWork, payload: Mapping[str, Any]) -> None:
    """The job of an overdue task: first at its due time, then after each hour of open time."""
    task = uow.get(Task, int(payload["task"]))
    if task.state in (TaskState.DONE, TaskState.WITHDRAWN):
        return
    if "from" not in payload:
        incidents.overdue(uow, task)
    _age(uow, task, int(payload.get("from", task.priority)))


def _age(uow: UnitOfWork, task: Task, began_with: int) -> None:
    """By the time that has passed and not by jobs, so that hours without a worker count too."""
    assert task.due_at is not None, "only what is due can be overdue"
    calendar = uow.calendar_of(task.team)
    hours = int(calendars.open_seconds(task.due_at, uow.now, calendar) // _HOUR.total_seconds())
    task.priority = max(task.priority, min(_MOST, began_with + hours))
    if task.priority < _MOST:
        again = calendars.add_open(task.due_at, (hours + 1) * _HOUR, calendar)
        enqueue.put(uow, [_job(task, run_at=again, payload={"task": task.id, "from": began_with})])


def _job(task: Task, **more: Any) -> dict[str, Any]:
    job = enqueue.at_node(task.case, task.node, task.element, JobKind.OVERDUE, **more)
    return job if task.node is not None else {**job, "key": _key(task)}


def _key(task: Task) -> str:
    return f"task/{task.id}/{JobKind.OVERDUE}"
