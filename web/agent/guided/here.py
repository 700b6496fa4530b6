"""Who has a case before them: a browser says so by itself while the page is in sight, and is told who else does."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from cpm.commands import presences
from cpm.model import Task, TaskState, User
from cpm.queries import at_desk, clash
from cpm.uow import UnitOfWork
from web import access, addresses
from web.agent.blueprint import READERS, blueprint
from web.agent.case import must_see
from web.here import engine
from web.language import language
from web.visitor import visitor


@blueprint.post("/cases/<number>/here")
@access.granted(*READERS)
def here(number: str) -> ResponseReturnValue:
    """`task` is the step that they look at, `mine` that it was theirs when the page came, `gone` that they leave."""
    with engine().read(visitor().login) as look:
        case_id = must_see(look, number)
        task = _task(look, case_id)
        mates = at_desk.of_case(look, case_id, language())
        holder = _holder(look, task)
        lost = task if task and "mine" in request.form and not _is_theirs(task) else None
        happened = clash.last(look, lost, language()).entry if lost else None
    with engine().begin(visitor().login) as uow:
        if "gone" in request.form:
            presences.leave(uow, case_id)
        else:
            presences.stay(uow, case_id, task.id if task else None)
    return render_template(
        "agent/_mates.html",
        mates=mates,
        holder=None if lost else holder,
        holds=task and task.id,
        lost=lost,
        happened=happened,
        number=number,
    )


def _task(look: UnitOfWork, case_id: int) -> Task | None:
    found = look.session.get(Task, addresses.posted("task") or 0)
    return found if found is not None and found.case_id == case_id else None


def _holder(look: UnitOfWork, task: Task | None) -> str | None:
    """By name: a colleague who works on it."""
    if task is None or task.state != TaskState.CLAIMED or _is_theirs(task) or task.parked(look.now):
        return None
    found = look.session.get(User, task.assignee)
    return found.name if found else task.assignee


def _is_theirs(task: Task) -> bool:
    return task.assignee == visitor().login and task.state == TaskState.CLAIMED
