"""Changes of what is being processed, as Tryton's amendments: quantities, prices, other products, where it goes, and the days in the notes.

An amendment says what a line is to be, not by how much it changes, so a second one for the same wish does no harm. One of ours
that was begun and not put in force is dropped. Tryton asks neither for stock nor for credit then, so both are asked for here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from cpm.connectors.erp.earlier import must_be_ours
from cpm.connectors.erp.faults import ErpFault
from cpm.connectors.erp.nouns import Line, Wanted
from cpm.connectors.erp.tryton.catalogue import Article, Catalogue
from cpm.connectors.erp.tryton.checking import known, net_price
from cpm.connectors.erp.tryton.debtors import DEBTOR_FIELDS, buyer, terms
from cpm.connectors.erp.tryton.notes import noted, wanted_on
from cpm.connectors.erp.tryton.parties import POSTAL_FIELDS, Parties, postal
from cpm.connectors.erp.tryton.places import Places
from cpm.connectors.erp.tryton.reading import made_at
from cpm.connectors.erp.tryton.rest import Refused
from cpm.connectors.erp.tryton.row import Row
from cpm.connectors.erp.tryton.sales import SALE, Sales

AMENDMENT = "sale.amendment"
_MARK = "CPM"
#: A move in these states can be taken back; what is assigned or further is on its way.
_SOFT = ("draft", "staging", "cancelled")
#: What an amendment of the address would otherwise take away.
_KEPT = ("invoice_party", "invoice_address", "shipment_party")
_FIELDS = (
    "state",
    "create_date",
    *(f"party.{name}" for name in DEBTOR_FIELDS),
    *_KEPT,
    *(f"shipment_address.{name}" for name in POSTAL_FIELDS),
    "lines.type",
    "lines.product.code",
    "lines.quantity",
    "lines.unit",
    "lines.unit_price",
    "lines.description",
    "lines.note",
    "lines.moves.state",
    "lines.moves.quantity",
)


@dataclass(frozen=True, slots=True)
class _Change:
    """What one line of the sale is to become."""

    row: Row
    sku: str
    product: int
    unit: int
    qty: Decimal
    price: Decimal
    wanted_on: date | None
    article: Article | None = None

    @property
    def other(self) -> bool:
        return self.sku != _sku(self.row)

    @property
    def amends(self) -> bool:
        row = self.row
        return self.other or self.qty != row.amount("quantity") or self.price != row.amount("unit_price")

    @property
    def more(self) -> Decimal:
        """By how many pieces."""
        return self.qty if self.other else self.qty - self.row.amount("quantity")

    @property
    def dearer(self) -> Decimal:
        return self.qty * self.price - self.row.amount("quantity") * self.row.amount("unit_price")


class Amending:
    def __init__(self, places: Places, parties: Parties, sales: Sales, catalogue: Catalogue) -> None:
        self._places, self._rest = places, places.rest
        self._parties, self._sales, self._catalogue = parties, sales, catalogue

    def amend(self, key: str, wanted: Wanted, today: date) -> None:
        sale = self._amendable(key)
        must_be_ours(key, made_at(sale), wanted.since)
        articles = self._articles(wanted, sale, today)
        changes = [_judged(change) for change in _matched(wanted.lines, _lines(sale), articles)]
        self._afford(sale, changes, today)
        self._put(sale, changes, today, self._moved(sale, wanted))

    def empty(self, key: str, today: date) -> None:
        """What is not on its way is taken out."""
        sale = self._amendable(key)
        rows = [row for row in _lines(sale) if row.amount("quantity")]
        changes = [replace(_same(row), qty=min(_gone(row), row.amount("quantity"))) for row in rows]
        if rows and not any(change.amends for change in changes):
            raise _refused(f"all of order {key} is on its way")
        self._put(sale, changes, today)

    def _amendable(self, key: str) -> Row:
        sale = self._sales.row(key, _FIELDS)
        if sale is None:
            raise ErpFault("not_found", f"Expected to find order {key} in the ERP, but it is not there.")
        if sale.text("state") != "processing":
            raise _refused(f"order {key} is {sale.text('state')}")
        return sale

    def _articles(self, wanted: Wanted, sale: Row, today: date) -> dict[tuple[str, Decimal], Article]:
        asked = ((line.sku, line.qty) for line in wanted.lines)
        return self._catalogue.articles(asked, buyer(sale.row("party")), today)

    def _afford(self, sale: Row, changes: Sequence[_Change], today: date) -> None:
        for change in changes:
            stock = change.article.stock if change.article else None
            day = max(change.wanted_on or today, today)
            if change.more > 0 and stock is not None and not stock.has(change.more, day):
                raise ErpFault(
                    "stock_changed", f"Expected more of {change.sku}, but there is not enough in time."
                )
        dearer = sum((change.dearer for change in changes), Decimal(0))
        if dearer <= 0:
            return
        free = terms(self._places, sale.row("party"), today).credit_free
        if free is not None and dearer > free:
            raise ErpFault(
                "credit_refused",
                f"Expected to add {dearer} EUR, but of the customer's credit {free} EUR are free.",
            )

    def _moved(self, sale: Row, wanted: Wanted) -> list[dict[str, Any]]:
        """What is not on its way goes to another address."""
        place = sale.row("shipment_address")
        if wanted.ship_to is None or (place is not None and postal(place) == wanted.ship_to):
            return []
        if all(_gone(row) >= row.amount("quantity") for row in _lines(sale)):
            raise _refused("all of it is on its way")
        party = self._parties.row(wanted.customer)
        if party is None:
            raise _refused(f"customer {wanted.customer} is not there")
        number = self._parties.address_number(party, wanted.ship_to)
        kept = {name: sale.reference(name) for name in _KEPT}
        return [{"action": "party", "party": party.id, "shipment_address": number, **kept}]

    def _put(
        self, sale: Row, changes: Sequence[_Change], today: date, moved: Sequence[dict[str, Any]] = ()
    ) -> None:
        try:
            self._drop_begun(sale)
            if lines := [*(_amendment(change) for change in changes if change.amends), *moved]:
                values = {"sale": sale.id, "date": today, "description": _MARK, "lines": [["create", lines]]}
                amendment = self._rest.create(AMENDMENT, values)
                self._rest.act(AMENDMENT, amendment.id, "validate_amendment")
            if lines or self._amended(sale):
                # Its shipments are made anew by a task after that: a worker of Tryton's may take its time, a kill may prevent it.
                self._rest.act(SALE, sale.id, "process")
            if notes := [step for change in changes if (step := _note(change))]:
                self._rest.write(SALE, sale.id, {"lines": notes})
        except Refused as refusal:
            raise _refused(f"it says: {refusal.words}") from refusal

    def _amended(self, sale: Row) -> bool:
        domain = [["sale", "=", sale.id], ["state", "=", "validated"], ["description", "=", _MARK]]
        return bool(self._rest.search(AMENDMENT, domain, ["id"], most=1))

    def _drop_begun(self, sale: Row) -> None:
        domain = [["sale", "=", sale.id], ["state", "=", "draft"], ["description", "=", _MARK]]
        for begun in self._rest.search(AMENDMENT, domain, ["id"]):
            self._rest.delete(AMENDMENT, begun.id)


def _matched(
    wanted: Sequence[Line], rows: Sequence[Row], articles: dict[tuple[str, Decimal], Article]
) -> list[_Change]:
    """Each line of the sale is to be the wanted line of its product, else another product, else nothing."""
    left, changes, strangers = list(rows), [], []
    for line in wanted:
        row = next((row for row in left if _sku(row) == line.sku), None)
        if row is None:
            strangers.append(line)
            continue
        left.remove(row)
        changes.append(_become(row, line, known(line, articles)))
    for line in strangers:
        if (row := next((row for row in left if not _gone(row)), None)) is None:
            raise _refused("a further line needs an order of its own")
        left.remove(row)
        changes.append(_become(row, line, known(line, articles)))
    return changes + [replace(_same(row), qty=Decimal(0)) for row in left if row.amount("quantity")]


def _become(row: Row, line: Line, article: Article) -> _Change:
    same = _same(row)
    kept = line.price is None and same.sku == line.sku and not line.discount_percent
    return replace(
        same,
        sku=line.sku,
        product=article.id,
        unit=same.unit if same.sku == line.sku else article.unit,
        qty=line.qty,
        price=same.price if kept else net_price(line, article),
        wanted_on=line.wanted_on,
        article=article,
    )


def _same(row: Row) -> _Change:
    product = row.row("product")
    return _Change(
        row,
        _sku(row),
        product.id if product else 0,
        row.reference("unit") or 0,
        row.amount("quantity"),
        row.amount("unit_price"),
        wanted_on(row.text("note")),
    )


def _judged(change: _Change) -> _Change:
    if change.qty < _gone(change.row):
        raise _refused(f"of {change.sku} more is on its way already")
    return change


def _amendment(change: _Change) -> dict[str, Any]:
    return {
        "action": "line",
        "line": change.row.id,
        "product": change.product or None,
        "quantity": float(change.qty),
        "unit": change.unit or None,
        "unit_price": change.price,
        "description": None if change.other else change.row.text("description") or None,
    }


def _note(change: _Change) -> list[Any]:
    note = noted(change.wanted_on)
    if not change.qty or note is None or change.row.text("note") == note:
        return []
    return ["write", [change.row.id], {"note": note}]


def _lines(sale: Row) -> list[Row]:
    rows = (
        row for row in sale.rows("lines") if row.text("type") == "line" and row.row("product") is not None
    )
    return sorted(rows, key=lambda row: not row.amount("quantity"))  # those that were taken out are used last


def _gone(row: Row) -> Decimal:
    """What is on its way, or there."""
    moves = (move.amount("quantity") for move in row.rows("moves") if move.text("state") not in _SOFT)
    return sum(moves, Decimal(0))


def _sku(row: Row) -> str:
    product = row.row("product")
    return product.text("code") if product else ""


def _refused(fact: str) -> ErpFault:
    return ErpFault("amendment_refused", f"Expected to change the order in the ERP, but {fact}.")
