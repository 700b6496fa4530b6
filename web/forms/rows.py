"""The rows of lists as a browser posts them: fields are called lines.3.sku, the rows stand in the order of `_rows`.

A button adds, takes away or brings back a row; then nothing is handed in, and the page is drawn again.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from cpm.forms import Field
from cpm.forms.rows import FRESH, GONE, ROW
from web.forms.pasting import Pasted, paste, told

#: The hidden inputs that name the rows, in their order, and those that are taken away.
ROWS, TAKEN = "_rows", "_taken"
ADD, REMOVE, RESTORE, PASTE = "_add", "_remove", "_restore", "_paste"

_ROW = re.compile(r"([A-Za-z_]\w*)\.(n?\d{1,8})", re.ASCII)
_NAME = re.compile(r"([A-Za-z_]\w*)\.(n?\d{1,8})\.([A-Za-z_]\w*)", re.ASCII)

#: What one field was posted as: the field, its texts, and the name under which the page asked it.
Read = Callable[[Field, str], Iterator[tuple[str, object]]]


class Posted(Protocol):
    def getlist(self, key: str) -> list[str]: ...


def moves(data: Posted) -> bool:
    """Whether a button of a list was pressed, and not one that hands in."""
    return any(data.getlist(name) for name in (ADD, REMOVE, RESTORE, PASTE))


def names(field: Field, data: Posted) -> list[str]:
    """The list's rows in their order, also those taken away: n3, 0."""
    found = (_ROW.fullmatch(name) for name in data.getlist(ROWS))
    return list(dict.fromkeys(match[2] for match in found if match and match[1] == field.key))


def rows(field: Field, data: Posted, read: Read) -> list[dict[str, object]]:
    """The rows as `Form.validate` takes them, after what the button did."""
    assert field.rows is not None, "only lists have rows"
    taken = set(data.getlist(TAKEN))
    found: list[dict[str, object]] = []
    for id_ in names(field, data):
        row: dict[str, object] = {ROW: id_}
        for inner in field.rows.fields:
            row.update(read(inner, f"{field.key}.{id_}."))
        if f"{field.key}.{id_}" in taken:
            row[GONE] = True
        found.append(row)
    moved = _moved(field, found, data)
    if not isinstance(moved, Pasted):
        moved = Pasted(moved)
        moved.left = told(field, data)
    return moved


def paths(names: Iterable[str], data: Posted) -> Iterator[str]:
    """What `Form.validate` calls the fields of these names, as lines[0].sku; not those in rows that do not count."""
    numbers: dict[tuple[str, str], int] = {}
    counts: Counter[str] = Counter()
    taken = set(data.getlist(TAKEN))
    for name in dict.fromkeys(data.getlist(ROWS)):
        if (match := _ROW.fullmatch(name)) and name not in taken:
            numbers[match[1], match[2]] = counts[match[1]]
            counts[match[1]] += 1
    for name in names:
        match = _NAME.fullmatch(name)
        if match is None:
            yield name
        elif (match[1], match[2]) in numbers:
            yield f"{match[1]}[{numbers[match[1], match[2]]}].{match[3]}"


def _moved(field: Field, found: list[dict[str, object]], data: Posted) -> list[dict[str, object]]:
    if field.key in data.getlist(ADD):
        return [*found, {**_new_row(field, found), FRESH: True}]
    here = {f"{field.key}.{row[ROW]}": row for row in found}
    for name in data.getlist(REMOVE):
        if name in here:
            # One is shown as taken away: the last.
            return [
                {**row, GONE: True, FRESH: True} if row is here[name] else row
                for row in found
                if row is here[name] or GONE not in row
            ]
    for name in data.getlist(RESTORE):
        if name in here:
            here[name].pop(GONE, None)
            here[name][FRESH] = True
    for name in data.getlist(PASTE):
        at, _, text = name.partition("=")
        match = _NAME.fullmatch(at)
        if match is not None and match[1] == field.key:
            return paste(field, _there(found), (match[2], match[3]), text, lambda rows: _new_row(field, rows))
    return found


def _new_row(field: Field, found: list[dict[str, object]]) -> dict[str, object]:
    return {**_carried(field, found), ROW: _next(found)}


def _carried(field: Field, found: list[dict[str, object]]) -> dict[str, object]:
    """What a new row takes from the last one, as it was typed there."""
    last = next(iter(_there(found)[-1:]), {})
    keys = field.rows.carried if field.rows else ()
    return {key: last[key] for key in keys if last.get(key)}


def _there(found: list[dict[str, object]]) -> list[dict[str, object]]:
    return [row for row in found if GONE not in row]


def _next(found: list[dict[str, object]]) -> str:
    """Of a new row: no row of before is called so."""
    taken = [int(str(row[ROW])[1:]) for row in found if str(row[ROW]).startswith("n")]
    return f"n{max(taken, default=-1) + 1}"
