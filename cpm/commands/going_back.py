"""Do a step again that is done already, where its model lets one (`cpm:again`): what stands behind it is taken away."""

from sqlalchemy import func, select

from cpm import bpmn
from cpm.commands import checks, interventions, links, moving, policies, tasks
from cpm.errors import Conflict, Forbidden, WrongState
from cpm.model import Role, Task, TaskState
from cpm.queries import access, going_back
from cpm.uow import UnitOfWork


def again(uow: UnitOfWork, task_id: int, *, why: str) -> Task:
    """The new task, which is the actor's unless the model gives it to others. What was entered stands in its form."""
    access.must_see_task(uow, task_id, api=True)
    links.must_work(uow)
    task = uow.of_case(Task, task_id)
    said, found = checks.plain_text("why", why), going_back.of_task(uow, task, "de")
    if found is None:
        raise WrongState(
            f"Expected to do task {task_id} again, but it is no step that is done and may be done again",
            de="Zu diesem Schritt führt kein Weg zurück.",
        )
    if found.refused is not None:
        english, german = found.refused
        raise Conflict(f"Expected to do task {task_id} again, but {english}", de=german)
    _must_be_theirs(uow, task, found.held)
    policies.check(uow, task.case, "again", element=task.element, subject=f"task {task.id}")
    assert task.element is not None, "a step stands at an element"
    before = uow.session.scalar(select(func.max(Task.id)).where(Task.case_id == task.case_id)) or 0
    with interventions.told(
        uow,
        task.case,
        "task.again",
        task=task.id,
        element=task.element,
        title=task.title_de,
        title_en=task.title_en,
        why=said,
    ):
        moving.go(uow, task.case, bpmn.Modified(found.nodes, (bpmn.Begin(task.element),)))
    return _taken(uow, task, before)


def _must_be_theirs(uow: UnitOfWork, task: Task, held: tuple[Task, ...]) -> None:
    user = uow.user()
    if not task.is_for(user):
        raise Forbidden(
            f"Expected {user.login} to be in team {task.team} or a supervisor, but they are not",
            de="Dieser Schritt ist für ein anderes Team bestimmt.",
        )
    for each in held:
        if each.state == TaskState.HELD:
            raise Conflict(
                f"Expected task {each.id} to go on, but it is held until its special case is settled",
                de="Ein Schritt danach wartet noch auf seinen Sonderfall.",
            )
        if each.assignee not in (None, user.login) and Role.SUPERVISOR not in user.roles:
            raise Conflict(
                f"Expected nobody to work behind task {task.id}, but {each.assignee} holds task {each.id}",
                de=f"An „{each.title_de}“ arbeitet gerade jemand anderes.",
            )


def _taken(uow: UnitOfWork, task: Task, before: int) -> Task:
    uow.session.flush()
    new = select(Task).where(Task.case_id == task.case_id, Task.element == task.element, Task.id > before)
    made = uow.session.scalars(new.order_by(Task.id)).one()
    if made.state == TaskState.READY and made.is_for(uow.user()):
        tasks.claim(uow, made.id)
    return made
