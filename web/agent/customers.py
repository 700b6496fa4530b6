"""Customers: who they are, how they are reached, and everything they ever wanted from us."""

from collections.abc import Callable, Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cpm.commands import customers as commands
from cpm.commands import identifiers
from cpm.commands.customers import ADDRESSED_AS, Facts
from cpm.errors import CpmError, Invalid
from cpm.model import CustomerKind
from cpm.queries import customers as queries
from cpm.uow import UnitOfWork
from web import access
from web.agent.blueprint import READERS, blueprint, page_number
from web.here import engine
from web.language import language
from web.language import translate as _
from web.visitor import visitor

KINDS = (("person", "Person"), ("company", "Company"))
ADDRESSED = (("unknown", "not known"), ("Frau", "Ms"), ("Herr", "Mr"), ("divers", "neither"))
STATUS = {"prospect": "Prospect", "customer": "Customer", "former": "Former customer"}


@blueprint.get("/customers/<int:customer_id>")
@access.granted(*READERS)
def customer(customer_id: int) -> ResponseReturnValue:
    return _page(customer_id)


@blueprint.post("/customers/<int:customer_id>")
@access.granted(*READERS)
def change_customer(customer_id: int) -> ResponseReturnValue:
    typed = request.form
    return _changed(
        customer_id,
        lambda uow: commands.change(uow, customer_id, facts(typed)),
        _("The customer's data are saved."),
    )


@blueprint.post("/customers/<int:customer_id>/addresses")
@access.granted(*READERS)
def add_address(customer_id: int) -> ResponseReturnValue:
    value = request.form.get("address", "")
    kind = identifiers.EMAIL if "@" in value else identifiers.PHONE
    return _changed(
        customer_id,
        lambda uow: commands.add_identifier(uow, customer_id, kind, value),
        _("{address} is added.", address=value),
    )


@blueprint.post("/customers/<int:customer_id>/addresses/<int:identifier_id>/remove")
@access.granted(*READERS)
def remove_address(customer_id: int, identifier_id: int) -> ResponseReturnValue:
    return _changed(
        customer_id,
        lambda uow: commands.remove_identifier(uow, customer_id, identifier_id),
        _("The address is removed."),
    )


def facts(typed: Mapping[str, str]) -> Facts:
    """As a form of a page sends them; what is no kind of customer is a person."""
    kind = CustomerKind.COMPANY if typed.get("kind") == "company" else CustomerKind.PERSON
    addressed = typed.get("gender_address", "unknown")
    return Facts(
        kind=kind,
        first_name=typed.get("first_name", ""),
        last_name=typed.get("last_name", ""),
        company_name=typed.get("company_name", ""),
        title=typed.get("title", ""),
        gender_address=addressed if addressed in ADDRESSED_AS else "unknown",
        language="en" if typed.get("language") == "en" else "de",
    )


def _changed(customer_id: int, change: Callable[[UnitOfWork], object], done: str) -> ResponseReturnValue:
    """Back to the customer; with what was typed and why not, if it does not fit."""
    try:
        with engine().begin(visitor().login) as uow:
            change(uow)
    except CpmError as error:
        if error.status not in (409, 422):
            raise
        return _page(customer_id, error), error.status
    flash(done)
    return redirect(url_for("agent.customer", customer_id=customer_id), 303)


def _page(customer_id: int, error: CpmError | None = None) -> str:
    with engine().read(visitor().login) as look:
        page = queries.page(look, customer_id, number=page_number(), language=language())
    problems = error.faults(language()) if isinstance(error, Invalid) else ()
    return render_template(
        "agent/customer.html",
        page=page,
        typed=request.form if error else page.customer,
        words=error.sentence(language()) if error else "",
        problems=dict(problems),
        kinds=KINDS,
        addressed=ADDRESSED,
        status=STATUS,
    )
