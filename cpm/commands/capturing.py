"""Steps of a process about its customer: what is known of them, and what was captured in one place, written once.

The rows are changed by the commands that pages use, with their checks. Each of these steps may be repeated.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import func, select

from cpm import letter_heads, salutation
from cpm.commands import (
    addresses,
    audit,
    consents,
    customer_rows,
    customers,
    identifiers,
    merging,
    terms,
)
from cpm.commands.variables import load
from cpm.connectors import Done, Failed, Outcome
from cpm.errors import Conflict, CpmError, Invalid
from cpm.letter_heads import Place
from cpm.model import Address, Case, Customer, CustomerKind, CustomerStatus, Identifier, Term, TermKind
from cpm.queries import party
from cpm.queries.survivors import survivor
from cpm.uow import UnitOfWork

NEW = "new"  #: `same_as` of somebody who is nobody we know
_NAMES = ("company_name", "title", "first_name", "last_name", "gender_address")
_FACTS = ("language", *_NAMES)
_KNOWN_BY = (identifiers.EMAIL, identifiers.PHONE, identifiers.VAT_ID)
_POSTAL = ("street", "postcode", "city", "country")
_ADVERTISING = ("email", "phone")
_SOURCE = "order"


def known(uow: UnitOfWork, case: Case, given: Mapping[str, Any]) -> Outcome:
    """What we know of the case's customer, so that nobody is asked again.

    What the case says already comes first, unless it is asked `afresh`.
    """
    customer = survivor(uow, case.customer)
    says = {} if given.get("afresh") is True else load(uow, case)[""]
    said = {name: value for name, value in says.items() if value not in (None, "")}
    ours = of_rows(uow, customer)
    found = {**ours, **{name: said[name] for name in ours if name in said}}
    if found["company_name"]:
        found["customer_kind"] = CustomerKind.COMPANY.value
    complete = _complete(ours) and all(ours[name] == said.get(name, ours[name]) for name in _POSTAL)
    told = {"customer_complete": complete, "unreachable": _unreachable(uow, customer, found)}
    return Done({**found, **told, **_addressed(uow, case, customer)})


def save(uow: UnitOfWork, case: Case, given: Mapping[str, Any]) -> Outcome:
    """Write what was captured to the customer's rows.

    `saved` says whether; if not, `customer_options` are those who are known by the same address or number, to be
    compared, or `back_note` says in both languages what does not fit. `same_as`: whom of them a person has chosen.
    """
    nothing = {"saved": False, "customer_options": [], "back_note": None}
    try:
        with uow.session.begin_nested():
            who = _chosen(uow, case, given.get("same_as"))
            others = () if given.get("same_as") == NEW else _others(uow, who, given)
            if others:
                return Done({**nothing, **given, "customer_options": _options(uow, others), **_ids(case)})
            write(uow, who, given)
    except CpmError as refused:
        note = " / ".join(told(refused, language) for language in ("de", "en"))
        return Done({**nothing, **given, "back_note": note, **_ids(case)})
    uow.session.refresh(case)
    written = {name: value for name, value in of_rows(uow, who).items() if value is not None}
    return Done({**nothing, **given, **written, "saved": True, **_ids(case), **_addressed(uow, case, who)})


def set_status(uow: UnitOfWork, case: Case, given: Mapping[str, Any]) -> Outcome:
    """Who has bought is a customer, with the business fields of what they bought; twice changes nothing."""
    if (wanted := given.get("status")) not in tuple(CustomerStatus):
        return Failed("missing_field", f"Expected a status such as customer, but got {wanted!r:.40}.")
    who = survivor(uow, case.customer)
    if who.status != wanted:
        customers.change(uow, who.id, {"status": CustomerStatus(wanted)})
    fields = given.get("fields")
    for key in fields if isinstance(fields, list) else ():
        term = uow.session.get(Term, (TermKind.BUSINESS_FIELD, str(key)))
        if term is not None and term.retired_at is None:
            terms.assign(uow, TermKind.BUSINESS_FIELD, term.key, [who.id])
    return Done({"customer_status": who.status.value, "fields": terms.of(uow, who, TermKind.BUSINESS_FIELD)})


def add_address(uow: UnitOfWork, case: Case, given: Mapping[str, Any]) -> Outcome:
    """Goods went there: it is among the customer's addresses, for deliveries. `address` null: none is new.

    Brings `places` as they are now, and as `place` which of them it is; one that is known already is not there twice.
    """
    who = customer_rows.locked(uow, survivor(uow, case.customer).id)
    if (at := given.get("address")) is None:
        return Done({"places": _places(uow, who), "place": None})
    if not isinstance(at, Mapping):
        return Failed("missing_field", f"Expected an address, but got {at!r:.40}.")
    postal = addresses.Postal(**{name: str(at.get(name) or "") for name in _POSTAL}, kind="delivery")
    if (known := _place(uow, who, postal)) is None:
        addresses.add(uow, who.id, postal)
        known = _place(uow, who, postal)
    return Done({"places": _places(uow, who), "place": known})


def _place(uow: UnitOfWork, who: Customer, postal: addresses.Postal) -> str | None:
    wanted = [getattr(postal, name) for name in _POSTAL]
    return next((at["value"] for at in _places(uow, who) if [at[name] for name in _POSTAL] == wanted), None)


def _chosen(uow: UnitOfWork, case: Case, same_as: object) -> Customer:
    """The case's customer, who has just become one with the one that a person has chosen, if they have."""
    who = customer_rows.locked(uow, survivor(uow, case.customer).id)
    chosen = int(same_as) if isinstance(same_as, str) and same_as.isdecimal() and len(same_as) < 19 else None
    if chosen is None or chosen == who.id:
        return who
    others = select(func.count()).where(Case.customer_id == who.id, Case.id != case.id)
    if uow.session.scalar(others):  # theirs would have to be locked before this one
        raise _has_more(who)
    merging.join(uow, chosen, who.id)
    uow.session.refresh(case)
    return customer_rows.locked(uow, chosen)


