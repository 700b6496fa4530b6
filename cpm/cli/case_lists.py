"""`cpm cases`: lists of cases by attributes."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from cpm import writing
from cpm.attributes import Column, Kind, Search
from cpm.cli import layout
from cpm.cli.terminal import Terminal, printing
from cpm.queries import case_lists, case_sheets, saved_views
from cpm.queries.case_lists import CaseList
from cpm.uow import UnitOfWork

_CONDITION = re.compile(r"([^<>=~]+)(>=|<=|~|=)(.*)", re.DOTALL)
_SUFFIXES = {">=": ".from", "<=": ".to", "~": ".contains"}


class Condition(click.ParamType[list[tuple[str, str]]]):
    """NAME=VALUE[,VALUE], NAME>=VALUE, NAME<=VALUE or NAME~PART."""

    name = "condition"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> list[tuple[str, str]]:
        if isinstance(value, list):
            return value
        found = _CONDITION.fullmatch(value)
        if found is None:
            self.fail(
                f"Expected NAME=VALUE, NAME>=VALUE, NAME<=VALUE or NAME~PART, but got {value!r}.", param, ctx
            )
        name, sign, text = (part.strip() for part in found.groups())
        if sign == "=":
            return [(name, part) for part in text.split(",")]
        return [(name + _SUFFIXES[sign], text)]


_FILE = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.command(name="cases")
@click.option("--process", metavar="KEY", help="The cases of one process, with its attributes.")
@click.option(
    "--view", metavar="KEY", help="A list that is kept, such as complaint:open; the rest adds to it."
)
@click.option(
    "--where",
    "conditions",
    type=Condition(),
    multiple=True,
    metavar="CONDITION",
    help="NAME=VALUE[,VALUE], NAME>=VALUE, NAME<=VALUE or NAME~PART; may be repeated.",
)
@click.option("--sort", metavar="NAME", help="A column; -NAME for the largest first.")
@click.option("--columns", "shown", metavar="NAME,NAME", help="What to show.")
@click.option("--sum", "summed", is_flag=True, help="Sums of all that was found.")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
@click.option("--csv", "csv_file", type=_FILE, metavar="FILE", help="All that was found, as CSV.")
@click.option("--xlsx", "xlsx_file", type=_FILE, metavar="FILE", help="All that was found, as a workbook.")
@printing
def cases_(
    terminal: Terminal,
    *,
    process: str | None,
    view: str | None,
    conditions: Sequence[list[tuple[str, str]]],
    sort: str | None,
    shown: str | None,
    summed: bool,
    limit: int,
    csv_file: Path | None,
    xlsx_file: Path | None,
) -> None:
    """Cases by what they are about: filtered, sorted, summed, exported."""
    given = [pair for one in conditions for pair in one]
    given += [(key, text) for key, text in (("sort", sort), ("columns", shown)) if text]
    with terminal.engine().read(terminal.user or "") as look:
        search = _search(look, process, view, given)
        if csv_file or xlsx_file:
            for line in _export(terminal, look, search, csv_file, xlsx_file):
                terminal.show({"file": str(csv_file or xlsx_file)}, line)
            return
        found = case_lists.page(look, search, language=terminal.language, limit=limit)
    terminal.show(_plain(found), _told(terminal, found, summed=summed))


def _search(look: UnitOfWork, process: str | None, view: str | None, given: list[tuple[str, str]]) -> Search:
    if view is None:
        return Search.of_pairs(given, process)
    kept = saved_views.find(look, view)
    named = {key for key, _ in given}
    pairs = [(key, text) for key, text in kept.search.pairs() if key not in named]
    return Search.of_pairs([*pairs, *given], kept.process)


def _export(
    terminal: Terminal, look: UnitOfWork, search: Search, csv_file: Path | None, xlsx_file: Path | None
) -> Iterator[str]:
    if csv_file:
        lines = case_sheets.as_csv(look, search, language=terminal.language)
        with csv_file.open("wb") as file:
            file.writelines(lines)
        yield terminal.say(f"Geschrieben: {csv_file}", f"Written: {csv_file}")
    if xlsx_file:
        with xlsx_file.open("wb") as file:
            case_sheets.as_xlsx(look, search, file, language=terminal.language)
        yield terminal.say(f"Geschrieben: {xlsx_file}", f"Written: {xlsx_file}")


def _plain(found: CaseList) -> dict[str, object]:
    rows = [{"case": row.number, **row.values, "misfits": sorted(row.misfits)} for row in found.rows]
    return {"total": found.total.number, "more": found.total.more, "sums": found.sums, "cases": rows}


def _told(terminal: Terminal, found: CaseList, *, summed: bool) -> str:
    if not found.rows:
        return terminal.say("Keine Vorgänge.", "No cases.")
    rows = [
        [
            "?" if column.name in row.misfits else _written(terminal, column, row.values[column.name])
            for column in found.columns
        ]
        for row in found.rows
    ]
    parts = [layout.table([column.label for column in found.columns], rows)]
    if found.total.number > len(found.rows):
        parts.append(
            terminal.say(
                f"{len(found.rows)} von {found.total} Vorgängen.",
                f"{len(found.rows)} of {found.total} cases.",
            )
        )
    if summed:
        sums = [
            (column.label, _written(terminal, column, found.sums[column.name]))
            for column in found.columns
            if column.name in found.sums
        ]
        parts.append(layout.section(terminal.say("Summen", "Sums"), layout.named(sums)))
    return "\n".join(part for part in parts if part)


def _written(terminal: Terminal, column: Column, value: Any) -> str:
    if value is None:
        return ""
    money = "amount" if column.kind == Kind.MONEY else ""  # as texts know money from other numbers
    return writing.written(case_sheets.word(column, value), terminal.language, terminal.zone, name=money)
