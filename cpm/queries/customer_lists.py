"""Lists of customers: filtered by what they are sorted by, page by page or as a whole; who was merged is in none."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, false, func, select

from cpm import attributes
from cpm.errors import Invalid
from cpm.forms.messages import Misfit
from cpm.forms.take.moments import take_date
from cpm.forms.take.numbers import take_number
from cpm.model import (
    Contact,
    Customer,
    CustomerAttribute,
    CustomerKind,
    CustomerStatus,
    CustomerTerm,
    CustomerValue,
    Identifier,
    Term,
    TermKind,
)
from cpm.queries import access, search
from cpm.uow import UnitOfWork

PAGE = 50
MOST = 10_000  #: counted; more say "more than"
_PORTION = 500  #: read at once by an export


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is filtered by; empty says nothing."""

    sought: str = ""  #: a part of a name, a whole address or number
    kind: str = ""
    status: str = ""
    category: str = ""
    business_field: str = ""
    lead_source: str = ""
    attribute: str = ""  #: the key of one, with
    value: str = ""  #: what it is; of a text, a part of it


@dataclass(frozen=True, slots=True)
class Line:
    id: int
    number: str
    name: str
    kind: str
    status: str
    lead_source: str  #: in words
    addresses: tuple[str, ...]
    categories: tuple[str, ...]
    business_fields: tuple[str, ...]
    mailing: str  #: who gets the letters of a company


@dataclass(frozen=True, slots=True)
class Lines:
    rows: tuple[Line, ...]
    total: int  #: MOST at most
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