def _others(uow: UnitOfWork, who: Customer, given: Mapping[str, Any]) -> tuple[Customer, ...]:
    """Who else is known by the same address, number or VAT number."""
    found: dict[int, Customer] = {}
    for kind, value in _identifiers(given):
        owner = identifiers.owner(uow, kind, value)
        if owner is not None and owner.id != who.id:
            found[owner.id] = owner
    return tuple(found.values())


def _options(uow: UnitOfWork, others: Sequence[Customer]) -> list[dict[str, str]]:
    new = {"value": NEW, "label": "Nein, jemand anderes", "cpm:label.en": "No, somebody else"}
    return [*({"value": str(one.id), "label": _described(uow, one)} for one in others), new]


def _described(uow: UnitOfWork, one: Customer) -> str:
    place = party.main_address(uow, one)
    where = f", {place.street}, {place.postcode} {place.city}" if place else ""
    return f"{one.name} ({one.number}){where}"


def write(uow: UnitOfWork, who: Customer, given: Mapping[str, Any]) -> None:
    """A field that was left empty takes nothing away."""
    facts: dict[str, Any] = {name: given[name] for name in _FACTS if given.get(name)}
    if given.get("customer_kind"):
        facts["kind"] = CustomerKind(given["customer_kind"])
    customers.change(uow, who.id, facts)
    for kind, value in _identifiers(given):
        if identifiers.claim(
            uow, who, kind, value, identifying=_alone(uow, who, kind, value), source=_SOURCE
        ):
            audit.record(uow, "customer.address_added", customer=who.id, kind=kind, value=value)
    if given.get("street"):
        _settle_at(uow, who, given)
    for channel in _ADVERTISING:
        if given.get(f"consent_{channel}") is True and not consents.given(uow, who, channel, "advertising"):
            consents.give(uow, who, channel, "advertising", source=_SOURCE)


def _settle_at(uow: UnitOfWork, who: Customer, given: Mapping[str, Any]) -> None:
    postal = addresses.Postal(**{name: str(given.get(name) or "") for name in _POSTAL})
    at = party.main_address(uow, who)
    if at is None or at.kind != "main":
        addresses.add(uow, who.id, postal)
    else:
        addresses.change(uow, who.id, at.id, replace(postal, extra=at.extra or ""))


