"""Move a case by hand, or end it: say what, see what would come of it, confirm. For supervisors."""

import re
from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cpm.bpmn import Begin
from cpm.commands import cancelling, moving
from cpm.commands.resolvable import OUTCOMES
from cpm.errors import Conflict, CpmError, Invalid
from cpm.model import Case, Role
from cpm.policies import PolicyRefusal
from cpm.queries import journal
from cpm.queries import moving as shown
from cpm.queries.moving import Prospect
from cpm.uow import UnitOfWork
from web import access, assent
from web.agent.blueprint import blueprint
from web.agent.case import must_see
from web.here import engine
from web.language import language
from web.language import translate as _
from web.supervisor.incident import ENDINGS
from web.visitor import visitor

_PLACE = re.compile("[0-9]{1,19}")
Act = Callable[[UnitOfWork, int], Case]


@blueprint.get("/cases/<number>/move", defaults={"verb": "move"}, endpoint="move_page")
@blueprint.get("/cases/<number>/end", defaults={"verb": "end"}, endpoint="end_page")
@access.granted(Role.SUPERVISOR)
def form(number: str, verb: str) -> ResponseReturnValue:
    return _page(number, verb)


@blueprint.post("/cases/<number>/move", defaults={"verb": "move"}, endpoint="move")
@blueprint.post("/cases/<number>/end", defaults={"verb": "end"}, endpoint="end")
@access.granted(Role.SUPERVISOR)
def posted(number: str, verb: str) -> ResponseReturnValue:
    """Without `confirmed`, only what would come of it."""
    act = {"move": _move, "end": _end}[verb]
    try:
        if "confirmed" not in request.form:
            return _page(number, verb, **_rehearsed(number, act))
        with engine().begin(visitor().login, assent.of_form()) as uow:
            act(uow, must_see(uow, number))
    except (Invalid, Conflict, PolicyRefusal) as error:
        return _page(number, verb, error=error), error.status
    flash(_("The case is moved.") if verb == "move" else _("The case is ended."))
    return redirect(url_for("agent.case", number=number), 303)


def _rehearsed(number: str, act: Act) -> dict[str, Any]:
    with engine().rehearse(visitor().login, assent.of_form()) as uow:
        case = act(uow, must_see(uow, number))
        uow.session.flush()
        found: Prospect = shown.prospect(journal.told(uow, case, uow.journal, language()))
        return {"would": found, "seen": case.rev - len(uow.journal)}


def _move(uow: UnitOfWork, case_id: int) -> Case:
    cancel = [int(word) for word in request.form.getlist("cancel") if _PLACE.fullmatch(word)]
    inside = request.form.get("inside", type=int)
    begin = [Begin(element, inside) for element in request.form.getlist("to") if element]
    return moving.move(uow, case_id, cancel=cancel, begin=begin, **_about())


def _end(uow: UnitOfWork, case_id: int) -> Case:
    return cancelling.cancel(uow, case_id, outcome=request.form.get("outcome", ""), **_about())


def _about() -> dict[str, Any]:
    return {"why": request.form.get("why", ""), "seen": request.form.get("seen", type=int)}


def _page(number: str, verb: str, *, error: CpmError | None = None, **more: Any) -> str:
    with engine().read(visitor().login) as look:
        case = look.get(Case, must_see(look, number))
        about: dict[str, Any] = {"subject": case.subject, "closed": case.closed_at is not None}
        if verb == "move" and not about["closed"]:
            about["standing"] = shown.standing(look, case, language())
            about["targets"] = shown.targets(look, case, language())
            about["drawing"] = shown.drawing(look, case)
    return render_template(
        f"agent/{verb}.html",
        number=number,
        error=error,
        problems=error.faults(language()) if isinstance(error, Invalid) else (),
        endings={word: ENDINGS[word] for word in OUTCOMES},
        **about,
        **more,
    )
