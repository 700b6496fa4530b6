"""Whom four eyes keep from a task: all but the team that approves, and of it whoever did or wants what is approved."""

from dataclasses import dataclass

from sqlalchemy import select

from cpm.bpmn.reading.properties import FOUR_EYES
from cpm.model import Case, PolicyApproval, Task, TaskKind, TaskState, User
from cpm.queries import earlier_names
from cpm.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Eyes:
    team: str | None  #: that alone approves; None: it is no approval
    doer: str | None  #: login of who did what it checks, or asked for it

    def keep_out(self, person: User) -> bool:
        return self.team is not None and (self.team not in person.teams or self.doer == person.login)


NOBODY = Eyes(None, None)


def of_task(uow: UnitOfWork, task: Task) -> Eyes:
    """No statement for what is no approval."""
    if task.kind == TaskKind.AD_HOC:
        wants = select(PolicyApproval.asked_by).where(PolicyApproval.task_id == task.id)
        asker = uow.session.scalar(wants)
        return NOBODY if asker is None else Eyes(task.team, asker)
    steps = checked(uow, task)
    return Eyes(task.team, did(uow, task, steps)) if steps else NOBODY


def checked(uow: UnitOfWork, task: Task) -> str | None:
    """The steps whose doer must not do this one, as its model names them."""
    return of_element(uow, task.case, task.element or "")


def is_approval(uow: UnitOfWork, task: Task) -> bool:
    if task.kind != TaskKind.AD_HOC:
        return checked(uow, task) is not None
    return uow.session.scalar(select(PolicyApproval.id).where(PolicyApproval.task_id == task.id)) is not None


def of_element(uow: UnitOfWork, case: Case, name: str) -> str | None:
    element = uow.bundle(case).program.elements.get(name)
    return element.properties.get(FOUR_EYES) if element else None


def did(uow: UnitOfWork, task: Task, steps: str) -> str | None:
    """Login of who did the latest of them in this case."""
    names = earlier_names.of_element(uow, task.case, *(step.strip() for step in steps.split(",")))
    done = (
        select(Task.assignee)
        .where(Task.case_id == task.case_id, Task.element.in_(names), Task.state == TaskState.DONE)
        .order_by(Task.done_at.desc(), Task.id.desc())
        .limit(1)
    )
    return uow.session.scalar(done)
