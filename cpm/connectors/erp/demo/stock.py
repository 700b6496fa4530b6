"""What of the catalogue is there, what comes, and what is promised to customers."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from cpm.connectors.erp.demo import catalogue
from cpm.connectors.erp.demo.keeping import Memory
from cpm.connectors.erp.faults import ErpFault
from cpm.connectors.erp.nouns import Product


@dataclass(frozen=True, slots=True)
class Stocked:
    sku: str
    name: str
    unit: str
    price: Decimal
    group: str
    field: str
    stock: Decimal  #: not yet shipped to anybody
    reserved: Decimal = Decimal(0)  #: of it, and of what comes: confirmed to customers
    incoming: Decimal = Decimal(0)
    comes_on: date | None = None
    service: bool = False  #: there is always enough of it

    def free(self, on: date) -> Decimal:
        """What a new order may have on a day."""
        comes = self.incoming if self.comes_on is not None and self.comes_on <= on else Decimal(0)
        return max(Decimal(0), self.stock + comes - self.reserved)

    def available(self, qty: Decimal, on: date) -> Decimal:
        return qty if self.service else min(qty, self.free(on))

    def earliest(self, qty: Decimal, today: date) -> date | None:
        """The first day on which there is so much of it; None: nobody knows."""
        days = (today, self.comes_on) if self.comes_on is not None else (today,)
        return next((day for day in days if self.available(qty, day) >= qty), None)

    def product(self, *, on: date | None = None, qty: Decimal = Decimal(1), today: date) -> Product:
        return Product(
            self.sku,
            self.name,
            self.unit,
            self.price,
            self.group,
            self.field,
            None if on is None or self.service else self.free(on),
            None if on is None else self.earliest(qty, today),
        )


def fill(memory: Memory, today: date) -> None:
    """Put in what the catalogue has; a file that was filled once goes on as it is."""
    if memory.has(Stocked):
        return
    for article in catalogue.articles():
        memory.keep(_new(article, today), article.sku)


def everything(memory: Memory) -> list[Stocked]:
    """By their SKUs."""
    return sorted(memory.all(Stocked), key=lambda one: one.sku)


def of(memory: Memory, sku: str) -> Stocked:
    """ErpFault (validation_refused) if there is none."""
    if (found := memory.find(Stocked, sku)) is None:
        raise ErpFault("validation_refused", f"Expected a product of the demo ERP, but {sku} is none.")
    return found


def alternative(memory: Memory, short: Stocked, qty: Decimal, on: date) -> Stocked | None:
    """Another of its group of which there is enough in time."""
    others = (one for one in everything(memory) if one.group == short.group and one.sku != short.sku)
    return next((one for one in others if one.available(qty, on) >= qty), None)


def move(memory: Memory, moves: Iterable[tuple[str, Decimal, Decimal]]) -> None:
    """Change, for each SKU, what is reserved and what is there."""
    for sku, reserved, stock in moves:
        known = of(memory, sku)
        if not known.service:
            memory.keep(replace(known, reserved=known.reserved + reserved, stock=known.stock + stock), sku)


def _new(article: catalogue.Article, today: date) -> Stocked:
    return Stocked(
        article.sku,
        article.name,
        article.unit,
        article.price,
        article.group,
        article.field,
        stock=Decimal(article.stock),
        incoming=Decimal(article.incoming),
        comes_on=None if article.in_days is None else today + timedelta(days=article.in_days),
        service=article.service,
    )
