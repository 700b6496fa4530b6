"""Tryton's sales and invoices in our words."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from cpm.connectors.erp.nouns import Invoice, Order, OrderLine, Shipment
from cpm.connectors.erp.tryton.catalogue import CENT
from cpm.connectors.erp.tryton.notes import wanted_on
from cpm.connectors.erp.tryton.parties import POSTAL_FIELDS, postal
from cpm.connectors.erp.tryton.places import Places
from cpm.connectors.erp.tryton.row import Row

_SHIPMENT = ("number", "state", "planned_date", "effective_date")
_INVOICE = (
    "number",
    "state",
    "total_amount",
    "amount_to_pay",
    "invoice_date",
    "party.code",
    "lines_to_pay.maturity_date",
    "lines_to_pay.reconciliation",
    "cancel_move",
)
_QUANTITIES = ("type", "product.code", "product.type", "quantity", "moves.state", "moves.quantity")
_LINE = (
    *_QUANTITIES,
    "product.name",
    "description",
    "unit.name",
    "unit_price",
    "amount",
    "shipping_date",
    "note",
)
_HEAD = (
    "number",
    "state",
    "web_id",
    "web_shop",
    "party.code",
    "untaxed_amount",
    "tax_amount",
    "total_amount",
    "shipment_state",
    "invoice_state",
    "sale_date",
    "shipping_date",
    "shipment_method",
    "create_date",
)
GOODS_FIELDS = (*_HEAD, *(f"lines.{name}" for name in _QUANTITIES))
ORDER_FIELDS = (
    *_HEAD,
    *(f"shipment_address.{name}" for name in POSTAL_FIELDS),
    *(f"lines.{name}" for name in _LINE),
    *(f"shipments.{name}" for name in _SHIPMENT),
    *(f"invoices.{name}" for name in _INVOICE),
)
INVOICE_FIELDS = (*_INVOICE, "sales.web_id", "sales.web_shop")

_SHIPPED = {"waiting": "waiting", "partially shipped": "partly_shipped", "sent": "shipped"}
#: The furthest of several counts: what is packed cannot be changed any more.
_FURTHEST = ("packed", "picked", "assigned", "waiting")
#: Of a move that has not left yet, and of products that are moved.
_TO_COME, _SHIPS = ("staging", "draft", "assigned"), ("goods", "assets")
_INVOICED = {"pending": "pending", "awaiting payment": "awaiting_payment", "partially paid": "partly_paid"}


def order(places: Places, row: Row) -> Order:
    """`row` was read with ORDER_FIELDS."""
    found = _head(places, row)
    lines = _lines(row)
    shipments = tuple(_shipment(one) for one in row.rows("shipments"))
    invoices = tuple(replace(invoice(places, one), order=found.key or None) for one in row.rows("invoices"))
    whole = replace(
        found,
        state=_state(found.state, lines),
        lines=lines,
        shipments=shipments,
        invoices=invoices,
        shipment=_how_far(found.shipment, shipments),
        invoice=_how_paid(found.invoice, invoices),
        ship_to=postal(place) if (place := row.row("shipment_address")) else None,
    )
    return replace(whole, version=hashlib.sha256(repr(whole).encode()).hexdigest()[:16])


def goods(places: Places, row: Row) -> Order:
    """Without papers; `row` was read with GOODS_FIELDS."""
    found, lines = _head(places, row), _lines(row)
    return replace(found, state=_state(found.state, lines), lines=lines)


def _head(places: Places, row: Row) -> Order:
    party = row.row("party")
    shipment, invoiced = row.text("shipment_state"), row.text("invoice_state")
    return Order(
        key=places.ours(row.text("web_id")) if row.reference("web_shop") == places.home.shop else "",
        number=row.text("number") or None,
        state=row.text("state"),
        customer=places.customer(party.text("code")) if party else "",
        untaxed=_money(row, "untaxed_amount"),
        tax=_money(row, "tax_amount"),
        total=_money(row, "total_amount"),
        lines=(),
        shipment=_SHIPPED.get(shipment, shipment),
        invoice=_INVOICED.get(invoiced, invoiced),
        ordered_on=row.day("sale_date"),
        made_at=made_at(row),
    )


def made_at(row: Row) -> datetime | None:
    """Tryton has UTC without saying so."""
    at = row.moment("create_date")
    return None if at is None else at.replace(tzinfo=UTC)


def invoice(places: Places, row: Row) -> Invoice:
    party = row.row("party")
    sale = next((one for one in row.rows("sales") if one.reference("web_shop") == places.home.shop), None)
    due = [
        one.day("maturity_date")
        for one in row.rows("lines_to_pay")
        if one.reference("reconciliation") is None
    ]
    state = row.text("state")
    return Invoice(
        number=row.text("number") or None,
        state="draft" if state == "validated" else state,
        total=_money(row, "total_amount"),
        open=_money(row, "amount_to_pay") if state == "posted" else Decimal(0),
        invoiced_on=row.day("invoice_date"),
        due_on=min((day for day in due if day is not None), default=None),
        order=places.ours(sale.text("web_id")) if sale else None,
        customer=places.customer(party.text("code")) if party else None,
    )


def _counts(line: Row) -> bool:
    """Titles and remarks are no lines, and one of nothing was taken out."""
    return line.text("type") == "line" and bool(line.amount("quantity"))


def _lines(sale: Row) -> tuple[OrderLine, ...]:
    method, invoiced = sale.text("shipment_method"), sale.text("invoice_state")
    delivered = method == "order" or (method == "invoice" and invoiced == "paid")
    is_planned = delivered and sale.text("state") in ("processing", "done")
    return tuple(_line(one, is_planned=is_planned) for one in sale.rows("lines") if _counts(one))


def _line(row: Row, *, is_planned: bool) -> OrderLine:
    """`is_planned`: its deliveries are there by now; else they come once it is paid, or people there make them."""
    product, unit = row.row("product"), row.row("unit")
    return OrderLine(
        sku=product.text("code") if product else "",
        name=product.text("name") if product else row.text("description"),
        unit=unit.text("name") if unit else "",
        qty=row.amount("quantity"),
        price=_price(row.amount("unit_price")),
        total=_money(row, "amount"),
        wanted_on=_shipped_on(row),
        shipped=_moved(row, ("done",)),
        planned=_moved(row, _TO_COME) if is_planned and _is_goods(row) else None,
    )


def _moved(row: Row, states: Sequence[str]) -> Decimal:
    moves = (move.amount("quantity") for move in row.rows("moves") if move.text("state") in states)
    return sum(moves, Decimal(0))


def _is_goods(row: Row) -> bool:
    """A credit note's line has less than nothing, and a service is not shipped."""
    product = row.row("product")
    return product is not None and product.text("type") in _SHIPS and row.amount("quantity") > 0


