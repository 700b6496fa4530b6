"""What an order would come to: prices, taxes, what is there when, and another of its group where something is short. Nothing is written."""

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

from cpm.connectors.erp.faults import ErpFault
from cpm.connectors.erp.nouns import Checked, CheckedLine, Line, Product, Terms, Wanted
from cpm.connectors.erp.tryton.catalogue import CENT, Article, Buyer, Catalogue
from cpm.connectors.erp.tryton.taxes import Taxes

_PRICE = Decimal("0.0001")  #: Tryton's price_digits


def net_price(line: Line, article: Article) -> Decimal:
    """Of a unit, after the line's discount: Tryton knows no other without a further module."""
    price = article.product.price if line.price is None else line.price
    return (price * (100 - line.discount_percent) / 100).quantize(_PRICE, ROUND_HALF_UP)


def line_total(line: Line, article: Article) -> Decimal:
    """As Tryton rounds (currency.round): of half a cent to the even one."""
    return (net_price(line, article) * line.qty).quantize(CENT, ROUND_HALF_EVEN)


def known(line: Line, articles: Mapping[tuple[str, Decimal], Article]) -> Article:
    article = articles.get((line.sku, line.qty))
    if article is None:
        raise ErpFault("validation_refused", f"Expected the ERP to sell {line.sku}, but it does not.")
    return article


class Checking:
    def __init__(self, catalogue: Catalogue, taxes: Taxes) -> None:
        self._catalogue, self._taxes = catalogue, taxes

    def check(self, wanted: Wanted, buyer: Buyer, terms: Terms, today: date, *, key: str) -> Checked:
        asked = ((line.sku, line.qty) for line in wanted.lines)
        articles = self._catalogue.articles(asked, buyer, today, but_not=key)
        taken: dict[tuple[str, date], Decimal] = {}
        lines = tuple(
            self._checked(line, known(line, articles), buyer, today, taken) for line in wanted.lines
        )
        untaxed = sum((line.total for line in lines), Decimal(0))
        parts = [
            (known(line, articles).taxes, line_total(line, known(line, articles))) for line in wanted.lines
        ]
        tax = self._taxes.total(parts, buyer)
        return Checked(lines, untaxed, tax, untaxed + tax, terms)

    def _checked(
        self,
        line: Line,
        article: Article,
        buyer: Buyer,
        today: date,
        taken: dict[tuple[str, date], Decimal],
    ) -> CheckedLine:
        """`taken`: what earlier lines of this order have of a product, from which day on."""
        product, stock = article.product, article.stock
        day = max(line.wanted_on or today, today)
        before = sum((qty for (sku, _), qty in taken.items() if sku == line.sku), Decimal(0))
        there = stock.available(day) if stock else None
        available = line.qty if there is None else min(line.qty, max(Decimal(0), there - before))
        taken[line.sku, day] = taken.get((line.sku, day), Decimal(0)) + line.qty
        short = available < line.qty
        other = self._alternative(line, article, buyer, today, day) if short else None
        return CheckedLine(
            sku=line.sku,
            name=product.name,
            unit=product.unit,
            qty=line.qty,
            wanted_on=line.wanted_on,
            price=product.price if line.price is None else line.price,
            total=line_total(line, article),
            available=available,
            earliest=stock.earliest(line.qty + before, day) if stock and short else day,
            alternative=None if other is None else other.sku,
            alternative_name=None if other is None else other.name,
        )

    def _alternative(
        self, line: Line, article: Article, buyer: Buyer, today: date, day: date
    ) -> Product | None:
        if not article.product.group:
            return None
        others = (
            other
            for other in self._catalogue.group(article.product.group, buyer, today)
            if other.id != article.id and other.stock is not None and other.stock.has(line.qty, day)
        )
        best = min(others, key=lambda other: abs(other.product.price - article.product.price), default=None)
        return None if best is None else best.product
