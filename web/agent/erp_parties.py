"""Who of ours is who in the ERP, and whose data count: decided by people, on the customer's page and beside it."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from cpm.commands import adopting, party_jobs
from cpm.connectors.erp import ErpFault
from cpm.connectors.erp.adopting import Candidate, candidates
from cpm.connectors.erp.meeting import FIELDS, fields_of
from cpm.erp_views import BUDGET
from cpm.errors import NotFound
from cpm.model import ErpLink, Role
from cpm.queries import customer_words, customers, erp_parties
from cpm.queries.party import party
from web import access
from web.agent.blueprint import READERS, blueprint
from web.agent.customers import changed
from web.erp.words import unheard
from web.here import engine
from web.language import language
from web.language import translate as _
from web.visitor import visitor

_WHOSE = "whose."


@blueprint.get("/customers/in-the-erp")
@access.granted(*READERS)
def erp_odd() -> ResponseReturnValue:
    """All whose data a person has to look at."""
    with engine().read(visitor().login) as look:
        found = erp_parties.odd(look, language())
    return render_template("agent/erp_odd.html", found=found)


@blueprint.post("/customers/<int:customer_id>/erp/<system>/data")
@access.granted(*READERS)
def erp_decide(customer_id: int, system: str) -> ResponseReturnValue:
    """One click writes both sides, each field as it was chosen."""
    chosen = {
        name.removeprefix(_WHOSE): whose for name, whose in request.form.items() if name.startswith(_WHOSE)
    }
    seen = request.form.get("seen", "")
    return changed(
        customer_id,
        lambda uow: adopting.decide(uow, customer_id, system, chosen, seen=seen),
        _("Both sides get what you have chosen."),
        part="erp",
    )


@blueprint.post("/customers/<int:customer_id>/erp/again")
@access.granted(*READERS)
def erp_again(customer_id: int) -> ResponseReturnValue:
    return changed(
        customer_id, lambda uow: party_jobs.soon(uow, customer_id), _("It is tried again."), part="erp"
    )


@blueprint.get("/customers/<int:customer_id>/erp/candidates")
@access.granted(*READERS)
def erp_candidates(customer_id: int) -> ResponseReturnValue:
    """Who they may be there, side by side with what we have."""
    systems = engine().erp
    with engine().read(visitor().login) as look:
        customer = customers.must_see(look, customer_id)
        ours, name = party(look, customer), customer.name
    found: list[Candidate] = []
    code = ""
    try:
        found = systems.soon(systems.main, lambda erp: candidates(erp, ours), within=BUDGET)
    except ErpFault as fault:
        code = fault.code
    return render_template(
        "agent/erp_candidates.html",
        customer_id=customer_id,
        name=name,
        number=ours.key,
        system=systems.main,
        found=found,
        heard=not code,
        unheard=unheard(systems.main, code, known=False),
        rows=_side_by_side(fields_of(ours), [fields_of(one.party) for one in found]),
    )


@blueprint.post("/customers/<int:customer_id>/erp/link")
@access.granted(*READERS)
def erp_link(customer_id: int) -> ResponseReturnValue:
    """To one that is there, or to one that is made there now."""
    make = "make" in request.form
    key, system = request.form.get("key", ""), engine().erp.main
    return changed(
        customer_id,
        lambda uow: adopting.link(uow, customer_id, system, key, make=make),
        _("The customer is linked; both sides get what the other lacks."),
        part="erp",
    )


@blueprint.get("/customers/<int:customer_id>/erp/links/<int:link_id>/end")
@access.granted(Role.SUPERVISOR)
def erp_unlink_page(customer_id: int, link_id: int) -> ResponseReturnValue:
    with engine().read(visitor().login) as look:
        name = customers.must_see(look, customer_id).name
        link = look.session.get(ErpLink, link_id)
        if link is None or link.customer_id != customer_id:
            raise NotFound(
                f"Expected customer {customer_id} to have link {link_id}, but there is none",
                de="Diese Verknüpfung gibt es nicht (mehr).",
            )
    return render_template("agent/erp_unlink.html", customer_id=customer_id, name=name, link=link)


@blueprint.post("/customers/<int:customer_id>/erp/links/<int:link_id>/end")
@access.granted(Role.SUPERVISOR)
def erp_unlink(customer_id: int, link_id: int) -> ResponseReturnValue:
    why = request.form.get("why", "")
    return changed(
        customer_id,
        lambda uow: adopting.unlink(uow, customer_id, link_id, why=why),
        _("The link is undone."),
        part="erp",
    )


def _side_by_side(
    ours: dict[str, object], theirs: list[dict[str, object]]
) -> list[tuple[str, str, list[str]]]:
    """Field, ours, and what each of them has."""
    words = language()
    return [
        (
            customer_words.erp_field(name, words),
            customer_words.erp_value(name, ours.get(name), words),
            [customer_words.erp_value(name, one.get(name), words) for one in theirs],
        )
        for name in FIELDS
    ]
