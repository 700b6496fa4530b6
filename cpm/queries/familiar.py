"""Whether somebody knows a step: then what to do there need not be spelled out again."""

from sqlalchemy import Select, bindparam, func, select

from cpm.model import Task, TaskState
from cpm.model.base import at_most, written
from cpm.uow import UnitOfWork

TIMES = 3  #: done so often, one knows it


def knows(uow: UnitOfWork, task: Task) -> bool:
    """By what the acting user has done, whichever case it was in."""
    if task.element is None:
        return False
    return uow.session.scalar(_TIMES, {"login": uow.actor, "element": task.element}) == TIMES


def _times() -> Select[int]:
    theirs = Task.assignee == bindparam("login"), Task.element == bindparam("element")
    few = select(Task.id).where(*theirs, written(Task.state, TaskState.DONE)).limit(at_most(TIMES)).subquery()
    return select(func.count()).select_from(few)


#: Every step asks it: made once.
_TIMES = _times()
