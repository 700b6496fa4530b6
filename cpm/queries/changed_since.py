"""What a step that is done was told, beside what the case knows now: which fields read otherwise, and what articles are called."""

from collections.abc import Iterator, Mapping
from typing import Any

from cpm.forms import Field
from cpm.model import Task
from cpm.queries import task as one
from cpm.queries import wording
from cpm.uow import UnitOfWork

#: Of a row: the key of an article, and what the process calls it once the ERP has said so.
_KEY, _NAME = "sku", "product"


def changed(
    uow: UnitOfWork, task: Task, entered: Mapping[str, Any], now: Mapping[str, Any], language: str
) -> tuple[str, ...]:
    """The labels of the form's fields that hold something else now than was entered."""
    form = one.form_of(uow, task)
    fields = [field for field in form.fields if field.words.de] if form is not None else []
    zone = uow.settings.zone
    return tuple(
        field.label(language)
        for field in fields
        if field.key in entered and not field.compute
        if wording.answered(field, _asked(field, entered[field.key]), language, zone)
        != wording.answered(field, _asked(field, now.get(field.key)), language, zone)
    )


def named(entered: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """What was entered, its articles with their names as far as the case knows them."""
    names = {
        row[_KEY]: row[_NAME]
        for row in _rows(now)
        if isinstance(row.get(_KEY), str) and isinstance(row.get(_NAME), str) and row[_NAME] != row[_KEY]
    }
    return {
        key: [_named(row, names) for row in value] if names and isinstance(value, list) else value
        for key, value in entered.items()
    }


def _asked(field: Field, value: Any) -> Any:
    """Of rows what people enter: processes put more into them, and an ERP its prices."""
    if field.rows is None or not isinstance(value, list):
        return value
    keys = [each.key for each in field.rows.fields if each.locked is not True and each.compute is None]
    return [{key: row.get(key) for key in keys} for row in value if isinstance(row, Mapping)]


def _rows(value: Any, depth: int = 3) -> Iterator[Mapping[str, Any]]:
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    if isinstance(value, Mapping) and _NAME in value:
        yield value
    elif depth:
        for each in inner:
            yield from _rows(each, depth - 1)


def _named(row: Any, names: Mapping[str, str]) -> Any:
    if not isinstance(row, Mapping) or _NAME in row or row.get(_KEY) not in names:
        return row
    return {**row, _NAME: names[row[_KEY]]}
