"""Customers: find one by an address, make one, change what is known of one."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from functools import partial
from typing import Any

from cpm.commands import (
    audit,
    births,
    changing,
    checks,
    customer_rows,
    duplicates,
    identifiers,
    identity_keys,
    party_jobs,
    terms,
)
from cpm.errors import Forbidden
from cpm.identity import Record
from cpm.mail_addresses import lowered
from cpm.model import Customer, CustomerKind, CustomerStatus, Role, TermKind
from cpm.queries import customer_words
from cpm.uow import UnitOfWork

ADDRESSED_AS = ("Herr", "Frau", "divers", "unknown")
LANGUAGES = ("de", "en")
_NAMES = ("first_name", "last_name", "company_name", "title")
_LONGEST = 120  #: characters of a name


@dataclass(frozen=True, slots=True)
class Facts:
    """What a person says of a customer."""

    kind: CustomerKind = CustomerKind.PERSON
    first_name: str = ""
    last_name: str = ""
    company_name: str = ""
    title: str = ""
    gender_address: str = "unknown"
    language: str = "de"
    status: CustomerStatus = CustomerStatus.PROSPECT
    lead_source: str = ""  #: the key of a term
    born: date | None = None  #: a person's, if they gave it


FIELDS = tuple(field.name for field in fields(Facts))
_NOTHING: Mapping[str, Any] = {}


def of_address(
    uow: UnitOfWork, address: str, *, name: str, language: str, kind: str = identifiers.EMAIL
) -> Customer:
    """The one customer who writes or calls from this address; a new one if nobody does yet, or several do."""
    address = lowered(address)
    if (found := identifiers.owner(uow, kind, address)) is not None:
        return found
    first, _, last = name.strip().rpartition(" ")
    made = Customer(
        first_name=first[:80] or None, last_name=last[:80] or None, language=language, created_at=uow.now
    )
    uow.session.add(made)
    uow.session.flush()
    if identifiers.claim(uow, made, kind, address, source=uow.actor):
        identity_keys.first(uow, made.id, _record(made, kind, address))
        return made
    uow.session.delete(made)  # another command was faster with the same address
    uow.session.flush()
    faster = identifiers.owner(uow, kind, address)
    assert faster is not None, "the address is somebody's"
    return faster


def _record(customer: Customer, kind: str, address: str) -> Record:
    mail = kind == identifiers.EMAIL
    return Record(
        first_name=customer.first_name or "",
        last_name=customer.last_name or "",
        emails=(address,) if mail else (),
        phones=() if mail else (address,),
    )


def create(uow: UnitOfWork, facts: Facts, *, email: str = "", phone: str = "") -> Customer:
    """A new customer; identifiers.Known if the address or number is somebody's already, Invalid names what does not fit."""
    must_fit(uow, facts, email=email, phone=phone)
    addresses, clean = identifiers.kept(email=email, phone=phone), _checked(uow, facts)
    identifiers.refuse_known(uow, addresses)
    customer = Customer(**clean, created_at=uow.now)
    uow.session.add(customer)
    uow.session.flush()
    for kind, value in addresses:
        if not identifiers.claim(uow, customer, kind, value, source=uow.actor):
            identifiers.refuse_known(uow, [(kind, value)], but=customer)
    audit.record(uow, "customer.created", customer=customer.id)
    duplicates.soon(uow, customer.id)
    return customer


def must_fit(uow: UnitOfWork, facts: Facts, *, email: str = "", phone: str = "") -> None:
    """Invalid names all that is no fact of a customer, nor an address or number."""
    checks.together(lambda: _checked(uow, facts), lambda: identifiers.kept(email=email, phone=phone))


def change(
    uow: UnitOfWork,
    customer_id: int,
    changes: Facts | Mapping[str, Any],
    *,
    seen: Mapping[str, Any] = _NOTHING,
) -> Customer:
    """Put right what is known of them; letters to come use it, sent ones stay.

    `changes`: all of it, or some fields. `seen`: fields as they were when somebody began to type; `changing.Overtaken`
    if they mean to change one that somebody else has changed since. Changes of other fields go together.
    """
    customer = customer_rows.locked(uow, customer_id)
    given = _dated(asdict(changes) if isinstance(changes, Facts) else changes)
    now = {name: getattr(customer, name) for name in FIELDS}
    meant = changing.wanted(now, given, _dated(seen), customer_words.field)
    clean = _checked(uow, replace(facts_of(customer), **meant), new_source="lead_source" in meant)
    changed = {name: value for name, value in clean.items() if now[name] != value}
    for name, value in changed.items():
        setattr(customer, name, value)
    if changed:
        customer_rows.changed(uow, customer, now, changed)
        duplicates.soon(uow, customer.id)
        party_jobs.soon(uow, customer.id)
    return customer


def set_key_account(uow: UnitOfWork, customer_id: int, *, key_account: bool) -> Customer:
    """For supervisors: it widens what agents may grant without asking."""
    customer = customer_rows.locked(uow, customer_id)
    if Role.SUPERVISOR not in uow.user().roles:
        raise Forbidden(
            "Expected a supervisor to say who is a key account, but you are none",
            de="Schlüsselkunden bestimmt die Teamleitung.",
        )
    if customer.key_account != key_account:
        before = {"key_account": customer.key_account}
        customer.key_account = key_account
        customer_rows.changed(uow, customer, before, {"key_account": key_account})
    return customer


def facts_of(customer: Customer) -> Facts:
    said: dict[str, Any] = {name: getattr(customer, name) for name in FIELDS}
    texts: dict[str, Any] = {name: "" if value is None else value for name, value in said.items()}
    return Facts(**{**texts, "born": customer.born})


def _dated(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: births.read(value) if name == "born" else value for name, value in given.items()}


def _checked(uow: UnitOfWork, facts: Facts, *, new_source: bool = True) -> dict[str, Any]:
    """As columns; empty names are null."""
    company = facts.kind == CustomerKind.COMPANY
    wanted = "company_name" if company else "last_name"
    checks.together(
        *(
            partial(checks.plain_text, name, getattr(facts, name), required=name == wanted, longest=_LONGEST)
            for name in _NAMES
        ),
        lambda: checks.one_of("kind", facts.kind, tuple(CustomerKind)),
        lambda: checks.one_of("status", facts.status, tuple(CustomerStatus)),
        lambda: checks.one_of("gender_address", facts.gender_address, ADDRESSED_AS),
        lambda: checks.one_of("language", facts.language, LANGUAGES),
        lambda: births.past(uow, facts.born),
    )
    names = {name: getattr(facts, name).strip() or None for name in _NAMES}
    if facts.lead_source and new_source:
        terms.must_be_one(uow, TermKind.LEAD_SOURCE, facts.lead_source, field="lead_source")
    rest = {"gender_address": facts.gender_address, "language": facts.language}
    status = {"kind": CustomerKind(facts.kind), "status": CustomerStatus(facts.status)}
    source = facts.lead_source or None
    return {**names, **rest, **status, "lead_source": source, "born": births.read(facts.born)}
