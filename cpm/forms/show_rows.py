"""A list of rows as people read it: one line a row, its fields by their labels."""

from collections.abc import Iterator, Mapping
from datetime import tzinfo

from cpm import writing
from cpm.forms.field import Field
from cpm.forms.files import filed
from cpm.forms.rows import FRESH, GONE, ROW

#: What processes put into rows for which no form asks.
_BESIDE = {"product": ("Bezeichnung", "Name")}


def show_rows(field: Field | None, value: object, language: str, zone: tzinfo) -> str:
    """Such as „1. Article: PV-400 · Quantity: 12“; an empty text for what is no list. Without a field by the names in the rows."""
    rows = value if isinstance(value, list) else []
    there = (row for row in rows if not (isinstance(row, Mapping) and row.get(GONE)))
    lines = (_row(field, row, language, zone) for row in there)
    return "\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1))


def _row(field: Field | None, row: object, language: str, zone: tzinfo) -> str:
    if not isinstance(row, Mapping):
        return writing.written(row, language, zone)
    return " · ".join(f"{label}: {text}" for label, text in _told(field, row, language, zone) if text)


def _told(
    field: Field | None, row: Mapping[str, object], language: str, zone: tzinfo
) -> Iterator[tuple[str, str]]:
    """What the form asks for in its order, then what else the row holds."""
    inner = field.rows.fields if field and field.rows else ()
    for each in inner:
        if each.label(language):
            yield each.label(language), show_field(each, row.get(each.key), language, zone)
    keys = {each.key for each in inner} | {ROW, FRESH}
    for key, value in row.items():
        if key not in keys and value is not None:
            yield _label(key, language), writing.written(value, language, zone, name=key)


def _label(key: str, language: str) -> str:
    return _BESIDE.get(key, (key, key))[language == "en"]


def show_field(field: Field, value: object, language: str, zone: tzinfo) -> str:
    """What a field holds, its options by their labels."""
    if field.rows is not None:
        return show_rows(field, value, language, zone)
    if field.files is not None:
        return ", ".join(file.name for file in filed(value))
    labels = {option.value: option.label(language) for option in field.options}
    items = value if isinstance(value, list) else [] if value is None else [value]
    return ", ".join(_item(field, item, labels, language, zone) for item in items)


def _item(field: Field, item: object, labels: Mapping[str, str], language: str, zone: tzinfo) -> str:
    if isinstance(item, str) and item in labels:
        return labels[item]
    return writing.written(item, language, zone, name="amount" if field.unit == "EUR" else field.key)