def _shipped_on(row: Row) -> date | None:
    """The day that its deliveries are planned for; while there are none what was asked for: Tryton then says that of the whole sale."""
    planned, asked_for = row.day("shipping_date"), wanted_on(row.text("note"))
    delivered = any(move.text("state") != "cancelled" for move in row.rows("moves"))
    return (planned or asked_for) if delivered else (asked_for or planned)


def _shipment(row: Row) -> Shipment:
    state = row.text("state")
    return Shipment(
        number=row.text("number"),
        state={"done": "shipped", "draft": "waiting"}.get(state, state),
        planned_on=row.day("planned_date"),
        shipped_on=row.day("effective_date"),
    )


def _state(state: str, lines: Sequence[OrderLine]) -> str:
    """Tryton cannot cancel what was confirmed: it is amended to nothing, and is done."""
    return "cancelled" if state in ("processing", "done") and not lines else state


def _how_far(shipment: str, shipments: Sequence[Shipment]) -> str:
    if shipment != "waiting":
        return shipment
    states = {one.state for one in shipments}
    return next((state for state in _FURTHEST if state in states), shipment)


def _how_paid(invoiced: str, invoices: Sequence[Invoice]) -> str:
    """Of one invoice Tryton says paid or not; we also say partly."""
    if invoiced == "awaiting_payment" and any(
        one.open < one.total for one in invoices if one.state == "posted"
    ):
        return "partly_paid"
    return invoiced


def _price(price: Decimal) -> Decimal:
    """Tryton has four places, which only some discounts need."""
    return price if price != price.quantize(CENT) else price.quantize(CENT)


def _money(row: Row, name: str) -> Decimal:
    return row.amount(name).quantize(CENT)
