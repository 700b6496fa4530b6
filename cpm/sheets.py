"""Rows as CSV or as a workbook of Excel, written as they come; no cell of theirs ever becomes a formula.

Cells are text, Decimal, date, aware datetime, bool or None. In CSV a text that a spreadsheet would calculate gets
an apostrophe before it (OWASP, "CSV Injection"), also behind what may part cells where commas and semicolons
mean something else; in a workbook every cell says what it is.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from itertools import chain
from typing import IO, Any

import xlsxwriter

#: What a cell of a spreadsheet may begin a formula with; full-width signs count in East Asian versions.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
#: Where a cell begins for a reader who parts them otherwise; `500,- EUR` is a price.
_HIDDEN = re.compile(
    "(?<=[;,\r\n])(?=[=+@\uff1d\uff0b\uff20])|(?<=[;\r\n])(?=[-\uff0d])|(?<=,)(?=[-\uff0d][^\\s-])"
)
#: A telephone number begins with a plus and calculates nothing; with an apostrophe it could not be dialled.
_PHONE = re.compile("\\+[0-9][0-9 \u00a0()]{4,24}")
_LONGEST = 32_767  #: characters in a cell of Excel
_MOST_DIGITS = 100  #: before or behind the point; a number of more is written as it is, as text
_EXACT_DIGITS = 15  #: that a number of Excel holds
_FIRST_YEAR = 1901  #: Excel knows no day before 1900, and counts one too many in its first months


@dataclass(frozen=True, slots=True)
class Head:
    """A column: its heading, and whether its numbers are money."""

    label: str
    money: bool = False


@dataclass(frozen=True, slots=True)
class Manner:
    """How values are written for a reader."""

    language: str
    zone: tzinfo

    @property
    def german(self) -> bool:
        return self.language != "en"


def csv_lines(heads: Sequence[Head], rows: Iterable[Sequence[Any]], manner: Manner) -> Iterator[bytes]:
    """UTF-8 with a byte order mark, quoted by RFC 4180; semicolons and decimal commas for German readers."""
    parting = ";" if manner.german else ","
    yield b"\xef\xbb\xbf"
    for row in chain([[head.label for head in heads]], rows):
        line = parting.join(_csv_cell(cell, manner) for cell in row)
        yield f"{line}\r\n".encode("utf-8", "replace")


def write_xlsx(
    file: IO[bytes],
    heads: Sequence[Head],
    rows: Iterable[Sequence[Any]],
    manner: Manner,
    *,
    title: str,
    sums: Sequence[Any] = (),
    made_at: datetime | None = None,
) -> None:
    """One sheet with a frozen head; `sums`, if given, is its last row. Keeps one row in memory at a time.

    With `made_at` in it, the same rows give the same bytes.
    """
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    with xlsxwriter.Workbook(file, options) as book:
        if made_at is not None:
            book.set_properties({"created": made_at.replace(tzinfo=None)})
        sheet = _Sheet(book, heads, manner, title)
        sheet.write(0, [head.label for head in heads], "head")
        for number, row in enumerate(rows, 1):
            sheet.write(number, row)
        if sums:
            sheet.write(sheet.last + 1, sums, "sum")


class _Sheet:
    def __init__(self, book: Any, heads: Sequence[Head], manner: Manner, title: str) -> None:
        self.heads, self.manner, self.last = heads, manner, 0
        self.sheet = book.add_worksheet(_sheet_name(title))
        self.sheet.freeze_panes(1, 0)
        self.sheet.set_column(0, max(len(heads) - 1, 0), 18)
        day = "dd.mm.yyyy" if manner.german else "yyyy-mm-dd"
        money = '#,##0.00 "€"' if manner.german else '"€"#,##0.00'
        numbers = {"": "General", "money": money, "day": day, "moment": f"{day} hh:mm"}
        looks: Mapping[str, Mapping[str, Any]] = {
            "": {},
            "head": {"bold": True, "bottom": 1},
            "sum": {"bold": True, "top": 1},
        }
        self.formats = {
            (look, kind): book.add_format({**more, "num_format": number})
            for look, more in looks.items()
            for kind, number in numbers.items()
        }

    def write(self, row: int, cells: Sequence[Any], look: str = "") -> None:
        self.last = row
        for column, (head, cell) in enumerate(zip(self.heads, cells, strict=True)):
            write, value, kind = self._cell(cell, head)
            write(row, column, value, self.formats[look, kind])

    def _cell(self, cell: Any, head: Head) -> tuple[Callable[..., Any], Any, str]:
        match cell:
            case None:
                return self.sheet.write_blank, None, ""
            case bool():
                return self.sheet.write_string, _yes_no(cell, self.manner), ""
            case Decimal() | int() if _fits(Decimal(cell)):
                return self.sheet.write_number, float(cell), "money" if head.money else ""
            case datetime() if cell.year >= _FIRST_YEAR:
                local = cell.astimezone(self.manner.zone).replace(tzinfo=None)
                return self.sheet.write_datetime, local, "moment"
            case date() if cell.year >= _FIRST_YEAR:
                return self.sheet.write_datetime, cell, "day"
        return self.sheet.write_string, _xml_text(str(cell)), ""


def _csv_cell(cell: Any, manner: Manner) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return _yes_no(cell, manner)
        case Decimal() | int() if _has_a_size(Decimal(cell)):
            written = f"{Decimal(cell):f}"
            return written.replace(".", ",") if manner.german else written
        case datetime():
            local = cell.astimezone(manner.zone)
            return f"{local:%d.%m.%Y %H:%M}" if manner.german else f"{local:%Y-%m-%d %H:%M}"
        case date():
            return f"{cell:%d.%m.%Y}" if manner.german else cell.isoformat()
    return _quoted(_harmless(str(cell)))


def _harmless(text: str) -> str:
    if _PHONE.fullmatch(text):
        return text
    text = _HIDDEN.sub("'", text)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _quoted(text: str) -> str:
    """Whichever sign parts the cells: readers of another language have another."""
    if text and not any(sign in text for sign in ',;\t\r\n"'):
        return text
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


def _yes_no(cell: bool, manner: Manner) -> str:  # noqa: FBT001 - the cell itself
    return ("nein", "ja")[cell] if manner.german else ("no", "yes")[cell]


def _fits(number: Decimal) -> bool:
    return _has_a_size(number) and len(number.normalize().as_tuple().digits) <= _EXACT_DIGITS


def _has_a_size(number: Decimal) -> bool:
    """Excel ends at 1E+308; 1E+999999999 written out is a gigabyte."""
    return number.is_finite() and abs(number.adjusted()) <= _MOST_DIGITS


def _xml_text(text: str) -> str:
    """What XML 1.0 can hold, and no more than a cell takes. XlsxWriter 3.2 writes `<r>...</r>` as it stands if memory is constant."""
    kept = "".join(sign if _in_xml(ord(sign)) else "\ufffd" for sign in text[:_LONGEST])
    return f" {kept}"[:_LONGEST] if kept.startswith("<r>") else kept


def _in_xml(code: int) -> bool:
    return code in {0x9, 0xA, 0xD} or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code > 0xFFFF


def _sheet_name(title: str) -> str:
    """At most 31 characters, without those that Excel keeps for itself."""
    kept = "".join(" " if sign in "[]:*?/\\'" or not sign.isprintable() else sign for sign in title)
    return " ".join(kept.split())[:31].strip() or "Liste"
