"""The search box: one text, which may be a case number, a business key, an address, a number, a name, a subject, or words
that somebody wrote.

What counts as a whole, and words of messages, are found by an index. Parts of names and subjects are looked for among all
there are.
"""

import contextlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select

from cpm import case_numbers, phone_numbers
from cpm.errors import Invalid, NotFound
from cpm.model import Case, CaseState, Customer, Identifier
from cpm.model.identifier import NO_WAY_TO_THEM
from cpm.queries import access, case_hits, said
from cpm.queries.case_hits import Hits
from cpm.sought import words
from cpm.uow import UnitOfWork

_LIKE_A_NUMBER = re.compile(r"\s*(?:C[-\s]*\d[\d\s-]*|\d{6,18}[-\s]+\d)\s*", re.IGNORECASE)
#: Written so, it is a customer's and nothing else; "K12" may as well be a thing's name.
_LIKE_A_CUSTOMERS = re.compile(r"K[-\s]*(?:\d{6}[\d\s-]*|0[\d\s-]*|\d+[-\s]+\d)", re.IGNORECASE)
_WITHOUT_CHECK = re.compile(r"K[-\s]*(\d{6})-?", re.IGNORECASE)
_LIKE_AN_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
_KINDS = ("email", "phone", "fax", "customer_no", "vat_id", "handle")
_CUSTOMERS = 10  #: shown above the cases
_PARTS = re.compile(r"[^\s,;]+")
_MOST_PARTS = 10  #: of a name
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
    customer_id: int | None  #: of the one whose number was typed; of whom they were merged into, if they were
    mistyped: str  #: "case" or "customer" if it looks like a number of one, but its check digit does not fit; else empty
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
    """Who sees no cases finds no customers either. An empty text finds nothing, a customer's number theirs alone."""
    sought = sought.strip()[:_LONGEST]
    number, mistyped = _number(sought)
    reasons = [Case.id == number] if number is not None else _reasons(uow, sought)
    cases = case_hits.hits(uow, reasons, page=page, state=state, language=language, api=api)
    exact = cases.rows[0].id if number is not None and cases.rows else None
    found = () if number is not None or not sought else customers(uow, sought, api=api)
    theirs = bool(_LIKE_A_CUSTOMERS.fullmatch(sought)) and _customer_id(sought) is not None
    wrong = "case" if mistyped else "customer" if _is_mistyped(sought) else ""
    named = found[0].id if theirs and len(found) == 1 else None
    return Found(exact, named, wrong, found, cases)


def customers(uow: UnitOfWork, sought: str, *, api: bool = False) -> tuple[CustomerHit, ...]:
    """By words of the name in any order, or a whole address or number."""
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
    if _LIKE_A_CUSTOMERS.fullmatch(sought):
        return [of_customer, Case.customer_id.in_(select(Customer.id).where(is_customer(uow, sought)))]
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
    has_address = Customer.id.in_(_of_address(uow, sought))
    if (number := _customer_id(sought)) is not None:
        standing = func.coalesce(Customer.merged_into_id, Customer.id)
        is_numbered = Customer.id == select(standing).where(Customer.id == number).scalar_subquery()
        return or_(is_numbered, has_address) if _WITHOUT_CHECK.fullmatch(sought) else is_numbered
    only_address = _is_address(sought) or _LIKE_A_CUSTOMERS.fullmatch(sought)
    return has_address if only_address else or_(_has_name(sought), has_address)


def _customer_id(sought: str) -> int | None:
    """Also of a number whose last digit is still to come."""
    if (begun := _WITHOUT_CHECK.fullmatch(sought)) is not None:
        return int(begun[1])
    with contextlib.suppress(Invalid):
        return case_numbers.customer_id(sought)
    return None


def _is_mistyped(sought: str) -> bool:
    """It may also be the number by which another system knows somebody; then it is found."""
    return (
        re.fullmatch(r"K[-\s]*\d{6,18}[-\s]*\d", sought, re.IGNORECASE) is not None
        and _customer_id(sought) is None
    )


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
    """Each word fits somewhere in what they are called, surname first or last, with a comma or without."""
    parts = (Customer.title, Customer.first_name, Customer.last_name, Customer.company_name)
    first, *others = (func.coalesce(part, "") for part in parts)
    whole: ColumnElement[str] = first
    for other in others:
        whole = whole + " " + other
    fitting = [whole.icontains(word, autoescape=True) for word in _PARTS.findall(sought)[:_MOST_PARTS]]
    return and_(*fitting) if fitting else false()


def _as_phone(sought: str) -> list[str]:
    try:
        return [phone_numbers.normalised(sought)]
    except Invalid:
        return []
