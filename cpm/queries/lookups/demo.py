"""A source to try forms with: some fruit. Two are called the same, and "stale" comes with a note."""

from collections.abc import Collection, Mapping
from decimal import Decimal

from cpm.forms.lookups import Found, Hit
from cpm.queries.lookups.source import MOST, Asked
from cpm.uow import UnitOfWork

#: Value, label, unit and price.
_FRUIT = (
    ("F-01", "Apple", "kg", "2.90"),
    ("F-02", "Apricot", "kg", "4.50"),
    ("F-03", "Banana", "kg", "1.80"),
    ("F-04", "Cherry", "kg", "7.20"),
    ("F-05", "Pear", "kg", "3.10"),
    ("F-06", "Pear", "crate", "24.00"),
)
_HITS = tuple(
    Hit(value, name, {"unit": unit, "price": Decimal(price)}) for value, name, unit, price in _FRUIT
)


def find(look: UnitOfWork, asked: Asked) -> Found:  # noqa: ARG001 - every source is asked alike
    sought = asked.words.casefold()
    if sought == "stale":
        return Found(_HITS[:MOST], "As of yesterday.")
    found = [hit for hit in _HITS if sought in hit.text.casefold()]
    return Found(tuple(found[:MOST]))


def named(look: UnitOfWork, values: Collection[str], asked: Asked) -> Mapping[str, Hit]:  # noqa: ARG001
    return {hit.value: hit for hit in _HITS if hit.value in values}
