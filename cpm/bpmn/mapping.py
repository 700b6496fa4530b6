"""Targets of mappings: a variable, or an entry of a context, `order.customer` (docs.camunda.io, "Variables")."""

from collections.abc import Mapping, Sequence
from typing import Any


def path_of(target: str) -> tuple[str, Sequence[str]]:
    """The variable, and the way to the entry in it."""
    variable, *path = target.split(".")
    return variable, path


def put(before: Any, path: Sequence[str], value: Any) -> Any:
    """What was there with the value at its place; what is no context on the way becomes one."""
    if not path:
        return value
    kept = dict(before) if isinstance(before, Mapping) else {}
    first, *rest = path
    kept[first] = put(kept.get(first), rest, value)
    return kept
