"""One customer: what is known of them, their cases, and what was said last in all of them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from cpm.case_numbers import case_number
from cpm.errors import NotFound
from cpm.model import Case, Customer, Identifier, Interaction
from cpm.queries import access, case_hits
from cpm.queries.case_hits import Hits
from cpm.uow import UnitOfWork

_LATEST = 10


@dataclass(frozen=True, slots=True)
class Address:
    id: int
    kind: str  #: email, phone
    value: str


@dataclass(frozen=True, slots=True)
class SaidLine:
    at: datetime
    direction: str
    channel: str
    sender: str
    subject: str
    text: str
    case_id: int
    case: str


@dataclass(frozen=True, slots=True)
class CustomerView:
    id: int
    name: str
    kind: str
    status: str
    company_name: str
    gender_address: str
    title: str
    first_name: str
    last_name: str
    language: str
    key_account: bool
    since: datetime
    addresses: tuple[Address, ...]


@dataclass(frozen=True, slots=True)
class CustomerPage:
    customer: CustomerView
    cases: Hits
    said: tuple[SaidLine, ...]  #: newest first, of the cases that the reader may see


def page(
    uow: UnitOfWork, customer_id: int, *, number: int = 1, language: str = "de", api: bool = False
) -> CustomerPage:
    """NotFound for who sees no cases."""
    customer = must_see(uow, customer_id, api=api)
    cases = case_hits.hits(uow, [Case.customer_id == customer_id], page=number, language=language, api=api)
    return CustomerPage(view(uow, customer), cases, _said(uow, customer_id, api=api))


def must_see(uow: UnitOfWork, customer_id: int, *, api: bool = False) -> Customer:
    customer = uow.session.get(Customer, customer_id) if access.reads_cases(uow, api=api) else None
    if customer is None:
        raise NotFound(
            f"Expected to find customer {customer_id}, but there is none",
            de="Diesen Kunden gibt es nicht, oder Sie dürfen ihn nicht sehen.",
        )
    return customer


def view(uow: UnitOfWork, customer: Customer) -> CustomerView:
    addresses = select(Identifier).where(Identifier.customer_id == customer.id).order_by(Identifier.id)
    return CustomerView(
        id=customer.id,
        name=customer.name,
        kind=customer.kind.value,
        status=customer.status.value,
        company_name=customer.company_name or "",
        gender_address=customer.gender_address,
        title=customer.title or "",
        first_name=customer.first_name or "",
        last_name=customer.last_name or "",
        language=customer.language,
        key_account=customer.key_account,
        since=customer.created_at,
        addresses=tuple(Address(one.id, one.kind, one.value) for one in uow.session.scalars(addresses)),
    )


def _said(uow: UnitOfWork, customer_id: int, *, api: bool) -> tuple[SaidLine, ...]:
    query = select(Interaction).join(Case, Case.id == Interaction.case_id)
    query = access.visible(uow, query.where(Case.customer_id == customer_id), api=api)
    found = uow.session.scalars(query.order_by(Interaction.id.desc()).limit(_LATEST))
    return tuple(
        SaidLine(
            at=said.at,
            direction=said.direction.value,
            channel=said.channel,
            sender=said.sender,
            subject=said.subject,
            text=said.text,
            case_id=said.case_id or 0,
            case=case_number(said.case_id or 0),
        )
        for said in found
    )
