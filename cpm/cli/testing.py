"""`cpm test`: run the tests that lie beside decision tables."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from cpm.cli.terminal import Terminal, printing
from cpm.decisions import Shelf
from cpm.plain import plain
from rules import testing
from rules.dmn import Source
from rules.testing.cases import NOTHING, SUFFIX
from rules.xml import Finding, Refused

_TABLE = ".dmn"


@dataclass(frozen=True, slots=True)
class Tested:
    """A table with what became of its tests, or why they could not be run."""

    table: Path
    tests: Path | None
    report: testing.Report | None
    findings: tuple[Finding, ...] = ()

    @property
    def failed(self) -> list[testing.Outcome]:
        return [outcome for outcome in self.report.outcomes if outcome.faults] if self.report else []


@click.command()
@click.argument(
    "paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path), metavar="PATH..."
)
@click.option(
    "--min-coverage",
    type=click.IntRange(0, 100),
    default=0,
    metavar="PERCENT",
    help="Fail if the tests make a smaller part of the rules fire.",
)
@printing
@click.pass_context
def test(context: click.Context, terminal: Terminal, paths: Sequence[Path], min_coverage: int) -> None:
    """Run the tests of decision tables: of NAME.dmn, those in NAME.test.yaml beside it. Needs no database."""
    found = _found(paths)
    shelf = Shelf({str(table): Source(str(table), table.read_bytes()) for table in found if table.is_file()})
    tested = [_tested(table, tests, shelf) for table, tests in found.items()]
    failed = sum(len(one.failed) for one in tested)
    percent = _percent(tested)
    enough = percent is None or percent >= min_coverage
    fine = bool(tested) and not failed and enough and not any(one.findings for one in tested)
    terminal.show(
        {
            "files": [_view(terminal, one) for one in tested],
            "passed": fine,
            "failed": failed,
            "coverage": percent,
        },
        "\n".join([*_told(terminal, tested), _summary(terminal, tested, failed, percent, min_coverage)]),
    )
    context.exit(0 if fine else 1)


def _found(paths: Sequence[Path]) -> dict[Path, Path | None]:
    """Tables, each with its tests."""
    found: dict[Path, Path | None] = {}
    for path in paths:
        inside = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in inside:
            if file.name.endswith(SUFFIX):
                found[file.with_name(file.name.removesuffix(SUFFIX) + _TABLE)] = file
            elif file.suffix == _TABLE:
                tests = file.with_name(file.stem + SUFFIX)
                found[file] = tests if tests.exists() else None
    return found


def _tested(table: Path, tests: Path | None, shelf: Shelf) -> Tested:
    source = shelf.files.get(str(table))
    if source is None:
        reason = f"Expected a table {table.name} beside its tests, but there is none."
        return Tested(table, tests, None, (Finding(str(tests), None, None, reason),))
    try:
        model = shelf.model(source)
        cases = testing.read(tests.read_bytes(), str(tests), model) if tests else []
    except Refused as error:
        return Tested(table, tests, None, error.findings)
    return Tested(table, tests, testing.run(source.content, model, cases))


def _percent(tested: Sequence[Tested]) -> int | None:
    """How many of a hundred rules fired, rounded down: 100 are all. None without any rules."""
    tables = [table for one in tested if one.report for table in one.report.coverage]
    rules = sum(table.rules for table in tables)
    missing = sum(len(table.missing) for table in tables)
    return 100 * (rules - missing) // rules if rules else None


def _view(terminal: Terminal, one: Tested) -> dict[str, object]:
    report = one.report
    return {
        "table": str(one.table),
        "tests": None if one.tests is None else str(one.tests),
        "findings": one.findings,
        "outcomes": [_outcome(terminal, outcome) for outcome in report.outcomes] if report else [],
        "coverage": report.coverage if report else [],
    }


def _outcome(terminal: Terminal, outcome: testing.Outcome) -> dict[str, object]:
    case = outcome.case
    return {
        "name": case.name,
        "line": case.line,
        "decision": case.decision,
        "passed": not outcome.faults,
        "faults": [fault.told(terminal.language) for fault in outcome.faults],
        "expected": {
            "rules": case.rules,
            "result": None if case.result is NOTHING else plain(case.result),
            "contains": case.contains,
            "error": case.error,
        },
        "rules": outcome.fired,
        "result": outcome.value,
    }


def _told(terminal: Terminal, tested: Sequence[Tested]) -> Iterator[str]:
    for one in tested:
        yield from map(str, one.findings)
        for outcome in one.failed:
            yield f"{one.tests}:{outcome.case.line}: {outcome.case.name}"
            yield from (f"  {fault.told(terminal.language)}" for fault in outcome.faults)
        if one.report:
            yield from _tables(terminal, one, one.report)


def _tables(terminal: Terminal, one: Tested, report: testing.Report) -> Iterator[str]:
    """A line for each table: how many tests, how many of its rules they made fire, and which not."""
    for table in report.coverage:
        tests = sum(outcome.case.decision == table.table for outcome in report.outcomes)
        said = terminal.say(
            f"{tests} Tests, {table.rules - len(table.missing)} von {table.rules} Regeln",
            f"{tests} tests, {table.rules - len(table.missing)} of {table.rules} rules",
        )
        missing = ", ".join(map(str, table.missing))
        never = terminal.say(f"; ohne Test: Regel {missing}", f"; never fired: {missing}") if missing else ""
        yield f"{one.table}, {table.table}: {said}{never}"


def _summary(
    terminal: Terminal, tested: Sequence[Tested], failed: int, percent: int | None, least: int
) -> str:
    if not tested:
        return terminal.say("Hier liegt keine Entscheidungstabelle.", "There is no decision table here.")
    number = sum(len(one.report.outcomes) for one in tested if one.report)
    said = terminal.say(
        f"{number} Tests, davon {failed} fehlgeschlagen.", f"{number} tests, {failed} of them failed."
    )
    if percent is None:
        return said
    rules = terminal.say(f" {percent} % der Regeln sind getestet", f" {percent} % of the rules are tested")
    if percent >= least:
        return f"{said}{rules}."
    return f"{said}{rules}" + terminal.say(f", verlangt sind {least} %.", f", {least} % are asked for.")
