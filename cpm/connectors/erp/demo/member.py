"""The demo ERP: the whole of `Erp` over a file of its own. What it makes names itself as a demo's."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from cpm.connectors.erp.demo import books
from cpm.connectors.erp.demo.books import Book
from cpm.connectors.erp.demo.customers import Customers
from cpm.connectors.erp.demo.orders import Orders
from cpm.connectors.erp.earlier import must_be_ours
from cpm.connectors.erp.nouns import Change, Invoice, Order, Wanted


class DemoErp(Customers, Orders):
    name = "demo"

    def invoices_of(self, customer: str, *, most: int = 20) -> Sequence[Invoice]:
        with self._asked() as memory:
            return [one for one in memory.all(Invoice) if one.customer == customer][:most]

    def invoice(self, number: str) -> Invoice | None:
        with self._asked() as memory:
            return memory.numbered(Invoice, number)

    def open_items(self, *, due_before: date | None = None) -> Sequence[Invoice]:
        def is_due(one: Invoice) -> bool:
            return due_before is None or (one.due_on is not None and one.due_on < due_before)

        with self._asked() as memory:
            return [one for one in memory.all(Invoice) if one.state == "posted" and is_due(one)]

    def credit(
        self, key: str, customer: str, amount: Decimal, reason: str, *, since: datetime | None = None
    ) -> Invoice:
        with self._asked() as memory:
            if (known := memory.find(Invoice, key)) is not None:
                must_be_ours(key, known.made_at, since)
                return known
            books.customer(memory, customer)
            number, today = memory.number("GS"), self._today()
            made = Invoice(number, "posted", -amount, -amount, today, today, key, customer, self._clock())
            memory.keep(made, key, number)
            memory.tell("invoice", number, "posted", reason=reason)
            return made

    def replacement(self, key: str, wanted: Wanted) -> Order:
        with self._asked() as memory:
            if (known := memory.find(Book, key)) is not None:
                must_be_ours(key, known.order.made_at, wanted.since)
                return known.order
            books.customer(memory, wanted.customer)
            number, today, now = memory.number("EL"), self._today(), self._clock()
            order = books.drawn(memory, key, number, wanted, today, free=True, made_at=now)
            book = books.confirmed(memory, Book(order, wanted, free=True))
            return books.keep(memory, book, "processing")

    def invoice_file(self, number: str) -> bytes | None:
        """The demo ERP writes none."""
        with self._asked() as memory:
            memory.numbered(Invoice, number)
        return None

    def changes(self, since: str, *, most: int = 200) -> Sequence[Change]:
        with self._asked() as memory:
            return memory.changes(since, most)

    def cursor(self) -> str:
        with self._asked() as memory:
            return memory.cursor()

    def orders_with_keys(self, prefix: str, *, most: int = 10_000) -> Sequence[Order]:
        with self._asked() as memory:
            return [book.order for book in memory.all(Book, prefix)][:most]
