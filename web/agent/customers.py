"""Customers: who they are, how they are reached, and everything they ever wanted from us."""

from collections.abc import Callable, Mapping, Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cpm.commands import births, identifiers
from cpm.commands import customers as commands
from cpm.commands.changing import Overtaken
from cpm.commands.customers import ADDRESSED_AS, Facts
from cpm.errors import CpmError, Invalid
from cpm.model import Customer, CustomerKind, Role
from cpm.queries import customer_notes, customer_words, customer_worth, follow_ups, people, talks
from cpm.queries import customers as queries
from cpm.queries.erp_customer import Side
from cpm.queries.erp_views import View
from cpm.uow import UnitOfWork
from web import access
from web.agent import customer_form, duplicates, erp_shown, timeline
from web.agent.blueprint import READERS, blueprint, page_number
from web.here import engine
from web.language import language
from web.language import translate as _
from web.visitor import visitor

_LATEST = 10  #: entries of the timeline that the page begins with
#: With what the ids of the fields begin, by the part of the page: of what is new there, and of a row that is changed.
_NEW = {"notes": "new-", "contacts": "c-", "consent": "s-", "attributes": "attr."}
_ROWS = {"known": "known", "notes": "note", "postal": "place", "contacts": "contact"}
#: What a command calls otherwise than the field of the part.
_FIELDS = {
    "known": {**dict.fromkeys(identifiers.KINDS, "address"), "kind": "identifier_kind"},
    "contacts": {"person_id": "person"},
}
#: Where somebody is led who has changed a part that stands in another one.
_ANCHORS = {"erp": "in-erp"}
KINDS = (("person", "Person"), ("company", "Company"))
ADDRESSED = (("unknown", "not known"), ("Frau", "Ms"), ("Herr", "Mr"), ("divers", "neither"))


@blueprint.get("/customers/<int:customer_id>")
@access.granted(*READERS)
def customer(customer_id: int) -> ResponseReturnValue:
    """Who was merged leads to who stands for them."""
    with engine().read(visitor().login) as look:
        survivor = queries.must_see(look, customer_id).merged_into_id
    if survivor is not None:
        return redirect(url_for("agent.customer", customer_id=survivor), 303)
    return page(customer_id)


@blueprint.post("/customers/<int:customer_id>")
@access.granted(*READERS)
def change_customer(customer_id: int) -> ResponseReturnValue:
    """Whoever changes what somebody else has changed meanwhile is shown both, and may send it again."""
    typed, seen = customer_form.master(request.form)
    return changed(
        customer_id,
        lambda uow: commands.change(uow, customer_id, typed, seen=seen),
        _("The customer's data are saved."),
        part="master",
    )


@blueprint.post("/customers/<int:customer_id>/key-account")
@access.granted(Role.SUPERVISOR)
def change_key_account(customer_id: int) -> ResponseReturnValue:
    wanted = request.form.get("key_account") == "yes"
    return changed(
        customer_id,
        lambda uow: commands.set_key_account(uow, customer_id, key_account=wanted),
        _("The customer's data are saved."),
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
        born=births.read(typed.get("born", "")),
    )


def changed(
    customer_id: int,
    change: Callable[[UnitOfWork], object],
    done: str = "",
    *,
    part: str = "",
    row: int | None = None,
) -> ResponseReturnValue:
    """Back to the customer; with what was typed and why not, if it does not fit. `row`: which of that part is changed.

    Without `done`, what the change gives is what it says.
    """
    try:
        with engine().begin(visitor().login) as uow:
            queries.must_see(uow, customer_id)
            said = change(uow)
    except CpmError as error:
        if error.status not in (409, 422):
            raise
        return page(customer_id, error, part, row), error.status
    flash(done or str(said), part or "message")
    anchor = _ANCHORS.get(part, part) or None
    return redirect(url_for("agent.customer", customer_id=customer_id, _anchor=anchor), 303)


def page(customer_id: int, error: CpmError | None = None, part: str = "", row: int | None = None) -> str:
    with engine().read(visitor().login) as look:
        found = queries.page(look, customer_id, number=page_number(), language=language())
        who = look.get(Customer, customer_id)
        notes = customer_notes.of_customer(look, who, holding=row if part == "notes" else None)
        with_them = (customer_id, *found.related)
        promised = follow_ups.of_customers(look, with_them)
        called = talks.of_customers(look, with_them)
        in_erp = erp_shown.of_customer(look, who)
        sources = people.user_names(look)
        worth_of = customer_worth.worth(look, who, _newest(in_erp["sides"]))
        choices = customer_form.choices(look, source=found.customer.lead_source)
    row = row if part != "notes" or notes.changeable(row) else None
    named = _FIELDS.get(part, {})
    problems = error.faults(language()) if isinstance(error, Invalid) else ()
    return render_template(
        "agent/customer.html",
        page=found,
        view=found.customer,
        latest=timeline.latest(customer_id, _LATEST),
        **duplicates.beside(customer_id),
        notes=notes,
        typed=request.form if error else {},
        part=part if error else "",
        row=row,
        prefix=f"{_ROWS[part]}-{row}-" if row and part in _ROWS else _NEW.get(part, ""),
        words=error.sentence(language()) if error else "",
        problems={named.get(name, name): fault for name, fault in problems},
        clashes=_clashes(error) if isinstance(error, Overtaken) else (),
        choices=choices,
        sources=sources,
        promised=promised,
        called=called,
        erp=in_erp,
        worth_of=worth_of,
        may_name_key_accounts=Role.SUPERVISOR in visitor().roles,
    )


def _newest(sides: Sequence[Side]) -> View | None:
    """What any ERP said last of them."""
    heard = [side.heard for side in sides if side.heard is not None]
    return max(heard, key=lambda view: view.at, default=None)


def _clashes(error: Overtaken) -> tuple[tuple[str, str, str], ...]:
    """The field as people call it, what it is now, and what was typed."""
    words = language()
    return tuple(
        (
            customer_words.field(both.field, words),
            customer_words.value(both.field, both.now, words),
            customer_words.value(both.field, both.wanted, words),
        )
        for both in error.fields
    )
