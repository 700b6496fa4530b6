"""+ - * / ** over all types that have them: one table from the operand types to what is done.

DMN 1.5 table 57 and 58. What is not in a table is null.
"""

from decimal import Decimal

from rules.feel.errors import Unfit
from rules.feel.numbers import CONTEXT, power, to_int
from rules.feel.temporal.arithmetic import MINUS, OVER, PLUS, TIMES, Table
from rules.feel.temporal.make import negated
from rules.feel.temporal.wide import WIDE, Duration
from rules.feel.values import YearsMonths

_MOST_MONTHS = 10**14  #: four thousand times as long as from the first year to the last


def _scaled(months: YearsMonths, by: Decimal) -> YearsMonths:
    return _months(CONTEXT.multiply(Decimal(months.months), by))


def _part(months: YearsMonths, by: Decimal) -> YearsMonths:
    return _months(CONTEXT.divide(Decimal(months.months), by))


def _months(value: Decimal) -> YearsMonths:
    """Cut to the month."""
    return _bounded(to_int(value))


def _bounded(months: int) -> YearsMonths:
    if abs(months) > _MOST_MONTHS:
        raise Unfit
    return YearsMonths(months)


_D, _M = Decimal, YearsMonths

TABLES: dict[str, Table] = {
    "+": {
        (_D, _D): CONTEXT.add,
        (str, str): lambda a, b: a + b,
        (_M, _M): lambda a, b: _bounded(a.months + b.months),
        **PLUS,
    },
    "-": {
        (_D, _D): CONTEXT.subtract,
        (_M, _M): lambda a, b: _bounded(a.months - b.months),
        **MINUS,
    },
    "*": {
        (_D, _D): CONTEXT.multiply,
        (_M, _D): _scaled,
        (_D, _M): lambda a, b: _scaled(b, a),
        **TIMES,
    },
    "/": {
        (_D, _D): CONTEXT.divide,
        (_M, _D): _part,
        (_M, _M): lambda a, b: CONTEXT.divide(Decimal(a.months), Decimal(b.months)),
        **OVER,
    },
    "**": {(_D, _D): power},
}


def calculate(table: Table, one: object, other: object) -> object:
    """The result of an operation; None if the types do not fit or there is no such number or day."""
    operation = table.get((type(one), type(other)))
    if operation is not None:
        try:
            return operation(one, other)
        except (OverflowError, ValueError):
            pass  # beyond Python's dates, but perhaps not beyond FEEL's
        except (Unfit, ArithmeticError):
            return None
    return _calculate_widely(table, one, other)


def _calculate_widely(table: Table, one: object, other: object) -> object:
    operation = table.get((WIDE.get(type(one), type(one)), WIDE.get(type(other), type(other))))
    try:
        return operation(one, other) if operation is not None else None
    except (Unfit, ArithmeticError, ValueError):
        return None


def negate(value: object) -> object:
    if isinstance(value, Decimal):
        try:
            return CONTEXT.minus(value)
        except ArithmeticError:
            return None
    if isinstance(value, YearsMonths):
        return YearsMonths(-value.months)
    return negated(value) if isinstance(value, Duration) else None
