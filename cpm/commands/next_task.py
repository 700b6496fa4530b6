"""Next task: the server decides by urgency, so that people need not choose."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import case, select

from cpm.commands import tasks
from cpm.errors import Conflict, Forbidden
from cpm.model import Case, Task, TaskState, User
from cpm.policies import PolicyRefusal
from cpm.queries import queues, suspensions
from cpm.queries.queues import Selection
from cpm.uow import UnitOfWork

#: More people than the first number rarely reach for the same task in the same moment; further than the second nobody looks.
_LOOKED_AT = (50, 500)
#: What is later than this is next whoever has it, whatever it takes and however urgent the rest is: only so is it certain
#: that all work is done one day. Steps have grown more urgent long before (`overdue`), incidents and questions have not.
PATIENCE = timedelta(days=7)


def take_next(uow: UnitOfWork) -> Task | None:
    """Claim what the actor should do next; None if there is nothing. No two get the same.

    What is far too late comes first, the latest before all. Then the next step of a case that the actor has, then what
    they have the skills for, then the rest; each by urgency. What is kept for somebody else is not given.
    """
    user = uow.user()
    queue = queues.not_too_soon(
        [*queues.kept(user), *queues.not_kept(queues.free(queues.whose(user)), user, uow.now)], uow.now
    )
    late = queues.in_cases_that_go_on(queues.due_before(queue, uow.now - PATIENCE))
    taken = _first(uow, _oldest(late)) or _first(uow, _most_urgent(user, queue))
    if taken is None and uow.session.scalar(select(suspensions.cases_stand_still())):
        # what stands still may have stood in front of what can be done
        taken = _first(uow, _most_urgent(user, queues.in_cases_that_go_on(queue)))
    return taken


def _first(uow: UnitOfWork, ids: Callable[[UnitOfWork, int], list[int]]) -> Task | None:
    """The first of them that can be taken; further ones are looked for only if there may be some."""
    tried: set[int] = set()
    for most in _LOOKED_AT:
        found = ids(uow, most)
        for task_id in found:
            if task_id in tried:
                continue
            if _at_rest(uow, task_id) and (task := _claimed(uow, task_id)) is not None:
                return task
        tried.update(found)
        if len(found) < most:
            break
    return None


def _oldest(queue: Sequence[Selection]) -> Callable[[UnitOfWork, int], list[int]]:
    def look(uow: UnitOfWork, most: int) -> list[int]:
        first = queues.first(queue, _by_due, most)
        return list(uow.session.scalars(select(first.c.id).order_by(*_by_due(first.c)).limit(most)))

    return look


def _most_urgent(user: User, queue: Sequence[Selection]) -> Callable[[UnitOfWork, int], list[int]]:
    def look(uow: UnitOfWork, most: int) -> list[int]:
        first = queues.first(queue, queues.urgent, most)
        theirs = case((Task.kept_for == user.login, 0), else_=1)
        columns = (Task.id, Task.kept_for == user.login, Task.skills)
        query = select(*columns).join(first, first.c.id == Task.id).order_by(theirs, *queues.urgent(first.c))
        found = uow.session.execute(query.limit(most)).all()
        return [each[0] for each in sorted(found, key=lambda each: (not each[1], not _can(user, each[2])))]

    return look


def _by_due(of: Any) -> tuple[Any, ...]:
    return (of.due_at, of.id)


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
