"""The search box: one text, which may be a case number, a business key, an address, a number, a name or a subject."""

import re
from dataclasses import dataclass

from sqlalchemy import ColumnElement, false, func, or_, select

from cpm import case_numbers, phone_numbers
from cpm.errors import Invalid
from cpm.model import Case, CaseState, Customer, Identifier
from cpm.queries import access, case_hits
from cpm.queries.case_hits import Hits
from cpm.uow import UnitOfWork

_LIKE_A_NUMBER = re.compile(r"\s*(?:C[-\s]*\d[\d\s-]*|\d{6,18}[-\s]+\d)\s*", re.IGNORECASE)
_CUSTOMERS = 10  #: shown above the cases
_LONGEST = 200  #: characters; SQLite refuses to look for very long ones


@dataclass(frozen=True, slots=True)
class CustomerHit:
    id: int
    name: str
    kind: str
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    case_id: int | None  #: of the one whose number was typed
    mistyped: bool  #: it looks like a case number, but its check digit does not fit
    customers: tuple[CustomerHit, ...]
    cases: Hits


def search(
    uow: UnitOfWork,
    sought: str,
    *,
    page: int = 1,
    state: CaseState | None = None,
    language: str = "de",
    api: bool = False,
) -> Found:
    """Who sees no cases finds no customers either. An empty text finds nothing."""
    sought = sought.strip()[:_LONGEST]
    number, mistyped = _number(sought)
    whole = _by_number(number) if number is not None else _condition(sought)
    cases = case_hits.hits(uow, whole, page=page, state=state, language=language, api=api)
    exact = cases.rows[0].id if number is not None and cases.rows else None
    found = () if number is not None or not sought else customers(uow, sought, api=api)
    return Found(exact, mistyped, found, cases)


def customers(uow: UnitOfWork, sought: str, *, api: bool = False) -> tuple[CustomerHit, ...]:
    """By a part of the name, or a whole address or number."""
    sought = sought.strip()[:_LONGEST]
    if not access.reads_cases(uow, api=api) or not sought:
        return ()
    query = select(Customer).where(_is_customer(sought)).order_by(Customer.id.desc())
    rows = uow.session.scalars(query.limit(_CUSTOMERS)).all()
    addresses = select(Identifier).where(Identifier.customer_id.in_([row.id for row in rows]))
    by_customer: dict[int, list[str]] = {}
    for one in uow.session.scalars(addresses.order_by(Identifier.id)):
        by_customer.setdefault(one.customer_id, []).append(one.value)
    return tuple(
        CustomerHit(row.id, row.name, row.kind.value, tuple(by_customer.get(row.id, ()))) for row in rows
    )


def _number(sought: str) -> tuple[int | None, bool]:
    if not _LIKE_A_NUMBER.fullmatch(sought):
        return None, False
    try:
        return case_numbers.case_id(sought), False
    except Invalid:
        return None, True


def _by_number(number: int) -> ColumnElement[bool]:
    return Case.id == number


def _condition(sought: str) -> ColumnElement[bool]:
    if not sought:
        return false()
    of_subject = Case.subject.icontains(sought, autoescape=True)
    return or_(Case.business_key == sought, of_subject, _is_customer(sought))


def _is_customer(sought: str) -> ColumnElement[bool]:
    """An address or number counts as a whole: half of one is nobody's."""
    parts = (Customer.first_name, Customer.last_name, Customer.company_name)
    whole = func.coalesce(Customer.first_name, "") + " " + func.coalesce(Customer.last_name, "")
    values = {sought.lower(), *_as_phone(sought)}
    of_address = select(Identifier.customer_id).where(Identifier.value.in_(values))
    names = [part.icontains(sought, autoescape=True) for part in (*parts, whole)]
    return or_(*names, Customer.id.in_(of_address))


def _as_phone(sought: str) -> list[str]:
    try:
        return [phone_numbers.normalised(sought)]
    except Invalid:
        return []
