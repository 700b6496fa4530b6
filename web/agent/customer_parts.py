"""What hangs on a customer, changed on their page: addresses and numbers, where letters go, who speaks for whom, consent."""

from collections.abc import Callable
from datetime import datetime, time

from flask import request
from flask.typing import ResponseReturnValue

from cpm.commands import (
    addresses,
    consents,
    contacts,
    customer_attributes,
    customer_rows,
    customers,
    identifier_facts,
    identifiers,
    terms,
)
from cpm.errors import Invalid
from cpm.forms.messages import Misfit
from cpm.forms.take.moments import take_date
from cpm.model import TermKind
from cpm.queries import search
from cpm.uow import UnitOfWork
from web import access
from web.agent import customer_form
from web.agent.blueprint import READERS, blueprint
from web.agent.customers import changed, facts
from web.language import language
from web.language import translate as _

#: What can be done to one address or number.
_FACTS: dict[str, Callable[[UnitOfWork, int, int], object]] = {
    "verify": identifier_facts.verify,
    "share": identifier_facts.share,
    "alone": identifier_facts.keep_alone,
    "unreachable": lambda uow, customer_id, identifier_id: identifier_facts.unreachable(
        uow, customer_id, identifier_id, request.form.get("why", "")
    ),
    "reachable": identifier_facts.reachable_again,
    "end": identifier_facts.end,
    "remove": identifier_facts.remove,
}


@blueprint.post("/customers/<int:customer_id>/addresses")
@access.granted(*READERS)
def add_address(customer_id: int) -> ResponseReturnValue:
    form = request.form
    value = form.get("address", "")
    kind = form.get("identifier_kind") or (identifiers.EMAIL if "@" in value else identifiers.PHONE)

    def add(uow: UnitOfWork) -> str:
        there = identifier_facts.has(uow, customer_id, kind, value)
        identifier_facts.add(
            uow,
            customer_id,
            kind,
            value,
            shared="shared" in form,
            verified="verified" in form,
            source=form.get("source", ""),
        )
        return (
            _("{address} was there already.", address=value)
            if there
            else _("{address} is added.", address=value)
        )

    return changed(customer_id, add, part="known")


@blueprint.post("/customers/<int:customer_id>/addresses/<int:identifier_id>/remove")
@access.granted(*READERS)
def remove_address(customer_id: int, identifier_id: int) -> ResponseReturnValue:
    return _fact(customer_id, identifier_id, "remove", _("The address is removed."))


@blueprint.post("/customers/<int:customer_id>/addresses/<int:identifier_id>")
@access.granted(*READERS)
def change_address(customer_id: int, identifier_id: int) -> ResponseReturnValue:
    """`what` names what is so from now on: verify, share, alone, unreachable (`why`), reachable, end."""
    return _fact(customer_id, identifier_id, request.form.get("what", ""), _("The address is changed."))


@blueprint.post("/customers/<int:customer_id>/postal")
@access.granted(*READERS)
def add_postal(customer_id: int) -> ResponseReturnValue:
    given = customer_form.postal(request.form)
    return changed(
        customer_id,
        lambda uow: addresses.add(uow, customer_id, given),
        _("The postal address is saved."),
        part="postal",
    )


@blueprint.post("/customers/<int:customer_id>/postal/<int:address_id>")
@access.granted(*READERS)
def change_postal(customer_id: int, address_id: int) -> ResponseReturnValue:
    given, gone = customer_form.postal(request.form), "remove" in request.form
    return changed(
        customer_id,
        lambda uow: (
            addresses.remove(uow, customer_id, address_id)
            if gone
            else addresses.change(uow, customer_id, address_id, given)
        ),
        _("The postal address is removed.") if gone else _("The postal address is saved."),
        part="postal",
        row=address_id,
    )


@blueprint.post("/customers/<int:customer_id>/postal/<int:address_id>/reach")
@access.granted(*READERS)
def reach_postal(customer_id: int, address_id: int) -> ResponseReturnValue:
    """Letters come back from there (`why`), or with `again` arrive after all."""
    why, again = request.form.get("why", ""), "again" in request.form
    return changed(
        customer_id,
        lambda uow: (
            addresses.reachable_again(uow, customer_id, address_id)
            if again
            else addresses.unreachable(uow, customer_id, address_id, why)
        ),
        _("The postal address is saved."),
        part="postal",
        row=address_id,
    )


@blueprint.post("/customers/<int:customer_id>/contacts")
@access.granted(*READERS)
def add_contact(customer_id: int) -> ResponseReturnValue:
    """Somebody who is known, by number, name or address; or somebody new."""
    form = request.form

    def add(uow: UnitOfWork) -> None:
        person = _person(uow)
        mailing = "mailing" in form
        contacts.add(uow, customer_id, person, function=form.get("function", ""), mailing=mailing)

    return changed(customer_id, add, _("The contact person is added."), part="contacts")


