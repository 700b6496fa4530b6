"""A customer as the ERPs know them: terms, orders, invoices, as they said last, and how their master data stand."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any, Self

from sqlalchemy import select

from cpm.connectors.erp.meeting import fields_of
from cpm.model import Case, Contact, Customer, CustomerKind, ErpLink, LinkedKind
from cpm.queries import access, erp_keys, erp_parties, erp_views
from cpm.queries.erp_parties import Standing
from cpm.queries.erp_views import CUSTOMER, View, Want
from cpm.queries.party import party
from cpm.uow import UnitOfWork

_CONTACTS = 10  #: contact persons of a company whose orders are shown


@dataclass(frozen=True, slots=True)
class Ordered:
    key: str  #: empty: of a case that is not the reader's to see, whose number it would tell
    number: str
    state: str
    ordered_on: date | None
    total: Decimal
    shipment: str
    invoice: str
    case: (
        str | None
    )  #: the number of the case it belongs to; None: it was made over there, or is not the reader's to see
    who: str  #: the contact person who ordered; empty: the customer


@dataclass(frozen=True, slots=True)
class Billed:
    number: str
    state: str
    total: Decimal
    open: Decimal
    due_on: date | None
    overdue: bool


@dataclass(frozen=True, slots=True)
class Terms:
    blocked: bool
    credit_limit: Decimal | None
    credit_used: Decimal
    overdue: Decimal

    @property
    def free(self) -> Decimal | None:
        return None if self.credit_limit is None else max(Decimal(0), self.credit_limit - self.credit_used)


@dataclass(frozen=True, slots=True)
class Side:
    """A customer in one ERP."""

    system: str
    link: int | None  #: None: nobody has said who they are there
    key: str
    at: datetime | None  #: when it was heard; None: nothing was ever heard
    age: int  #: seconds since
    terms: Terms | None  #: None: not known there, or nothing was heard
    orders: tuple[Ordered, ...]
    invoices: tuple[Billed, ...]
    data: Standing | None
    heard: View | None = None  #: all that was heard

    @property
    def open(self) -> Decimal:
        return sum((one.open for one in self.invoices), Decimal(0))


@dataclass(frozen=True, slots=True)
class _Cases:
    """Those that orders belong to, by system and key."""

    seen: Mapping[tuple[str, str], str]  #: the number of one that the reader may see
    hidden: Collection[tuple[str, str]]  #: whose case they may not

    @classmethod
    def of(cls, uow: UnitOfWork, heard: Mapping[tuple[str, Want], View], *, api: bool) -> Self:
        keys = {
            (system, one["key"])
            for (system, _), view in heard.items()
            for one in view.value["orders"]
            if one["key"]
        }
        if not keys:
            return cls({}, ())
        query = select(ErpLink.system, ErpLink.key, Case).join(Case, Case.id == ErpLink.case_id)
        of_orders = query.where(ErpLink.kind == LinkedKind.ORDER, ErpLink.key.in_({key for _, key in keys}))
        rows = uow.session.execute(access.visible(uow, of_orders, api=api))
        seen = {(system, key): case.number for system, key, case in rows}
        return cls(seen, erp_keys.hidden(uow, keys, partial(access.visible, api=api)))


def sides(
    uow: UnitOfWork, customer: Customer, main: str, *, language: str, api: bool = False
) -> tuple[Side, ...]:
    """As they were heard last, without asking anybody; the main system first."""
    links = _links(uow, [customer.id])
    people = _links(uow, _contacts(uow, customer))
    wants = [(link.system, _want(link)) for link in (*links, *people)]
    heard = erp_views.known(uow, wants)
    cases = _Cases.of(uow, heard, api=api)
    ours = fields_of(party(uow, customer)) if links else {}
    found = [
        _side(
            uow,
            link,
            heard.get((link.system, _want(link))),
            (*_orders(link, heard, cases), *_of_people(uow, link.system, people, heard, cases)),
            erp_parties.standing(uow, link, customer, ours, language),
        )
        for link in links
    ]
    if main not in {side.system for side in found}:
        found.append(Side(main, None, customer.number, None, 0, None, (), (), None))
    return tuple(sorted(found, key=lambda side: side.system != main))


def wants(uow: UnitOfWork, customer: Customer) -> dict[str, list[Want]]:
    """What a page about the customer wants to know, by system."""
    found: dict[str, list[Want]] = {}
    for link in (*_links(uow, [customer.id]), *_links(uow, _contacts(uow, customer))):
        found.setdefault(link.system, []).append(_want(link))
    return found


def _want(link: ErpLink) -> Want:
    return Want(CUSTOMER, link.key)


def _links(uow: UnitOfWork, customers: Sequence[int]) -> Sequence[ErpLink]:
    if not customers:
        return ()
    links = select(ErpLink).where(ErpLink.customer_id.in_(customers), ErpLink.kind == LinkedKind.CUSTOMER)
    return uow.session.scalars(links.order_by(ErpLink.id)).all()


def _contacts(uow: UnitOfWork, customer: Customer) -> list[int]:
    if customer.kind != CustomerKind.COMPANY:
        return []
    persons = select(Contact.person_id).where(Contact.company_id == customer.id)
    return list(uow.session.scalars(persons.order_by(Contact.id).limit(_CONTACTS)))


def _side(
    uow: UnitOfWork, link: ErpLink, view: View | None, orders: tuple[Ordered, ...], data: Standing
) -> Side:
    at = view.at if view is not None else None
    known = view.value if view is not None else {}
    today = uow.local_now.date()
    return Side(
        link.system,
        link.id,
        link.key,
        at,
        0 if at is None else max(0, int((uow.now - at).total_seconds())),
        _terms(known.get("terms")),
        orders,
        tuple(_billed(one, today) for one in known.get("invoices", ())),
        data,
        view,
    )


def _terms(known: Mapping[str, Any] | None) -> Terms | None:
    if known is None:
        return None
    return Terms(known["blocked"], known["credit_limit"], known["credit_used"], known["overdue"])


def _billed(one: Mapping[str, Any], today: date) -> Billed:
    late = bool(one["open"]) and one["due_on"] is not None and one["due_on"] < today
    return Billed(one["number"] or "", one["state"], one["total"], one["open"], one["due_on"], late)


def _orders(
    link: ErpLink, heard: Mapping[tuple[str, Want], View], cases: _Cases, who: str = ""
) -> tuple[Ordered, ...]:
    view = heard.get((link.system, _want(link)))
    return tuple(
        Ordered(
            "" if (link.system, one["key"]) in cases.hidden else one["key"],
            one["number"] or "",
            one["state"],
            one["ordered_on"],
            one["total"],
            one["shipment"],
            one["invoice"],
            cases.seen.get((link.system, one["key"])),
            who,
        )
        for one in (view.value["orders"] if view is not None else ())
    )


def _of_people(
    uow: UnitOfWork,
    system: str,
    people: Iterable[ErpLink],
    heard: Mapping[tuple[str, Want], View],
    cases: _Cases,
) -> tuple[Ordered, ...]:
    found: list[Ordered] = []
    for link in people:
        if link.system == system and link.customer_id is not None:
            found += _orders(link, heard, cases, who=uow.get(Customer, link.customer_id).name)
    return tuple(found)
