"""The search box: one text, which may be a case number, a business key, an address, a number, a name, a subject, or words
that somebody wrote.

What counts as a whole, and words of messages, are found by an index. Parts of names and subjects are looked for among all
there are.
"""

import contextlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, false, func, or_, select

from cpm import case_numbers, phone_numbers
from cpm.errors import Invalid, NotFound
from cpm.model import Case, CaseState, Customer, Identifier
from cpm.model.identifier import NO_WAY_TO_THEM
from cpm.queries import access, case_hits, said
from cpm.queries.case_hits import Hits
from cpm.sought import words
from cpm.uow import UnitOfWork

_LIKE_A_NUMBER = re.compile(r"\s*(?:C[-\s]*\d[\d\s-]*|\d{6,18}[-\s]+\d)\s*", re.IGNORECASE)
_LIKE_AN_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
_KINDS = ("email", "phone", "fax", "customer_no", "vat_id", "handle")
_CUSTOMERS = 10  #: shown above the cases
_LONGEST = 200  #: characters; SQLite refuses to look for very long ones


@dataclass(frozen=True, slots=True)
class CustomerHit:
    id: int
    number: str
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
    reasons = [Case.id == number] if number is not None else _reasons(uow, sought)
    cases = case_hits.hits(uow, reasons, page=page, state=state, language=language, api=api)
    exact = cases.rows[0].id if number is not None and cases.rows else None
    found = () if number is not None or not sought else customers(uow, sought, api=api)
    return Found(exact, mistyped, found, cases)


def customers(uow: UnitOfWork, sought: str, *, api: bool = False) -> tuple[CustomerHit, ...]:
    """By a part of the name, or a whole address or number."""
    sought = sought.strip()[:_LONGEST]
    if not access.reads_cases(uow, api=api) or not sought:
        return ()
    query = sought_customers(uow, sought).order_by(Customer.id.desc())
    rows = uow.session.scalars(query.limit(_CUSTOMERS)).all()
    if not rows:
        return ()
    addresses = select(Identifier).where(
        Identifier.customer_id.in_([row.id for row in rows]), Identifier.kind.not_in(NO_WAY_TO_THEM)
    )
    by_customer: dict[int, list[str]] = {}
    for one in uow.session.scalars(addresses.order_by(Identifier.id)):
        by_customer.setdefault(one.customer_id, []).append(one.value)
    return tuple(
        CustomerHit(row.id, row.number, row.name, row.kind.value, tuple(by_customer.get(row.id, ())))
        for row in rows
    )


def _number(sought: str) -> tuple[int | None, bool]:
    if not _LIKE_A_NUMBER.fullmatch(sought):
        return None, False
    try:
        return case_numbers.case_id(sought), False
    except Invalid:
        return None, True


def _reasons(uow: UnitOfWork, sought: str) -> list[ColumnElement[bool]]:
    """Where the text is the key of a case, nothing else is looked for."""
    if not sought:
        return [false()]
    keyed = Case.business_key == sought
    if uow.session.scalar(select(Case.id).where(keyed).limit(1)) is not None:
        return [keyed]
    of_customer = Case.customer_id.in_(_of_address(uow, sought))
    if _is_address(sought):
        return [of_customer]
    named = select(Customer.id).where(_has_name(sought))
    reasons = [of_customer, Case.subject.icontains(sought, autoescape=True), Case.customer_id.in_(named)]
    if written := words(sought):
        reasons.append(Case.id.in_(said.cases(uow, written, case_hits.MOST)))
    return reasons


def sought_customers(uow: UnitOfWork, sought: str) -> Select[Customer]:
    """Without those who were merged into others; whoever asks has been asked whether they may see customers."""
    return select(Customer).where(
        Customer.merged_into_id.is_(None), is_customer(uow, sought.strip()[:_LONGEST])
    )


def one_customer(uow: UnitOfWork, sought: str) -> Customer:
    """NotFound unless it is exactly one; else as `sought_customers`."""
    found = uow.session.scalars(sought_customers(uow, sought).limit(2)).all()
    if len(found) != 1:
        raise NotFound(
            f"Expected one customer {sought!r:.80}, but there is {'none' if not found else 'more than one'}",
            de=f"{sought!r:.80} ist kein Kunde oder passt auf mehrere.",
        )
    return found[0]


def is_customer(uow: UnitOfWork, sought: str) -> ColumnElement[bool]:
    """By a customer number, else by a name, address or number; an address counts as a whole: half of one is nobody's."""
    with contextlib.suppress(Invalid):
        number = case_numbers.customer_id(sought)
        standing = func.coalesce(Customer.merged_into_id, Customer.id)
        return Customer.id == select(standing).where(Customer.id == number).scalar_subquery()
    has_address = Customer.id.in_(_of_address(uow, sought))
    return has_address if _is_address(sought) else or_(_has_name(sought), has_address)


def _is_address(sought: str) -> bool:
    """No name, and hardly a part of a subject; digits may be an order's."""
    return _LIKE_AN_ADDRESS.fullmatch(sought) is not None


def _of_address(uow: UnitOfWork, sought: str) -> Sequence[int]:
    """Found beforehand, or else the database may go through all cases and customers to compare them."""
    values = {sought.lower(), sought.upper(), *_as_phone(sought)}
    query = select(Identifier.customer_id).where(
        Identifier.kind.in_(_KINDS), Identifier.value.in_(values), Identifier.valid_to.is_(None)
    )
    return uow.session.scalars(query).all()


def _has_name(sought: str) -> ColumnElement[bool]:
    parts = (Customer.first_name, Customer.last_name, Customer.company_name)
    whole = func.coalesce(Customer.first_name, "") + " " + func.coalesce(Customer.last_name, "")
    return or_(*(part.icontains(sought, autoescape=True) for part in (*parts, whole)))


def _as_phone(sought: str) -> list[str]:
    try:
        return [phone_numbers.normalised(sought)]
    except Invalid:
        return []
