"""Arithmetic in 34 decimal digits, as IEEE 754 decimal128 and DMN 1.5 10.3.2.3.1 have it.

Always through CONTEXT: Python's operators on Decimal round to the 28 digits of the thread's context.
"""

from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, InvalidOperation, Overflow

from rules.feel.errors import Unfit

CONTEXT = Context(
    prec=34,
    rounding=ROUND_HALF_EVEN,
    Emin=-6143,
    Emax=6144,
    traps=[InvalidOperation, DivisionByZero, Overflow],
)
#: So many digits may lie between the largest number and the smallest.
_WIDE = Context(prec=12_400, Emin=-13_000, Emax=13_000, traps=[InvalidOperation])
_LARGEST_WHOLE = 18  #: as a power of ten; int() of 1E+999999999 would take for ever


def to_int(value: Decimal) -> int:
    """The whole part. Raises Unfit beyond 18 digits, where no position, length or day can be."""
    if value.adjusted() > _LARGEST_WHOLE:
        raise Unfit
    return int(value)


def is_whole(value: Decimal) -> bool:
    """Without making the digits of a number like 1E+999999999."""
    return value.as_tuple().exponent >= 0 or value == value.to_integral_value()  # type: ignore[operator]


def power(base: Decimal, exponent: Decimal) -> Decimal:
    """As IEEE 754-2008 9.2.1 has it: anything to the power of 0 is 1. Raises Unfit instead of giving infinity."""
    if not exponent:
        return Decimal(1)
    result = CONTEXT.power(base, exponent)
    if not result.is_finite():
        raise Unfit
    return result


def remainder(dividend: Decimal, divisor: Decimal) -> Decimal:
    """With the sign of the divisor; exact, however many digits the quotient has."""
    try:
        rest = CONTEXT.remainder(dividend, divisor)
    except InvalidOperation:
        rest = _WIDE.remainder(dividend, divisor)
    if rest and rest.is_signed() != divisor.is_signed():
        rest = CONTEXT.add(rest, divisor)
    return rest


def number_text(value: Decimal) -> str:
    """Plain digits without an exponent and without trailing zeros."""
    return format(CONTEXT.normalize(value), "f") if value else "0"
