"""How many approvals wait for the teams of the acting user, among what is the most urgent there."""

from sqlalchemy import select
from sqlalchemy.orm import defer, joinedload

from cpm.model import Case, PolicyApproval, Task, TaskKind
from cpm.queries import four_eyes, queues
from cpm.queries.pages import Count
from cpm.uow import UnitOfWork

#: Approvals are urgent: whoever has so much before them has other cares.
_LOOKED_AT = 100


def waiting(uow: UnitOfWork) -> Count:
    """Free ones; what is asked of policies among them."""
    user = uow.user()
    if not user.teams:
        return Count(0, more=False)
    first = queues.first(queues.of_teams(queues.whose(user)), queues.urgent, _LOOKED_AT)
    query = select(Task).join(first, first.c.id == Task.id).where(Task.kind != TaskKind.INCIDENT)
    whole = joinedload(Task.case).options(defer(Case.tokens))
    tasks = uow.session.scalars(
        query.order_by(*queues.urgent(first.c)).limit(_LOOKED_AT).options(whole)
    ).all()
    asked = set(_asked(uow, [task.id for task in tasks if task.kind == TaskKind.AD_HOC]))
    found = [task for task in tasks if task.id in asked or four_eyes.checked(uow, task)]
    return Count(len(found), more=bool(found) and len(tasks) == _LOOKED_AT)


def _asked(uow: UnitOfWork, ids: list[int]) -> list[int]:
    if not ids:
        return []
    wanted = select(PolicyApproval.task_id).where(PolicyApproval.task_id.in_(ids))
    return list(uow.session.scalars(wanted))
