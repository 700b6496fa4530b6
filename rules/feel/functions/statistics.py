"""Functions that make one value of many, given as one list or one by one; DMN 1.5 table 76."""

import datetime as dt
from collections import Counter
from decimal import Decimal
from functools import reduce
from typing import cast

from rules.feel.arithmetic import TABLES, calculate
from rules.feel.comparison import order
from rules.feel.errors import Unfit
from rules.feel.functions.arguments import items, number
from rules.feel.functions.registry import builtin
from rules.feel.numbers import CONTEXT
from rules.feel.temporal.wide import kind_of
from rules.feel.values import YearsMonths

_PLUS = TABLES["+"]
_SUMMABLE = (Decimal, YearsMonths, dt.timedelta)


_ALL_NUMBERS = {Decimal}


@builtin("count", "list: list")
def count(values: list[object]) -> Decimal:
    return Decimal(len(values))


@builtin("min", "list: any...")
def smallest(values: list[object]) -> object:
    return _extreme(_all(values), -1)


@builtin("max", "list: any...")
def largest(values: list[object]) -> object:
    return _extreme(_all(values), 1)


def _all(values: list[object]) -> list[object]:
    if not values:
        raise Unfit
    return items(values[0]) if len(values) == 1 else values


def _extreme(values: list[object], sign: int) -> object:
    if not values:
        return None
    best = values[0]
    for value in values:
        position = order(value, best)
        if position is None:
            raise Unfit
        if position == sign:
            best = value
    return best


@builtin("sum", "list: any...")
def total(values: list[object]) -> object:
    """Of numbers, or of durations of one kind."""
    values = _all(values)
    if not values or kind_of(values[0]) not in _SUMMABLE:
        return None
    if set(map(type, values)) == _ALL_NUMBERS:
        return reduce(CONTEXT.add, cast("list[Decimal]", values))
    result = values[0]
    for value in values[1:]:
        if kind_of(value) is not kind_of(result):
            return None
        result = calculate(_PLUS, result, value)
    return result


def _numbers(values: list[object]) -> list[Decimal]:
    return [number(value) for value in _all(values)]


def _sum(numbers: list[Decimal]) -> Decimal:
    result = Decimal(0)
    for value in numbers:
        result = CONTEXT.add(result, value)
    return result


@builtin("product", "list: any...")
def product(values: list[object]) -> Decimal | None:
    numbers = _numbers(values)
    result = Decimal(1)
    for value in numbers:
        result = CONTEXT.multiply(result, value)
    return result if numbers else None


@builtin("mean", "list: any...")
def mean(values: list[object]) -> Decimal | None:
    numbers = _numbers(values)
    return CONTEXT.divide(_sum(numbers), Decimal(len(numbers))) if numbers else None


@builtin("median", "list: any...")
def median(values: list[object]) -> Decimal | None:
    numbers = sorted(_numbers(values))
    if not numbers:
        return None
    middle = len(numbers) // 2
    if len(numbers) % 2:
        return numbers[middle]
    return CONTEXT.divide(CONTEXT.add(numbers[middle - 1], numbers[middle]), Decimal(2))


@builtin("stddev", "list: any...")
def deviation(values: list[object]) -> Decimal | None:
    """Of a sample."""
    numbers = _numbers(values)
    if len(numbers) < 2:
        return None
    middle = CONTEXT.divide(_sum(numbers), Decimal(len(numbers)))
    away = [CONTEXT.subtract(value, middle) for value in numbers]
    squares = _sum([CONTEXT.multiply(distance, distance) for distance in away])
    return CONTEXT.sqrt(CONTEXT.divide(squares, Decimal(len(numbers) - 1)))


@builtin("mode", "list: any...")
def mode(values: list[object]) -> list[Decimal]:
    counts = Counter(_numbers(values))
    most = max(counts.values(), default=0)
    return sorted(value for value, times in counts.items() if times == most)


@builtin("all", "list: any...")
def every(values: list[object]) -> bool | None:
    return _decided(_all(values), by=False)


@builtin("any", "list: any...")
def some(values: list[object]) -> bool | None:
    return _decided(_all(values), by=True)


def _decided(values: list[object], *, by: bool) -> bool | None:
    """`by` if it is among the values, its opposite if only that is, else null."""
    if any(value is by for value in values):
        return by
    return not by if all(value is (not by) for value in values) else None
