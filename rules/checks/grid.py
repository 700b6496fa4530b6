"""A table as geometry: each rule is a box of the inputs that it may answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rules.checks import sentences
from rules.checks.boxes import Box, Budget
from rules.checks.cells import limits
from rules.checks.domains import Domain, domain
from rules.checks.kinds import SCALARS, Kind
from rules.checks.sheet import Cell, Column, Row, Sheet
from rules.checks.simple import NotSimple, constants, ordered

_COST = 100  #: steps that a constant takes to be put in its place


@dataclass(frozen=True, slots=True)
class Dimension:
    """Columns that ask for the same thing, with the classes of its values."""

    columns: tuple[int, ...]
    label: str
    domain: Domain
    is_free: bool  #: may it have each of its values, whatever the others have?
    is_alone: bool  #: does no other column read the same fact, in whole or in part?
    is_scalar: bool  #: else nobody knows which tests of it hold

    @property
    def whole(self) -> int:
        return self.domain.whole


@dataclass(frozen=True, slots=True)
class Line:
    """A rule that can be read and can fire."""

    row: Row
    may: Box
    opaque: Mapping[int, str]  #: the texts of cells that nobody knows, by column


@dataclass(frozen=True, slots=True)
class Grid:
    dimensions: tuple[Dimension, ...]
    lines: tuple[Line, ...]
    never: tuple[tuple[Row, tuple[int, ...]], ...]  #: rules that cannot fire, with the columns that say so

    @property
    def whole(self) -> Box:
        return tuple(dimension.whole for dimension in self.dimensions)

    def example(self, box: Box, shown: Sequence[bool]) -> str:
        """Values of an input in the box, of the dimensions that are to be shown."""
        return ", ".join(
            f"{dimension.label} = {sentences.text(dimension.domain.example(mask))}"
            for dimension, mask, show in zip(self.dimensions, box, shown, strict=True)
            if show
        )


def grid(table: Sheet, kinds: Sequence[Kind | None], budget: Budget) -> Grid:
    dimensions = tuple(_dimension(table, at, kinds[at[0]], budget) for at in _alike(table.columns))
    masks: _Masks = {}
    lines, never = [], []
    for row in table.rows:
        if not row.is_readable or len(row.cells) != len(table.columns):
            continue
        line = _line(row, dimensions, masks, budget)
        if isinstance(line, Line):
            lines.append(line)
        else:
            never.append((row, line))
    return Grid(dimensions, tuple(lines), tuple(never))


_Masks = dict[tuple[int, str], int]  #: by the number of the dimension and the text of the cell


def _alike(columns: Sequence[Column]) -> list[tuple[int, ...]]:
    """Numbers of columns, those of one expression and type together."""
    found: dict[object, list[int]] = {}
    for at, column in enumerate(columns):
        found.setdefault((column.text, column.declared and column.declared.name), []).append(at)
    return [tuple(group) for group in found.values()]


def _dimension(table: Sheet, at: tuple[int, ...], kind: Kind | None, budget: Budget) -> Dimension:
    allowed = tuple(tests for number in at for tests in limits(table.columns[number], kind))
    cells = {
        row.cells[number].text: row.cells[number].tests
        for row in table.rows
        for number in at
        if number < len(row.cells)
    }
    simple: list[object] = []
    has_order = False
    for tests in (*cells.values(), *allowed):
        try:
            simple += constants(tests) if tests else []
            has_order = has_order or bool(tests and ordered(tests))
        except NotSimple:
            continue
    budget.spend(_COST * len(simple))
    found = domain(kind, simple, allowed, ordered=has_order)
    budget.spend(len(cells) * len(found.values))
    is_scalar = kind is None or kind.name in SCALARS
    first = table.columns[at[0]]
    alone = _is_alone(table, at)
    return Dimension(at, first.text, found, alone and first.path is not None, alone, is_scalar)


def _is_alone(table: Sheet, at: tuple[int, ...]) -> bool:
    mine = table.columns[at[0]]
    others = [column for number, column in enumerate(table.columns) if number not in at]
    return not any(_share(mine, other) for other in others)


def _share(one: Column, other: Column) -> bool:
    if not one.roots & other.roots:
        return False
    mine, theirs = one.path, other.path
    return not mine or not theirs or all(a == b for a, b in zip(mine, theirs, strict=False))


def _line(row: Row, dimensions: Sequence[Dimension], masks: _Masks, budget: Budget) -> Line | tuple[int, ...]:
    """The boxes of a rule; or the columns because of which it has none."""
    may: list[int] = []
    opaque: dict[int, str] = {}
    for number, dimension in enumerate(dimensions):
        mask = dimension.whole
        for at in dimension.columns:
            try:
                mask &= _mask(row.cells[at], number, dimension, masks)
            except NotSimple:
                opaque[at] = row.cells[at].text
        if not mask:
            return dimension.columns
        may.append(mask)
    budget.spend(len(dimensions))
    return Line(row, tuple(may), opaque)


def _mask(cell: Cell, number: int, dimension: Dimension, masks: _Masks) -> int:
    assert cell.tests is not None
    if not cell.tests.tests:
        return dimension.whole
    if not dimension.is_scalar:
        raise NotSimple
    key = number, cell.text
    if key not in masks:
        constants(cell.tests)
        masks[key] = dimension.domain.holding(cell.tests)
    return masks[key]
