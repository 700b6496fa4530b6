"""Decide what is suggested beside a step or before a wrap-up: accepted, which does them, or declined with a reason."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from cpm.commands import suggestions
from cpm.commands.task_drafts import TypedElsewhere
from cpm.errors import Conflict, CpmError, Forbidden, Invalid
from cpm.policies import PolicyRefusal
from cpm.uow import UnitOfWork
from web import access, addresses, assent
from web.agent.blueprint import READERS, blueprint
from web.agent.case import must_see
from web.agent.documents.uploading import largest
from web.agent.guided import conflict, page
from web.agent.guided.page import Typed
from web.agent.path import step_form, suggested, wrapping
from web.agent.path.step_form import StepForm
from web.headers import takes_up_to
from web.here import engine
from web.visitor import visitor


@blueprint.post("/cases/<number>/suggestions")
@access.granted(*READERS)
@takes_up_to(largest)
def suggestion(number: str) -> ResponseReturnValue:
    """`_decide` is accept or decline and which, `task` the step beside which it stands; without one, back to the wrap-up.

    What was typed in the step's form may come along: both are kept, or neither.
    """
    task_id = addresses.whole(request.args.get("task", ""))
    step = step_form.posted(number, task_id)
    if step is not None and step.unfit is not None:
        return page.shown(number, step.task_id, Typed(step.values, step.unfit, kept=False))
    try:
        _decided(number, step)
    except TypedElsewhere as error:
        assert step is not None, "what is typed elsewhere is a step's"
        return conflict.elsewhere(number, step.task_id, step.values, error)
    except (Invalid, Conflict, Forbidden, PolicyRefusal) as error:
        return _refused(number, task_id, step, error)
    return _back(number, task_id)


@blueprint.get("/cases/<number>/suggestions")
@access.granted(*READERS)
def suggestions_again(number: str) -> ResponseReturnValue:
    """Whoever comes back to the address of a decision: to the wrap-up, or the step whose `task` is named."""
    if (task_id := addresses.whole(request.args.get("task", ""))) is not None:
        return redirect(url_for("agent.task", number=number, task_id=task_id), 303)
    return redirect(url_for("agent.wrap_up_page", number=number), 303)


def _decided(number: str, step: StepForm | None) -> None:
    decided = request.form.get(suggested.DECIDE, "")
    verb, _, action = decided.partition(" ")
    if verb not in ("accept", "decline") or not action:
        raise Invalid(
            f"Expected to accept or decline a suggestion, but {decided!r:.60} says neither or not which; "
            "please load the page again and decide there",
            de="Hier fehlt, was angenommen oder abgelehnt werden soll. Bitte die Seite neu laden und dort entscheiden.",
        )
    if step is not None:
        step.must_be_latest()
    with engine().begin(visitor().login, assent.of_form(suggested.of(action))) as uow:
        _decide(uow, must_see(uow, number), verb, action)
        if step is not None:
            step.keep(uow, email=_said(action, "email") if verb == "accept" else "")


def _decide(uow: UnitOfWork, case_id: int, verb: str, action: str) -> None:
    if verb == "decline":
        reason, note = _said(action, "reason"), _said(action, "note")
        suggestions.decline(uow, case_id, action, reason=reason, note=note)
    else:
        suggestions.accept(uow, case_id, action, given={"email": _said(action, "email")})


def _said(action: str, name: str) -> str:
    """A form may bring what is typed at each of them."""
    return request.form.get(suggested.of(action) + name, "")


def _back(number: str, task_id: int | None) -> ResponseReturnValue:
    if task_id is None and "key" in request.form:
        return wrapping.shown(number)
    if task_id is None:
        return redirect(url_for("agent.wrap_up_page", number=number), 303)
    return redirect(url_for("agent.task", number=number, task_id=task_id, _anchor="suggestions"), 303)


def _refused(number: str, task_id: int | None, step: StepForm | None, error: CpmError) -> ResponseReturnValue:
    if task_id is None:
        return wrapping.shown(number, error, about="suggestion")
    if step is None:
        return page.shown(number, task_id, Typed(None, error, "suggestion"))
    kept = step.keep_refused()
    return page.shown(number, task_id, Typed(step.values, error, "suggestion", kept=kept))
