"""What stands after a dot: entries of contexts, and the parts of dates, times, durations and ranges."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from zoneinfo import ZoneInfo

from rules.feel.numbers import CONTEXT
from rules.feel.temporal import offset_of
from rules.feel.values import Range, YearsMonths


def _second(value: dt.datetime | dt.time) -> Decimal:
    return CONTEXT.add(Decimal(value.second), Decimal(value.microsecond).scaleb(-6))


def _zone_name(value: dt.datetime | dt.time) -> str | None:
    return value.tzinfo.key if isinstance(value.tzinfo, ZoneInfo) else None


def _part_of(span: dt.timedelta, size: int, within: int) -> Decimal:
    """How many whole units of `size` seconds, below a unit of `within`, with the sign of the whole."""
    seconds = abs(span).days * 86400 + abs(span).seconds
    return Decimal(seconds % within // size if within else seconds // size) * _sign(span)


def _sign(span: dt.timedelta) -> int:
    return -1 if span < dt.timedelta() else 1


def _seconds(span: dt.timedelta) -> Decimal:
    fraction = Decimal(abs(span).microseconds).scaleb(-6) * _sign(span)
    return CONTEXT.add(_part_of(span, 1, 60), fraction)


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
    "timezone": _zone_name,
}
_MIDNIGHT: dict[str, Callable[..., object]] = {
    "hour": lambda _day: Decimal(0),
    "minute": lambda _day: Decimal(0),
    "second": lambda _day: Decimal(0),
    "time offset": lambda _day: dt.timedelta(),
    "timezone": lambda _day: None,
}
_OF: dict[type, dict[str, Callable[..., object]]] = {
    dt.date: _DAY | _MIDNIGHT,
    dt.datetime: _DAY | _CLOCK,
    dt.time: _CLOCK,
    YearsMonths: {"years": _years, "months": _months},
    dt.timedelta: {
        "days": lambda span: _part_of(span, 86400, 0),
        "hours": lambda span: _part_of(span, 3600, 86400),
        "minutes": lambda span: _part_of(span, 60, 3600),
        "seconds": _seconds,
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
    part = _OF.get(type(value), {}).get(name)
    return part(value) if part else None
