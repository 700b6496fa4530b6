"""Cuts what a column may be into classes: all tests of the column treat all values of a class alike.

Each class is known by one value of it, so a cell is asked about a class by evaluating it, exactly as it will be.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cmp_to_key

from rules.checks.kinds import SCALARS, Kind, kind_of, samples
from rules.feel import Expression, compile_expression
from rules.feel.comparison import order
from rules.feel.compiler import CellCode, Place, Text, compile_cell
from rules.feel.errors import FeelError
from rules.feel.expression import evaluated
from rules.feel.frames import Frame, Known, Run
from rules.feel.syntax import Tests

_STEPS = 10_000
_BETWEEN = (
    compile_expression("a + (b - a) / 2"),
    compile_expression('a + @"P1D"'),
    compile_expression('a + " "'),
)
_ABOVE = tuple(
    compile_expression(text)
    for text in ("a + 1", 'a + @"P1D"', 'a + @"P1M"', 'a + @"PT1H"', 'a + @"PT0.001S"', 'a + "a"')
)
_BELOW = tuple(
    compile_expression(text)
    for text in ("a - 1", 'a - @"P1D"', 'a - @"P1M"', 'a - @"PT1H"', 'a - @"PT0.001S"', '""')
)


@dataclass(frozen=True, slots=True)
class Domain:
    """The values that stand for the classes; null is always the first."""

    values: tuple[object, ...]
    usual: (
        int  #: the classes that an example is taken from if it can: not null, and not of an unexpected form
    )

    @property
    def whole(self) -> int:
        return (1 << len(self.values)) - 1

    def holding(self, tests: Tests) -> int:
        """The classes for whose values the tests hold."""
        cell = compile_cell(tests, Place(Text({})))
        frame = Known({}, Run(steps=_STEPS * len(self.values)))
        return sum(1 << at for at, value in enumerate(self.values) if _holds(cell, value, frame))

    def example(self, mask: int) -> object:
        """A value of one of these classes, a usual one if there is one."""
        chosen = mask & self.usual or mask
        return self.values[(chosen & -chosen).bit_length() - 1]


def holds(tests: Tests, value: object) -> bool:
    """Do tests that read nothing but the value hold for it? Not if they have no answer."""
    return _holds(compile_cell(tests, Place(Text({}))), value, Known({}, Run(steps=_STEPS)))


def domain(
    kind: Kind | None, constants: Sequence[object], allowed: Sequence[Tests], *, ordered: bool
) -> Domain:
    """Of a column of this type, whose cells compare it with these constants."""
    kinds = [kind] if kind is not None else list(dict.fromkeys(kind_of(value) for value in constants))
    values: list[object] = [None]
    usual: list[bool] = [False]
    for each in kinds:
        if each is not None and each.name in SCALARS:
            for value, is_usual in _classes(each, constants, ordered=ordered):
                values.append(value)
                usual.append(is_usual)
    if kind is None or kind.name not in SCALARS:
        values.append(_of_no_kind(kinds))
        usual.append(False)
    kept = [
        at
        for at, value in enumerate(values)
        if value is None or all(holds(tests, value) for tests in allowed)
    ]
    return Domain(tuple(values[at] for at in kept), sum(1 << to for to, at in enumerate(kept) if usual[at]))


def _of_no_kind(kinds: Sequence[Kind | None]) -> object:
    """A value that is of none of the types that the cells speak of."""
    names = {kind.name for kind in kinds if kind is not None}
    return next((samples(name)[0] for name in ("boolean", "number", "string") if name not in names), {})


def _classes(kind: Kind, constants: Sequence[object], *, ordered: bool) -> Iterator[tuple[object, bool]]:
    points = [
        value for value in constants if (found := kind_of(value)) is not None and found.name == kind.name
    ]
    if kind.name == "boolean":
        yield from ((True, True), (False, True))
    elif kind.name == "string" and not ordered:
        texts = list(dict.fromkeys(points))
        yield from ((text, True) for text in texts)
        yield next(text for text in _other_texts() if text not in points), True
    else:
        yield from _on_a_line(kind, points)


def _other_texts() -> Iterator[str]:
    yield "other"
    number = 2
    while True:
        yield f"other {number}"
        number += 1


def _on_a_line(kind: Kind, points: Sequence[object]) -> Iterator[tuple[object, bool]]:
    """The points and what lies between them; times with and without a zone are on lines of their own."""
    lines: list[list[object]] = []
    for point in points:
        line = next((each for each in lines if order(each[0], point) is not None), None)
        if line is None:
            lines.append([point])
        else:
            line.append(point)
    for line in lines:
        line.sort(key=cmp_to_key(_position))
        different = [point for at, point in enumerate(line) if at == 0 or order(line[at - 1], point) != 0]
        yield from ((value, True) for value in _along(kind, different))
    for sample in samples(kind.name):
        if all(order(line[0], sample) is None for line in lines):
            yield sample, not lines


def _position(one: object, other: object) -> int:
    return order(one, other) or 0


def _along(kind: Kind, line: Sequence[object]) -> Iterator[object]:
    yield from _found(_BELOW, None, line[0])
    for at, point in enumerate(line):
        yield point
        if at + 1 < len(line):
            yield from _found(_BETWEEN, point, line[at + 1], whole=kind.whole)
    yield from _found(_ABOVE, line[-1], None)


def _found(ways: Iterable[Expression], low: object, high: object, *, whole: bool = False) -> Iterator[object]:
    """A value between the two, if there is any; None is no bound."""
    names = {"a": high if low is None else low, "b": high}
    for way in ways:
        value = evaluated(way.code, Known(names, Run(steps=_STEPS)))
        if whole and isinstance(value, Decimal):
            value = value.to_integral_value("ROUND_CEILING")
        above = low is None or order(low, value) == -1
        if value is not None and above and (high is None or order(value, high) == -1):
            yield value
            return


def _holds(cell: CellCode, value: object, frame: Frame) -> bool:
    try:
        return cell(value, frame) is True
    except (FeelError, TypeError, RecursionError):
        return False
