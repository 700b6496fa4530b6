"""One customer: what is known of them, and their cases."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement

from cpm import salutation
from cpm.errors import NotFound
from cpm.model import Case, Customer, CustomerKind, Term, TermKind
from cpm.queries import access, audit, case_hits, customer_parts, participants
from cpm.queries.audit import AuditLine
from cpm.queries.case_hits import Hits
from cpm.queries.customer_parts import Known, Label, Particular, PostalAddress, Spokesperson, Word
from cpm.uow import UnitOfWork

_CHANGES = 50  #: of the audit, shown


@dataclass(frozen=True, slots=True)
class CustomerView:
    id: int
    number: str
    name: str
    kind: str
    status: str
    company_name: str
    gender_address: str
    title: str
    first_name: str
    last_name: str
    born: date | None
    language: str
    key_account: bool
    lead_source: str  #: the key of a term
    since: datetime
    merged_into_id: int | None
    addresses: tuple[Known, ...]  #: those they have at present
    former_addresses: tuple[Known, ...]
    postal_addresses: tuple[PostalAddress, ...]
    contacts: tuple[Spokesperson, ...]  #: of a company: who speaks for it
    companies: tuple[Spokesperson, ...]  #: of a person: for whom they speak
    categories: tuple[Label, ...]
    business_fields: tuple[Label, ...]
    consents: tuple[Word, ...]  #: what counts now
    consent_history: tuple[Word, ...]
    attributes: tuple[Particular, ...]


@dataclass(frozen=True, slots=True)
class CustomerPage:
    customer: CustomerView
    lead_source: str  #: in words
    cases: Hits  #: a company's with those of its contact persons, a person's with those of their companies
    related: tuple[int, ...]  #: whose cases are among them, beside the customer's own
    salutation: str  #: with which a letter to them begins
    changes: tuple[AuditLine, ...]


def page(
    uow: UnitOfWork, customer_id: int, *, number: int = 1, language: str = "de", api: bool = False
) -> CustomerPage:
    """NotFound for who sees no cases."""
    customer = must_see(uow, customer_id, api=api)
    involved = sorted(participants.related(uow, customer))
    reasons: Sequence[ColumnElement[bool]] = [Case.customer_id == each for each in involved]
    cases = case_hits.hits(uow, reasons, page=number, language=language, api=api)
    source = uow.session.get(Term, (TermKind.LEAD_SOURCE, customer.lead_source or ""))
    return CustomerPage(
        view(uow, customer, language=language),
        source.name(language) if source else "",
        cases,
        tuple(each for each in involved if each != customer_id),
        salutation.salutation(customer.party),
        audit.of_customer(uow, customer_id, limit=_CHANGES, language=language),
    )


def must_see(uow: UnitOfWork, customer_id: int, *, api: bool = False) -> Customer:
    customer = uow.session.get(Customer, customer_id) if access.reads_cases(uow, api=api) else None
    if customer is None:
        raise NotFound(
            f"Expected to find customer {customer_id}, but there is none",
            de="Diesen Kunden gibt es nicht, oder Sie dürfen ihn nicht sehen.",
        )
    return customer


def view(uow: UnitOfWork, customer: Customer, *, language: str = "de") -> CustomerView:
    company = customer.kind == CustomerKind.COMPANY
    known = customer_parts.known(uow, customer)
    counts, history = customer_parts.consents(uow, customer)
    labels = customer_parts.labels(uow, customer, language)
    return CustomerView(
        id=customer.id,
        number=customer.number,
        name=customer.name,
        kind=customer.kind.value,
        status=customer.status.value,
        company_name=customer.company_name or "",
        gender_address=customer.gender_address,
        title=customer.title or "",
        first_name=customer.first_name or "",
        last_name=customer.last_name or "",
        born=customer.born,
        language=customer.language,
        key_account=customer.key_account,
        lead_source=customer.lead_source or "",
        since=customer.created_at,
        merged_into_id=customer.merged_into_id,
        addresses=tuple(one for one in known if one.valid_to is None),
        former_addresses=tuple(one for one in known if one.valid_to is not None),
        postal_addresses=customer_parts.postal(uow, customer, language),
        contacts=customer_parts.persons(uow, customer) if company else (),
        companies=() if company else customer_parts.companies(uow, customer),
        categories=labels[TermKind.CATEGORY],
        business_fields=labels[TermKind.BUSINESS_FIELD],
        consents=counts,
        consent_history=history,
        attributes=customer_parts.particulars(uow, customer, language),
    )
