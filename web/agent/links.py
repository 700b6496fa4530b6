"""The cases that a case belongs together with: link, merge, split, and take it back; what would come of it is shown first."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cpm import case_numbers
from cpm.commands import joining, links, separating, splitting
from cpm.errors import CpmError, Invalid, NotFound
from cpm.model import Case
from cpm.model.case_link import SAID
from cpm.policies import PolicyRefusal
from cpm.queries import link_words, linked, startable
from cpm.uow import UnitOfWork
from web import access, addresses, assent
from web.agent.blueprint import READERS, blueprint
from web.agent.case import must_see
from web.here import engine
from web.language import language
from web.language import translate as _
from web.visitor import visitor


@blueprint.get("/cases/<number>/links")
@access.granted(*READERS)
def links_page(number: str) -> ResponseReturnValue:
    return _page(number)


@blueprint.post("/cases/<number>/links")
@access.granted(*READERS)
def change_links(number: str) -> ResponseReturnValue:
    """`act` says what is to be done. Without `confirmed`, only what would come of it; a plain link needs no preview."""
    act = request.form.get("act", "")
    try:
        if act != "link" and "confirmed" not in request.form:
            with engine().rehearse(visitor().login, assent.of_form()) as uow:
                _do(uow, number, act)
                return _page(number, act=act, would=linked.told(uow, language()))
        with engine().begin(visitor().login, assent.of_form()) as uow:
            to = _do(uow, number, act)
    except CpmError as error:
        if error.status not in (403, 404, 409, 422):
            raise
        return _page(number, act=act, error=error), error.status
    flash({"undo": _("It is undone."), "link": _("The cases are linked.")}.get(act, _("It is done.")))
    return redirect(url_for("agent.links_page", number=to), 303)


def _do(uow: UnitOfWork, number: str, act: str) -> str:
    """The number of the case at which one looks afterwards."""
    form, case_id = request.form, must_see(uow, number)
    why = form.get("why", "")
    match act:
        case "link":
            links.link(uow, case_id, _other(uow), form.get("kind", ""), why=why)
        case "merge":
            into = _other(uow)
            joining.merge(uow, case_id, into, why=why, seen=form.get("seen", type=int))
            return uow.get(Case, into).number
        case "split":
            chosen = list(addresses.wholes(form.getlist("message")))
            process, subject = form.get("process", ""), form.get("subject", "")
            splitting.split(uow, case_id, messages=chosen, process=process, subject=subject, why=why)
        case "undo":
            separating.undo(uow, addresses.posted("link") or 0, why=why)
        case _:
            raise Invalid(
                "Expected to link, merge, split or undo, but `act` says something else",
                de="Das gibt es hier nicht.",
            )
    return number


def _other(uow: UnitOfWork) -> int:
    try:
        return must_see(
            uow, case_numbers.case_number(case_numbers.case_id(request.form.get("other", "").strip()))
        )
    except (Invalid, NotFound) as error:
        raise Invalid(
            "Expected the number of a case, but it is none",
            [("other", "is the number of no case")],
            de="Einen Vorgang mit dieser Nummer gibt es nicht.",
            problems_de=[("other", "Einen Vorgang mit dieser Nummer gibt es nicht.")],
        ) from error


def _page(number: str, *, error: CpmError | None = None, act: str = "", **more: Any) -> str:
    with engine().read(visitor().login) as look:
        case = look.get(Case, must_see(look, number))
        subject, messages, rev = case.subject, linked.came(look, case), case.rev
        found = linked.of_case(look, case, language())
        others = linked.open_of_customer(look, case.customer_id, language())
        processes = startable.processes(look, language())
    return render_template(
        "agent/links.html",
        number=number,
        subject=subject,
        messages=messages,
        found=found,
        others=[one for one in others if one.case != number],
        processes=processes,
        kinds={kind: link_words.between(kind, language()) for kind in SAID},
        act=act,
        rev=rev,
        error=error,
        problems=error.faults(language()) if isinstance(error, Invalid) else (),
        refused=error if isinstance(error, PolicyRefusal) else None,
        **more,
    )
