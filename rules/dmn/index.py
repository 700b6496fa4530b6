"""Which rules of a large table can match, looked up by the value of a column instead of tried one after the other.

Cells of literals, lists of them, and comparisons and ranges of numbers go in; all others are tried as ever. A set of
rules is a whole number with a bit for each, so that columns are put together by one `&`.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from rules.feel.compiler.names import NOT_CONSTANT, constant
from rules.feel.syntax import ComparisonTest, Test, Tests
from rules.feel.values import Range

#: With fewer rules, trying is as quick.
FEWEST_RULES = 16
#: Bits of one column: 4 MiB.
_LARGEST = 2**25

_Span = tuple[Decimal | None, bool, Decimal | None, bool]  #: start, is it in, end, is it in


@dataclass(slots=True)
class Simple:
    """What a cell matches, of the types of which that can be looked up."""

    strings: set[str] = field(default_factory=set)
    truths: set[bool] = field(default_factory=set)
    spans: list[_Span] = field(default_factory=list)

    def add(self, value: object) -> bool:
        """False for what cannot be looked up."""
        match value:
            case bool():
                self.truths.add(value)
            case str():
                self.strings.add(value)
            case Decimal():
                self.spans.append((value, True, value, True))
            case Range(start, end, first, last) if _is_bound(start) and _is_bound(end):
                self.spans.append((start, first, end, last))  # type: ignore[arg-type] # _is_bound says it
            case _:
                return value is None  # null is no string, number or boolean
        return True


def simple(tests: Tests) -> Simple | None:
    """None for a cell that must be tried."""
    found = Simple()
    if tests.negated or not all(_add(found, test) for test in tests.tests):
        return None
    return found


def _add(found: Simple, test: Test) -> bool:
    if not isinstance(test, ComparisonTest):
        value = constant(test.expression)
        return value is not NOT_CONSTANT and found.add(value)
    value = constant(test.operand)
    if test.operator == "=":
        return value is not NOT_CONSTANT and found.add(value)
    if not isinstance(value, Decimal) or test.operator == "!=":
        return False
    included = test.operator.endswith("=")
    found.spans.append(
        (None, False, value, included) if test.operator[0] == "<" else (value, included, None, False)
    )
    return True


def _is_bound(value: object) -> bool:
    return value is None or type(value) is Decimal


@dataclass(frozen=True, slots=True)
class Column:
    """The rules that a value of one column leaves."""

    strings: dict[str, int]
    truths: tuple[int, int]  #: for false and for true
    points: list[Decimal]  #: all ends of ranges, in order
    slots: list[int]  #: before the first point, at it, between it and the second, at that ...
    others: int  #: rules whose cell matches everything or must be tried

    def rules(self, value: object) -> int | None:
        """None if the value is of a type that cannot be looked up."""
        if isinstance(value, str):
            return self.strings.get(value, self.others)
        if isinstance(value, Decimal):
            at = bisect_left(self.points, value)
            is_point = at < len(self.points) and self.points[at] == value
            return self.slots[2 * at + is_point]
        return self.truths[value] if isinstance(value, bool) else None


@dataclass(frozen=True, slots=True)
class Index:
    """All columns with something to look up, by their numbers."""

    columns: tuple[tuple[int, Column], ...]
    everything: int

    def rules(self, values: Sequence[object]) -> tuple[int, bool]:
        """The rules left, and whether each column had its say, so that their simple cells need not be tried."""
        left, complete = self.everything, True
        for at, column in self.columns:
            found = column.rules(values[at])
            if found is None:
                complete = False
            else:
                left &= found
        return left, complete


def numbers_in(rules: int) -> Iterator[int]:
    """Of a set of rules, from 0 and in order."""
    while rules:
        lowest = rules & -rules
        yield lowest.bit_length() - 1
        rules ^= lowest


def build(cells: Sequence[Sequence[Simple | None]], how_many: int) -> tuple[Index, frozenset[int]] | None:
    """`cells` by column, then by rule: None for one that matches everything or must be tried.

    With the columns that are in it; None if nothing can be looked up.
    """
    columns = {at: column for at, each in enumerate(cells) if (column := _column(each)) is not None}
    if not columns:
        return None
    return Index(tuple(columns.items()), (1 << how_many) - 1), frozenset(columns)


def _column(cells: Sequence[Simple | None]) -> Column | None:
    found = [(1 << at, cell) for at, cell in enumerate(cells) if cell is not None]
    points = sorted(
        {end for _, cell in found for span in cell.spans for end in (span[0], span[2]) if end is not None}
    )
    words = {word for _, cell in found for word in cell.strings}
    if not found or (len(words) + 2 * len(points) + 1) * len(cells) > _LARGEST:
        return None
    others = ((1 << len(cells)) - 1) & ~sum(bit for bit, _ in found)
    strings = dict.fromkeys(words, others)
    for bit, cell in found:
        for word in cell.strings:
            strings[word] |= bit
    no, yes = (others | sum(bit for bit, cell in found if truth in cell.truths) for truth in (False, True))
    return Column(strings, (no, yes), points, _slots(found, points, others), others)


def _slots(found: list[tuple[int, Simple]], points: list[Decimal], others: int) -> list[int]:
    """A rule enters where one of its ranges begins and leaves where it ends; in between, everything stays."""
    place = {point: 2 * at + 1 for at, point in enumerate(points)}
    changes = [0] * (2 * len(points) + 2)
    for bit, cell in found:
        for first, last in _merged(cell.spans, place, len(changes) - 2):
            changes[first] ^= bit
            changes[last + 1] ^= bit
    slots, inside = [], 0
    for change in changes[:-1]:
        inside ^= change
        slots.append(inside | others)
    return slots


def _merged(spans: list[_Span], place: dict[Decimal, int], end: int) -> list[tuple[int, int]]:
    """The slots of a cell's ranges, from and to, so that none is counted twice."""
    taken = sorted(
        (
            0 if low is None else place[low] + (not low_in),
            end if high is None else place[high] - (not high_in),
        )
        for low, low_in, high, high_in in spans
    )
    merged: list[tuple[int, int]] = []
    for first, last in taken:
        if first > last:
            continue
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = merged[-1][0], max(last, merged[-1][1])
        else:
            merged.append((first, last))
    return merged
