"""Taxes of a line for a customer: those of the product's account category, changed by the customer's tax rule.

REST runs no on_change, so they are worked out as account/tax.py does (`TaxRule.apply`, `_round_taxes` by document).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from cpm.connectors.erp.tryton.catalogue import CENT, Buyer
from cpm.connectors.erp.tryton.places import Places
from cpm.connectors.erp.tryton.row import Row


@dataclass(frozen=True, slots=True)
class _Tax:
    id: int
    group: int | None
    rate: Decimal  #: of percentages; others are 0 here and right in what is written


class Taxes:
    def __init__(self, places: Places) -> None:
        self._places = places
        self._known: dict[int, _Tax] = {}

    def of(self, taxes: Sequence[int], buyer: Buyer) -> tuple[int, ...]:
        if buyer.tax_rule is None or not taxes:
            return tuple(taxes)
        rules = self._rules(buyer.tax_rule)
        self._learn(taxes)
        return tuple(dict.fromkeys(new for tax in taxes for new in _applied(rules, self._known[tax])))

    def total(self, parts: Iterable[tuple[Sequence[int], Decimal]], buyer: Buyer) -> Decimal:
        """Of amounts without tax, each with the taxes of its product."""
        sums: dict[int, Decimal] = {}
        for taxes, amount in parts:
            for tax in self.of(taxes, buyer):
                sums[tax] = sums.get(tax, Decimal(0)) + amount
        self._learn(sums)
        found = (
            (amount * self._known[tax].rate).quantize(CENT, ROUND_HALF_EVEN) for tax, amount in sums.items()
        )
        return sum(found, Decimal(0)).quantize(CENT)

    def rate(self, taxes: Sequence[int], buyer: Buyer) -> Decimal:
        own = self.of(taxes, buyer)
        self._learn(own)
        return sum((self._known[tax].rate for tax in own), Decimal(0))

    def _rules(self, number: int) -> list[Row]:
        return self._places.rest.search(
            "account.tax.rule.line",
            [["rule", "=", number]],
            ["origin_tax", "group", "tax", "keep_origin"],
            order=[["sequence", "ASC"], ["id", "ASC"]],
        )

    def _learn(self, taxes: Iterable[int]) -> None:
        if new := sorted(set(taxes) - self._known.keys()):
            rows = self._places.rest.search("account.tax", [["id", "in", new]], ["group", "rate", "type"])
            self._known |= {row.id: _tax(row) for row in rows}


def _tax(row: Row) -> _Tax:
    rate = row.amount("rate") if row.text("type") == "percentage" else Decimal(0)
    return _Tax(row.id, row.reference("group"), rate)


def _applied(rules: Sequence[Row], tax: _Tax) -> list[int]:
    """The first line of the rule that fits decides; none: the tax stays."""
    for rule in rules:
        if rule.reference("origin_tax") not in (None, tax.id) or rule.reference("group") not in (
            None,
            tax.group,
        ):
            continue
        new = rule.reference("tax")
        return [] if new is None else [new, *([tax.id] if rule.yes("keep_origin") else [])]
    return [tax.id]