def lines(
    uow: UnitOfWork, wanted: Wanted, *, page: int = 1, language: str = "de", api: bool = False
) -> Lines:
    """In the order of their names. Who sees no cases sees no customers; Invalid names what is nothing to filter by."""
    reasons = _reasons(uow, wanted, language, api=api)
    counted = select(func.count()).select_from(select(Customer.id).where(*reasons).limit(MOST).subquery())
    total = uow.session.scalar(counted) or 0
    page = min(max(page, 1), max(1, -(-total // PAGE)))
    rows = select(Customer).where(*reasons).order_by(_by_name(), Customer.id)
    found = uow.session.scalars(rows.limit(PAGE).offset((page - 1) * PAGE)).all()
    return Lines(tuple(_told(uow, found, language)), total, page)


def ids(uow: UnitOfWork, wanted: Wanted, *, language: str = "de", most: int) -> list[int]:
    """All that fit, for one act on them; `most` and one more at most."""
    reasons = _reasons(uow, wanted, language, api=False)
    return list(
        uow.session.scalars(select(Customer.id).where(*reasons).order_by(Customer.id).limit(most + 1))
    )


def each(
    uow: UnitOfWork, wanted: Wanted, *, language: str = "de", api: bool = False
) -> Iterator[Sequence[Customer]]:
    """All that fit, in portions, as long as the unit of work is open; in the order in which they became known."""
    reasons, last = _reasons(uow, wanted, language, api=api), 0
    while True:
        portion = select(Customer).where(*reasons, Customer.id > last).order_by(Customer.id).limit(_PORTION)
        found = uow.session.scalars(portion).all()
        if not found:
            return
        yield found
        last = found[-1].id
        uow.session.expunge_all()


def _by_name() -> ColumnElement[Any]:
    return func.lower(func.coalesce(Customer.company_name, Customer.last_name, ""))


def _reasons(uow: UnitOfWork, wanted: Wanted, language: str, *, api: bool) -> list[ColumnElement[bool]]:
    if not access.reads_cases(uow, api=api):
        return [false()]
    found: list[ColumnElement[bool]] = [Customer.merged_into_id.is_(None)]
    if wanted.sought.strip():
        found.append(search.is_customer(uow, wanted.sought.strip()[:200]))
    for column, value, words in (
        (Customer.kind, wanted.kind, CustomerKind),
        (Customer.status, wanted.status, CustomerStatus),
    ):
        if value:
            found.append(column == _one_of(column.key, value, words))
    for kind, key in ((TermKind.CATEGORY, wanted.category), (TermKind.BUSINESS_FIELD, wanted.business_field)):
        if key:
            having = select(CustomerTerm.customer_id).where(
                CustomerTerm.kind == kind, CustomerTerm.key == key
            )
            found.append(Customer.id.in_(having))
    if wanted.lead_source:
        found.append(Customer.lead_source == wanted.lead_source)
    if wanted.attribute:
        found.append(
            Customer.id.in_(select(CustomerValue.customer_id).where(*_valued(uow, wanted, language)))
        )
    return found


def _valued(uow: UnitOfWork, wanted: Wanted, language: str) -> list[ColumnElement[bool]]:
    attribute = uow.session.get(CustomerAttribute, wanted.attribute)
    if attribute is None:
        raise _unfit("attribute", wanted.attribute)
    of = [CustomerValue.key == attribute.key]
    if not wanted.value:
        return of
    try:
        match attribute.kind:
            case attributes.Kind.NUMBER:
                read: object = take_number(wanted.value, language)
            case attributes.Kind.DATE:
                read = take_date(wanted.value)
            case _:
                read = wanted.value
    except Misfit:
        raise _unfit("value", wanted.value) from None
    sought = attributes.typed(attribute.kind, read, uow.settings.zone)
    if attribute.kind == attributes.Kind.TEXT:
        return [*of, CustomerValue.sought.contains(sought.sought or "", autoescape=True)]
    column = {
        attributes.Kind.NUMBER: CustomerValue.amount == sought.amount,
        attributes.Kind.DATE: CustomerValue.day == sought.day,
    }.get(attribute.kind, CustomerValue.sought == sought.sought)
    return [*of, column]


def _one_of(name: str, value: str, words: Any) -> Any:
    try:
        return words(value)
    except ValueError:
        raise _unfit(name, value) from None


def _unfit(name: str, value: str) -> Invalid:
    return Invalid(
        f"Expected {name} to be one that there is, but it is {value!r:.60}",
        [(name, "is nothing to filter by")],
        problems_de=[(name, "Danach lässt sich nicht filtern.")],
    )


def _told(uow: UnitOfWork, rows: Sequence[Customer], language: str) -> Iterator[Line]:
    keys = [row.id for row in rows]
    addresses, words, mailing = addresses_of(uow, keys), words_of(uow, keys, language), mailing_of(uow, keys)
    sources = {
        term.key: term.name(language)
        for term in uow.session.scalars(select(Term).where(Term.kind == TermKind.LEAD_SOURCE))
    }
    for row in rows:
        letters = mailing.get(row.id)
        yield Line(
            row.id,
            row.number,
            row.name,
            row.kind.value,
            row.status.value,
            sources.get(row.lead_source or "", row.lead_source or ""),
            tuple(value for _, value in addresses.get(row.id, ())),
            tuple(words.get((row.id, TermKind.CATEGORY), ())),
            tuple(words.get((row.id, TermKind.BUSINESS_FIELD), ())),
            letters.name if letters else "",
        )


def addresses_of(uow: UnitOfWork, keys: Sequence[int]) -> Mapping[int, list[tuple[str, str]]]:
    """Kind and value of what they are known by at present."""
    rows = select(Identifier).where(Identifier.customer_id.in_(keys), Identifier.valid_to.is_(None))
    found: dict[int, list[tuple[str, str]]] = {}
    for row in uow.session.scalars(rows.order_by(Identifier.id)):
        found.setdefault(row.customer_id, []).append((row.kind, row.value))
    return found


def words_of(uow: UnitOfWork, keys: Sequence[int], language: str) -> Mapping[tuple[int, TermKind], list[str]]:
    joined = (CustomerTerm.kind == Term.kind) & (CustomerTerm.key == Term.key)
    rows = select(CustomerTerm.customer_id, Term).join(Term, joined).where(CustomerTerm.customer_id.in_(keys))
    found: dict[tuple[int, TermKind], list[str]] = {}
    for customer, term in uow.session.execute(rows.order_by(Term.key)):
        found.setdefault((customer, term.kind), []).append(term.name(language))
    return found


def mailing_of(uow: UnitOfWork, keys: Sequence[int]) -> Mapping[int, Customer]:
    """By company, the person who gets its letters."""
    rows = select(Contact.company_id, Customer).join(Customer, Customer.id == Contact.person_id)
    found = uow.session.execute(rows.where(Contact.company_id.in_(keys), Contact.mailing))
    return {row[0]: row[1] for row in found}
