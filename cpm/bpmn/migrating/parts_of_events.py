"""Which of the things that a multiple event waits for is which in the new version."""

from typing import Any

from cpm.bpmn.model import Event
from cpm.bpmn.spiff import Token


def same_part(part: Token, event: Any) -> int | None:
    """Its number there, from 1; None if it is not waited for any more."""
    each = part.parent.task_spec.event.each
    number = int(part.task_spec.name.rpartition("~")[2])
    wanted = _signs(each)[number - 1]
    signs = _signs(event.event.each)
    return signs.index(wanted) + 1 if wanted in signs else None


def _signs(each: tuple[Event, ...]) -> list[tuple[str, str | None, int]]:
    """The kind and name of each, and how many of these came before it."""
    found: list[tuple[str, str | None, int]] = []
    for event in each:
        sign = event.kind, event.code or event.name or None
        found.append((*sign, sum(1 for other in found if other[:2] == sign)))
    return found
