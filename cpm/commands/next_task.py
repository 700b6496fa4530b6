"""Next task: the server decides by urgency, so that people need not choose."""

from sqlalchemy import select

from cpm.commands import tasks
from cpm.errors import Conflict, Forbidden
from cpm.model import Case, Task, TaskState
from cpm.queries import queues
from cpm.uow import UnitOfWork

#: More people than this rarely reach for the same task in the same moment.
_LOOKED_AT = 50


def take_next(uow: UnitOfWork) -> Task | None:
    """Claim the most urgent free task that the actor may take; None if there is none. No two get the same."""
    first = queues.first(queues.free(uow.user()), queues.URGENT, _LOOKED_AT)
    order = (first.c.priority.desc(), first.c.due_at, first.c.id)
    for task_id in uow.session.scalars(select(first.c.id).order_by(*order).limit(_LOOKED_AT)).all():
        if _at_rest(uow, task_id) and (task := _claimed(uow, task_id)) is not None:
            return task
    return None


def _at_rest(uow: UnitOfWork, task_id: int) -> bool:
    """Whether nobody acts on its case just now; if so, nobody else can until we are done."""
    case = select(Case.id).join(Task, Task.case_id == Case.id).where(Task.id == task_id)
    return uow.session.scalar(case.with_for_update(of=Case, key_share=True, skip_locked=True)) is not None


def _claimed(uow: UnitOfWork, task_id: int) -> Task | None:
    """None if it was taken since we looked, or is an approval of what the actor did."""
    if uow.of_case(Task, task_id).state != TaskState.READY:
        return None
    try:
        return tasks.claim(uow, task_id)
    except (Conflict, Forbidden):
        return None
