"""Fields that read as when their form was drawn: whoever handed them in has not touched them, and means nothing by them."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import or_, select

from cpm.forms.rows import FRESH, GONE, ROW
from cpm.model import Task, Variable
from cpm.queries import task as one
from cpm.uow import UnitOfWork

_NOTHING: tuple[Any, ...] = (None, "", False, [])


def of_typed(uow: UnitOfWork, task: Task, typed: Mapping[str, Any], language: str) -> frozenset[str]:
    """Of what was typed, that which the form holds by itself: as the case has it, or a text block begins it."""
    began, now = (_reads(uow, task, values, language) for values in ({}, typed))
    return frozenset(key for key in {*began, *now, *typed} if began.get(key) == now.get(key))


def of_given(uow: UnitOfWork, task: Task, given: Mapping[str, Any], seen: int) -> frozenset[str]:
    """Of what was handed in, that which the case had when the form was drawn."""
    then = select(Variable.name, Variable.value).where(
        Variable.case_id == task.case_id,
        Variable.name.in_(given),
        Variable.since <= seen,
        or_(Variable.until.is_(None), Variable.until > seen),
    )
    had = {each.name: each.value for each in uow.session.execute(then)}
    return frozenset(key for key, value in given.items() if _told(had.get(key)) == _told(value))


def _reads(uow: UnitOfWork, task: Task, values: Mapping[str, Any], language: str) -> dict[str, Any]:
    shown = one.view(uow, task.id, language, typed=values, said=False).fields
    return {field["key"]: _read(field) for field in _flat(shown) if "value" in field}


def _flat(fields: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for field in fields:
        yield field
        yield from _flat(field.get("components", ()))


def _read(field: Mapping[str, Any]) -> Any:
    if "rows" in field:
        return _told(field["value"], field["asks"])
    return str(field["shown"]).replace("\r\n", "\n").strip()


def _told(value: Any, asks: Collection[str] = ()) -> Any:
    """Of rows what is filled in; what is left empty is nothing."""
    if not isinstance(value, list):
        return None if value in _NOTHING else value
    rows = [row for row in value if not (isinstance(row, Mapping) and row.get(GONE))]
    filled = [_filled(row, asks) if isinstance(row, Mapping) else row for row in rows]
    return [row for row in filled if row not in ({}, None)] or None


def _filled(row: Mapping[str, Any], asks: Collection[str]) -> dict[str, Any]:
    ours = {ROW, FRESH, GONE}
    kept = {key: value for key, value in row.items() if key not in ours and (not asks or key in asks)}
    return {key: value for key, value in kept.items() if value not in _NOTHING}
