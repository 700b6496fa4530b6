"""Where a case's tokens are, from outside in: what runs in the process, in each subprocess, call and instance of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from cpm.bpmn.compensation import UNDO
from cpm.bpmn.places import Elsewhere
from cpm.bpmn.program import Program
from cpm.bpmn.runner import Runner
from cpm.bpmn.spiff import Token
from cpm.bpmn.state import load

Waits = Literal["task", "job", "event", "branches", "fault", "inside"]

MOST = 50  #: things that are told side by side; nobody reads a thousand instances


@dataclass(frozen=True, slots=True)
class Place:
    """A token, with what runs inside it or waits at it."""

    node: int
    element: str
    kind: str  #: the BPMN element, such as "userTask"
    called: str | None  #: the process that it has called
    instance: int | None  #: which of the instances of its element it is, from 1
    waits: Waits  #: for what; "inside": for what is inside it
    inside: tuple["Place", ...]
    more: int  #: how many others run inside it and are not told


def outline(program: Program, state: bytes, elsewhere: Elsewhere | None = None) -> tuple[Place, ...]:
    """In the order in which they began; raises UnreadableState."""
    runner = load(program, state, {}, elsewhere=elsewhere)
    return _places(runner, _outermost(runner.tree.live()))[0]


def _outermost(tokens: Iterable[Token]) -> list[Token]:
    return [token for token in tokens if not token.hangs]


def _places(runner: Runner, tokens: list[Token]) -> tuple[tuple[Place, ...], int]:
    drawn = [token for each in tokens for token in _drawn(each)]
    return tuple(_place(runner, token) for token in drawn[:MOST]), max(len(drawn) - MOST, 0)


def _drawn(token: Token) -> list[Token]:
    """Nobody drew the node that sees to undoing; in its place stands the handler at which it is."""
    return list(token.children) if token.task_spec.name == UNDO else [token]


def _place(runner: Runner, token: Token) -> Place:
    spec, data = token.task_spec, token.internal_data
    runner.parts.peek(token, MOST)
    tree = runner.tree.subprocesses.get(token.id)
    inside, more = _places(runner, [*token.children, *_outermost(tree.live() if tree else ())])
    return Place(
        node=token.id,
        element=spec.element,
        kind=spec.node.kind,
        called=spec.called if spec.calls and tree else None,
        instance=data["i"] + 1 if "i" in data else None,
        waits=_waits(token),
        inside=inside,
        more=max(data["open"] - sum(1 for one in inside if one.instance), 0) if spec.is_body else more,
    )


def _waits(token: Token) -> Waits:
    data = token.internal_data
    known: tuple[Waits, ...] = ("fault", "task", "job")
    for what in known:
        if what in data:
            return what
    if token.id in token.runner.joins:
        return "branches"
    return "event" if token.task_spec.waits or token.task_spec.chooses else "inside"
