"""Rules that can never fire, because others answer all their inputs before them."""

from collections.abc import Sequence

from rules.checks import sentences_of_rows as sentences
from rules.checks.boxes import Box, Budget, meet, uncovered
from rules.checks.finding import Severity
from rules.checks.grid import Grid, Line
from rules.checks.places import Place
from rules.checks.priorities import ranks
from rules.checks.sheet import Sheet
from rules.said import Said

_MOST_TRIED = 12
_Covers = Sequence[tuple[int, Box]]  #: boxes with the numbers of their rules


def unreachable(table: Sheet, found: Grid, budget: Budget, place: Place) -> None:
    """Of hit policies that take one of the rules that match."""
    if table.policy == "FIRST":
        for at, line in enumerate(found.lines):
            if rules := _covering(line, found.lines[:at], budget):
                _report(line, sentences.covered(rules), place)
    elif table.policy == "PRIORITY":
        rank = ranks(table)
        for line in found.lines:
            mine = rank.get(line.row.number)
            before = [other for other in found.lines if mine and _comes_before(other, line, rank)]
            if rules := _covering(line, before, budget):
                _report(line, sentences.masked(rules), place)


def duplicates(table: Sheet, _found: Grid, _budget: Budget, place: Place) -> None:
    """Of the other policies: the same row twice. Rules of UNIQUE overlap then, and those of FIRST are covered."""
    if table.policy in ("FIRST", "PRIORITY", "UNIQUE"):
        return
    seen: dict[object, int] = {}
    for row in table.rows:
        key = tuple("" if cell.text == "-" else cell.text for cell in row.cells), row.answer
        if key in seen:
            reason = sentences.duplicate(seen[key])
            place.at(row.element, rule=row.number).report("duplicate", reason, Severity.WARNING)
        seen.setdefault(key, row.number)


def _report(line: Line, reason: Said, place: Place) -> None:
    place.at(line.row.element, rule=line.row.number).report("unreachable", reason, Severity.WARNING)


def _comes_before(one: Line, other: Line, rank: dict[int, tuple[int, ...]]) -> bool:
    mine, theirs = rank.get(one.row.number), rank.get(other.row.number)
    if mine is None or theirs is None:
        return False
    return (mine, one.row.number) < (theirs, other.row.number)


def _covering(line: Line, others: Sequence[Line], budget: Budget) -> list[int]:
    """The numbers of rules that answer all inputs of this one together; none if they do not."""
    covers = [
        (other.row.number, box) for other in others if (box := _certain(other, line)) and meet(line.may, box)
    ]
    budget.spend(len(others))
    if not _cover(line, covers, budget):
        return []
    return _fewest(line, covers, budget)


def _certain(other: Line, line: Line) -> Box | None:
    """What the other rule certainly answers of this one's inputs: a cell that nobody knows holds where it is the same."""
    if not other.opaque:
        return other.may
    same = all(line.opaque.get(at) == text for at, text in other.opaque.items())
    return other.may if same else None


def _cover(line: Line, covers: _Covers, budget: Budget) -> bool:
    return uncovered(line.may, [box for _, box in covers], budget) is None


def _fewest(line: Line, covers: _Covers, budget: Budget) -> list[int]:
    """Not more rules than it takes, as far as that is quickly found."""
    for number, box in covers:
        if _cover(line, [(number, box)], budget):
            return [number]
    kept = list(covers)
    for each in covers if len(covers) <= _MOST_TRIED else ():
        fewer = [other for other in kept if other is not each]
        if _cover(line, fewer, budget):
            kept = fewer
    return [number for number, _ in kept]
