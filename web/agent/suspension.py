"""Suspend a case, and let it go on."""

from collections.abc import Callable

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from cpm.commands import suspending
from cpm.errors import Conflict, Invalid
from cpm.model import Role, Timers
from cpm.policies import PolicyRefusal
from cpm.uow import UnitOfWork
from web import access, assent
from web.agent.blueprint import blueprint
from web.agent.case import must_see, page
from web.here import engine
from web.language import translate as _
from web.visitor import visitor

PATH = "/cases/<number>/suspension"


@blueprint.get(PATH)
@blueprint.get("/cases/<number>/resumption")
@access.granted(Role.SUPERVISOR)
def suspension(number: str) -> ResponseReturnValue:
    """Whoever loads the page of a refused form again."""
    return redirect(url_for("agent.case", number=number), 303)


@blueprint.post(PATH)
@access.granted(Role.SUPERVISOR)
def suspend(number: str) -> ResponseReturnValue:
    why = request.form.get("why", "")
    return _done(
        number,
        lambda uow, case_id: suspending.suspend_case(uow, case_id, why=why),
        _("The case is suspended."),
    )


@blueprint.post("/cases/<number>/resumption")
@access.granted(Role.SUPERVISOR)
def resume(number: str) -> ResponseReturnValue:
    why = request.form.get("why", "")
    timers = Timers.SHIFT if request.form.get("timers") == Timers.SHIFT else Timers.RING
    return _done(
        number,
        lambda uow, case_id: suspending.resume_case(uow, case_id, timers=timers, why=why),
        _("The case goes on."),
    )


def _done(number: str, act: Callable[[UnitOfWork, int], object], words: str) -> ResponseReturnValue:
    with engine().read(visitor().login) as look:
        case_id = must_see(look, number)
    try:
        with engine().begin(visitor().login, assent.of_form()) as uow:
            act(uow, case_id)
    except (Invalid, Conflict, PolicyRefusal) as error:
        return page(number, error=error, typed=request.form), error.status
    flash(words)
    return redirect(url_for("agent.case", number=number), 303)
