"""Customers and the addresses by which they are known: find one, make one, change what is known of one."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import select

from cpm.commands import audit, checks, identifiers
from cpm.errors import Conflict, Invalid
from cpm.model import Customer, CustomerKind, Identifier
from cpm.uow import UnitOfWork

ADDRESSED_AS = ("Herr", "Frau", "divers", "unknown")
LANGUAGES = ("de", "en")
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


def of_address(
    uow: UnitOfWork, address: str, *, name: str, language: str, kind: str = identifiers.EMAIL
) -> Customer:
    """The one customer who writes or calls from this address; a new one if nobody does yet."""
    address = address.lower()
    if (found := identifiers.owner(uow, kind, address)) is not None:
        return found
    first, _, last = name.strip().rpartition(" ")
    made = Customer(
        first_name=first[:80] or None, last_name=last[:80] or None, language=language, created_at=uow.now
    )
    uow.session.add(made)
    uow.session.flush()
    if identifiers.claim(uow, made, kind, address):
        return made
    uow.session.delete(made)  # another command was faster with the same address
    uow.session.flush()
    faster = identifiers.owner(uow, kind, address)
    assert faster is not None, "the address is somebody's"
    return faster


def create(uow: UnitOfWork, facts: Facts, *, email: str = "", phone: str = "") -> Customer:
    """A new customer; identifiers.Known if the address or number is somebody's already, Invalid names what does not fit."""
    addresses = identifiers.kept(email=email, phone=phone)
    clean = _checked(facts)
    identifiers.refuse_known(uow, addresses)
    customer = Customer(**clean, created_at=uow.now)
    uow.session.add(customer)
    uow.session.flush()
    for kind, value in addresses:
        if not identifiers.claim(uow, customer, kind, value):
            identifiers.refuse_known(uow, [(kind, value)])
    return customer


def change(uow: UnitOfWork, customer_id: int, facts: Facts) -> Customer:
    """Put right what is known of them; letters to come use it, sent ones stay."""
    customer = uow.get(Customer, customer_id)
    clean = _checked(facts)
    changed = sorted(name for name, value in clean.items() if getattr(customer, name) != value)
    for name in changed:
        setattr(customer, name, clean[name])
    if changed:
        audit.record(uow, "customer.changed", customer=customer.id, changed=changed)
    return customer


def add_identifier(uow: UnitOfWork, customer_id: int, kind: str, value: str) -> Identifier:
    """Known if it is another customer's; again for the same customer changes nothing."""
    customer = uow.get(Customer, customer_id)
    checks.plain_text(kind, value)
    value = identifiers.kept(**{kind: value})[0][1]
    if not identifiers.claim(uow, customer, kind, value):
        owner = identifiers.owner(uow, kind, value)
        if owner is not None and owner.id != customer.id:
            identifiers.refuse_known(uow, [(kind, value)])
    else:
        audit.record(uow, "customer.address_added", customer=customer.id, kind=kind)
    return uow.session.scalars(
        select(Identifier).where(Identifier.kind == kind, Identifier.value == value)
    ).one()


def remove_identifier(uow: UnitOfWork, customer_id: int, identifier_id: int) -> Identifier:
    """Messages from there find this customer no longer; what was filed stays where it is."""
    found = uow.session.get(Identifier, identifier_id)
    if found is None or found.customer_id != customer_id:
        raise Conflict(
            f"Expected to remove an address of customer {customer_id}, but {identifier_id} is none",
            de="Diese Adresse ist schon entfernt.",
        )
    uow.session.delete(found)
    audit.record(uow, "customer.address_removed", customer=customer_id, kind=found.kind)
    return found


def _checked(facts: Facts) -> dict[str, object]:
    """As columns; empty names are null."""
    company = facts.kind == CustomerKind.COMPANY
    wanted = "company_name" if company else "last_name"
    names = {
        name: checks.plain_text(name, value, required=name == wanted, longest=_LONGEST) or None
        for name, value in asdict(facts).items()
        if name in ("first_name", "last_name", "company_name", "title")
    }
    if facts.gender_address not in ADDRESSED_AS:
        raise _no_choice("gender_address", facts.gender_address, ADDRESSED_AS)
    if facts.language not in LANGUAGES:
        raise _no_choice("language", facts.language, LANGUAGES)
    rest = {"kind": facts.kind, "gender_address": facts.gender_address, "language": facts.language}
    return {**names, **rest}


def _no_choice(name: str, value: str, choices: Sequence[str]) -> Invalid:
    return Invalid(
        f"Expected {name} to be one of {', '.join(choices)}, but it is {value!r:.40}",
        [(name, f"must be one of {', '.join(choices)}")],
        problems_de=[(name, "Bitte eine der Möglichkeiten wählen.")],
    )
