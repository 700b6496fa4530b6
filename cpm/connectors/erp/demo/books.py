"""Orders, deliveries and invoices of the demo ERP: what they cost, and what they go through."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from cpm.connectors.erp.demo import stock
from cpm.connectors.erp.demo.keeping import Memory
from cpm.connectors.erp.faults import ErpFault
from cpm.connectors.erp.nouns import Invoice, Line, Order, OrderLine, Party, Shipment, Terms, Wanted

TAX = Decimal("0.19")
NET_DAYS = 30
#: What somebody may owe us whom we do not know yet.
NEW_LIMIT = Decimal(5000)
_CENT, _NONE = Decimal("0.01"), Decimal(0)


@dataclass(frozen=True, slots=True)
class Account:
    """A customer as a debtor."""

    key: str
    blocked: bool = False
    limit: Decimal | None = NEW_LIMIT


@dataclass(frozen=True, slots=True)
class Book:
    """An order, with what it was made of. It has one delivery and one invoice, each of all that is left."""

    order: Order
    wanted: Wanted
    free: bool = False  #: a replacement: it costs nothing


def price(memory: Memory, line: Line) -> tuple[Decimal, Decimal]:
    """Of a unit, and of the line after its discount."""
    each = stock.of(memory, line.sku).price if line.price is None else line.price
    return each, _cents(each * line.qty * (1 - line.discount_percent / 100))


def sums(totals: Iterable[Decimal]) -> tuple[Decimal, Decimal, Decimal]:
    """Without tax, tax, with tax."""
    untaxed = sum(totals, _NONE)
    tax = _cents(untaxed * TAX)
    return _cents(untaxed), tax, _cents(untaxed) + tax


def drawn(
    memory: Memory,
    key: str,
    number: str,
    wanted: Wanted,
    today: date,
    *,
    free: bool = False,
    made_at: datetime | None = None,
) -> Order:
    """A quotation as wanted."""
    lines = tuple(_line(memory, line, free=free) for line in wanted.lines)
    untaxed, tax, total = sums(line.total for line in lines)
    return Order(
        key=key,
        number=number,
        state="quotation",
        customer=wanted.customer,
        untaxed=untaxed,
        tax=tax,
        total=total,
        lines=lines,
        shipment="none",
        invoice="none",
        ordered_on=today,
        ship_to=wanted.ship_to,
        made_at=made_at,
    )


def keep(memory: Memory, book: Book, what: str) -> Order:
    """Write it down under the next version and tell the feed what it went into."""
    version = str(int(book.order.version or 0) + 1)
    kept = replace(book, order=replace(_planned(book.order), version=version))
    memory.keep(kept, kept.order.key, kept.order.number)
    memory.tell("order", kept.order.key, what, number=kept.order.number)
    return kept.order


def of(memory: Memory, key: str) -> Book:
    """ErpFault (not_found) if there is none."""
    if (found := memory.find(Book, key)) is None:
        raise ErpFault("not_found", f"Expected an order under {key} in the demo ERP, but there is none.")
    return found


def open_qty(order: Order) -> list[tuple[str, Decimal]]:
    """What is still to be shipped, by SKU."""
    return [(line.sku, line.qty - line.shipped) for line in order.lines if line.qty > line.shipped]


def reserve(memory: Memory, order: Order, sign: int = 1) -> None:
    stock.move(memory, ((sku, sign * qty, _NONE) for sku, qty in open_qty(order)))


def confirmed(memory: Memory, book: Book) -> Book:
    """Its goods are reserved, its delivery is planned."""
    reserve(memory, book.order)
    planned = max(
        (line.wanted_on for line in book.order.lines if line.wanted_on), default=book.order.ordered_on
    )
    shipment = Shipment(memory.number("LS"), "waiting", planned_on=planned)
    invoice = "none" if book.free else "pending"
    order = replace(
        book.order, state="processing", shipment="waiting", shipments=(shipment,), invoice=invoice
    )
    return replace(book, order=order)


def with_shipped(lines: Iterable[OrderLine], before: Order) -> tuple[OrderLine, ...] | None:
    """The new lines of an order with what has left of it; None if that is more than they want."""
    shipped: dict[str, Decimal] = {}
    for line in before.lines:
        shipped[line.sku] = shipped.get(line.sku, _NONE) + line.shipped
    found = []
    for line in lines:
        gone = min(line.qty, shipped.get(line.sku, _NONE))
        shipped[line.sku] = shipped.get(line.sku, _NONE) - gone
        found.append(replace(line, shipped=gone))
    return None if any(shipped.values()) else tuple(found)


def due(wanted: Wanted, today: date) -> date:
    return today + timedelta(days=NET_DAYS if wanted.net_days is None else wanted.net_days)


def terms(memory: Memory, key: str, today: date) -> Terms:
    """Of who is not known, those of a new customer."""
    account = memory.find(Account, key) or Account(key)
    invoices = [one for one in memory.all(Invoice) if one.customer == key]
    books = [book for book in memory.all(Book) if book.wanted.customer == key]
    running = [book.order for book in books if book.order.state == "processing" and not book.order.invoices]
    owed = sum((one.open for one in invoices if one.state == "posted"), _NONE)
    overdue = sum((one.open for one in invoices if _is_overdue(one, today)), _NONE)
    bought = any(book.order.state in ("processing", "done") for book in books)
    return Terms(
        status="customer" if bought else "prospect",
        blocked=account.blocked,
        credit_limit=account.limit,
        credit_used=owed + sum((order.total for order in running), _NONE),
        overdue=overdue,
    )


def credit_suffices(memory: Memory, book: Book, today: date) -> bool:
    """What is paid before the delivery needs none."""
    free = terms(memory, book.wanted.customer, today).credit_free
    needed = book.order.total * (1 - book.wanted.prepay_percent / 100)
    return free is None or needed <= free


def customer(memory: Memory, key: str) -> Party:
    if (found := memory.find(Party, key)) is None:
        raise ErpFault("not_found", f"Expected customer {key} in the demo ERP, but there is none.")
    return found


def _line(memory: Memory, line: Line, *, free: bool) -> OrderLine:
    known = stock.of(memory, line.sku)
    each, total = (_NONE, _NONE) if free else price(memory, line)
    return OrderLine(line.sku, known.name, known.unit, line.qty, each, total, line.wanted_on)


def _planned(order: Order) -> Order:
    """Its open delivery has all that is left."""
    under_way = any(one.state == "waiting" for one in order.shipments)
    lines = (replace(line, planned=line.qty - line.shipped if under_way else None) for line in order.lines)
    return replace(order, lines=tuple(lines))


def _is_overdue(invoice: Invoice, today: date) -> bool:
    return invoice.state == "posted" and invoice.due_on is not None and invoice.due_on < today


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(_CENT, ROUND_HALF_UP)
