"""Decide what is suggested beside a step or before a wrap-up: accepted, which does them, or declined with a reason."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from cpm.commands import suggestions
from cpm.errors import Conflict, CpmError, Forbidden, Invalid
from cpm.policies import PolicyRefusal
from cpm.uow import UnitOfWork
from web import access, addresses, assent
from web.agent.blueprint import READERS, blueprint
from web.agent.case import must_see
from web.agent.guided import page
from web.agent.guided.page import Typed
from web.agent.path import wrapping
from web.here import engine
from web.visitor import visitor


@blueprint.post("/cases/<number>/suggestions")
@access.granted(*READERS)
def suggestion(number: str) -> ResponseReturnValue:
    """`decide` is accept or decline and which, `task` the step beside which it stands; without one, back to the wrap-up."""
    task_id = addresses.posted("task")
    try:
        with engine().begin(visitor().login, assent.of_form()) as uow:
            _decide(uow, must_see(uow, number))
    except (Invalid, Conflict, Forbidden, PolicyRefusal) as error:
        return _refused(number, task_id, error)
    return _back(number, task_id)


@blueprint.get("/cases/<number>/suggestions")
@access.granted(*READERS)
def suggestions_again(number: str) -> ResponseReturnValue:
    """Whoever comes back to the address of a decision: to the wrap-up, or the step whose `task` is named."""
    if (task_id := addresses.whole(request.args.get("task", ""))) is not None:
        return redirect(url_for("agent.task", number=number, task_id=task_id), 303)
    return redirect(url_for("agent.wrap_up_page", number=number), 303)


def _decide(uow: UnitOfWork, case_id: int) -> None:
    decided = request.form.get("decide", "")
    verb, _, action = decided.partition(" ")
    if verb not in ("accept", "decline") or not action:
        raise Invalid(
            f"Expected to accept or decline a suggestion, but {decided!r:.60} says neither or not which; "
            "please load the page again and decide there",
            de="Hier fehlt, was angenommen oder abgelehnt werden soll. Bitte die Seite neu laden und dort entscheiden.",
        )

    def said(name: str) -> str:
        """A wrap-up's form brings what is typed at each of them."""
        return request.form.get(name if "task" in request.form else f"{action}.{name}", "")

    if verb == "decline":
        suggestions.decline(uow, case_id, action, reason=said("reason"), note=said("note"))
    else:
        suggestions.accept(uow, case_id, action, given={"email": said("email")})


def _back(number: str, task_id: int | None) -> ResponseReturnValue:
    if task_id is None and "key" in request.form:
        return wrapping.shown(number)
    if task_id is None:
        return redirect(url_for("agent.wrap_up_page", number=number), 303)
    return redirect(url_for("agent.task", number=number, task_id=task_id, _anchor="suggestions"), 303)


def _refused(number: str, task_id: int | None, error: CpmError) -> ResponseReturnValue:
    if task_id is None:
        return wrapping.shown(number, error, about="suggestion")
    return page.shown(number, task_id, Typed(None, error, "suggestion"))
