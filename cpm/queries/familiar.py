"""Whether somebody knows a step: then what to do there need not be spelled out again."""

from sqlalchemy import func, select

from cpm.model import Task, TaskState
from cpm.uow import UnitOfWork

TIMES = 3  #: done so often, one knows it


def knows(uow: UnitOfWork, task: Task) -> bool:
    """By what the acting user has done, whichever case it was in."""
    if task.element is None:
        return False
    theirs = Task.assignee == uow.actor, Task.element == task.element, Task.state == TaskState.DONE
    few = select(Task.id).where(*theirs).limit(TIMES).subquery()
    return uow.session.scalar(select(func.count()).select_from(few)) == TIMES
