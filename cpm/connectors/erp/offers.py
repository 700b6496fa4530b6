"""What an ERP said of its products to a customer: for some seconds nobody asks again, and longer we know what people were told."""

import threading
from collections import OrderedDict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Generic, TypeVar

from cpm.clock import Clock
from cpm.connectors.erp.nouns import Product

T = TypeVar("T")
SLOW, AWAY = "slow", "away"
#: So long an answer is taken for what is so now.
FRESH = timedelta(seconds=8)
#: So long people may take from the list that they chose from to the end of their form.
REMEMBERED = timedelta(minutes=15)
#: Of each kind; the oldest are forgotten first.
MOST = 2_000


@dataclass(frozen=True, slots=True)
class Want:
    """What is to be known: of these products, for this customer, on this day."""

    system: str
    customer: str  #: the key; unknown over there: somebody who has not bought yet
    on: date
    skus: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody has read; without a product it was our own copy."""

    product: Product | None
    at: datetime
    unheard: str  #: slow | away: why the ERP said nothing; else "": it does not sell it


class Offers:
    """One a process; its threads share it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._heard: _Memory[Product | None] = _Memory(FRESH, clock)
        self._told: _Memory[Told] = _Memory(REMEMBERED, clock)

    def hear(self, want: Want, products: Iterable[Product]) -> None:
        """All of what was wanted; what is not among the products is not sold over there."""
        found = {product.sku: product for product in products}
        for sku in want.skus:
            self._heard.put((want.system, want.customer, sku, want.on), found.get(sku))

    def heard(self, want: Want) -> dict[str, Product | None]:
        """Those of which an answer is fresh."""
        return self._heard.some({(want.system, want.customer, sku, want.on): sku for sku in want.skus})

    def tell(self, want: Want, heard: Mapping[str, Product | None], unheard: str) -> dict[str, Told]:
        """What people read now, and what is filled in for it later: what was heard, else what they were told before.

        `unheard`: why the rest was not, as in `Told`.
        """
        before, now = self.told(want.system, want.customer, want.skus), self._clock()
        for sku in want.skus:
            if sku in heard or sku not in before:
                told = Told(heard.get(sku), now, "" if sku in heard else unheard)
                self._told.put((want.system, want.customer, sku), told)
        return self.told(want.system, want.customer, want.skus)

    def told(self, system: str, customer: str, skus: Iterable[str]) -> dict[str, Told]:
        return self._told.some({(system, customer, sku): sku for sku in skus})


class _Memory(Generic[T]):
    def __init__(self, lasts: timedelta, clock: Clock) -> None:
        self._lasts, self._clock = lasts, clock
        self._guard = threading.Lock()
        self._kept: OrderedDict[Hashable, tuple[T, datetime]] = OrderedDict()

    def put(self, key: Hashable, value: T) -> None:
        with self._guard:
            self._kept.pop(key, None)
            self._kept[key] = value, self._clock()
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)

    def some(self, names: Mapping[Hashable, str]) -> dict[str, T]:
        """Those that are not too old, by the names that their keys are given."""
        since = self._clock() - self._lasts
        with self._guard:
            found = {name: self._kept[key] for key, name in names.items() if key in self._kept}
        return {name: value for name, (value, at) in found.items() if at > since}
