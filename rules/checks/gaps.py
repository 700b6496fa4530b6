"""Inputs that no rule answers."""

from collections.abc import Callable

from rules.checks import sentences_of_rows as sentences
from rules.checks.boxes import Box, Budget, uncovered
from rules.checks.finding import Severity
from rules.checks.grid import Dimension, Grid
from rules.checks.places import Place
from rules.checks.sheet import Sheet

_ONE_ANSWER = frozenset({"UNIQUE", "ANY", "FIRST", "PRIORITY"})


def gaps(table: Sheet, found: Grid, budget: Budget, place: Place) -> None:
    """An example of one, with all facts known if there is such a one. A cell that nobody knows may hold."""
    if table.policy not in _ONE_ANSWER or table.has_default or not _is_whole(table, found):
        return
    covers = [_without_calculated(line.may, found) for line in found.lines]
    for classes in (_usual, _usual_or_null):
        gap = uncovered(_box(found, classes), covers, budget)
        if gap is not None:
            asked = [
                dimension.is_free and any(line.may[at] != dimension.whole for line in found.lines)
                for at, dimension in enumerate(found.dimensions)
            ]
            place.report("gap", sentences.gap(found.example(gap, asked)), Severity.WARNING)
            return


def _is_whole(table: Sheet, found: Grid) -> bool:
    """Are all rules understood, so that none can answer what seems to be a gap?"""
    return bool(table.rows) and len(found.lines) + len(found.never) == len(table.rows)


def _without_calculated(box: Box, found: Grid) -> Box:
    """Nobody knows which values a calculated input takes, so its cells may hold."""
    return tuple(
        mask if dimension.is_free else dimension.whole
        for mask, dimension in zip(box, found.dimensions, strict=True)
    )


def _box(found: Grid, classes: Callable[[Dimension], int]) -> Box:
    return tuple(classes(dimension) or dimension.whole for dimension in found.dimensions)


def _usual(dimension: Dimension) -> int:
    return dimension.domain.usual


def _usual_or_null(dimension: Dimension) -> int:
    return dimension.domain.usual | 1
