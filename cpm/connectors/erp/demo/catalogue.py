"""What the demo firm sells: catalogue.toml, read once. The demo company in Tryton and the demo member both come from it."""

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).with_name("catalogue.toml")


@dataclass(frozen=True, slots=True)
class Article:
    sku: str
    name: str
    unit: str  #: "Stück" or "Stunde"
    price: Decimal  #: EUR a unit, without tax
    group: str  #: products of one group may stand for each other
    field: str  #: solar | geothermal | pellet | climate
    stock: int = 0
    incoming: int = 0  #: ordered from the supplier
    in_days: int | None = None  #: when that comes, from the day on which the demo is made
    service: bool = False  #: there is always enough of it


@cache
def articles() -> tuple[Article, ...]:
    return tuple(_article(found) for found in tomllib.loads(_FILE.read_text("utf-8"))["products"])


def _article(found: dict[str, Any]) -> Article:
    return Article(**{**found, "price": Decimal(found["price"])})
