"""+ - * / ** over all types that have them: one table from the operand types to what is done.

DMN 1.5 table 57 and 58. What is not in a table is null.
"""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

from rules.feel.errors import Unfit
from rules.feel.numbers import CONTEXT
from rules.feel.temporal import UTC, instant, later, later_months, later_time, offset_of, time_of_day
from rules.feel.values import YearsMonths

Operation = Callable[..., object]
_MOST_MONTHS_DIGITS = 12
_MICRO = dt.timedelta(microseconds=1)


def _months(value: Decimal) -> YearsMonths:
    return YearsMonths(
        int(CONTEXT.to_integral_value(value)) if value.adjusted() < _MOST_MONTHS_DIGITS else _unfit()
    )


def _unfit() -> int:
    raise Unfit


def _scaled(months: YearsMonths, by: Decimal) -> YearsMonths:
    return _months(_whole(CONTEXT.multiply(Decimal(months.months), by)))


def _part(months: YearsMonths, by: Decimal) -> YearsMonths:
    return _months(_whole(CONTEXT.divide(Decimal(months.months), by)))


def _longer(span: dt.timedelta, by: Decimal) -> dt.timedelta:
    return _span(CONTEXT.multiply(Decimal(span // _MICRO), by))


def _shorter(span: dt.timedelta, by: Decimal) -> dt.timedelta:
    return _span(CONTEXT.divide(Decimal(span // _MICRO), by))


def _span(micros: Decimal) -> dt.timedelta:
    if micros.adjusted() > 20:
        raise Unfit
    return dt.timedelta(microseconds=int(micros))


def _whole(value: Decimal) -> Decimal:
    return value.to_integral_value("ROUND_DOWN")


def _between(one: dt.datetime, other: dt.datetime) -> dt.timedelta:
    if (offset_of(one) is None) != (offset_of(other) is None):
        raise Unfit
    return instant(one) - instant(other)


def _between_times(one: dt.time, other: dt.time) -> dt.timedelta:
    if (offset_of(one) is None) != (offset_of(other) is None):
        raise Unfit
    return time_of_day(one) - time_of_day(other)


def _midnight(day: dt.date) -> dt.datetime:
    """A date beside a date and time is its midnight in UTC (DMN 1.5 10.3.2.3.5)."""
    return dt.datetime.combine(day, dt.time(tzinfo=UTC))


_Table = dict[tuple[type, type], Operation]
_D, _M, _T = Decimal, YearsMonths, dt.timedelta

_PLUS: _Table = {
    (_D, _D): CONTEXT.add,
    (str, str): lambda a, b: a + b,
    (_M, _M): lambda a, b: YearsMonths(a.months + b.months),
    (_T, _T): lambda a, b: a + b,
    (dt.date, _M): lambda a, b: later_months(a, b.months),
    (_M, dt.date): lambda a, b: later_months(b, a.months),
    (dt.datetime, _M): lambda a, b: later_months(a, b.months),
    (_M, dt.datetime): lambda a, b: later_months(b, a.months),
    (dt.date, _T): lambda a, b: a + b,
    (_T, dt.date): lambda a, b: b + a,
    (dt.datetime, _T): later,
    (_T, dt.datetime): lambda a, b: later(b, a),
    (dt.time, _T): later_time,
    (_T, dt.time): lambda a, b: later_time(b, a),
}
_MINUS: _Table = {
    (_D, _D): CONTEXT.subtract,
    (_M, _M): lambda a, b: YearsMonths(a.months - b.months),
    (_T, _T): lambda a, b: a - b,
    (dt.date, _M): lambda a, b: later_months(a, -b.months),
    (dt.datetime, _M): lambda a, b: later_months(a, -b.months),
    (dt.date, _T): lambda a, b: a + -b,
    (dt.datetime, _T): lambda a, b: later(a, -b),
    (dt.time, _T): lambda a, b: later_time(a, -b),
    (dt.date, dt.date): lambda a, b: a - b,
    (dt.datetime, dt.datetime): _between,
    (dt.datetime, dt.date): lambda a, b: _between(a, _midnight(b)),
    (dt.date, dt.datetime): lambda a, b: _between(_midnight(a), b),
    (dt.time, dt.time): _between_times,
}
_TIMES: _Table = {
    (_D, _D): CONTEXT.multiply,
    (_M, _D): _scaled,
    (_D, _M): lambda a, b: _scaled(b, a),
    (_T, _D): _longer,
    (_D, _T): lambda a, b: _longer(b, a),
}
_OVER: _Table = {
    (_D, _D): CONTEXT.divide,
    (_M, _D): _part,
    (_T, _D): _shorter,
    (_M, _M): lambda a, b: CONTEXT.divide(Decimal(a.months), Decimal(b.months)),
    (_T, _T): lambda a, b: CONTEXT.divide(Decimal(a // _MICRO), Decimal(b // _MICRO)),
}
_POWER: _Table = {(_D, _D): CONTEXT.power}

TABLES: dict[str, _Table] = {"+": _PLUS, "-": _MINUS, "*": _TIMES, "/": _OVER, "**": _POWER}


def calculate(table: _Table, one: object, other: object) -> object:
    """The result of an operation; None if the types do not fit or there is no such number or day."""
    operation = table.get((type(one), type(other)))
    if operation is None:
        return None
    try:
        return operation(one, other)
    except (Unfit, ArithmeticError, ValueError):
        return None


def negate(value: object) -> object:
    if isinstance(value, Decimal):
        return CONTEXT.minus(value)
    if isinstance(value, YearsMonths):
        return YearsMonths(-value.months)
    if isinstance(value, dt.timedelta):
        try:
            return -value
        except OverflowError:
            return None
    return None
