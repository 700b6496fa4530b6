"""From a draft to an order that is being processed. What became of an act is told by the state that is read afterwards.

Why Tryton refuses is told by the facts it judged: the stock of each line, the customer's credit, a dunning. Its words are in its language.
"""

from datetime import date
from decimal import Decimal

from cpm.connectors.erp.faults import ErpFault
from cpm.connectors.erp.tryton.catalogue import Article, Catalogue
from cpm.connectors.erp.tryton.debtors import DEBTOR_FIELDS, buyer, terms
from cpm.connectors.erp.tryton.helping import Helping, stuck
from cpm.connectors.erp.tryton.notes import wanted_on
from cpm.connectors.erp.tryton.places import Places
from cpm.connectors.erp.tryton.rest import Refused
from cpm.connectors.erp.tryton.row import Row
from cpm.connectors.erp.tryton.sales import SALE, Sales

FACTS = (
    "state",
    "party.id",
    *(f"party.{name}" for name in DEBTOR_FIELDS),
    "untaxed_amount",
    "shipping_date",
    "shipment_method",
    "lines.type",
    "lines.product.code",
    "lines.quantity",
    "lines.note",
    "lines.amount",
)


class Confirming:
    def __init__(self, places: Places, sales: Sales, catalogue: Catalogue, helping: Helping) -> None:
        self._places, self._rest, self._sales, self._catalogue = places, places.rest, sales, catalogue
        self._helping = helping

    def facts(self, key: str) -> Row:
        sale = self._sales.row(key, FACTS)
        if sale is None:
            raise ErpFault("not_found", f"Expected to find order {key} in the ERP, but it is not there.")
        return sale

    def quote(self, key: str, today: date) -> None:
        """It has a number afterwards."""
        sale = self.facts(key)
        if sale.text("state") == "draft":
            self._act(key, sale, "quote", today)

    def cancel(self, key: str) -> None:
        sale = self.facts(key)
        if sale.text("state") in ("draft", "quotation"):
            self._rest.act(SALE, sale.id, "cancel")

    def confirm(self, key: str, today: date) -> None:
        """Each turn goes one state on. Two that confirm at once take turns, or see what the other did."""
        acts, answered = {"draft": "quote", "quotation": "confirm"}, False
        for _ in range(len(acts)):
            sale = self.facts(key)
            if (act := acts.get(sale.text("state"))) is None:
                break
            if act == "confirm":
                self._due(sale, today)
                self._in_time(key, sale, today)
            answered = self._act(key, sale, act, today) and act == "confirm"
        sale = self.facts(key)
        if sale.text("state") == "confirmed":
            self._helping.on(key, answered=answered)
            sale = self.facts(key)
        state = "cancelled" if _emptied(sale) else sale.text("state")
        if state in ("processing", "done"):
            return
        if state == "confirmed":
            raise stuck(key, "")
        raise ErpFault("conflict", f"Expected to confirm order {key}, but in the ERP it is {state}.")

    def _due(self, sale: Row, today: date) -> None:
        """Tryton takes no shipping date before the day of the order; a customer may have thought long."""
        day = sale.day("shipping_date")
        if day is not None and day < today:
            self._rest.write(SALE, sale.id, {"shipping_date": None})

    def _in_time(self, key: str, sale: Row, today: date) -> None:
        """Tryton judges all lines by the latest wanted day; those wanted before it are judged here."""
        days = {wanted_on(line.text("note")) or today for line in _goods(sale)}
        if len(days) > 1 and (short := self._short(key, sale, today)):
            raise _stock(short)

    def _act(self, key: str, sale: Row, act: str, today: date) -> bool:
        """False: somebody else did it meanwhile, or it was done and what comes after it was refused."""
        try:
            self._rest.act(SALE, sale.id, act)
        except Refused as refusal:
            now = self.facts(key)
            if now.text("state") == sale.text("state"):
                raise self._why(key, now, today, refusal) from refusal
            return False
        return True

    def _why(self, key: str, sale: Row, today: date, refusal: Refused) -> ErpFault:
        if short := self._short(key, sale, today):
            return _stock(short)
        party = sale.row("party")
        known = terms(self._places, party, today)
        if sale.text("state") == "quotation" and sale.text("shipment_method") == "order":
            if known.blocked:
                return ErpFault(
                    "customer_blocked",
                    "Expected to confirm the order, but the customer is blocked in the ERP.",
                )
            limit, amount = known.credit_limit, sale.amount("untaxed_amount")
            if limit is not None and known.credit_used + amount > limit:
                return ErpFault(
                    "credit_refused",
                    f"Expected to confirm an order of {amount} EUR, but of the customer's credit {known.credit_free} EUR are free.",
                )
        return ErpFault(
            "validation_refused", f"Expected the ERP to take the order, but it says: {refusal.words}"
        )

    def _short(self, key: str, sale: Row, today: date) -> list[str]:
        """SKUs of which there is not enough: on the line's own day, or on the one by which Tryton judges."""
        goods = _goods(sale)
        asked = [(_sku(line), line.amount("quantity")) for line in goods]
        articles = self._catalogue.articles(asked, buyer(sale.row("party")), today, but_not=key)
        before: dict[str, Decimal] = {}
        short = []
        for line in goods:
            sku, qty = _sku(line), line.amount("quantity")
            needed = before.get(sku, Decimal(0)) + qty
            if (article := articles.get((sku, qty))) is None or not _there(
                article, needed, line, sale, today
            ):
                short.append(sku)
            before[sku] = needed
        return short


def _there(article: Article, qty: Decimal, line: Row, sale: Row, today: date) -> bool:
    days = {wanted_on(line.text("note")) or today, sale.day("shipping_date") or today}
    return article.stock is None or all(article.stock.has(qty, max(day, today)) for day in days)


def _emptied(sale: Row) -> bool:
    """That is how a confirmed order is cancelled."""
    return sale.text("state") in ("processing", "done") and not any(
        line.amount("quantity") for line in sale.rows("lines") if line.text("type") == "line"
    )


def _goods(sale: Row) -> list[Row]:
    return [
        line
        for line in sale.rows("lines")
        if line.text("type") == "line" and line.row("product") is not None and line.amount("quantity") > 0
    ]


def _sku(line: Row) -> str:
    product = line.row("product")
    return product.text("code") if product else ""


def _stock(short: list[str]) -> ErpFault:
    return ErpFault(
        "stock_changed",
        f"Expected the ERP to have the goods in time, but of {', '.join(short)} there is not enough.",
    )
