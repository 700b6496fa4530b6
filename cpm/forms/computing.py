"""The value of a computed field."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from cpm.forms.asking import Facts
from cpm.forms.field import Field
from rules.feel import Function, Range


def computed(field: Field, facts: Facts) -> object:
    """Rounded half up to the field's digits; null where there is no such value. Raises Misfit if it takes too long."""
    assert field.compute is not None, "asked of expressions only"
    value = facts.ask(field.compute)
    if isinstance(value, Function | Range):
        return None
    if isinstance(value, Decimal) and field.limits.digits is not None:
        return _rounded(value, field.limits.digits)
    return value


def _rounded(value: Decimal, digits: int) -> Decimal | None:
    try:
        return value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    except InvalidOperation:
        return None  # more digits than any sum of money has
