"""What the engine asks of an ERP. All of it may be asked twice: the same key makes the same thing once."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from cpm.connectors.erp.nouns import Change, Checked, Invoice, Order, Party, Product, Terms, Wanted


class Erp(Protocol):
    """One system. Its methods raise `ErpFault` for whatever goes wrong, and keep to the timeout they were made with."""

    @property
    def name(self) -> str:
        """As cases and links remember it: "tryton", "demo"."""

    def alive(self) -> bool:
        """Whether it answers at all; never raises."""

    def version(self) -> str:
        """As its makers call it, "8.0"; empty if it has none."""

    # customers
    def party(self, key: str) -> Party | None: ...
    def parties(
        self, *, email: str = "", phone: str = "", name: str = "", vat_id: str = ""
    ) -> Sequence[Party]:
        """Those over there that may be the one we look for, at most 10; theirs may have keys that are not ours."""

    def save_party(self, party: Party) -> Party:
        """Made, or changed to be as given. `conflict` if it was changed there since `party.version`."""

    def terms(self, key: str) -> Terms: ...

    # catalogue
    def products(
        self,
        words: str = "",
        *,
        skus: Sequence[str] = (),
        customer: str = "",
        on: date | None = None,
        most: int = 20,
    ) -> Sequence[Product]:
        """Those that can be sold and fit all words (in SKU or name), or those of the SKUs; with prices for the customer, and stock if a day is given."""

    def catalogue(self, after: str = "", *, most: int = 500) -> Sequence[Product]:
        """All that can be sold, a page at a time: those behind this SKU, in the ERP's order of SKUs; with list prices, without stock.

        Fewer than `most` are the last ones.
        """

    def check(self, wanted: Wanted, *, key: str = "") -> Checked:
        """Nothing is written. The customer may be unknown over there yet: then it is a prospect.

        `key`: of a quotation of ours that this is to become of; what it holds already counts as there.
        """

    # orders
    def save_order(self, key: str, wanted: Wanted) -> Order:
        """A quotation under our key, made or changed to be as wanted; `conflict` once it is confirmed or if it is another customer's.

        It has a number.
        """

    def confirm_order(self, key: str) -> Order:
        """Twice is harmless; one that is stuck half-way is helped on. `stock_changed`, `credit_refused`, `customer_blocked` leave a quotation."""

    def amend_order(self, key: str, wanted: Wanted) -> Order:
        """A confirmed one, as far as it has not been shipped; `amendment_refused` else."""

    def cancel_order(self, key: str) -> Order:
        """A quotation is cancelled; of a confirmed one what is not shipped is taken out. `amendment_refused` if nothing can be."""

    def order(self, key: str) -> Order | None: ...
    def arranged(self, key: str) -> Order | None:
        """The same, once the deliveries that the ERP has made by itself, when it was paid, are on the days of their lines."""

    def orders_of(self, customer: str, *, most: int = 20) -> Sequence[Order]:
        """The newest first, also those that are not ours."""

    # money
    def invoices_of(self, customer: str, *, most: int = 20) -> Sequence[Invoice]: ...
    def invoice(self, number: str) -> Invoice | None: ...
    def open_items(self, *, due_before: date | None = None) -> Sequence[Invoice]:
        """Posted, not paid, of all customers."""

    def credit(
        self, key: str, customer: str, amount: Decimal, reason: str, *, since: datetime | None = None
    ) -> Invoice:
        """A credit note over an amount with tax. `since`: what is under the key from before then is not ours: `duplicate_key`."""

    def replacement(self, key: str, wanted: Wanted) -> Order:
        """A delivery that costs nothing, confirmed."""

    def invoice_file(self, number: str) -> bytes | None:
        """As PDF, if the ERP makes one."""

    # changes
    def changes(self, since: str, *, most: int = 200) -> Sequence[Change]:
        """What happened after the cursor ("" is the beginning), the oldest first. What was committed late appears late: ask with an overlap."""

    def cursor(self) -> str:
        """Where the feed stands now."""

    # what the reconciler compares
    def orders_with_keys(self, prefix: str, *, most: int = 10_000) -> Sequence[Order]:
        """Ours, that is those whose key begins so; without papers, and of lines what is wanted, shipped and planned."""
