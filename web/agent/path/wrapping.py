"""Wrap a case up: how it came out, why, what is to be done later; first what is still to be done before."""

import secrets

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cpm.commands import wrap_ups
from cpm.commands.wrap_ups import Later
from cpm.errors import Conflict, CpmError, Forbidden, Invalid
from cpm.model import Case
from cpm.policies import PolicyRefusal
from cpm.queries import suggestions
from cpm.queries import wrapping as query
from cpm.uow import UnitOfWork
from web import access, assent
from web.agent.blueprint import READERS, blueprint
from web.agent.case import must_see
from web.agent.later import posted_later
from web.agent.path import suggested
from web.here import engine
from web.language import language
from web.language import translate as _
from web.visitor import visitor

_INPUTS = {"summary": "summary-text"}  #: those of another id than their name


@blueprint.get("/cases/<number>/wrap-up")
@access.granted(*READERS)
def wrap_up_page(number: str) -> ResponseReturnValue:
    return shown(number)


@blueprint.post("/cases/<number>/wrap-up")
@access.granted(*READERS)
def wrap_up(number: str) -> ResponseReturnValue:
    form = request.form
    try:
        with engine().begin(visitor().login, assent.of_form()) as uow:
            wrap_ups.wrap_up(
                uow,
                must_see(uow, number),
                key=form.get("key", ""),
                outcome=form.get("outcome", ""),
                reason=form.get("reason", ""),
                summary=form.get("summary", ""),
                later=_later(uow),
            )
    except (Invalid, Conflict, Forbidden, PolicyRefusal) as error:
        return shown(number, error)
    flash(_("{case} is wrapped up.", case=number))
    return redirect(url_for("agent.inbox"), 303)


def _later(uow: UnitOfWork) -> Later | None:
    """None if nothing was typed there."""
    if not any(request.form.get(name, "").strip() for name in ("what", "due")):
        return None
    what, due, call = posted_later(uow, request.form.get("call") or None)
    return Later(what, due, call)


def shown(number: str, error: CpmError | None = None, *, about: str = "wrap-up") -> ResponseReturnValue:
    with engine().read(visitor().login) as look:
        case = look.get(Case, must_see(look, number))
        found = query.of_case(look, case, language())
        offered = [*found.blocking, *found.open]
        links = suggested.links(offered, case.customer)
        telling = suggested.telling(look, case, offered)
        customer = case.customer.name
    page = render_template(
        "agent/wrap_up.html",
        number=number,
        found=found,
        customer=customer,
        links=links,
        telling=telling,
        declining=suggestions.reasons(language()),
        key=request.form.get("key") or secrets.token_urlsafe(12),
        error=error if about == "wrap-up" else None,
        refused=error if about == "suggestion" else None,
        problems=[(_INPUTS.get(name, name), words) for name, words in error.faults(language())]
        if isinstance(error, Invalid) and about == "wrap-up"
        else [],
        typed=request.form if "key" in request.form else {},
    )
    return page, error.status if error else 200
