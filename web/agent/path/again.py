"""Go back to a step that is done."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from cpm.commands import going_back
from cpm.errors import Conflict, Forbidden, Invalid, WrongState
from cpm.policies import PolicyRefusal
from web import access, assent
from web.agent.blueprint import READERS, blueprint
from web.agent.guided.page import PATH, Typed, must_see, shown
from web.here import engine
from web.language import language
from web.language import translate as _
from web.visitor import visitor


@blueprint.post(f"{PATH}/again")
@access.granted(*READERS)
def again(number: str, task_id: int) -> ResponseReturnValue:
    with engine().read(visitor().login) as look:
        must_see(look, number, task_id)
    try:
        with engine().begin(visitor().login, assent.of_form()) as uow:
            made = going_back.again(uow, task_id, why=request.form.get("why", ""))
            to, title = made.id, made.title(language())
    except (Invalid, Conflict, WrongState, Forbidden, PolicyRefusal) as error:
        return shown(number, task_id, Typed(None, error, "again"))
    flash(_("Back at: {title}", title=title))
    return redirect(url_for("agent.task", number=number, task_id=to), 303)


@blueprint.get(f"{PATH}/again")
@access.granted(*READERS)
def again_page(number: str, task_id: int) -> ResponseReturnValue:
    """Whoever loads the page of a refused form again."""
    return redirect(url_for("agent.task", number=number, task_id=task_id), 303)
