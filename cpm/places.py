"""Whose a deployed file is by its place: `<process>/texts`, `<process>/letters`, `<process>/http`."""

from collections.abc import Iterable

from cpm.model import Resource, ResourceKind

#: Whose texts, letters and operations all processes share; no process is called so.
FIRM = "firm"


def owner(kind: ResourceKind, key: str) -> str | None:
    """The process, or FIRM, whose texts or letters they are by their place."""
    match kind:
        case ResourceKind.TEXTS:
            return key.rpartition(".")[0]
        case ResourceKind.TEMPLATE | ResourceKind.OPERATIONS:
            return key.partition("/")[0]
    return None


def in_turn(process: str, resources: Iterable[Resource]) -> list[Resource]:
    """The firm's, those of called processes, the process's own: what comes later wins."""
    turns = {FIRM: 0, process: 2}
    return sorted(resources, key=lambda each: turns.get(owner(each.kind, each.key) or "", 1))
