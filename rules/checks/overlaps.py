"""Rules that fire together where only one may, or where all must agree."""

from rules.checks import sentences_of_rows as sentences
from rules.checks.boxes import Box, Budget, meet
from rules.checks.constants import NOT_CONSTANT, constant
from rules.checks.finding import Severity
from rules.checks.grid import Grid, Line
from rules.checks.places import Place
from rules.checks.sheet import Row, Sheet
from rules.feel.comparison import equal
from rules.feel.frames import Run

_MOST = 20  #: who has mended those sees the others


def overlaps(table: Sheet, found: Grid, budget: Budget, place: Place) -> None:
    """Only what is certain: an input that both rules answer, with nothing in it that nobody knows."""
    if table.policy not in ("UNIQUE", "ANY"):
        return
    told = 0
    for at, line in enumerate(found.lines):
        budget.spend(at)
        for other in found.lines[:at]:
            both = meet(line.may, other.may)
            if both is None or (table.policy == "ANY" and not _disagree(line.row, other.row)):
                continue
            if _is_certain(line, other, found):
                _report(table, found, (line, other, both), place)
                told += 1
            if told == _MOST:
                return


def _is_certain(line: Line, other: Line, found: Grid) -> bool:
    if line.opaque != other.opaque:
        return False
    return all(
        dimension.is_free
        or one == two == dimension.whole
        or (dimension.is_alone and dimension.whole in (one, two))
        for dimension, one, two in zip(found.dimensions, line.may, other.may, strict=True)
    )


def _report(table: Sheet, found: Grid, pair: tuple[Line, Line, Box], place: Place) -> None:
    line, other, both = pair
    asked = [
        bool(one != dimension.whole or two != dimension.whole)
        for dimension, one, two in zip(found.dimensions, line.may, other.may, strict=True)
    ]
    free = all(not asks or each.is_free for asks, each in zip(asked, found.dimensions, strict=True))
    certain = free and not line.opaque
    sentence = sentences.overlap if table.policy == "UNIQUE" else sentences.disagreement
    place.at(line.row.element, rule=line.row.number).report(
        "overlap",
        sentence(other.row.number, found.example(both, asked)),
        Severity.ERROR if certain else Severity.WARNING,
    )


def _disagree(one: Row, other: Row) -> bool:
    """Certainly: outputs that are always another value."""
    for (_, mine), (_, theirs) in zip(one.outputs, other.outputs, strict=False):
        values = constant(mine), constant(theirs)
        if NOT_CONSTANT not in values and equal(*values, Run()) is not True:
            return True
    return False
