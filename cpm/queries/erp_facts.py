"""What `next_action.dmn` and `guidance.dmn` are told of orders and money, from what an ERP has said before. Nobody is asked for it.

Each part is a column of the one statement that asks for all facts. Null: nothing was heard yet.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Row, Text, and_, bindparam, func, literal, select, type_coerce
from sqlalchemy.orm import InstrumentedAttribute

from cpm.model import Case, Customer, CustomerStatus, ErpLink, ErpProduct, ErpView, LinkedKind
from cpm.queries.erp_views import CUSTOMER, View
from cpm.uow import UnitOfWork

_BOUGHT = ("confirmed", "processing", "done")
#: More lines than this are not looked through for the field of an order.
_MOST_LINES = 50


def columns() -> tuple[ColumnElement[Any], ...]:
    """Of a statement that is given the customer's id, as `customer`, and `values`."""
    return (
        _heard(ErpView.value).label("heard"),
        _heard(ErpView.fetched_at).label("heard_at"),
        _quoted().label("quoted_at"),
        _field().label("field"),
    )


def values(case: Case, seen: Mapping[str, Any]) -> dict[str, Any]:
    return {"erp": case.erp, "skus": _of_lines(seen.get("lines"))}


def facts(uow: UnitOfWork, customer: Customer, found: Row[Any], seen: Mapping[str, Any]) -> dict[str, Any]:
    """`found` has the columns; what the case says itself comes first."""
    heard = found.heard if isinstance(found.heard, dict) else {}
    ours = {
        "overdue_amount": _overdue(heard, seen),
        "quote_age_days": None if found.quoted_at is None else Decimal((uow.now - found.quoted_at).days),
        "bought": _skus(customer, heard, seen),
    }
    said = {name: value if seen.get(name) is None else seen[name] for name, value in ours.items()}
    return {**said, "field": seen.get("business_field") or found.field}


def heard(found: Row[Any]) -> View | None:
    """The newest that any ERP has said of the customer, of those columns."""
    return View(found.heard, found.heard_at) if isinstance(found.heard, dict) else None


def told(uow: UnitOfWork, customer: Customer) -> Mapping[str, Any]:
    """The newest that any ERP has said of the customer; empty if nothing was heard. One statement."""
    found = uow.session.scalar(select(_heard(ErpView.value)), {"customer": customer.id})
    return found if isinstance(found, dict) else {}


def _heard(column: InstrumentedAttribute[Any]) -> ColumnElement[Any]:
    theirs = and_(
        ErpLink.customer_id == bindparam("customer"),
        ErpLink.kind == LinkedKind.CUSTOMER,
        ErpView.system == ErpLink.system,
        ErpView.key == literal(f"{CUSTOMER}/") + ErpLink.key,
    )
    newest = select(column).join(ErpLink, theirs).order_by(ErpView.fetched_at.desc(), ErpView.key)
    return newest.limit(1).scalar_subquery()


def _quoted() -> ColumnElement[Any]:
    """When the last quotation was made that is still one."""
    quotes = and_(
        ErpLink.customer_id == bindparam("customer"),
        ErpLink.kind == LinkedKind.ORDER,
        type_coerce(ErpLink.state, Text).like('%"state"%"quotation"%'),
    )
    return select(func.max(ErpLink.seen_at)).where(quotes).scalar_subquery()


def _field() -> ColumnElement[Any]:
    """The business field of what is being ordered."""
    ordered = and_(
        ErpProduct.system == bindparam("erp"),
        ErpProduct.sku.in_(bindparam("skus", expanding=True)),
        ErpProduct.field != "",
    )
    return select(func.min(ErpProduct.field)).where(ordered).scalar_subquery()


def _overdue(heard: Mapping[str, Any], seen: Mapping[str, Any]) -> Decimal | None:
    """As the check of this order has just said, else as it was heard last."""
    for told in (seen.get("check"), heard):
        terms = told.get("terms") if isinstance(told, dict) else None
        overdue = terms.get("overdue") if isinstance(terms, dict) else None
        if isinstance(overdue, Decimal):
            return overdue
    return None


def _skus(customer: Customer, heard: Mapping[str, Any], seen: Mapping[str, Any]) -> list[str] | None:
    """A prospect has bought nothing but what is being ordered; of others it is known once it was heard."""
    if isinstance(purchases := seen.get("purchases"), list):
        return [sku for sku in purchases if isinstance(sku, str)]
    ordering = _of_lines(seen.get("lines"))
    if customer.status == CustomerStatus.PROSPECT:
        return ordering
    if not isinstance(orders := heard.get("orders"), list):
        return None
    had = (sku for order in orders if order["state"] in _BOUGHT for sku in _of_lines(order["lines"]))
    return sorted({*had, *ordering})


def _of_lines(lines: object) -> list[str]:
    """A variable may hold anything."""
    rows = lines[:_MOST_LINES] if isinstance(lines, list) else []
    skus = (row.get("sku") for row in rows if isinstance(row, dict))
    return [sku for sku in skus if isinstance(sku, str) and len(sku) <= 40]
