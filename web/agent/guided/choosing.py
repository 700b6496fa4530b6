"""Choose the next step of an ad-hoc subprocess, or say that nothing more is to be done there."""

from collections.abc import Callable

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from cpm.commands import choices, next_task
from cpm.errors import Conflict, Forbidden, Invalid, WrongState
from cpm.model import OF_PROCESS, Task, TaskState
from cpm.policies import PolicyRefusal
from cpm.queries import wording
from cpm.uow import UnitOfWork
from web import access, addresses, assent
from web.agent.blueprint import READERS, blueprint
from web.agent.guided.completing import onwards
from web.agent.guided.page import PATH, Typed, must_see, shown
from web.here import engine
from web.language import language
from web.language import translate as _
from web.visitor import visitor


@blueprint.post(f"{PATH}/choose")
@access.granted(*READERS)
def choose(number: str, task_id: int) -> ResponseReturnValue:
    """To the step that was chosen if it is this person's, else back to what else there is to do."""
    element = request.form.get("element", "")
    refused = _tried(
        number, task_id, lambda uow: choices.choose(uow, task_id, element, seen=_seen()), "choice"
    )
    if refused is not None:
        return refused
    with engine().read(visitor().login) as look:
        task = must_see(look, number, task_id)
        name = wording.step_name(look.bundle(task.case), element, language()) or element
        begun = _theirs(look, task, element)
        still = task.state == TaskState.CLAIMED
    flash(_("Begun: {name}", name=name))
    if begun is not None:
        return redirect(url_for("agent.task", number=number, task_id=begun), 303)
    if still:
        return redirect(url_for("agent.task", number=number, task_id=task_id), 303)
    return redirect(onwards(number), 303)


@blueprint.post(f"{PATH}/end")
@access.granted(*READERS)
def end_choice(number: str, task_id: int) -> ResponseReturnValue:
    cancel = "cancel_running" in request.form

    def ended(uow: UnitOfWork) -> None:
        done = choices.end_choice(uow, task_id, seen=_seen(), cancel_running=cancel)
        next_task.go_on(uow, done, next_task.open_steps(uow, done.case_id))

    refused = _tried(number, task_id, ended, "end")
    if refused is not None:
        return refused
    flash(_("Nothing more to do here: it goes on."))
    return redirect(onwards(number), 303)


def _tried(
    number: str, task_id: int, act: Callable[[UnitOfWork], object], about: str
) -> ResponseReturnValue | None:
    """None if it was done; else the page as it is now, with why not."""
    with engine().read(visitor().login) as look:
        must_see(look, number, task_id)
    try:
        with engine().begin(visitor().login, assent.of_form()) as uow:
            act(uow)
    except (Conflict, WrongState, Invalid, Forbidden, PolicyRefusal) as error:
        return shown(number, task_id, Typed(None, error, about))
    return None


def _seen() -> int | None:
    """What the page was made of; whatever is no number of ours fits nothing."""
    given = addresses.posted("seen")
    return -1 if given is None else given


def _theirs(look: UnitOfWork, task: Task, element: str) -> int | None:
    """The step that was begun, if this person has it."""
    here = (Task.case_id == task.case_id) & (Task.element == element) & Task.kind.in_(OF_PROCESS)
    held = here & (Task.assignee == visitor().login) & (Task.state == TaskState.CLAIMED) & (Task.id > task.id)
    return look.session.scalar(select(Task.id).where(held).order_by(Task.id.desc()).limit(1))
