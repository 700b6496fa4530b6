"""Lists of cases as files: the words of choices in place of their codes, real numbers and days, and the sums."""

from collections.abc import Iterator, Sequence
from typing import IO, Any

from cpm.attributes import Column, Kind, Search
from cpm.queries import case_lists
from cpm.queries.case_lists import CaseExport, CaseRow
from cpm.sheets import Head, Manner, csv_lines, write_xlsx
from cpm.uow import UnitOfWork


def as_csv(uow: UnitOfWork, search: Search, *, language: str = "de", api: bool = False) -> Iterator[bytes]:
    """Refuses at once what cannot be exported; the lines come as long as the unit of work is open."""
    found = case_lists.export(uow, search, language=language, api=api)
    return csv_lines(_heads(found), _cells(found), Manner(language, uow.settings.zone))


def as_xlsx(
    uow: UnitOfWork,
    search: Search,
    file: IO[bytes],
    *,
    language: str = "de",
    title: str = "",
    api: bool = False,
) -> int:
    """How many cases it wrote. Below them stand the sums, if there are any."""
    found = case_lists.export(uow, search, language=language, api=api)
    manner = Manner(language, uow.settings.zone)
    title = title or ("Cases" if language == "en" else "Vorgänge")
    write_xlsx(file, _heads(found), _cells(found), manner, title=title, sums=_sums(found, language))
    return found.total


def word(column: Column, value: Any) -> Any:
    """A choice by its word; everything else as it is."""
    return column.word(value) if column.kind == Kind.CHOICE and value is not None else value


def _heads(found: CaseExport) -> list[Head]:
    return [Head(column.label, money=column.kind == Kind.MONEY) for column in found.columns]


def _cells(found: CaseExport) -> Iterator[Sequence[Any]]:
    return (_of_row(row, found.columns) for row in found.rows)


def _of_row(row: CaseRow, columns: Sequence[Column]) -> Sequence[Any]:
    return [word(column, row.values[column.name]) for column in columns]


def _sums(found: CaseExport, language: str) -> Sequence[Any]:
    if not found.sums:
        return ()
    cells: list[Any] = [found.sums.get(column.name) for column in found.columns]
    if cells[0] is None:
        cells[0] = "Sum" if language == "en" else "Summe"
    return cells
