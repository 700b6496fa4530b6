"""What in a message points to customers: where it comes from, numbers in it, the sender's name, the domain of a company."""

import contextlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from cpm import case_numbers
from cpm.channels import Inbound
from cpm.commands import identifiers
from cpm.errors import Invalid
from cpm.identity import Likeness, Place, Reason, Record, compare
from cpm.identity.keys import domain_key
from cpm.identity.mails import parts, says_company
from cpm.identity.names import Alike, alike, name_of
from cpm.mail_addresses import lowered
from cpm.model import Customer, CustomerKind, Identifier, IdentityKey
from cpm.queries import namesakes
from cpm.queries.survivors import survivor
from cpm.uow import UnitOfWork

#: What is proof if it is one customer's alone.
EXACT = frozenset({identifiers.EMAIL, identifiers.PHONE})
NUMBER, NAME, DOMAIN = "customer_no", "name", "domain"
_NUMBER = re.compile(r"\bK[-\s]?\d{6,18}[-\s]?\d\b", re.IGNORECASE)
#: Numbers of other systems: with at least four digits, as they stand in letters.
_OTHERS = re.compile(r"\b[A-Z]{0,4}[-/]?\d[\dA-Z/-]{3,18}\b", re.IGNORECASE)
_POSTCODE = re.compile(r"\b(?:D-)?(\d{5})\b")
#: What stands further down in a long text is a list and no concern.
_MOST, _LONGEST = 10, 10_000
#: For what is no likeness of two records, but one word that names both.
_SURE, _PERHAPS = 90, 60


@dataclass(frozen=True, slots=True)
class Hint:
    customer: Customer
    evidence: str
    likeness: Likeness
    unique: bool = False
    last_name_fits: bool = False
    postcode: bool = False


def of_message(uow: UnitOfWork, inbound: Inbound) -> Iterator[Hint]:
    """The strongest first; nothing weaker is looked for once somebody is known for sure."""
    kind = identifiers.EMAIL if "@" in inbound.sender else identifiers.PHONE
    sender = lowered(inbound.sender)
    if (owner := identifiers.owner(uow, kind, sender)) is not None:
        yield Hint(owner, kind, Likeness(99, (Reason(kind),)), unique=True)
        return
    wrote = _record(inbound, kind, sender)
    for holder in identifiers.holders(uow, kind, sender):
        yield Hint(holder, kind, Likeness(_PERHAPS, (Reason(_SHARED[kind]),)))
    yield from _named(uow, inbound, wrote)
    yield from _alike(uow, wrote)
    if kind == identifiers.EMAIL:
        yield from _of_company(uow, sender)


_SHARED = {identifiers.EMAIL: "mail.same", identifiers.PHONE: "phone.same"}


def _record(inbound: Inbound, kind: str, sender: str) -> Record:
    first, _, last = inbound.sender_name.strip().rpartition(" ")
    found = dict.fromkeys(_POSTCODE.findall(_text(inbound)))
    places = tuple(Place(postcode=postcode) for postcode in list(found)[:_MOST])
    mail = kind == identifiers.EMAIL
    return Record(
        first_name=first,
        last_name=last,
        places=places,
        emails=(sender,) if mail else (),
        phones=() if mail else (sender,),
    )


def _named(uow: UnitOfWork, inbound: Inbound, wrote: Record) -> Iterator[Hint]:
    """Whoever knows the number of a customer may be they, if the name fits too."""
    for customer in _of_numbers(uow, _text(inbound)):
        theirs = _of(customer)
        fits = alike(_last(wrote), _last(theirs)) >= Alike.TYPO or compare(wrote, theirs).score > 1
        score = _SURE if fits else 1
        yield Hint(customer, NUMBER, Likeness(score, (Reason("customer_no"),)), last_name_fits=fits)


def _of_numbers(uow: UnitOfWork, text: str) -> Sequence[Customer]:
    ids = set()
    for written in _NUMBER.findall(text)[:_MOST]:
        with contextlib.suppress(Invalid):
            ids.add(case_numbers.customer_id(written))
    found = [customer for key in sorted(ids) if (customer := uow.session.get(Customer, key)) is not None]
    if others := [number.upper() for number in dict.fromkeys(_OTHERS.findall(text))][:_MOST]:
        known = select(Customer).join(Identifier, Identifier.customer_id == Customer.id)
        theirs = known.where(Identifier.kind == identifiers.CUSTOMER_NO, Identifier.value.in_(others))
        found += uow.session.scalars(theirs.where(Identifier.valid_to.is_(None)).order_by(Customer.id)).all()
    return [survivor(uow, customer) for customer in found]


def _alike(uow: UnitOfWork, wrote: Record) -> Iterator[Hint]:
    if not wrote.last_name:
        return
    found = sorted(namesakes.likely(uow, {0: wrote}), key=lambda each: -each.likeness.score)
    for each in found[:_MOST]:
        near = any(reason.key.startswith("address.") for reason in each.likeness.reasons)
        yield Hint(uow.get(Customer, each.other), NAME, each.likeness, last_name_fits=True, postcode=near)


def _of_company(uow: UnitOfWork, sender: str) -> Iterator[Hint]:
    """A company with addresses of this domain: the sender may be one of its people."""
    domain = parts(sender)[1]
    if not says_company(domain) or domain == uow.settings.mail_domain:
        return
    keys = select(IdentityKey.customer_id).where(IdentityKey.key == domain_key(domain)[:80])
    companies = select(Customer).where(Customer.id.in_(keys), Customer.kind == CustomerKind.COMPANY)
    standing = companies.where(Customer.merged_into_id.is_(None)).order_by(Customer.id).limit(_MOST)
    for customer in uow.session.scalars(standing):
        yield Hint(customer, DOMAIN, Likeness(_PERHAPS, (Reason("mail.domain"),)))


def _text(inbound: Inbound) -> str:
    return f"{inbound.subject}\n{inbound.full_text}"[:_LONGEST]


def _last(record: Record) -> tuple[str, ...]:
    return name_of(record.first_name, record.last_name).last


def _of(customer: Customer) -> Record:
    return Record(
        company=customer.kind == CustomerKind.COMPANY,
        company_name=customer.company_name or "",
        first_name=customer.first_name or "",
        last_name=customer.last_name or "",
    )
