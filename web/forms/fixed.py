"""A form that is only to be read: each of its fields as its text, and no row to add or take away."""

from collections.abc import Mapping, Sequence
from typing import Any


def fixed(fields: Sequence[Mapping[str, Any]]) -> tuple[Mapping[str, Any], ...]:
    """As `Form.present` gives them to who may change none; nothing of it is posted."""
    return tuple(_fixed(field) for field in fields)


def _fixed(field: Mapping[str, Any]) -> Mapping[str, Any]:
    found = {**field, "readonly": True, "required": False} if "required" in field else dict(field)
    if "components" in field:
        found["components"] = fixed(field["components"])
    if "rows" in field:
        found["movable"] = False
        found["rows"] = [{**row, "components": fixed(row["components"])} for row in field["rows"]]
    return found
