"""What else an installation wants to know of its customers: declared once, then kept for each of them by its kind."""

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from cpm import attributes
from cpm.attributes import Kind
from cpm.commands import administering, audit, changing, checks, customer_rows
from cpm.errors import Forbidden, Invalid
from cpm.forms.messages import Misfit
from cpm.forms.take.moments import take_date
from cpm.forms.take.numbers import take_number
from cpm.model import Customer, CustomerAttribute, CustomerValue, Role
from cpm.uow import UnitOfWork

KINDS = (Kind.TEXT, Kind.NUMBER, Kind.DATE, Kind.CHOICE)
MOST = 60  #: more nobody fills in
_LONGEST = 500
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_KEEPERS = frozenset({Role.OPERATOR, Role.DESIGNER})
_NOTHING: Mapping[str, Any] = {}


def declare(
    uow: UnitOfWork,
    key: str,
    kind: Kind,
    name_de: str,
    *,
    name_en: str = "",
    options: Mapping[str, str] = _NOTHING,
) -> CustomerAttribute:
    """A new attribute, or new words for one that is there; its kind stays. `options`: of a choice, value -> its name."""
    _must_be_allowed(uow)
    if not _KEY.fullmatch(key) or kind not in KINDS or (kind == Kind.CHOICE) != bool(options):
        raise Invalid(
            "Expected a key of lower-case letters, a kind (text, number, date, choice), and options for a choice alone",
            [("key", "does not fit its kind")],
            de="Ein Attribut braucht einen Schlüssel aus Kleinbuchstaben und eine Art; nur eine Auswahl hat Werte.",
        )
    found = uow.session.get(CustomerAttribute, key)
    if found is None:
        _must_have_room(uow)
        found = CustomerAttribute(key=key, kind=kind, created_at=uow.now)
        uow.session.add(found)
    elif found.kind != kind:
        raise Invalid(
            f"Expected {key} to stay a {found.kind}, but it would become a {kind}: declare another",
            [("kind", "cannot change")],
            problems_de=[("kind", "Die Art kann sich nicht ändern; bitte ein anderes Attribut anlegen.")],
        )
    found.name_de = checks.plain_text("name_de", name_de, longest=80)
    found.name_en = checks.plain_text("name_en", name_en, required=False, longest=80) or found.name_de
    found.options = {
        checks.plain_text("options", value, longest=80): checks.plain_text("options", name, longest=80)
        for value, name in options.items()
    }
    found.retired_at = None
    uow.session.flush()
    audit.record(uow, "attribute.declared", key=key, kind=kind.value, name=found.name_de)
    return found


def retire(uow: UnitOfWork, key: str) -> CustomerAttribute:
    """Nobody fills it in any more; what was said stays."""
    _must_be_allowed(uow)
    found = uow.get(CustomerAttribute, key)
    if found.retired_at is None:
        found.retired_at = uow.now
        audit.record(uow, "attribute.retired", key=key, name=found.name_de)
    return found


def put(
    uow: UnitOfWork,
    customer_id: int,
    given: Mapping[str, Any],
    *,
    seen: Mapping[str, Any] = _NOTHING,
    language: str = "de",
) -> Customer:
    """Change these values; an empty one is taken away. `seen` as in `customers.change`; typed text is read by `language`."""
    customer = customer_rows.locked(uow, customer_id)
    declared = {key: _declared(uow, key) for key in given}
    rows = {row.key: row for row in _rows(uow, customer)}
    now = {key: rows[key].value if key in rows else None for key in given}
    clean = {key: read(declared[key], value, language) for key, value in given.items()}
    looked = {key: read(declared[key], seen[key], language) for key in given if key in seen}
    meant = changing.wanted(now, clean, looked, lambda key, language: declared[key].name(language))
    for key, value in meant.items():
        _write(uow, customer, declared[key], rows.get(key), value)
    if meant:
        names = {key: declared[key].name_de for key in meant}
        before = {names[key]: now[key] for key in meant}
        customer_rows.changed(uow, customer, before, {names[key]: value for key, value in meant.items()})
    return customer


def read(attribute: CustomerAttribute, value: Any, language: str) -> Any:
    """As it is kept; None for nothing. Invalid names the attribute."""
    try:
        if value is None or value == "":
            return None
        match attribute.kind:
            case Kind.NUMBER:
                return take_number(value, language)
            case Kind.DATE:
                return take_date(value)
            case Kind.CHOICE if value in attribute.options:
                return value
            case Kind.TEXT if isinstance(value, str):
                return checks.plain_text(attribute.key, value, required=False, longest=_LONGEST) or None
    except Misfit:
        pass
    name = attribute.name_de
    raise Invalid(
        f"Expected {attribute.name_en} to be a {attribute.kind}, but got {value!r:.60}",
        [(attribute.key, f"is no {attribute.kind}, or none of its options")],
        problems_de=[(attribute.key, f"Das passt nicht zu {name}.")],
    )


def _write(
    uow: UnitOfWork, customer: Customer, attribute: CustomerAttribute, row: CustomerValue | None, value: Any
) -> None:
    if value is None:
        if row is not None:
            uow.session.delete(row)
        return
    if row is None:
        row = CustomerValue(customer_id=customer.id, key=attribute.key)
        uow.session.add(row)
    found = attributes.typed(attribute.kind, value, uow.settings.zone)
    row.value, row.amount, row.day, row.sought = value, found.amount, found.day, found.sought


def _rows(uow: UnitOfWork, customer: Customer) -> list[CustomerValue]:
    of = select(CustomerValue).where(CustomerValue.customer_id == customer.id)
    return list(uow.session.scalars(of))


def _declared(uow: UnitOfWork, key: str) -> CustomerAttribute:
    found = uow.session.get(CustomerAttribute, key)
    if found is None or found.retired_at is not None:
        raise Invalid(
            f"Expected an attribute that is declared, but {key!r:.60} is none",
            [(key, "is not declared")],
            problems_de=[(key, "Dieses Attribut gibt es nicht.")],
        )
    return found


def _must_have_room(uow: UnitOfWork) -> None:
    if len(uow.session.scalars(select(CustomerAttribute.key)).all()) >= MOST:
        raise Invalid(
            f"Expected at most {MOST} attributes, but there are as many already",
            de=f"Es kann höchstens {MOST} Attribute geben.",
        )


def _must_be_allowed(uow: UnitOfWork) -> None:
    if not administering.is_program(uow) and _KEEPERS.isdisjoint(uow.user().roles):
        raise Forbidden(
            "Expected a designer or operator to declare attributes of customers, but you are none",
            de="Attribute von Kunden legen Gestaltung und Betrieb fest.",
        )
