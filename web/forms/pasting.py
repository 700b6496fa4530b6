"""Cells of a spreadsheet pasted into a list: what has no place in its rows is told, and not lost without a word."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Protocol

from cpm.forms import Field
from cpm.forms.messages import Misfit
from cpm.forms.rows import MOST, ROW
from cpm.forms.take.choices import take_tick
from web.forms.part import LeftOver, Part

#: The hidden inputs that say what is told already: lines=3, then some of the cells behind tabs.
LEFT = "_left"

#: Makes the row that follows these.
NewRow = Callable[[list[dict[str, object]]], dict[str, object]]


class Posted(Protocol):
    def getlist(self, key: str) -> list[str]: ...


class Pasted(list[dict[str, object]]):
    """The rows of a list; a list to everybody but who draws the page again."""

    left = LeftOver()
    #: What was pasted just now, by row and field.
    cells: Mapping[tuple[str, str], str] = {}


def paste(
    field: Field, found: list[dict[str, object]], at: tuple[str, str], text: str, new_row: NewRow
) -> Pasted:
    """Lines and tabs: from this row's field on to the right, from this row on downwards, as far as any list goes."""
    assert field.rows is not None, "only lists have rows"
    keys = [inner.key for inner in field.rows.fields if _is_typed(inner)]
    keys = keys[keys.index(at[1]) :] if at[1] in keys else []
    lines = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n").split("\n")
    table = [[cell.strip() for cell in line.split("\t")] for line in lines]
    start = next((number for number, row in enumerate(found) if row[ROW] == at[0]), len(found))
    room = max(MOST - start, 0)
    pasted, cells = Pasted(found), dict[tuple[str, str], str]()
    for number, line in enumerate(table[:room], start):
        if number >= len(pasted):
            pasted.append(new_row(pasted))
        for key, cell in zip(keys, line, strict=False):
            pasted[number][key] = cell or None
            cells[str(pasted[number][ROW]), key] = cell
    beyond = (cell for line in table[:room] for cell in line[len(keys) :])
    below = (cell for line in table[room:] for cell in line)
    pasted.left = LeftOver() + [cell for each in (beyond, below) for cell in each if cell]
    pasted.cells = cells
    return pasted


def told(field: Field, data: Posted) -> LeftOver:
    """What the page said of an earlier paste; it goes on doing so."""
    for given in data.getlist(LEFT):
        at, _, said = given.partition("=")
        count, *cells = said.split("\t")
        if at == field.key and count.isdecimal() and len(count) < 9:
            return LeftOver(int(count), (LeftOver() + cells).cells)
    return LeftOver()


def unplaced(rows: object, drawn: Mapping[str, Iterable[Part]]) -> LeftOver:
    """With the cells that the rows as they are drawn do not show: their field is hidden, or offers no such choice."""
    if not isinstance(rows, Pasted):
        return LeftOver()
    parts = {id_: {part.key: part for part in _flat(of)} for id_, of in drawn.items()}
    cells = rows.cells.items()
    return rows.left + [
        cell for (id_, key), cell in cells if cell and id_ in parts and not _shows(parts[id_].get(key), cell)
    ]


def _is_typed(field: Field) -> bool:
    return field.compute is None and field.locked is not True and field.files is None


def _flat(parts: Iterable[Part]) -> Iterator[Part]:
    for part in parts:
        yield part
        yield from _flat(part.parts)


def _shows(part: Part | None, cell: str) -> bool:
    if part is None or part.readonly:
        return False
    if part.kind == "checkbox":
        return _is_tick(cell)
    return part.kind not in {"select", "radio", "checklist"} or any(choice.chosen for choice in part.choices)


def _is_tick(cell: str) -> bool:
    try:
        take_tick(cell)
    except Misfit:
        return False
    return True
