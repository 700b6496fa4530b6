"""Functions on lists; DMN 1.5 table 76. Positions count from 1, or from the end below 0."""

import datetime as dt
from decimal import Decimal
from functools import cmp_to_key

from rules.feel.comparison import equal, order
from rules.feel.errors import Unfit
from rules.feel.frames import Run
from rules.feel.functions.arguments import whole
from rules.feel.functions.registry import builtin
from rules.feel.values import Function, YearsMonths

#: Equal if and only if they are the same to Python; times are not, for a fraction of a second does not count.
_HASHABLE = frozenset({Decimal, str, bool, YearsMonths, dt.date, dt.timedelta})


@builtin("list contains", "list: list, element: any", wants_run=True)
def list_contains(run: Run, values: list[object], element: object) -> bool:
    return any(equal(value, element, run) is True for value in values)


@builtin("sublist", "list: list, start position: integer, length: integer?")
def sublist(values: list[object], position: int, length: int | None = None) -> list[object]:
    start = _index(values, position)
    if length is not None and not 1 <= length <= len(values) - start:
        raise Unfit
    return values[start:] if length is None else values[start : start + length]


def _index(values: list[object], position: int) -> int:
    if not 1 <= abs(position) <= len(values):
        raise Unfit
    return position - 1 if position > 0 else len(values) + position


@builtin("append", "list: list, item: any...")
def append(values: list[object], new: list[object]) -> list[object]:
    return [*values, *new]


@builtin("concatenate", "list: list...")
def concatenate(lists: list[list[object]]) -> list[object]:
    return [value for values in lists for value in values]


@builtin("insert before", "list: list, position: integer, newItem: any")
def insert_before(values: list[object], position: int, new: object) -> list[object]:
    at = _index(values, position)
    return [*values[:at], new, *values[at:]]


@builtin("remove", "list: list, position: integer")
def remove(values: list[object], position: int) -> list[object]:
    at = _index(values, position)
    return values[:at] + values[at + 1 :]


@builtin("list replace", "list: list, position: one, newItem: any", wants_run=True)
@builtin("list replace", "list: list, match: one, newItem: any", wants_run=True)
def list_replace(run: Run, values: list[object], where: object, new: object) -> list[object]:
    """The item at a position, or those for which `where(item, newItem)` is true."""
    if not isinstance(where, Function):
        at = _index(values, whole(where))
        return [*values[:at], new, *values[at + 1 :]]
    hits = [where.call(run, (value, new)) for value in values]
    if not all(isinstance(hit, bool) for hit in hits):
        raise Unfit
    return [new if hit else value for value, hit in zip(values, hits, strict=True)]


@builtin("reverse", "list: list")
def reverse(values: list[object]) -> list[object]:
    return values[::-1]


@builtin("index of", "list: list, match: any", wants_run=True)
def index_of(run: Run, values: list[object], match: object) -> list[Decimal]:
    return [Decimal(at) for at, value in enumerate(values, 1) if equal(value, match, run) is True]


@builtin("union", "list: list...", wants_run=True)
def union(run: Run, lists: list[list[object]]) -> list[object]:
    return distinct_values(run, concatenate(lists))


@builtin("distinct values", "list: list", wants_run=True)
def distinct_values(run: Run, values: list[object]) -> list[object]:
    return [value for value, _ in tally(run, values)]


def tally(run: Run, values: list[object]) -> list[tuple[object, int]]:
    """Each value once, in the order in which they come first, and how often it is there."""
    places: dict[tuple[type, object], int] = {}
    others: list[int] = []
    found: list[tuple[object, int]] = []
    for value in values:
        if type(value) in _HASHABLE:
            at = places.setdefault((type(value), value), len(found))
        else:
            run.spend(len(others))
            same = (at for at in others if equal(value, found[at][0], run) is True)
            at = next(same, len(found))
        if at < len(found):
            found[at] = found[at][0], found[at][1] + 1
            continue
        found.append((value, 1))
        if type(value) not in _HASHABLE:
            others.append(at)
    return found


@builtin("flatten", "list: list", wants_run=True)
def flatten(run: Run, values: list[object]) -> list[object]:
    flat: list[object] = []
    for value in values:
        run.spend(1)
        if isinstance(value, list):
            flat += flatten(run, value)
        else:
            flat.append(value)
    return flat


@builtin("sort", "list: list, precedes: function?", wants_run=True)
def sort(run: Run, values: list[object], precedes: Function | None = None) -> list[object]:
    """`precedes(a, b)` says whether a comes before b; without it, values of one type by their order."""

    def precedes_it(one: object, other: object) -> bool:
        assert precedes is not None
        verdict = precedes.call(run, (one, other))
        if not isinstance(verdict, bool):
            raise Unfit
        return verdict

    def compare(one: object, other: object) -> int:
        run.spend(1)
        if precedes is None:
            position = order(one, other)
            if position is None:
                raise Unfit
            return position
        if precedes_it(one, other):
            return -1
        return int(precedes_it(other, one))

    return sorted(values, key=cmp_to_key(compare))
