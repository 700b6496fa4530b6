"""What follows for us when an order, an invoice or a customer over there is not as we knew it: the messages to be told.

A change says only that something happened. What it means is the difference between what we knew and what was read
afresh, so a change that comes twice, late or in another order tells nothing twice. No database, no network here.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from cpm.connectors.erp.meeting import FIELDS, fields_of, same
from cpm.connectors.erp.nouns import Invoice, Order, OrderLine, Party

#: What we know of one of them: FEEL values, kept as they are.
Seen = Mapping[str, Any]

_BINDING = frozenset({"confirmed", "processing", "done"})
#: Told of what somebody over there has done to an order. They may be told of what a call of ours did whose answer was lost.
ACTS = frozenset({"order_changed_in_erp", "order_cancelled_in_erp"})


@dataclass(frozen=True, slots=True)
class Told:
    """A message for whoever waits for it."""

    name: str
    key: str  #: by which a case waits: the ERP's order number, an invoice number, a customer's id
    payload: Mapping[str, Any]
    of: str = ""  #: which of several that one change brings


def agreed(order: Order) -> dict[str, Any]:
    """What both sides have of an order: a call of ours that came back has brought it, or we have told that it is otherwise."""
    return {
        "number": order.number,
        "state": order.state,
        "total": order.total,
        "lines": [[line.sku, line.qty, line.total, line.wanted_on] for line in order.lines],
        "planned": {
            one.number: one.planned_on for one in order.shipments if one.state not in ("shipped", "cancelled")
        },
    }


def seen_order(order: Order) -> dict[str, Any]:
    """The same with what has been told of its deliveries."""
    return {**agreed(order), **delivered(order)}


def delivered(order: Order) -> dict[str, Any]:
    return {
        "shipped": [one.number for one in order.shipments if one.state == "shipped"],
        "delivered": {sku: qty for sku, qty in _delivered(order.lines).items() if qty},
    }


def seen_invoice(invoice: Invoice) -> dict[str, Any]:
    return {"state": invoice.state, "total": invoice.total, "open": invoice.open, "order": invoice.order}


def of_order(before: Seen | None, order: Order, told_as: Mapping[str, Any]) -> list[Told]:
    """Of the order itself; `told_as` is the order as a process has it. What it owes is told by its invoices."""
    known, number = before or {}, order.number
    if number is None:
        return []
    found = [*_deliveries(known, order, number)]
    if _cancelled(order) and not _was_cancelled(known):
        return [*found, Told("order_cancelled_in_erp", number, {"order_no": number})]
    if before is not None and not _cancelled(order) and _differs(known, order):
        found.append(Told("order_changed_in_erp", number, {"order_no": number, "order": dict(told_as)}))
    return found


def of_invoice(before: Seen | None, invoice: Invoice, order: Order | None) -> list[Told]:
    """Of one that has a number. A credit note is no invoice that somebody pays. `order`: the one of ours that it belongs to."""
    if invoice.number is None or invoice.total <= 0:
        return []
    return list(_of_invoice(before or {}, invoice, order, invoice.number))


def of_party(known: Sequence[Seen], party: Party, customer_id: int) -> list[Told]:
    """`known`: what we have seen of its fields, and what both sides had; what is in one of them is no news.

    Nothing of one of whom nothing is known: there is nothing that it differs from.
    """
    now = fields_of(party)
    changed = [name for name in FIELDS if all(not same(each.get(name), now[name]) for each in known)]
    if not known or not changed:
        return []
    told = {"customer_id": customer_id, "customer_no": party.key, "changed": changed}
    return [Told("customer_data_changed", str(customer_id), told)]


def _of_invoice(known: Seen, invoice: Invoice, order: Order | None, number: str) -> Iterator[Told]:
    about = {"invoice_no": number, "order_no": order.number if order else None}
    was, owed = known.get("state", "draft"), known.get("open", invoice.total)
    if invoice.state == "cancelled":
        if was != "cancelled":
            yield Told("invoice_cancelled", number, about, number)
        return
    if invoice.state in ("posted", "paid") and was == "draft" and order is not None and order.number:
        told = {**about, "invoice_total": invoice.total, "due_on": invoice.due_on}
        yield Told("invoice_posted", order.number, told, number)
    settled = invoice.state == "paid" and was != "paid"
    if settled or (invoice.state == "posted" and invoice.open < owed):
        yield _payment(about, invoice, order, number)


def _payment(about: Mapping[str, Any], invoice: Invoice, order: Order | None, number: str) -> Told:
    owed = Decimal(0) if invoice.state == "paid" else invoice.open
    all_paid = order.paid if order is not None else owed == 0
    return Told("payment_received", number, {**about, "open_amount": owed, "all_paid": all_paid}, number)


def _deliveries(known: Seen, order: Order, number: str) -> Iterator[Told]:
    """One message a shipment. What lines went with it is known of all that left since we last looked."""
    new = [
        one
        for one in order.shipments
        if one.state == "shipped" and one.number not in known.get("shipped", ())
    ]
    parts = _parts(known.get("delivered", {}), order.lines)
    for one in new:
        told = {
            "order_no": number,
            "shipment_no": one.number,
            "shipped_on": one.shipped_on,
            "all_shipped": order.shipment == "shipped",
            "all_paid": order.paid,  # paid in advance: no payment will follow
            "parts": parts,
        }
        yield Told("delivery_sent", number, told, one.number)


def _parts(before: Mapping[str, Decimal], lines: Iterable[OrderLine]) -> str:
    """As customers read it: "60 Stück Solarmodul 440 W; 1 Stück Wechselrichter"."""
    names = {line.sku: (line.unit, line.name) for line in lines}
    gone = {sku: qty - before.get(sku, 0) for sku, qty in _delivered(lines).items()}
    return "; ".join(
        f"{format(qty.normalize(), 'f').replace('.', ',')} {' '.join(filter(None, names[sku]))}"
        for sku, qty in gone.items()
        if qty > 0
    )


def _delivered(lines: Iterable[OrderLine]) -> dict[str, Decimal]:
    total: dict[str, Decimal] = {}
    for line in lines:
        total[line.sku] = total.get(line.sku, Decimal(0)) + line.shipped
    return total


def _cancelled(order: Order) -> bool:
    """A confirmed order cannot be cancelled over there: all that was wanted is taken out of it instead."""
    return order.state == "cancelled" or (
        order.state in _BINDING and not any(line.qty for line in order.lines)
    )


def _was_cancelled(known: Seen) -> bool:
    if known.get("state") == "cancelled":
        return True
    lines = known.get("lines")
    return known.get("state") in _BINDING and lines is not None and not any(qty for _, qty, *_ in lines)


def _differs(known: Seen, order: Order) -> bool:
    """Other lines, another total, another day of a shipment; or somebody over there has confirmed what we had offered."""
    now = agreed(order)
    if any(known.get(name) != now[name] for name in ("total", "lines")):
        return True
    if known.get("state") not in _BINDING and now["state"] in _BINDING:
        return True
    was = known.get("planned", {})
    return any(
        was.get(number) not in (None, day) for number, day in now["planned"].items() if day is not None
    )
