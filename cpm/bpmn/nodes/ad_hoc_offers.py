"""What can be chosen in an ad-hoc subprocess, and what runs there already."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cpm.bpmn.compensation import UNDO
from cpm.bpmn.spiff import Token
from cpm.bpmn.step import Offer
from cpm.bpmn.vocabulary import ACTIVITIES

#: What may go on side by side in one ad-hoc subprocess. More is nobody's work; then nothing is offered until something ends.
MOST_OPEN = 200


def offers(tree: Any, choosable: Mapping[str, str], *, sequential: bool) -> tuple[Offer, ...]:
    """In the order of the file."""
    if tree.breadth >= MOST_OPEN or (sequential and any(map(is_activity, tree.live()))):
        return ()
    over = tree.data["choice"]["over"]
    return tuple(_offer(element, name, over.get(element)) for element, name in choosable.items())


def runs(token: Token) -> bool:
    """Is it more than an event that would start something, or a part of what runs?"""
    return not token.hangs and not token.task_spec.listens and token.task_spec.name != UNDO


def is_activity(token: Token) -> bool:
    """Is it what the standard counts: an inner activity, all of its instances as one?"""
    node = token.task_spec.node
    itself = token.task_spec.name == node.id  # not what only gathers tokens for it
    return itself and runs(token) and node.kind in ACTIVITIES and not node.by_event


def _offer(element: str, name: str, over: list[Any] | None) -> Offer:
    if over is None:
        return Offer(element, name, 0, None)
    times, last = over
    return Offer(element, name, times, datetime.fromisoformat(last))


def within(runner: Any, host: int) -> frozenset[int]:
    """The nodes of all tokens inside a token, however deep."""
    found: set[int] = set()
    todo = [host]
    while todo:
        if inner := runner.tree.subprocesses.get(todo.pop()):
            for token in inner.live():
                runner.parts.unfold(token)
            nodes = [token.id for token in inner.live()]
            found.update(nodes)
            todo += nodes
    return frozenset(found)
