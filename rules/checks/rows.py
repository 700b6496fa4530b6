"""Rules of a table beside each other: those that can never fire, those in each other's way, and what none answers."""

from collections.abc import Sequence

from rules.checks import sentences_of_rows as sentences
from rules.checks.boxes import Budget, TooManyCombinations
from rules.checks.finding import Severity
from rules.checks.gaps import gaps
from rules.checks.grid import Grid, grid
from rules.checks.kinds import Kind
from rules.checks.overlaps import overlaps
from rules.checks.places import Place
from rules.checks.reach import duplicates, unreachable
from rules.checks.sheet import Row, Sheet

_CHECKS = (
    (sentences.REACH, unreachable),
    (sentences.REACH, duplicates),
    (sentences.OVERLAPS, overlaps),
    (sentences.GAPS, gaps),
)


def check_rows(table: Sheet, kinds: Sequence[Kind | None], place: Place) -> None:
    at = place.at(table.element)
    try:
        found = grid(table, kinds, Budget())
    except TooManyCombinations:
        at.report("unchecked", sentences.unchecked(sentences.ROWS), Severity.WARNING)
        return
    _never(table, found, place)
    for what, check in _CHECKS:
        try:
            check(table, found, Budget(), at)
        except TooManyCombinations:
            at.report("unchecked", sentences.unchecked(what), Severity.WARNING)


def _never(table: Sheet, found: Grid, place: Place) -> None:
    """Rules with cells that nothing passes, unless more is said of the cells already."""
    told = {(each.rule, each.column) for each in place.findings if each.table == place.table}
    for row, columns in found.never:
        asking = [at for at in columns if row.cells[at].text not in ("", "-")]
        labels = [table.columns[at].label for at in asking]
        if any((row.number, label) in told for label in labels):
            continue
        if len(asking) == 1:
            cell = place.at(row.cells[asking[0]].element, rule=row.number, column=labels[0])
            cell.report("never", sentences.never_holds(), Severity.WARNING)
        else:
            _report_row(row, labels, place)


def _report_row(row: Row, labels: Sequence[str], place: Place) -> None:
    place.at(row.element, rule=row.number).report("never", sentences.never_together(labels), Severity.WARNING)
