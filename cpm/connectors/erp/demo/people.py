"""What people do in the demo ERP while a case waits: they ship, invoice, book payments, cancel, change and block."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from cpm.connectors.erp.demo import books, stock
from cpm.connectors.erp.demo.books import Account, Book
from cpm.connectors.erp.demo.keeping import Memory, opened
from cpm.connectors.erp.faults import ErpFault
from cpm.connectors.erp.nouns import Invoice, Party


class People:
    """Orders and invoices go by the ERP's numbers. ErpFault (not_found, amendment_refused) where it does not fit."""

    def __init__(self, file: Path, today: Callable[[], date] = date.today) -> None:
        self._file, self._today = file, today

    def ship(self, number: str, skus: tuple[str, ...] = ()) -> str:
        """Send what is left of an order, or of these products of it; the number of the delivery."""
        with opened(self._file) as memory:
            book = _running(memory, number)
            order = book.order
            now = [line for line in order.lines if line.qty > line.shipped and (not skus or line.sku in skus)]
            if not now:
                raise ErpFault(
                    "amendment_refused",
                    f"Expected something to ship of order {number}, but there is nothing.",
                )
            stock.move(
                memory, ((line.sku, -(line.qty - line.shipped), -(line.qty - line.shipped)) for line in now)
            )
            lines = tuple(replace(line, shipped=line.qty) if line in now else line for line in order.lines)
            *before, last = order.shipments
            sent = replace(last, state="shipped", shipped_on=self._today())
            left = any(line.qty > line.shipped for line in lines)
            rest = (replace(last, number=memory.number("LS")),) if left else ()
            order = replace(
                order,
                lines=lines,
                shipments=(*before, sent, *rest),
                shipment="partly_shipped" if left else "shipped",
            )
            books.keep(memory, _settled(replace(book, order=order)), order.shipment)
            return sent.number

    def invoice(self, number: str) -> str:
        """Post the invoice of an order; its number."""
        with opened(self._file) as memory:
            book = _running(memory, number)
            if book.free or book.order.invoices:
                raise ErpFault(
                    "amendment_refused",
                    f"Expected to invoice order {number}, but there is nothing to invoice.",
                )
            no, today, order = memory.number("RE"), self._today(), book.order
            due = books.due(book.wanted, today)
            made = Invoice(no, "posted", order.total, order.total, today, due, order.key, order.customer)
            memory.keep(made, no, no)
            memory.tell("invoice", no, "posted", order=order.key)
            order = replace(order, invoices=(made,), invoice="awaiting_payment")
            books.keep(memory, replace(book, order=order), "awaiting_payment")
            return no

    def pay(self, invoice_no: str, amount: Decimal | None = None) -> None:
        """Book a payment of the customer: of the amount, or of all that is open."""
        with opened(self._file) as memory:
            known = _invoice(memory, invoice_no)
            left = max(Decimal(0), known.open - (known.open if amount is None else amount))
            paid = replace(known, open=left, state="posted" if left else "paid")
            memory.keep(paid, invoice_no, invoice_no)
            memory.tell("invoice", invoice_no, "changed" if left else "paid", order=known.order)
            self._follow(memory, paid, "partly_paid" if left else "paid")

    def cancel_invoice(self, invoice_no: str) -> None:
        with opened(self._file) as memory:
            gone = replace(_invoice(memory, invoice_no), state="cancelled", open=Decimal(0))
            memory.keep(gone, invoice_no, invoice_no)
            memory.tell("invoice", invoice_no, "cancelled", order=gone.order)
            self._follow(memory, gone, "exception")

    def cancel(self, number: str) -> None:
        with opened(self._file) as memory:
            book = _running(memory, number)
            books.reserve(memory, book.order, -1)
            order = replace(book.order, state="cancelled", shipment="none", invoice="none")
            books.keep(memory, replace(book, order=order), "cancelled")

    def change(self, number: str, sku: str, qty: Decimal) -> None:
        """Another quantity of one product of an order."""
        with opened(self._file) as memory:
            book = _running(memory, number)
            lines = tuple(replace(line, qty=qty) if line.sku == sku else line for line in book.wanted.lines)
            wanted = replace(book.wanted, lines=lines)
            drawn = books.drawn(memory, book.order.key, number, wanted, self._today(), free=book.free)
            books.reserve(memory, book.order, -1)
            order = replace(
                book.order, lines=drawn.lines, untaxed=drawn.untaxed, tax=drawn.tax, total=drawn.total
            )
            books.reserve(memory, order)
            books.keep(memory, replace(book, order=order, wanted=wanted), "changed")

    def change_customer(self, key: str, **facts: object) -> Party:
        """Some of its master data, as somebody over there typed them."""
        with opened(self._file) as memory:
            known = books.customer(memory, key)
            changed = replace(known, **facts, version=str(int(known.version or 0) + 1))  # type: ignore[arg-type]
            memory.keep(changed, key, known.number)
            memory.tell("customer", key, "changed")
            return changed

    def block(self, key: str, *, blocked: bool = True) -> None:
        with opened(self._file) as memory:
            books.customer(memory, key)
            memory.keep(replace(memory.find(Account, key) or Account(key), blocked=blocked), key)
            memory.tell("customer", key, "changed")

    def allow(self, key: str, limit: Decimal | None) -> None:
        """Set a customer's credit limit; None: there is none."""
        with opened(self._file) as memory:
            books.customer(memory, key)
            memory.keep(replace(memory.find(Account, key) or Account(key), limit=limit), key)
            memory.tell("customer", key, "changed")

    def _follow(self, memory: Memory, invoice: Invoice, state: str) -> None:
        """What became of an invoice shows in its order."""
        book = memory.find(Book, invoice.order) if invoice.order else None
        if book is None:  # a credit note
            return
        order = replace(book.order, invoices=(invoice,), invoice=state)
        books.keep(memory, _settled(replace(book, order=order)), state)


def _settled(book: Book) -> Book:
    """Delivered and paid, an order is done."""
    order = book.order
    is_done = order.shipment == "shipped" and (order.invoice == "paid" or book.free)
    return replace(book, order=replace(order, state="done")) if is_done else book


def _running(memory: Memory, number: str) -> Book:
    book = memory.numbered(Book, number)
    if book is None:
        raise ErpFault("not_found", f"Expected an order {number} in the demo ERP, but there is none.")
    if book.order.state != "processing":
        raise ErpFault(
            "amendment_refused", f"Expected order {number} to be under way, but it is {book.order.state}."
        )
    return book


def _invoice(memory: Memory, number: str) -> Invoice:
    found = memory.numbered(Invoice, number)
    if found is None or found.state != "posted":
        raise ErpFault("not_found", f"Expected an open invoice {number} in the demo ERP, but there is none.")
    return found
