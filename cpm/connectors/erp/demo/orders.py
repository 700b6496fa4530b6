"""Orders of the demo ERP, as we may place and change them."""

from collections.abc import Sequence
from dataclasses import replace

from cpm.connectors.erp.demo import books, faults
from cpm.connectors.erp.demo.books import Account, Book
from cpm.connectors.erp.demo.door import Door
from cpm.connectors.erp.demo.keeping import Memory
from cpm.connectors.erp.earlier import must_be_ours
from cpm.connectors.erp.faults import ErpFault
from cpm.connectors.erp.nouns import Order, Wanted


class Orders(Door):
    def save_order(self, key: str, wanted: Wanted) -> Order:
        with self._asked() as memory:
            books.customer(memory, wanted.customer)
            known = memory.find(Book, key)
            if known is not None:
                must_be_ours(key, known.order.made_at, wanted.since)
                if known.wanted.customer != wanted.customer:
                    raise ErpFault(
                        "conflict", f"Expected order {key} to be of the same customer, but it is of another."
                    )
            if known is not None and known.order.state != "quotation":
                raise ErpFault(
                    "conflict", f"Expected order {key} to be a quotation, but it is {known.order.state}."
                )
            if known is not None and known.wanted == wanted:
                return known.order
            number = known.order.number if known is not None and known.order.number else memory.number("AU")
            made_at = known.order.made_at if known else self._clock()
            order = books.drawn(memory, key, number, wanted, self._today(), made_at=made_at)
            if known is not None:
                order = replace(order, version=known.order.version)
            return books.keep(memory, Book(order, wanted), "changed" if known else "quotation")

    def confirm_order(self, key: str) -> Order:
        with self._asked() as memory:
            book = books.of(memory, key)
            if book.order.state in ("processing", "done"):
                return book.order
            refused = faults.refusal(memory)
            if refused is None:
                self._must_be_confirmable(memory, book)
                return books.keep(memory, books.confirmed(memory, book), "processing")
        raise refused

    def amend_order(self, key: str, wanted: Wanted) -> Order:
        with self._asked() as memory:
            book = books.of(memory, key)
            must_be_ours(key, book.order.made_at, wanted.since)
            wanted = replace(wanted, ship_to=wanted.ship_to or book.wanted.ship_to)
            if book.wanted == wanted:
                return book.order
            if book.order.state != "processing" or book.order.invoices or book.order.shipment == "shipped":
                raise _not_any_more(book.order)
            drawn = books.drawn(memory, key, book.order.number or "", wanted, self._today(), free=book.free)
            if (lines := books.with_shipped(drawn.lines, book.order)) is None:
                raise _not_any_more(book.order)
            self._must_be_there(memory, wanted, key)
            books.reserve(memory, book.order, -1)
            order = replace(
                book.order,
                lines=lines,
                untaxed=drawn.untaxed,
                tax=drawn.tax,
                total=drawn.total,
                ship_to=drawn.ship_to,
            )
            books.reserve(memory, order)
            return books.keep(memory, replace(book, order=order, wanted=wanted), "changed")

    def cancel_order(self, key: str) -> Order:
        with self._asked() as memory:
            book = books.of(memory, key)
            if book.order.state == "cancelled":
                return book.order
            if book.order.state == "processing" and book.order.shipment == "partly_shipped":
                return books.keep(memory, self._without_the_rest(memory, book), "changed")
            if book.order.state not in ("quotation", "processing") or book.order.shipment not in (
                "none",
                "waiting",
            ):
                raise _not_any_more(book.order)
            if book.order.state == "processing":
                books.reserve(memory, book.order, -1)
            shipments = tuple(replace(one, state="cancelled") for one in book.order.shipments)
            order = replace(
                book.order, state="cancelled", shipment="none", invoice="none", shipments=shipments
            )
            return books.keep(memory, replace(book, order=order), "cancelled")

    def _without_the_rest(self, memory: Memory, book: Book) -> Book:
        """What has left stays; nothing more leaves."""
        books.reserve(memory, book.order, -1)
        left = zip(book.wanted.lines, book.order.lines, strict=True)
        lines = tuple(replace(line, qty=there.shipped) for line, there in left if there.shipped)
        wanted = replace(book.wanted, lines=lines)
        number, today = book.order.number or "", self._today()
        drawn = books.drawn(memory, book.order.key, number, wanted, today, free=book.free)
        gone = (
            replace(one, state=one.state if one.shipped_on else "cancelled") for one in book.order.shipments
        )
        order = replace(
            book.order,
            lines=tuple(replace(line, shipped=line.qty) for line in drawn.lines),
            untaxed=drawn.untaxed,
            tax=drawn.tax,
            total=drawn.total,
            shipments=tuple(gone),
            shipment="shipped",
        )
        return replace(book, order=order, wanted=wanted)

    def order(self, key: str) -> Order | None:
        with self._asked() as memory:
            found = memory.find(Book, key)
            return None if found is None else found.order

    def arranged(self, key: str) -> Order | None:
        """It plans no days by itself."""
        return self.order(key)

    def orders_of(self, customer: str, *, most: int = 20) -> Sequence[Order]:
        with self._asked() as memory:
            return [book.order for book in memory.all(Book) if book.wanted.customer == customer][:most]

    def _must_be_confirmable(self, memory: Memory, book: Book) -> None:
        """Or it stays a quotation."""
        if book.order.state != "quotation":
            raise ErpFault(
                "conflict", f"Expected order {book.order.key} to be confirmed, but it is {book.order.state}."
            )
        customer = book.wanted.customer
        if (memory.find(Account, customer) or Account(customer)).blocked:
            raise ErpFault(
                "customer_blocked", f"Expected customer {customer} to be served, but it is blocked."
            )
        if not books.credit_suffices(memory, book, self._today()):
            why = f"Expected credit for {book.order.total} EUR, but customer {customer} has less."
            raise ErpFault("credit_refused", why)
        self._must_be_there(memory, book.wanted)

    def _must_be_there(self, memory: Memory, wanted: Wanted, key: str = "") -> None:
        if short := [line.sku for line in self._checks(memory, wanted, key) if line.short]:
            why = f"Expected everything to be there in time, but there is too little of {', '.join(short)}."
            raise ErpFault("stock_changed", why)


def _not_any_more(order: Order) -> ErpFault:
    why = f"Expected order {order.number} to be changed, but it is {order.state} and its delivery {order.shipment}."
    return ErpFault("amendment_refused", why)
