"""Go back to a step that is done."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from cpm.commands import going_back
from cpm.errors import Conflict, Forbidden, Invalid, WrongState
from cpm.policies import PolicyRefusal
from cpm.queries import going_back as queries
from web import access, assent
from web.agent.blueprint import READERS, blueprint
from web.agent.guided import once
from web.agent.guided.page import PATH, Typed, must_see, shown
from web.here import engine
from web.language import language
from web.language import translate as _
from web.visitor import visitor


@blueprint.post(f"{PATH}/again")
@access.granted(*READERS)
def again(number: str, task_id: int) -> ResponseReturnValue:
    """The same form sent again, because the first answer was lost, goes back once."""
    return _done_before(number, task_id) or _gone_back(number, task_id)


def _gone_back(number: str, task_id: int) -> ResponseReturnValue:
    with engine().read(visitor().login) as look:
        must_see(look, number, task_id)
    try:
        with engine().begin(visitor().login, assent.of_form()) as uow:
            made = going_back.again(uow, task_id, why=request.form.get("why", ""))
            once.mark(uow)
            to, title = made.id, made.title(language())
    except (Invalid, Conflict, WrongState, Forbidden, PolicyRefusal) as error:
        before = _done_before(number, task_id)  # both may have come in one moment
        return before or shown(number, task_id, Typed(None, error, "again"))
    return _back_at(number, to, title)


def _done_before(number: str, task_id: int) -> ResponseReturnValue | None:
    with engine().read(visitor().login) as look:
        if not once.done(look):
            return None
        made = queries.latest(look, must_see(look, number, task_id))
        to, title = made.id, made.title(language())
    return _back_at(number, to, title)


def _back_at(number: str, task_id: int, title: str) -> ResponseReturnValue:
    flash(_("Back at: {title}", title=title))
    return redirect(url_for("agent.task", number=number, task_id=task_id), 303)


@blueprint.get(f"{PATH}/again")
@access.granted(*READERS)
def again_page(number: str, task_id: int) -> ResponseReturnValue:
    """Whoever loads the page of a refused form again."""
    return redirect(url_for("agent.task", number=number, task_id=task_id), 303)
