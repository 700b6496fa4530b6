"""What an agent says to a case's process: that its customer wants to change the order, for example."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from cpm.commands import acting
from cpm.errors import Conflict
from cpm.policies import PolicyRefusal
from web import access, assent
from web.agent.blueprint import READERS, blueprint
from web.agent.case import must_see, page
from web.here import engine
from web.language import translate as _
from web.visitor import visitor

PATH = "/cases/<number>/actions"


@blueprint.get(PATH)
@access.granted(*READERS)
def actions(number: str) -> ResponseReturnValue:
    """Whoever loads the page of a refused action again."""
    return redirect(url_for("agent.case", number=number), 303)


@blueprint.post(PATH)
@access.granted(*READERS)
def act(number: str) -> ResponseReturnValue:
    with engine().read(visitor().login) as look:
        case_id = must_see(look, number)
    try:
        with engine().begin(visitor().login, assent.of_form()) as uow:
            acting.act(uow, case_id, request.form.get("message", ""))
    except (Conflict, PolicyRefusal) as error:
        return page(number, error=error, typed=request.form), error.status
    flash(_("The process has heard it; the next step follows in a moment."))
    return redirect(url_for("agent.case", number=number), 303)
