"""A list of rows as text that people can put right: a line a row, its cells between semicolons, quoted as in CSV.

The first line names the columns. The first column says which row it was; a row without a number is new, and a line
that is not there takes its row away.
"""

import csv
import io
from collections.abc import Mapping
from datetime import tzinfo
from typing import Any

from cpm.errors import Invalid
from cpm.forms import Field, Form
from cpm.forms.rows import ROW
from cpm.forms.show import show
from cpm.library import Bundle
from cpm.model import Case
from cpm.queries import lookups
from cpm.uow import UnitOfWork

_NUMBER = {"de": "Nr.", "en": "No."}


def lists(bundle: Bundle) -> dict[str, Field]:
    """By key, those lists whose rows any form asks for."""
    return {field.key: field for form in bundle.forms.values() for field in form.fields if field.rows}


def written(field: Field, value: object, language: str, zone: tzinfo) -> str:
    out = io.StringIO()
    sheet = csv.writer(out, delimiter=";", lineterminator="\n")
    asked = _asked(field)
    sheet.writerow([_number(language), *(each.label(language) for each in asked)])
    rows = value if isinstance(value, list) else []
    for number, row in enumerate(rows, 1):
        held = row if isinstance(row, Mapping) else {}
        sheet.writerow([number, *(show(held.get(each.key), language, zone) for each in asked)])
    return out.getvalue().strip("\n")


def read(
    uow: UnitOfWork, case: Case, field: Field, text: str, *, known: Mapping[str, Any], language: str
) -> object:
    """The rows, checked as the form does that asks for them. Invalid names what does not fit."""
    found = lookups.Asking(uow, case.id, frozenset(lookups.SOURCES))
    given = {field.key: _rows(field, text, language)}
    form = Form("rows", (field,))
    return form.validate(given, known, now=uow.local_now, language=language, lookups=found)[field.key]


def _rows(field: Field, text: str, language: str) -> list[dict[str, object]]:
    try:
        lines = [line for line in csv.reader(io.StringIO(text), delimiter=";", strict=True) if any(line)]
    except csv.Error as error:
        raise _unreadable(field, language) from error
    asked = _asked(field)
    if not lines or [cell.strip() for cell in lines[0][1:]] != [each.label(language) for each in asked]:
        raise _unreadable(field, language)
    return [_row(field, asked, line, language) for line in lines[1:]]


def _row(field: Field, asked: list[Field], cells: list[str], language: str) -> dict[str, object]:
    number, *values = cells
    if len(values) != len(asked) or (number.strip() and not _counts(number.strip())):
        raise _unreadable(field, language)
    row: dict[str, object] = {each.key: value for each, value in zip(asked, values, strict=True)}
    return {ROW: str(int(number) - 1), **row} if number.strip() else row


def _counts(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 5 and int(text) > 0


def _asked(field: Field) -> list[Field]:
    """What is computed follows by itself; what nobody may change stays, and so do files."""
    inner = field.rows.fields if field.rows else ()
    return [each for each in inner if each.compute is None and each.locked is not True and not each.files]


def _number(language: str) -> str:
    return _NUMBER["en" if language == "en" else "de"]


def _unreadable(field: Field, language: str) -> Invalid:
    head = "; ".join([_number(language), *(each.label(language) for each in _asked(field))])
    return Invalid(
        "Expected rows as they were shown, but they are not",
        [(field.key, f"Keep the first line ({head}), and as many semicolons in each other.")],
        problems_de=[
            (field.key, f"Die erste Zeile ({head}) bleibt, und jede weitere hat ebenso viele Semikolons.")
        ],
    )
