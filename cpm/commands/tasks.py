"""Claim, release and complete a person's steps."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from cpm import bpmn
from cpm.commands import checks, process
from cpm.errors import Forbidden, Invalid, WrongState
from cpm.model import Role, Task, TaskKind, TaskState
from cpm.uow import UnitOfWork


def claim(uow: UnitOfWork, task_id: int) -> Task:
    """Take the task. Idempotent for its holder; Conflict when somebody else holds it."""
    task = uow.of_case(Task, task_id)
    user = uow.user()
    if not task.is_for(user):
        raise Forbidden(f"Expected {user.login} to be in team {task.team} or a supervisor, but they are not")
    _check_four_eyes(uow, task)
    if task.claim(by=user.login):
        uow.record(task.case, "task.claimed", task=task.id, element=task.element, title=task.title_de)
    return task


def release(uow: UnitOfWork, task_id: int) -> Task:
    """Give the task back to its team, so that somebody else can claim it; a supervisor may do so for others."""
    task = uow.of_case(Task, task_id)
    uow.must_be_active()
    if task.assignee != uow.actor and Role.SUPERVISOR not in uow.user().roles:
        raise WrongState(f"Expected to release task {task_id}, but {uow.actor} does not hold it")
    task.move("release")
    task.assignee = None
    uow.record(task.case, "task.released", task=task.id, element=task.element, title=task.title_de)
    return task


def complete(uow: UnitOfWork, task_id: int, data: Mapping[str, Any], *, language: str = "de") -> Task:
    """Hand the form's data to the process and let it go on.

    Invalid names each field that does not fit. Conflict says who was faster and when.
    """
    task = uow.of_case(Task, task_id)
    uow.must_be_active()
    if task.kind == TaskKind.INCIDENT:
        raise WrongState(
            f"Expected to settle incident {task.incident_id} by resolving it with a remedy, "
            f"but task {task_id} was to be completed: use `cpm incident resolve {task.incident_id}`"
        )
    task.complete(by=uow.actor, at=uow.now)
    if task.kind == TaskKind.AD_HOC:
        uow.record(task.case, "task.answered", task=task.id, title=task.title_de, note=_note(data))
        return task
    _check_four_eyes(uow, task)  # again: the model may have given the task to somebody without a claim
    values = _checked(uow, task, data, language)
    uow.record(
        task.case, "task.completed", task=task.id, element=task.element, title=task.title_de, data=values
    )
    assert task.node is not None, "a step stands at a node"
    process.resume(uow, task.case, bpmn.Completed(task.node, values))
    return task


def _check_four_eyes(uow: UnitOfWork, task: Task) -> None:
    """An approval (cpm:fourEyes names the step it checks) is its team's alone, and never of who did that step.

    A supervisor may step in for other teams elsewhere; a limit that sends it to management means management.
    """
    element = uow.bundle(task.case).program.elements.get(task.element or "")
    first = element.properties.get("cpm:fourEyes") if element else None
    if not first:
        return
    if task.team not in uow.user().teams:
        raise Forbidden(f"Expected {uow.actor} to be in team {task.team} to approve this, but they are not")
    done = (
        select(Task.assignee)
        .where(Task.case_id == task.case_id, Task.element == first, Task.state == TaskState.DONE)
        .order_by(Task.done_at.desc(), Task.id.desc())
        .limit(1)
    )
    if uow.session.scalar(done) == uow.actor:
        raise Forbidden(
            f"Expected somebody else for task {task.id}, but {uow.actor} did the step it checks: {first}"
        )


def _checked(uow: UnitOfWork, task: Task, data: Mapping[str, Any], language: str) -> dict[str, Any]:
    if task.form is None:
        if data:
            raise Invalid(
                f"Expected no data for task {task.id}, which has no form, but got {', '.join(data)}"
            )
        return {}
    form = uow.bundle(task.case).forms[task.form]
    return form.validate(data, process.visible(uow, task), now=uow.local_now, language=language)


def _note(data: Mapping[str, Any]) -> str:
    note = data.get("note")
    if set(data) - {"note"} or not isinstance(note, str):
        raise Invalid("Expected a note and nothing else, but it is not so", [("note", "must be a text")])
    return checks.plain_text("note", note)
