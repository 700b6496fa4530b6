"""Functions on numbers; DMN 1.5 table 77."""

from collections.abc import Callable
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Context,
    Decimal,
    InvalidOperation,
)

from rules.feel.errors import Unfit
from rules.feel.frames import Run
from rules.feel.functions.registry import builtin
from rules.feel.limits import HARD_STEPS
from rules.feel.numbers import CONTEXT, remainder
from rules.feel.temporal.make import length_of, negated
from rules.feel.temporal.wide import Duration
from rules.feel.values import YearsMonths

_TWO = Decimal(2)
_SMALLEST_SCALE, _LARGEST_SCALE = -6111, 6176  #: those of decimal128


def _rounding(mode: str) -> Callable[[Decimal, int], Decimal]:
    context = CONTEXT.copy()
    context.rounding = mode

    def rounded(number: Decimal, scale: int = 0) -> Decimal:
        if not _SMALLEST_SCALE <= scale <= _LARGEST_SCALE:
            raise Unfit
        return _quantized(number, scale, context)

    return rounded


def _quantized(number: Decimal, scale: int, context: Context) -> Decimal:
    try:
        return context.quantize(number, Decimal(1).scaleb(-scale))
    except InvalidOperation:  # more digits than there are, so that there is nothing to round
        return number


builtin("decimal", "n: number, scale: integer")(_rounding(ROUND_HALF_EVEN))
builtin("floor", "n: number, scale: integer?")(_rounding(ROUND_FLOOR))
builtin("ceiling", "n: number, scale: integer?")(_rounding(ROUND_CEILING))
builtin("round up", "n: number, scale: integer")(_rounding(ROUND_UP))
builtin("round down", "n: number, scale: integer")(_rounding(ROUND_DOWN))
builtin("round half up", "n: number, scale: integer")(_rounding(ROUND_HALF_UP))
builtin("round half down", "n: number, scale: integer")(_rounding(ROUND_HALF_DOWN))


@builtin("abs", "n: one")
def absolute(value: object) -> object:
    if isinstance(value, YearsMonths):
        return YearsMonths(abs(value.months))
    if isinstance(value, Decimal):
        return CONTEXT.abs(value)
    if isinstance(value, Duration):
        return negated(value) if length_of(value) < 0 else value
    return None


@builtin("modulo", "dividend: number, divisor: number")
def modulo(dividend: Decimal, divisor: Decimal) -> Decimal:
    """Dividend - divisor * floor(dividend / divisor), so that it has the sign of the divisor."""
    if not divisor:
        raise Unfit
    return remainder(dividend, divisor)


@builtin("sqrt", "number: number", wants_run=True)
def sqrt(run: Run, number: Decimal) -> Decimal:
    run.spend(HARD_STEPS)
    return CONTEXT.sqrt(number)


@builtin("exp", "number: number", wants_run=True)
def exp(run: Run, number: Decimal) -> Decimal:
    run.spend(HARD_STEPS)
    return CONTEXT.exp(number)


@builtin("log", "number: number", wants_run=True)
def log(run: Run, number: Decimal) -> Decimal:
    if number <= 0:
        raise Unfit
    run.spend(HARD_STEPS)
    return CONTEXT.ln(number)


@builtin("odd", "number: number")
def odd(number: Decimal) -> bool:
    return remainder(number, _TWO) == 1


@builtin("even", "number: number")
def even(number: Decimal) -> bool:
    return not remainder(number, _TWO)
