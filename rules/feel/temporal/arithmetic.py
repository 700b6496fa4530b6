"""+ - * / on dates, times and durations of days: tables from the operand types to what is done.

The rows of wide types do for all values; those of Python's types beside them are only faster.
"""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

from rules.feel.errors import Unfit
from rules.feel.numbers import CONTEXT
from rules.feel.temporal.line import (
    between,
    distance,
    later,
    later_by,
    later_day,
    later_months,
    later_months_at,
    later_time,
)
from rules.feel.temporal.make import DAY, length_of, make_duration, midnight
from rules.feel.temporal.wide import (
    WIDE,
    Duration,
    WideDate,
    WideDateTime,
    WideDuration,
    WideTime,
)
from rules.feel.values import YearsMonths

Table = dict[tuple[type, type], Callable[..., object]]

_D, _M, _T = Decimal, YearsMonths, dt.timedelta
_MOST_DIGITS = 31


def _longer(span: Duration, by: Decimal) -> Duration:
    return _duration(CONTEXT.multiply(Decimal(length_of(span)), by))


def _shorter(span: Duration, by: Decimal) -> Duration:
    return _duration(CONTEXT.divide(Decimal(length_of(span)), by))


def _duration(nanoseconds: Decimal) -> Duration:
    """Cut to the nanosecond."""
    if nanoseconds.adjusted() >= _MOST_DIGITS:
        raise Unfit
    return make_duration(int(nanoseconds))


def _with_python(wide: Table, faster: Table) -> Table:
    """All rows, and each of wide types for those of Python as well."""
    python = {wide: python for python, wide in WIDE.items()}
    return {(python.get(a, a), python.get(b, b)): do for (a, b), do in wide.items()} | wide | faster


PLUS = _with_python(
    {
        (WideDuration, WideDuration): lambda a, b: make_duration(length_of(a) + length_of(b)),
        (WideDate, _M): lambda a, b: later_months(a, b.months),
        (_M, WideDate): lambda a, b: later_months(b, a.months),
        (WideDateTime, _M): lambda a, b: later_months_at(a, b.months),
        (_M, WideDateTime): lambda a, b: later_months_at(b, a.months),
        (WideDate, WideDuration): lambda a, b: later_day(a, length_of(b)),
        (WideDuration, WideDate): lambda a, b: later_day(b, length_of(a)),
        (WideDateTime, WideDuration): lambda a, b: later_by(a, length_of(b)),
        (WideDuration, WideDateTime): lambda a, b: later_by(b, length_of(a)),
        (WideTime, WideDuration): lambda a, b: later_time(a, length_of(b)),
        (WideDuration, WideTime): lambda a, b: later_time(b, length_of(a)),
    },
    {
        (_T, _T): lambda a, b: a + b,
        (dt.date, _T): lambda a, b: a + b,
        (_T, dt.date): lambda a, b: b + a,
        (dt.datetime, _T): later,
        (_T, dt.datetime): lambda a, b: later(b, a),
    },
)
MINUS = _with_python(
    {
        (WideDuration, WideDuration): lambda a, b: make_duration(length_of(a) - length_of(b)),
        (WideDate, _M): lambda a, b: later_months(a, -b.months),
        (WideDateTime, _M): lambda a, b: later_months_at(a, -b.months),
        (WideDate, WideDuration): lambda a, b: later_day(a, -length_of(b)),
        (WideDateTime, WideDuration): lambda a, b: later_by(a, -length_of(b)),
        (WideTime, WideDuration): lambda a, b: later_time(a, -length_of(b)),
        (WideDate, WideDate): lambda a, b: make_duration((a.toordinal() - b.toordinal()) * DAY),
        (WideDateTime, WideDateTime): lambda a, b: make_duration(distance(a, b)),
        (WideDateTime, WideDate): lambda a, b: make_duration(distance(a, midnight(b))),
        (WideDate, WideDateTime): lambda a, b: make_duration(distance(midnight(a), b)),
        (WideTime, WideTime): lambda a, b: make_duration(distance(a, b)),
    },
    {
        (_T, _T): lambda a, b: a - b,
        (dt.date, _T): lambda a, b: a + -b,
        (dt.datetime, _T): lambda a, b: later(a, -b),
        (dt.date, dt.date): lambda a, b: a - b,
        (dt.datetime, dt.datetime): between,
    },
)
TIMES = _with_python({(WideDuration, _D): _longer, (_D, WideDuration): lambda a, b: _longer(b, a)}, {})
OVER = _with_python(
    {
        (WideDuration, _D): _shorter,
        (WideDuration, WideDuration): lambda a, b: CONTEXT.divide(
            Decimal(length_of(a)), Decimal(length_of(b))
        ),
    },
    {},
)
