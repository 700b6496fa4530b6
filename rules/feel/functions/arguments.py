"""The types of arguments: each takes a value as the function needs it, or raises Unfit.

A list of one item stands for that item, and an item for a list of it (DMN 1.5 10.3.2.9.4).
"""

from collections.abc import Callable
from decimal import Decimal
from typing import TypeVar

from rules.feel.errors import Unfit
from rules.feel.numbers import to_int
from rules.feel.temporal.make import date_of
from rules.feel.temporal.wide import Date, DateTime, Duration, Time
from rules.feel.values import Function, Range, YearsMonths

_T = TypeVar("_T")


def of_type(value: object, kind: type[_T]) -> _T:
    """The value, if it is exactly of this type: a boolean is no number and a date and time is no date."""
    if type(value) is kind:
        return value
    if type(value) is list and len(value) == 1:
        return of_type(value[0], kind)
    raise Unfit


def number(value: object) -> Decimal:
    return of_type(value, Decimal)


def whole(value: object) -> int:
    """The whole part of a number."""
    return to_int(number(value))


def text(value: object) -> str:
    return of_type(value, str)


def truth(value: object) -> bool:
    return of_type(value, bool)


def day(value: object) -> Date:
    """The day of a date or of a date and time."""
    value = alone(value)
    if isinstance(value, DateTime):
        return date_of(value)
    if isinstance(value, Date):
        return value
    raise Unfit


def time(value: object) -> Time:
    value = alone(value)
    if isinstance(value, Time):
        return value
    raise Unfit


def duration(value: object) -> Duration:
    """Of days and time."""
    value = alone(value)
    if isinstance(value, Duration):
        return value
    raise Unfit


def entries(value: object) -> dict[str, object]:
    value = alone(value)
    if isinstance(value, dict):
        return value
    raise Unfit


def items(value: object) -> list[object]:
    if value is None:
        raise Unfit
    return value if isinstance(value, list) else [value]


def alone(value: object) -> object:
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def anything(value: object) -> object:
    return value


ARGUMENTS: dict[str, Callable[[object], object]] = {
    "any": anything,
    "one": alone,
    "boolean": truth,
    "context": entries,
    "day": day,
    "duration": duration,
    "function": lambda value: of_type(value, Function),
    "integer": whole,
    "list": items,
    "months": lambda value: of_type(value, YearsMonths),
    "number": number,
    "range": lambda value: of_type(value, Range),
    "string": text,
    "time": time,
}
