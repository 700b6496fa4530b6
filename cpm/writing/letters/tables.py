"""A table for Excel or CSV: which list of the data, which columns; the sheet itself is made by `cpm.sheets`.

title = "Offene Posten"
rows = "items"
[[columns]]
heading = "Betrag"
value = "amount"
money = true
"""

import io
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from cpm import sheets
from cpm.sheets import Head, Manner
from cpm.writing.faults import MissingPlaceholder, TemplateFault

_MOST_COLUMNS = 200
_LARGEST = 100_000


@dataclass(frozen=True, slots=True)
class Table:
    title: str
    rows: str
    heads: tuple[Head, ...]
    values: tuple[str, ...]


def read(content: bytes) -> Table:
    """Raises TemplateFault."""
    try:
        return _read(content)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise TemplateFault(
            None,
            f"Expected a table of title, rows and [[columns]] with heading and value, but {error}.",
            de=f"Eine Tabelle hat title, rows und [[columns]] mit heading und value: {error}.",
        ) from error


def _read(content: bytes) -> Table:
    if len(content) > _LARGEST:
        raise ValueError("it is larger than 100 KB")
    found = tomllib.loads(content.decode())
    columns = found["columns"]
    if not isinstance(columns, list) or not 0 < len(columns) <= _MOST_COLUMNS:
        raise ValueError("it has no [[columns]], or far too many")
    known = {"heading", "value", "money"}
    unknown = found.keys() - {"title", "rows", "columns"} | {
        key for each in columns for key in each.keys() - known
    }
    if unknown:
        raise ValueError(f"it has {', '.join(sorted(unknown))}")
    heads = tuple(Head(_text(each, "heading"), each.get("money", False) is True) for each in columns)
    return Table(
        _text(found, "title"), _text(found, "rows"), heads, tuple(_text(each, "value") for each in columns)
    )


def write(
    content: bytes, form: str, values: Mapping[str, object], language: str, *, made_at: datetime
) -> bytes:
    """`form` is xlsx or csv; `made_at`, in the zone of the firm, is what the file says of itself."""
    table = read(content)
    assert made_at.tzinfo is not None, "made_at is aware"
    manner = Manner(language, made_at.tzinfo)
    rows = list(_rows(table, values))
    if form == "csv":
        return b"".join(sheets.csv_lines(table.heads, rows, manner))
    file = io.BytesIO()
    sheets.write_xlsx(file, table.heads, rows, manner, title=table.title, made_at=made_at)
    return file.getvalue()


def _rows(table: Table, values: Mapping[str, object]) -> Iterator[Sequence[object]]:
    found = _at(values, table.rows)
    if not isinstance(found, list | tuple):
        raise MissingPlaceholder(table.rows)
    for item in found:
        yield [_cell(_at(item, path)) for path in table.values]


def _at(value: object, path: str) -> object:
    """None where there is nothing: an empty cell is no missing value."""
    for step in path.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def _cell(value: object) -> object:
    """What a sheet knows; a list or a context has no cell of its own."""
    if value is None or isinstance(value, bool | Decimal | int | date | str):
        return value
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _text(table: Mapping[str, object], key: str) -> str:
    found = table[key]
    if not isinstance(found, str) or not found.strip():
        raise ValueError(f"{key} is no text")
    return found
