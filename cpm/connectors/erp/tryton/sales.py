"""Orders and invoices as they stand there, read in few questions."""

from collections.abc import Iterator, Sequence

from cpm.connectors.erp.nouns import Invoice, Order
from cpm.connectors.erp.tryton.catalogue import escaped
from cpm.connectors.erp.tryton.places import Places
from cpm.connectors.erp.tryton.reading import (
    GOODS_FIELDS,
    INVOICE_FIELDS,
    ORDER_FIELDS,
    goods,
    invoice,
    order,
)
from cpm.connectors.erp.tryton.rest import Domain, Masked
from cpm.connectors.erp.tryton.row import Row

SALE = "sale.sale"
_NEWEST = [["id", "DESC"]]
_PAGE = 500


class Sales:
    def __init__(self, places: Places) -> None:
        self._places, self._rest = places, places.rest

    def row(self, key: str, fields: Sequence[str] = ORDER_FIELDS) -> Row | None:
        domain = [["web_shop", "=", self._places.home.shop], ["web_id", "=", self._places.theirs(key)]]
        rows = self._rest.search(SALE, domain, fields, most=1)
        return rows[0] if rows else None

    def order(self, key: str) -> Order | None:
        row = self.row(key)
        return None if row is None else order(self._places, row)

    def of(self, customer: str, most: int) -> list[Order]:
        _ = self._places.home
        domain = [["party.code", "=", self._places.theirs(customer)]]
        rows = self._rest.search(SALE, domain, ORDER_FIELDS, most=most, order=_NEWEST)
        return [order(self._places, row) for row in rows]

    def with_keys(self, prefix: str, most: int) -> list[Order]:
        like = escaped(self._places.theirs(prefix)) + "%"
        domain = [["web_shop", "=", self._places.home.shop], ["web_id", "like", like]]
        return [goods(self._places, row) for row in self._pages(SALE, domain, GOODS_FIELDS, most)]

    def invoices(self, domain: Domain, most: int) -> list[Invoice]:
        _ = self._places.home
        whole = [["type", "=", "out"], *domain]
        return [
            invoice(self._places, row) for row in self._pages("account.invoice", whole, INVOICE_FIELDS, most)
        ]

    def _pages(self, model: str, domain: Domain, fields: Sequence[str], most: int) -> Iterator[Row]:
        """The newest first, in questions of a size that a server answers in time."""
        older: list[object] = []
        while most > 0:
            page = self._rest.search(model, [*domain, *older], fields, most=min(_PAGE, most), order=_NEWEST)
            yield from page
            if len(page) < _PAGE:
                return
            most -= len(page)
            older = [["id", "<", page[-1].id]]

    def invoice_file(self, number: str) -> bytes | None:
        """None also if the server makes another format of it, or cannot make any."""
        domain = [["type", "=", "out"], ["number", "=", number]]
        rows = self._rest.search("account.invoice", domain, ["id"], most=1)
        if not rows:
            return None
        try:
            made = self._rest.report("account.invoice", rows[0].id)
        except Masked:
            return None
        return made if made.startswith(b"%PDF-") else None
