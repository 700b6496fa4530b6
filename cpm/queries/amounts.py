"""The sum that a case is about, as far as its data say."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

#: Which of a case's data is its sum, the best first.
_SUMS = ("amount", "goodwill_amount", "claim_amount")


def amount(variables: Mapping[str, Any]) -> Decimal | None:
    return next((found for name in _SUMS if isinstance(found := variables.get(name), Decimal)), None)
