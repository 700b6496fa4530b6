"""When values are equal, which comes first, and what lies in a range: true, false, or null for no answer."""

import datetime as dt
from decimal import Decimal

from rules.feel.frames import Run
from rules.feel.temporal import instant, offset_of, time_of_day
from rules.feel.values import Function, Range, YearsMonths

_DIRECT = (Decimal, str, YearsMonths, dt.timedelta, dt.date)


def order(one: object, other: object) -> int | None:
    """-1, 0 or 1; None for values of different types and of types without an order."""
    kind = type(one)
    if kind is not type(other):
        return None
    if kind in _DIRECT:
        return 0 if one == other else -1 if one < other else 1  # type: ignore[operator]
    if isinstance(one, dt.datetime | dt.time):
        return _order_on_the_clock(one, other)
    return None


def _order_on_the_clock(one: dt.datetime | dt.time, other: object) -> int | None:
    assert isinstance(other, dt.datetime | dt.time)
    if (offset_of(one) is None) != (offset_of(other) is None):
        return None
    a, b = _position(one), _position(other)
    return (a > b) - (a < b)


def _position(value: dt.datetime | dt.time) -> dt.timedelta:
    return instant(value) if isinstance(value, dt.datetime) else time_of_day(value)


def equal(one: object, other: object, run: Run) -> bool | None:
    """None for values of different types, except that null equals null and nothing else."""
    if one is None or other is None:
        return one is other
    kind = type(one)
    if kind is not type(other):
        return None
    if kind is bool or kind in _DIRECT:
        return one == other
    if isinstance(one, dt.datetime | dt.time):
        position = order(one, other)
        return None if position is None else position == 0
    run.spend(1)
    return _equal_inside(one, other, run)


def _equal_inside(one: object, other: object, run: Run) -> bool | None:
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(
            equal(a, b, run) is True for a, b in zip(one, other, strict=True)
        )
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(equal(one[key], other[key], run) is True for key in one)
    if isinstance(one, Range) and isinstance(other, Range):
        return (
            (one.start_included, one.end_included) == (other.start_included, other.end_included)
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
    if isinstance(test, Range) and not isinstance(value, Range):
        return within(value, test)
    if isinstance(test, list):
        if isinstance(value, list) and equal(value, test, run) is True:
            return True
        run.spend(len(test))
        return any(satisfies(value, item, run) is True for item in test)
    return equal(value, test, run)
