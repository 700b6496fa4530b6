"""A case by hand: somebody calls, comes by or writes a letter, and an agent takes it down."""

import secrets
from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cpm.commands import notes
from cpm.commands.identifiers import Known
from cpm.commands.notes import NewCustomer, Said
from cpm.errors import CpmError, Invalid, NotFound
from cpm.policies import PolicyRefusal
from cpm.queries import customers, search, startable, words
from cpm.uow import UnitOfWork
from web import access, assent
from web.agent.blueprint import READERS, blueprint
from web.agent.customers import ADDRESSED, KINDS, facts
from web.here import engine
from web.language import language
from web.visitor import visitor

_NEW = "new"


@dataclass(frozen=True, slots=True)
class Offered:
    """A customer to choose."""

    id: int
    name: str
    addresses: tuple[str, ...]


@blueprint.get("/cases/new")
@access.granted(*READERS)
def new_case() -> ResponseReturnValue:
    """First the customer is looked for; whoever is not found is entered with the case."""
    return _page()


@blueprint.post("/cases/new")
@access.granted(*READERS)
def open_case() -> ResponseReturnValue:
    """The same form sent twice opens one case. What does not fit comes back as it was typed."""
    try:
        with engine().begin(visitor().login, assent.of_form()) as uow:
            opened = notes.open_by_hand(
                uow, _said(), process=request.form.get("process", ""), customer=_customer()
            )
            number = opened.number
    except CpmError as error:
        if isinstance(error, PolicyRefusal) or error.status not in (404, 409, 422):
            raise
        return _page(error), error.status
    return redirect(url_for("agent.case", number=number), 303)


def _said() -> Said:
    form = request.form
    return Said(
        channel=form.get("channel", ""),
        subject=form.get("subject", ""),
        text=form.get("text", ""),
        unique_id=form.get("unique_id") or None,
        language="en" if form.get("spoken") == "en" else "de",
    )


def _customer() -> int | NewCustomer:
    chosen = request.form.get("customer", "")
    if _is_id(chosen):
        return int(chosen)
    if chosen != _NEW:
        raise Invalid(
            "Expected a customer, but none is chosen",
            [("customer", "is missing")],
            de="Bitte einen Kunden wählen oder neu eintragen.",
            problems_de=[("customer", "Bitte einen Kunden wählen oder neu eintragen.")],
        )
    form = request.form
    return NewCustomer(
        facts({**form, "language": form.get("spoken", "de")}),
        email=form.get("email", ""),
        phone=form.get("phone", ""),
    )


def _page(error: CpmError | None = None) -> str:
    """With the customers that fit what is sought, or that an address belongs to which was given for a new one."""
    sought = request.values.get("q", "").strip()
    chosen = request.values.get("customer", "")
    with engine().read(visitor().login) as look:
        known = [_offered(look, one) for one in error.customers] if isinstance(error, Known) else []
        picked = [_offered(look, int(chosen))] if _is_id(chosen) else []
        found = [Offered(one.id, one.name, one.addresses) for one in search.customers(look, sought)]
        processes = startable.processes(look, language())
    return render_template(
        "agent/new_case.html",
        sought=sought,
        found=list(dict.fromkeys(one for one in [*known, *picked, *found] if one is not None)),
        known=bool(known),
        typed=request.form,
        chosen=chosen,
        unique_id=request.form.get("unique_id") or secrets.token_urlsafe(12),
        words=error.sentence(language()) if error else "",
        problems=dict(error.faults(language())) if isinstance(error, Invalid) else {},
        processes=processes,
        channels={word: words.channel(word, language()) for word in notes.CHANNELS},
        kinds=KINDS,
        addressed=ADDRESSED,
    )


def _offered(look: UnitOfWork, customer_id: int) -> Offered | None:
    try:
        view = customers.view(look, customers.must_see(look, customer_id))
    except NotFound:
        return None
    return Offered(view.id, view.name, tuple(one.value for one in view.addresses))


def _is_id(text: str) -> bool:
    return text.isdecimal() and len(text) < 19
