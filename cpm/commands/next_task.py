"""Next task: the server decides by urgency, so that people need not choose."""

from collections.abc import Sequence

from sqlalchemy import case, select

from cpm.commands import tasks
from cpm.errors import Conflict, Forbidden
from cpm.model import Case, Task, TaskState, User
from cpm.policies import PolicyRefusal
from cpm.queries import queues, suspensions
from cpm.queries.queues import Selection
from cpm.uow import UnitOfWork

#: More people than this rarely reach for the same task in the same moment.
_LOOKED_AT = 50


def take_next(uow: UnitOfWork) -> Task | None:
    """Claim what the actor should do next; None if there is nothing. No two get the same.

    First the next step of a case that the actor has, then what they have the skills for, then the rest; each by
    urgency. What is kept for somebody else is not given.
    """
    user = uow.user()
    queue = queues.not_too_soon(
        [*queues.kept(user), *queues.not_kept(queues.free(user), user, uow.now)], uow.now
    )
    taken = _first(uow, user, queue)
    if taken is None and uow.session.scalar(select(suspensions.cases_stand_still())):
        # what stands still may have stood in front of what can be done
        taken = _first(uow, user, queues.in_cases_that_go_on(queue))
    return taken


def _first(uow: UnitOfWork, user: User, queue: Sequence[Selection]) -> Task | None:
    first = queues.first(queue, queues.urgent, _LOOKED_AT)
    theirs = case((Task.kept_for == user.login, 0), else_=1)
    order = (theirs, *queues.urgent(first.c))
    columns = (Task.id, Task.kept_for == user.login, Task.skills)
    query = select(*columns).join(first, first.c.id == Task.id).order_by(*order).limit(_LOOKED_AT)
    found = sorted(uow.session.execute(query).all(), key=lambda each: (not each[1], not _can(user, each[2])))
    for task_id, *_ in found:
        if _at_rest(uow, task_id) and (task := _claimed(uow, task_id)) is not None:
            return task
    return None


def _can(user: User, skills: list[str]) -> bool:
    """Of whom nobody noted any skill, it is not known what they cannot do."""
    return not user.skills or set(skills) <= set(user.skills)


def _at_rest(uow: UnitOfWork, task_id: int) -> bool:
    """Whether nobody acts on its case just now; if so, nobody else can until we are done."""
    of = select(Case.id).join(Task, Task.case_id == Case.id).where(Task.id == task_id)
    return uow.session.scalar(of.with_for_update(of=Case, key_share=True, skip_locked=True)) is not None


def _claimed(uow: UnitOfWork, task_id: int) -> Task | None:
    """None if it was taken since we looked, is an approval of what the actor did, or a policy speaks."""
    if uow.of_case(Task, task_id).state != TaskState.READY:
        return None
    try:
        return tasks.claim(uow, task_id)
    except (Conflict, Forbidden, PolicyRefusal):
        return None