def _identifiers(given: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(kind, identifiers.normalised(kind, str(given[kind]))) for kind in _KNOWN_BY if given.get(kind)]


def _alone(uow: UnitOfWork, who: Customer, kind: str, value: str) -> bool:
    owner = identifiers.owner(uow, kind, value)
    return owner is None or owner.id == who.id


def of_rows(uow: UnitOfWork, customer: Customer) -> dict[str, Any]:
    """By the keys of the form in which customers are captured; null where nothing is known."""
    place = party.main_address(uow, customer)
    numbers = {kind: party.reached_by(uow, customer, kind) for kind in _KNOWN_BY}
    return {
        "customer_kind": customer.kind.value,
        **{name: getattr(customer, name) or None for name in _NAMES},
        **{name: getattr(place, name) if place else None for name in _POSTAL},
        **{kind: row.value if row else None for kind, row in numbers.items()},
    }


def _unreachable(uow: UnitOfWork, customer: Customer, found: Mapping[str, Any]) -> str | None:
    """What of that is marked so, each with its reason; None if nothing is."""
    place = party.main_address(uow, customer)
    numbers = [party.reached_by(uow, customer, kind) for kind in (identifiers.EMAIL, identifiers.PHONE)]
    rows: list[tuple[str, Address | Identifier]] = []
    rows += [(place.street, place)] if place is not None and place.street == found["street"] else []
    rows += [(row.value, row) for row in numbers if row is not None and row.value == found[row.kind]]
    return ", ".join(_marked(value, row) for value, row in rows if row.unreachable_at is not None) or None


def _marked(value: str, row: Address | Identifier) -> str:
    return f"{value} ({row.unreachable_why})" if row.unreachable_why else value


def _complete(ours: Mapping[str, Any]) -> bool:
    named = ours["company_name"] if ours["customer_kind"] == CustomerKind.COMPANY else ours["last_name"]
    return bool(named and ours["street"] and (ours["phone"] or ours["email"]))


def _ids(case: Case) -> dict[str, Any]:
    return {"customer_id": str(case.customer_id), "customer_status": case.customer.status.value}


def _addressed(uow: UnitOfWork, case: Case, customer: Customer) -> dict[str, Any]:
    """How letters of the case speak to them and where they go."""
    who = replace(customer.party, language=case.language)
    row = party.letters_to(uow, customer)
    return {
        "salutation": salutation.salutation(who),
        "name_spoken": salutation.name_spoken(who),
        "letter_address": "\n".join(_lines(who, row)),
        "letter_unreachable": _marked(row.street, row) if row and row.unreachable_at else None,
        "places": _places(uow, customer),
    }


def _places(uow: UnitOfWork, customer: Customer) -> list[dict[str, str]]:
    """Where goods may go, the main address first: options of a form that are addresses as well."""
    found = party.addresses(uow, customer)
    return [
        {
            "value": str(number),
            "label": f"{at.street}, {at.postcode} {at.city}".replace("\n", ", "),
            **asdict(at),
        }
        for number, at in enumerate(found, 1)
    ]


def _lines(who: salutation.Party, row: Address | None) -> tuple[str, ...]:
    place = Place(row.street, row.postcode, row.city, row.country, row.extra or "") if row else None
    lines = letter_heads.address_block(who, place=place)
    if who.kind == "company" and who.last_name:  # the person stands below the company
        person = letter_heads.address_block(replace(who, kind="person", company_name=""))
        lines = (*lines[:1], *person, *lines[1:])
    return lines


def told(refused: CpmError, language: str) -> str:
    faults = refused.faults(language) if isinstance(refused, Invalid) else ()
    return "; ".join(words for _, words in faults) or refused.sentence(language)


def _has_more(who: Customer) -> CpmError:
    return Conflict(
        f"Expected to join {who.number} with another, but it has more cases: merge both on their page",
        de=f"{who.number} hat weitere Vorgänge; bitte auf der Kundenseite zusammenführen.",
    )
