"""What hangs on a customer: addresses and numbers with their facts, where letters go, who speaks for whom, consent, attributes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from cpm import countries
from cpm.model import (
    Address,
    Consent,
    Contact,
    Customer,
    CustomerAttribute,
    CustomerTerm,
    CustomerValue,
    Identifier,
    Term,
    TermKind,
)
from cpm.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Known:
    """An address or number by which they are known."""

    id: int
    kind: str  #: email, phone, fax, customer_no, vat_id, handle
    value: str
    identifying: bool  #: else several have it
    source: str
    valid_from: datetime | None
    valid_to: datetime | None
    verified_at: datetime | None
    unreachable_at: datetime | None
    unreachable_why: str | None
    others: tuple[tuple[int, str], ...] = ()  #: who has it too: id and name


@dataclass(frozen=True, slots=True)
class PostalAddress:
    id: int
    kind: str  #: main, billing, delivery, private
    extra: str
    street: str
    postcode: str
    city: str
    country: str  #: its code
    country_name: str
    unreachable_at: datetime | None
    unreachable_why: str | None


@dataclass(frozen=True, slots=True)
class Spokesperson:
    """The other end of a contact: a person of this company, or a company of this person."""

    id: int  #: of the contact
    customer_id: int
    number: str
    name: str
    function: str
    mailing: bool


@dataclass(frozen=True, slots=True)
class Word:
    channel: str
    purpose: str
    given: bool
    at: datetime
    source: str
    text_version: str
    recorded_at: datetime
    recorded_by: str


@dataclass(frozen=True, slots=True)
class Label:
    """A category or business field they have."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Particular:
    """A declared attribute; `value` is None where nothing is known."""

    key: str
    label: str
    kind: str
    value: Any
    options: tuple[tuple[str, str], ...]  #: of a choice: value and name

    @property
    def shown(self) -> Any:
        return dict(self.options).get(self.value, self.value) if self.options else self.value


def known(uow: UnitOfWork, customer: Customer) -> tuple[Known, ...]:
    """Valid ones first, as they came."""
    of = select(Identifier).where(Identifier.customer_id == customer.id)
    rows = uow.session.scalars(of.order_by(Identifier.valid_to.is_not(None), Identifier.id)).all()
    shared = [row for row in rows if not row.identifying and row.valid_to is None]
    others = _others(uow, customer, shared) if shared else {}
    names = [name for name in Known.__dataclass_fields__ if name != "others"]
    return tuple(
        Known(
            **{name: getattr(row, name) for name in names},
            others=tuple(others.get((row.kind, row.value), ())),
        )
        for row in rows
    )


def postal(uow: UnitOfWork, customer: Customer, language: str) -> tuple[PostalAddress, ...]:
    of = select(Address).where(Address.customer_id == customer.id).order_by(Address.id)
    return tuple(
        PostalAddress(
            row.id,
            row.kind,
            row.extra or "",
            row.street,
            row.postcode,
            row.city,
            row.country,
            countries.name(row.country, language),
            row.unreachable_at,
            row.unreachable_why,
        )
        for row in uow.session.scalars(of)
    )


def persons(uow: UnitOfWork, company: Customer) -> tuple[Spokesperson, ...]:
    """Who gets the company's letters first."""
    who = select(Contact, Customer).join(Customer, Customer.id == Contact.person_id)
    found = who.where(Contact.company_id == company.id).order_by(Contact.mailing.desc(), Contact.id)
    return tuple(_spokesperson(contact, person) for contact, person in uow.session.execute(found))


def companies(uow: UnitOfWork, person: Customer) -> tuple[Spokesperson, ...]:
    who = select(Contact, Customer).join(Customer, Customer.id == Contact.company_id)
    found = who.where(Contact.person_id == person.id).order_by(Contact.id)
    return tuple(_spokesperson(contact, company) for contact, company in uow.session.execute(found))


def consents(uow: UnitOfWork, customer: Customer) -> tuple[tuple[Word, ...], tuple[Word, ...]]:
    """What counts now, one for each channel and purpose; and all that was ever said, the newest first."""
    said = select(Consent).where(Consent.customer_id == customer.id)
    rows = uow.session.scalars(said.order_by(Consent.at.desc(), Consent.id.desc()))
    words = tuple(
        Word(
            row.channel,
            row.purpose,
            row.given,
            row.at,
            row.source,
            row.text_version or "",
            row.recorded_at,
            row.recorded_by,
        )
        for row in rows
    )
    latest: dict[tuple[str, str], Word] = {}
    for word in words:
        latest.setdefault((word.channel, word.purpose), word)
    return tuple(latest[pair] for pair in sorted(latest)), words


def labels(uow: UnitOfWork, customer: Customer, language: str) -> dict[TermKind, tuple[Label, ...]]:
    of = select(Term).join(CustomerTerm, (CustomerTerm.kind == Term.kind) & (CustomerTerm.key == Term.key))
    rows = uow.session.scalars(of.where(CustomerTerm.customer_id == customer.id).order_by(Term.key)).all()
    return {
        kind: tuple(Label(row.key, row.name(language)) for row in rows if row.kind == kind)
        for kind in TermKind
    }


def particulars(uow: UnitOfWork, customer: Customer, language: str) -> tuple[Particular, ...]:
    """Every declared attribute, and retired ones that have a value."""
    joined = (CustomerValue.key == CustomerAttribute.key) & (CustomerValue.customer_id == customer.id)
    query = select(CustomerAttribute, CustomerValue).outerjoin(CustomerValue, joined)
    there = CustomerAttribute.retired_at.is_(None) | CustomerValue.key.is_not(None)
    return tuple(
        Particular(
            attribute.key,
            attribute.name(language),
            attribute.kind.value,
            row and row.value,
            tuple(attribute.options.items()),
        )
        for attribute, row in uow.session.execute(query.where(there).order_by(CustomerAttribute.key))
    )


def _others(
    uow: UnitOfWork, customer: Customer, shared: list[Identifier]
) -> dict[tuple[str, str], list[tuple[int, str]]]:
    having = select(Identifier, Customer).join(Customer, Customer.id == Identifier.customer_id)
    same = Identifier.value.in_([row.value for row in shared]), Identifier.valid_to.is_(None)
    found: dict[tuple[str, str], list[tuple[int, str]]] = {}
    for row, other in uow.session.execute(having.where(*same, Customer.id != customer.id).limit(100)):
        found.setdefault((row.kind, row.value), []).append((other.id, other.name))
    return found


def _spokesperson(contact: Contact, other: Customer) -> Spokesperson:
    return Spokesperson(
        contact.id, other.id, other.number, other.name, contact.function or "", contact.mailing
    )