@blueprint.post("/customers/<int:customer_id>/contacts/<int:contact_id>")
@access.granted(*READERS)
def change_contact(customer_id: int, contact_id: int) -> ResponseReturnValue:
    form = request.form

    def change(uow: UnitOfWork) -> None:
        match form.get("what"):
            case "mailing":
                contacts.mail_to(uow, customer_id, contact_id)
            case "remove":
                contacts.remove(uow, customer_id, contact_id)
            case _:
                contacts.change(uow, customer_id, contact_id, function=form.get("function", ""))

    said = _("The contact persons are changed.")
    return changed(customer_id, change, said, part="contacts", row=contact_id)


@blueprint.post("/customers/<int:customer_id>/consents")
@access.granted(*READERS)
def add_consent(customer_id: int) -> ResponseReturnValue:
    form = request.form

    def say(uow: UnitOfWork) -> None:
        who = customer_rows.locked(uow, customer_id)
        at = _said_at(uow, form.get("said_on", ""))
        about = form.get("channel", ""), form.get("purpose", "")
        if form.get("said") == "withdrawn":
            consents.withdraw(uow, who, *about, source=form.get("source", ""), at=at)
        else:
            text = form.get("text_version", "")
            consents.give(uow, who, *about, source=form.get("source", ""), text_version=text, at=at)

    return changed(customer_id, say, _("The consent is written down."), part="consent")


@blueprint.post("/customers/<int:customer_id>/words")
@access.granted(*READERS)
def change_words(customer_id: int) -> ResponseReturnValue:
    """Categories and business fields: those that are ticked, and no others that the form showed as ticked."""
    form = request.form

    def put(uow: UnitOfWork) -> None:
        who = customer_rows.locked(uow, customer_id)
        for kind in terms.SEVERAL:
            seen = form.getlist(f"{customer_form.SEEN}{kind.value}")
            terms.put_of(uow, who, kind, form.getlist(kind.value), seen=seen)
        if new := form.get("new_category", "").strip():
            added = terms.put(uow, TermKind.CATEGORY, new)
            terms.assign(uow, TermKind.CATEGORY, added.key, [customer_id])

    return changed(customer_id, put, _("The customer's data are saved."), part="words")


@blueprint.post("/customers/<int:customer_id>/attributes")
@access.granted(*READERS)
def change_attributes(customer_id: int) -> ResponseReturnValue:
    typed, seen = customer_form.attributes(request.form)
    reader = language()
    return changed(
        customer_id,
        lambda uow: customer_attributes.put(uow, customer_id, typed, seen=seen, language=reader),
        _("The customer's data are saved."),
        part="attributes",
    )


def _fact(customer_id: int, identifier_id: int, what: str, done: str) -> ResponseReturnValue:
    def change(uow: UnitOfWork) -> None:
        if what not in _FACTS:
            raise Invalid(f"Expected one of {', '.join(_FACTS)}, but got {what!r:.40}")
        _FACTS[what](uow, customer_id, identifier_id)

    return changed(customer_id, change, done, part="known", row=identifier_id)


def _person(uow: UnitOfWork) -> int:
    form = request.form
    sought = form.get("person", "").strip()
    if not sought:
        return customers.create(uow, facts(form), email=form.get("email", ""), phone=form.get("phone", "")).id
    found = [hit for hit in search.customers(uow, sought) if hit.kind == "person"]
    if len(found) == 1:
        return found[0].id
    fits = ", ".join(f"{hit.number} {hit.name}" for hit in found)
    said = (
        ("fits several; please give the number: " + fits, "Das passt auf mehrere; bitte die Nummer: " + fits)
        if found
        else ("fits nobody", "Dazu passt niemand.")
    )
    raise Invalid(
        f"Expected one person, but {sought!r:.80} {said[0]}",
        [("person", said[0])],
        problems_de=[("person", said[1])],
    )


def _said_at(uow: UnitOfWork, written: str) -> datetime | None:
    """The beginning of that day where the firm is; None for today."""
    try:
        day = take_date(written)
    except Misfit:
        raise Invalid(
            f"Expected a day, but got {written!r:.40}",
            [("said_on", "is no day")],
            problems_de=[("said_on", "Bitte einen Tag angeben, etwa 2.3.2026.")],
        ) from None
    if day is None or day == uow.local_now.date():
        return None
    return datetime.combine(day, time(), uow.settings.zone)
