"""What stands after a dot: entries of contexts, and the parts of dates, times, durations and ranges."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

from rules.feel.numbers import CONTEXT
from rules.feel.temporal.line import position
from rules.feel.temporal.make import DAY, SECOND, length_of, nanosecond_of
from rules.feel.temporal.wide import DateTime, Duration, Time, kind_of
from rules.feel.temporal.zones import offset_of, zone_name
from rules.feel.values import Range, YearsMonths

#: Where the `value` of dates begins to count.
EPOCH = dt.date(1970, 1, 1).toordinal() * DAY


def _second(value: Time | DateTime) -> Decimal:
    return CONTEXT.add(Decimal(value.second), Decimal(nanosecond_of(value)).scaleb(-9))


def _part_of(span: Duration, size: int, within: int = 0) -> Decimal:
    """How many whole units of `size` seconds, below a unit of `within`, with the sign of the whole."""
    length = length_of(span)
    seconds = abs(length) // SECOND
    return Decimal(seconds % within // size if within else seconds // size) * _sign(length)


def _sign(number: int) -> int:
    return -1 if number < 0 else 1


def _seconds(span: Duration) -> Decimal:
    length = length_of(span)
    return _in_seconds(abs(length) % (60 * SECOND) * _sign(length))


def _in_seconds(nanoseconds: int) -> Decimal:
    return CONTEXT.create_decimal(Decimal(nanoseconds).scaleb(-9, CONTEXT))


def _since_epoch(value: DateTime) -> Decimal:
    return _in_seconds(position(value) - EPOCH)


def _years(value: YearsMonths) -> Decimal:
    return Decimal(abs(value.months) // 12 * (-1 if value.months < 0 else 1))


def _months(value: YearsMonths) -> Decimal:
    return Decimal(abs(value.months) % 12 * (-1 if value.months < 0 else 1))


_DAY: dict[str, Callable[..., object]] = {
    "year": lambda day: Decimal(day.year),
    "month": lambda day: Decimal(day.month),
    "day": lambda day: Decimal(day.day),
    "weekday": lambda day: Decimal(day.isoweekday()),
}
_CLOCK: dict[str, Callable[..., object]] = {
    "hour": lambda time: Decimal(time.hour),
    "minute": lambda time: Decimal(time.minute),
    "second": _second,
    "time offset": offset_of,
    "timezone": zone_name,
}
_OF: dict[type, dict[str, Callable[..., object]]] = {
    dt.date: _DAY | {"value": lambda day: _in_seconds(day.toordinal() * DAY - EPOCH)},
    dt.datetime: _DAY | _CLOCK | {"value": _since_epoch},
    dt.time: _CLOCK | {"value": lambda time: _in_seconds(position(time))},
    YearsMonths: {"years": _years, "months": _months, "value": lambda span: Decimal(span.months)},
    dt.timedelta: {
        "days": lambda span: _part_of(span, 86400),
        "hours": lambda span: _part_of(span, 3600, 86400),
        "minutes": lambda span: _part_of(span, 60, 3600),
        "seconds": _seconds,
        "value": lambda span: _in_seconds(length_of(span)),
    },
    Range: {
        "start": lambda span: span.start,
        "end": lambda span: span.end,
        "start included": lambda span: span.start_included,
        "end included": lambda span: span.end_included,
    },
}
PROPERTIES = frozenset(name for parts in _OF.values() for name in parts)


def member(value: object, name: str) -> object:
    """The entry or part of that name; of a list, those of its items; None if there is none."""
    if isinstance(value, dict):
        return value.get(name)
    if isinstance(value, list):
        return [member(item, name) for item in value]
    part = _OF.get(kind_of(value), {}).get(name)
    return part(value) if part else None
