"""The trees of the new version while they are put together, as rows that can be restored."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Grown:
    """A tree: a process, or the inside of a subprocess or call."""

    host: int  #: node of the token that stands for it; 0 for the case's own
    scope: str
    order: int  #: where it stood among the trees; one that is new, with the first that came into it
    around: "Grown | None" = None
    made: bool = False  #: its host was not there before
    rows: list["Row"] = field(default_factory=list)
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Row:
    """A token."""

    node: int
    name: str
    state: int
    parent: int
    data: dict[str, Any]
    order: int
    tree: Grown


def restorable(trees: Mapping[int, Grown]) -> list[list[Any]]:
    """As they are restored: in the order they had, but each after what is around it."""
    found: list[list[Any]] = []
    emitted: set[int] = set()

    def emit(tree: Grown) -> None:
        if tree.host in emitted:
            return
        if tree.around is not None:
            emit(tree.around)
        emitted.add(tree.host)
        rows = [[row.node, row.name, row.state, row.parent, row.data] for row in _ordered(tree)]
        found.append([tree.host, rows, tree.data])

    for tree in sorted(trees.values(), key=lambda tree: tree.order):
        emit(tree)
    return found


def _ordered(tree: Grown) -> list[Row]:
    return sorted(tree.rows, key=lambda row: row.order)
