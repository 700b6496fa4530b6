"""When values are equal, which comes first, and what lies in a range: true, false, or null for no answer."""

import datetime as dt
from decimal import Decimal
from typing import Any

from rules.feel.errors import Unfit
from rules.feel.frames import Run
from rules.feel.temporal.line import between, distance
from rules.feel.temporal.make import length_of, whole_second
from rules.feel.temporal.wide import WIDE, DateTime, Duration, Time, kind_of
from rules.feel.values import Function, Range, YearsMonths

_DIRECT = frozenset({Decimal, str, YearsMonths, dt.timedelta, dt.date})
_NO_TIME = dt.timedelta()


def order(one: object, other: object) -> int | None:
    """-1, 0 or 1; None for values of different types and of types without an order."""
    kind = type(one)
    if kind in _DIRECT and kind is type(other):
        return 0 if one == other else -1 if one < other else 1  # type: ignore[operator]
    kind = kind_of(one)
    if kind not in WIDE or kind is not kind_of(other):
        return None
    try:
        return _order_on_the_line(one, other)
    except Unfit:
        return None


def _order_on_the_line(one: Any, other: Any) -> int:
    """Of two dates, times or durations."""
    if type(one) is dt.datetime and type(other) is dt.datetime:
        gap = between(one, other)
        return (gap > _NO_TIME) - (gap < _NO_TIME)
    if isinstance(one, Duration):
        away = length_of(one) - length_of(other)
    elif kind_of(one) is dt.date:
        away = one.toordinal() - other.toordinal()
    else:
        away = distance(one, other)
    return (away > 0) - (away < 0)


def equal(one: object, other: object, run: Run) -> bool | None:
    """None for values of different types, except that null equals null and nothing else."""
    if one is None or other is None:
        return one is other
    kind = type(one)
    if kind is type(other) and (kind in _DIRECT or kind is bool):
        return one == other
    kind = kind_of(one)
    if kind is not kind_of(other):
        return None
    if kind in WIDE:
        position = order(_to_the_second(one), _to_the_second(other))
        return None if position is None else position == 0
    run.spend(1)
    return _equal_inside(one, other, run)


def _to_the_second(value: object) -> object:
    """Times without the fraction of their second, which `=` does not see; `<` and `is()` do.

    So the conformance suite has it: 0068 time_005 and datetime_003_a.
    """
    if isinstance(value, Time | DateTime):
        return whole_second(value)
    return value


def _equal_inside(one: object, other: object, run: Run) -> bool | None:
    if isinstance(one, list) and isinstance(other, list):
        if len(one) != len(other):
            return False
        run.spend(len(one))
        return all(equal(a, b, run) is True for a, b in zip(one, other, strict=True))
    if isinstance(one, dict) and isinstance(other, dict):
        if len(one) != len(other):
            return False
        run.spend(len(one))
        return one.keys() == other.keys() and all(equal(one[key], other[key], run) is True for key in one)
    if isinstance(one, Range) and isinstance(other, Range):
        return (
            (one.start_included, one.end_included, one.form)
            == (other.start_included, other.end_included, other.form)
            and equal(one.start, other.start, run) is True
            and equal(one.end, other.end, run) is True
        )
    assert isinstance(one, Function)
    return None


def within(value: object, span: Range) -> bool | None:
    """Is the value between the ends? None if it cannot be compared with them."""
    inside: bool | None = None
    if span.start is not None:
        position = order(value, span.start)
        if position is None:
            return None
        inside = position > 0 or (position == 0 and span.start_included)
    if span.end is not None:
        position = order(value, span.end)
        if position is None:
            return None
        inside = inside is not False and (position < 0 or (position == 0 and span.end_included))
    return inside


def satisfies(value: object, test: object, run: Run) -> bool | None:
    """What `value in test` means: in the range, in or equal to the list, or equal to the value."""
    if isinstance(test, Range) and test.form:
        same = equal(value, test.start, run)
        return same if same is None or test.form == "=" else not same
    if isinstance(test, Range) and not isinstance(value, Range):
        return within(value, test)
    if isinstance(test, list):
        if isinstance(value, list) and equal(value, test, run) is True:
            return True
        run.spend(len(test))
        return any(satisfies(value, item, run) is True for item in test)
    return equal(value, test, run)
