"""What happens when a task's due time has passed: those who can do something are told, and it becomes more urgent.

For each hour of its team's open time it gains one of urgency, to 100 (PROCESSES 4.2). One job for each overdue task
does that; no list of tasks is ever gone through.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from cpm import calendars
from cpm.commands import enqueue, incidents
from cpm.model import JobKind, Task, TaskState
from cpm.uow import UnitOfWork

_MOST = 100
_HOUR = timedelta(hours=1)


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
        payload = {"task": task.id, "from": began_with}
        more = {"run_at": again, "payload": payload}
        enqueue.put(uow, [enqueue.at_node(task.case, task.node, task.element, JobKind.OVERDUE, **more)])
