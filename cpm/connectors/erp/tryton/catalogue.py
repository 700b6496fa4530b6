"""Products: found by words or SKU, with the price for a customer and a quantity, their taxes, and what is there."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from cpm.connectors.erp.nouns import Product
from cpm.connectors.erp.tryton.places import Places
from cpm.connectors.erp.tryton.rest import Domain
from cpm.connectors.erp.tryton.row import Row
from cpm.connectors.erp.tryton.stock import Stock, in_stock, stock_fields, stocks

CENT = Decimal("0.01")
#: A group's name begins with its business field, as the demo catalogue has it.
_FIELDS = {"SO": "solar", "GE": "geothermal", "PE": "pellet", "KL": "climate"}
#: SKUs in one address; servers take some 8 kB of it.
_AT_ONCE = 100
_PRICE_FIELDS = ("code", "sale_price_uom")
_SALE_FIELDS = (
    *_PRICE_FIELDS,
    "name",
    "sale_uom.name",
    "categories.name",
    "account_category.customer_taxes",
)


@dataclass(frozen=True, slots=True)
class Buyer:
    """What of a customer bears on prices; the default is somebody not known yet."""

    price_list: int | None = None
    tax_rule: int | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """A product with what an order's line needs of it."""

    id: int
    product: Product
    unit: int
    taxes: tuple[int, ...]
    stock: Stock | None = None


class Catalogue:
    def __init__(self, places: Places) -> None:
        self._places, self._rest = places, places.rest

    def found(self, words: str, buyer: Buyer, today: date, on: date | None, most: int) -> list[Product]:
        domain = [_sold(), *(_has(word) for word in words.split())]
        rows = self._read(domain, buyer, today, most=most, with_stock=on is not None)
        return [_as_of(article, on) for article in self._articles(rows, today, with_stock=on is not None)]

    def page(self, after: str, today: date, most: int) -> list[Product]:
        domain = [_sold(), ["code", "!=", None], *([["code", ">", after]] if after else [])]
        rows = self._read(domain, Buyer(), today, most=most, with_stock=False)
        return [article.product for article in self._articles(rows, today, with_stock=False)]

    def named(self, skus: Sequence[str], buyer: Buyer, today: date, on: date | None) -> list[Product]:
        with_stock = on is not None
        rows = self._named(skus, buyer, today, with_stock=with_stock)
        return [_as_of(article, on) for article in self._articles(rows, today, with_stock=with_stock)]

    def articles(
        self,
        wanted: Iterable[tuple[str, Decimal]],
        buyer: Buyer,
        today: date,
        *,
        with_stock: bool = True,
        but_not: str = "",
    ) -> dict[tuple[str, Decimal], Article]:
        """By SKU and quantity, on which the price depends. One that is unknown or not sold is not in it."""
        by_quantity: dict[Decimal, set[str]] = {}
        for sku, qty in wanted:
            by_quantity.setdefault(qty, set()).add(sku)
        every = sorted({sku for skus in by_quantity.values() for sku in skus})
        rows = self._named(every, buyer, today, with_stock=with_stock)
        known = {
            article.product.sku: article
            for article in self._articles(rows, today, with_stock=with_stock, but_not=but_not)
        }
        found: dict[tuple[str, Decimal], Article] = {}
        for qty, skus in by_quantity.items():
            prices = self._prices(sorted(skus), buyer, today, qty)
            found |= {(sku, qty): _priced(known[sku], prices.get(sku)) for sku in skus if sku in known}
        return found

    def _prices(self, skus: Sequence[str], buyer: Buyer, today: date, qty: Decimal) -> dict[str, Decimal]:
        """Those that differ by quantity: only a price list has such."""
        if qty == 1 or not (buyer.price_list or self._places.home.price_list):
            return {}
        rows = self._named(skus, buyer, today, qty=qty, with_stock=False, fields=_PRICE_FIELDS)
        return {row.text("code"): _price(row) for row in rows}

    def group(self, name: str, buyer: Buyer, today: date) -> list[Article]:
        rows = self._read([_sold(), ["categories.name", "=", name]], buyer, today, most=20, with_stock=True)
        return self._articles(rows, today, with_stock=True)

    def _named(
        self,
        skus: Sequence[str],
        buyer: Buyer,
        today: date,
        *,
        with_stock: bool,
        qty: Decimal = Decimal(1),
        fields: Sequence[str] = _SALE_FIELDS,
    ) -> list[Row]:
        rows: list[Row] = []
        for start in range(0, len(skus), _AT_ONCE):
            domain = [_sold(), ["code", "in", list(skus[start : start + _AT_ONCE])]]
            rows += self._read(domain, buyer, today, qty=qty, with_stock=with_stock, fields=fields)
        return rows

    def _read(
        self,
        domain: Domain,
        buyer: Buyer,
        today: date,
        *,
        qty: Decimal = Decimal(1),
        most: int | None = None,
        with_stock: bool,
        fields: Sequence[str] = _SALE_FIELDS,
    ) -> list[Row]:
        home = self._places.home
        context: dict[str, object] = {"currency": home.currency, "quantity": float(qty), "sale_date": today}
        if price_list := buyer.price_list or home.price_list:
            context["price_list"] = price_list
        if with_stock:
            context |= in_stock(self._places, today)
            fields = (*fields, *stock_fields(self._places))
        return self._rest.search(
            "product.product", domain, fields, most=most, order=[["code", "ASC"]], context=context
        )

    def _articles(
        self, rows: Iterable[Row], today: date, *, with_stock: bool, but_not: str = ""
    ) -> list[Article]:
        rows = list(rows)
        there: Mapping[int, Stock] = stocks(self._places, rows, today, but_not=but_not) if with_stock else {}
        return [_article(row, there.get(row.id)) for row in rows]


def _sold() -> list[object]:
    return ["salable", "=", True]


def _has(word: str) -> list[object]:
    like = f"%{escaped(word)}%"
    return ["OR", ["code", "ilike", like], ["template.name", "ilike", like]]


def escaped(text: str) -> str:
    """As `like` of Tryton takes text literally."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _article(row: Row, stock: Stock | None) -> Article:
    unit, category = row.row("sale_uom"), row.row("account_category")
    groups = [one.text("name") for one in row.rows("categories")]
    group = groups[0] if groups else ""
    product = Product(
        sku=row.text("code"),
        name=row.text("name"),
        unit=unit.text("name") if unit else "",
        price=_price(row),
        group=group,
        field=_FIELDS.get(group[:2], ""),
    )
    taxes = category.numbers("customer_taxes") if category else []
    return Article(row.id, product, unit.id if unit else 0, tuple(taxes), stock)


def _priced(article: Article, price: Decimal | None) -> Article:
    return article if price is None else replace(article, product=replace(article.product, price=price))


def _price(row: Row) -> Decimal:
    return row.amount("sale_price_uom").quantize(CENT, ROUND_HALF_UP)


def _as_of(article: Article, on: date | None) -> Product:
    """With what is there on a day, and when there is one at all."""
    if on is None or article.stock is None:
        return article.product
    available, earliest = article.stock.available(on), article.stock.earliest(Decimal(1), on)
    return replace(article.product, available=available, earliest=earliest)
