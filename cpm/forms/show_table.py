"""Tables and documents that are only to be read, as plain data."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from cpm import writing
from cpm.forms.asking import Facts
from cpm.forms.constraints import is_empty
from cpm.forms.field import Column, Field, Note, Rows
from cpm.forms.files import filed
from cpm.forms.read_shown import MOST_COLUMNS
from cpm.forms.show_rows import show_field
from cpm.forms.situation import Situation
from cpm.forms.take.texts import visible
from cpm.forms.words import Words

#: Rows that a page shows; it says how many more there are.
MOST = 200


def table(note: Note, situation: Situation, language: str) -> dict[str, object]:
    """`head` has a label and whether numbers stand below it, `lines` the cells as texts; `more` rows are left out."""
    assert note.computed is not None, "read with what it shows"
    found = situation.facts.ask(note.computed)
    rows = [row for row in found if isinstance(row, Mapping)] if isinstance(found, list) else []
    columns = _columns(note, situation.facts)
    return {
        "label": note.words.of(language),
        "head": [(column.words.of(language), _counts(column, rows)) for column in columns],
        "lines": [
            [_cell(column, row.get(column.key), situation, language) for column in columns]
            for row in rows[:MOST]
        ],
        "more": max(len(rows) - MOST, 0),
    }


def table_of_rows(field: Field, rows: Rows, situation: Situation, language: str) -> dict[str, object]:
    """A list as a summary shows it: its fields are the columns that have a name and hold something."""
    value = situation.clean[field.key]
    there = [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []
    named = [
        each
        for each in rows.fields
        if each.words.de and not all(is_empty(row.get(each.key)) for row in there)
    ]
    return {
        "label": field.label(language),
        "head": [(each.label(language), _counts(each, there)) for each in named],
        "lines": [_line(named, row, situation, language) for row in there[:MOST]],
        "more": max(len(there) - MOST, 0),
    }


def documents(note: Note, situation: Situation, language: str) -> dict[str, object]:
    assert note.computed is not None, "read with what it shows"
    found = filed(situation.facts.ask(note.computed))
    files = [(file.number, visible(file.name), file.type) for file in found][:MOST]
    return {"label": note.words.of(language), "files": files}


def _line(
    fields: Sequence[Field], row: Mapping[str, object], situation: Situation, language: str
) -> list[str]:
    zone = situation.facts.zone
    return [visible(show_field(each, row.get(each.key), language, zone)) for each in fields]


def _columns(note: Note, facts: Facts) -> tuple[Column, ...]:
    if note.columns_from is None:
        return note.columns
    listed = facts.ask(note.columns_from)
    return tuple(_listed(listed))[:MOST_COLUMNS] if isinstance(listed, list) else ()


def _listed(listed: Sequence[object]) -> Iterator[Column]:
    for each in listed:
        key, label = (each.get("key"), each.get("label")) if isinstance(each, Mapping) else (None, None)
        if isinstance(each, Mapping) and isinstance(key, str) and isinstance(label, str):
            english = each.get("cpm:label.en")
            yield Column(key, Words(label, english if isinstance(english, str) else label))


def _counts(column: Column | Field, rows: Sequence[Mapping[str, object]]) -> bool:
    """Whether it is numbers that stand there, which are read from the right."""
    values = [row.get(column.key) for row in rows]
    return any(isinstance(value, Decimal) for value in values) and all(
        value is None or isinstance(value, Decimal) for value in values
    )


def _cell(column: Column, value: object, situation: Situation, language: str) -> str:
    if value is None:
        return ""
    said = situation.words.get(f"{column.key}.{value}") if isinstance(value, str) else None
    name = "amount" if column.unit == "EUR" else column.key
    text = said or writing.written(value, language, situation.facts.zone, name=name)
    return visible(f"{text} {column.unit}" if column.unit and column.unit != "EUR" else text)
