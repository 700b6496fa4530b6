"""The orders of a case as the ERP has them, as it said last: one statement, whatever the case."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, bindparam, literal, select

from cpm.model import ErpLink, ErpView, LinkedKind
from cpm.queries import one_case
from cpm.queries.erp_views import ORDER, Want
from cpm.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Shipped:
    number: str
    state: str
    planned_on: date | None
    shipped_on: date | None


@dataclass(frozen=True, slots=True)
class Billed:
    number: str | None
    state: str
    total: Decimal
    open: Decimal
    due_on: date | None


@dataclass(frozen=True, slots=True)
class CaseOrder:
    system: str
    key: str
    number: str  #: as it was given when we last wrote there
    at: datetime | None  #: when it was heard; None: nothing was ever heard
    age: int  #: seconds since
    gone: bool  #: it was asked for, and is not there
    state: str
    shipment: str
    invoice: str
    total: Decimal | None
    shipments: tuple[Shipped, ...]
    invoices: tuple[Billed, ...]


def orders(uow: UnitOfWork, case_id: int) -> tuple[CaseOrder, ...]:
    """In the order in which they were made."""
    if not one_case.has(uow, case_id, ErpLink):
        return ()
    return tuple(_order(uow, link, view) for link, view in uow.session.execute(_ORDERS, {"case": case_id}))


#: Every page of a case asks it: made once.
_HEARD = and_(ErpView.system == ErpLink.system, ErpView.key == literal(f"{ORDER}/") + ErpLink.key)
_ORDERS = (
    select(ErpLink, ErpView)
    .outerjoin(ErpView, _HEARD)
    .where(ErpLink.case_id == bindparam("case"), ErpLink.kind == LinkedKind.ORDER)
    .order_by(ErpLink.id)
)


def wants(found: tuple[CaseOrder, ...]) -> dict[str, list[Want]]:
    """By system."""
    by_system: dict[str, list[Want]] = {}
    for order in found:
        by_system.setdefault(order.system, []).append(Want(ORDER, order.key))
    return by_system


def _order(uow: UnitOfWork, link: ErpLink, view: ErpView | None) -> CaseOrder:
    known: Mapping[str, Any] | None = view.value["order"] if view is not None else None
    at = view.fetched_at if view is not None else None
    of = known or {}
    return CaseOrder(
        link.system,
        link.key,
        of.get("number") or link.number or link.key,
        at,
        0 if at is None else max(0, int((uow.now - at).total_seconds())),
        view is not None and known is None,
        of.get("state", ""),
        of.get("shipment", "none"),
        of.get("invoice", "none"),
        of.get("total"),
        tuple(
            Shipped(one["number"], one["state"], one["planned_on"], one["shipped_on"])
            for one in of.get("shipments", ())
        ),
        tuple(
            Billed(one["number"], one["state"], one["total"], one["open"], one["due_on"])
            for one in of.get("invoices", ())
        ),
    )
