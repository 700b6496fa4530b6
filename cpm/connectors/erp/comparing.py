"""What differs between orders as we know them and as they are over there. No database, no network here."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from cpm.connectors.erp.nouns import Order

DRIFT, PAYMENT = "drift", "payment_mismatch"
_BINDING = frozenset({"confirmed", "processing", "done"})
#: By SKU.
Quantities = Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Known:
    """An order as we know it: by its link, by what was last told, and by its case."""

    key: str
    case_id: int | None
    number: str | None
    state: str | None  #: in the ERP's words, as we last heard it
    total: Decimal | None
    case_open: bool
    outcome: str | None  #: with which its case ended
    awaits_payment: bool  #: its case waits to hear that it is paid
    ordered: Quantities | None = None
    shipped: Quantities | None = None  #: of what the case was told


@dataclass(frozen=True, slots=True)
class Difference:
    kind: str  #: customer | order
    key: str
    field: str
    code: str  #: drift | payment_mismatch
    ours: Any
    theirs: Any
    case_id: int | None = None

    @property
    def mark(self) -> str:
        return f"{self.kind}/{self.key}/{self.field}"


def of_orders(ours: Mapping[str, Known], theirs: Mapping[str, Order]) -> list[Difference]:
    """In the order of their keys. What is a draft or cancelled over there may be unknown to us: a call may have ended so."""
    found: list[Difference] = []
    for key in sorted({*ours, *theirs}):
        found += _of_one(key, ours.get(key), theirs.get(key))
    return found


def _of_one(key: str, known: Known | None, order: Order | None) -> Iterator[Difference]:
    if known is None:
        if order is not None and order.state in _BINDING:
            yield Difference("order", key, "unknown", DRIFT, None, _named(order))
        return
    if order is None:
        if known.number is not None and known.state != "cancelled":
            told = {"order_no": known.number, "total": known.total}
            yield Difference("order", key, "missing", DRIFT, told, None, known.case_id)
        return
    for field, code, here, there in _fields(known, order):
        if here != there:
            yield Difference("order", key, field, code, here, there, known.case_id)


def _fields(known: Known, order: Order) -> Iterator[tuple[str, str, Any, Any]]:
    """Of each side what is compared; what we do not know differs from nothing."""
    gone = order.state == "cancelled"
    if known.number is not None:
        yield "order_no", DRIFT, known.number, order.number
    if known.total is not None and not gone:
        yield "total", DRIFT, known.total, order.total
    if not gone:
        yield from _goods(known, order)
    if known.state is not None:
        yield "state", DRIFT, _stage(known.state), _stage(order.state)
    if known.awaits_payment or known.outcome == "paid":
        yield "paid", PAYMENT, known.outcome == "paid", order.paid
    if (
        known.outcome == "cancelled"
    ):  # of a confirmed one all that has not left is taken out, the rest was given back
        nothing_leaves = bool(order.lines) and all(line.qty <= line.shipped for line in order.lines)
        yield "cancelled", DRIFT, True, gone or order.total == 0 or nothing_leaves


def _goods(known: Known, order: Order) -> Iterator[tuple[str, str, Any, Any]]:
    """What was wanted, what has left, and whether what is left of it will: a delivery too many or too few is nowhere in the amounts."""
    ordered = quantities((line.sku, line.qty) for line in order.lines)
    if known.ordered is not None and known.total in (None, order.total):  # another amount tells that already
        yield "ordered", DRIFT, _listed(known.ordered), _listed(ordered)
    if known.shipped is not None:
        shipped = quantities((line.sku, line.shipped) for line in order.lines)
        yield "shipped", DRIFT, _listed(known.shipped), _listed(shipped)
    sent = [(line, line.planned) for line in order.lines if line.planned is not None]
    to_come = quantities((line.sku, line.qty - line.shipped) for line, _ in sent)
    yield "planned", DRIFT, _listed(to_come), _listed(quantities((line.sku, qty) for line, qty in sent))


def quantities(each: Iterable[tuple[str, Decimal]]) -> Quantities:
    """The sum of each SKU, without those of which there is nothing."""
    found: dict[str, Decimal] = {}
    for sku, qty in each:
        found[sku] = found.get(sku, Decimal(0)) + qty
    return {sku: qty for sku, qty in found.items() if qty}


def _listed(found: Quantities) -> list[str]:
    """As people read it: "60 SO-1001"."""
    return [f"{format(found[sku].normalize(), 'f')} {sku}" for sku in sorted(found)]


def _stage(state: str) -> str:
    """How far it is, as far as that matters: an offer, binding, or over."""
    return "ordered" if state in _BINDING else "cancelled" if state == "cancelled" else "offered"


def _named(order: Order) -> dict[str, Any]:
    return {"order_no": order.number, "total": order.total, "state": order.state}
