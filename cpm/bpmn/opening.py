"""Where tokens come as a scope begins: to its start event, to all that begins by itself, or to what has come already."""

from typing import TYPE_CHECKING, Any

from cpm.bpmn.spiff import Token
from cpm.bpmn.step import Trace

if TYPE_CHECKING:
    from cpm.bpmn.runner import Runner


def tokens(runner: "Runner", tree: Any, at: str | None) -> list[Token]:
    """Not yet entered, those first that come first. A receive task or event that begins the process is not waited for."""
    found: list[Token] = []
    for name in [at] if at else tree.spec.starts:
        opener = tree.spec.openers.get(name)
        if opener is None:
            found.append(runner.send(tree, name))
            continue
        if opener.gateway is not None:
            _pass(runner, tree, opener.gateway.id, [name, *opener.others])
        found.append(runner.send(tree, name, done=True))
        found += [runner.send(tree, other) for other in opener.others]
    return found


def _pass(runner: "Runner", tree: Any, gateway: str, targets: list[str]) -> None:
    token = runner.send(tree, gateway)
    runner.note("entered", token)
    runner.note("left", token)
    ways = [way for way in token.task_spec.ways if way.target in targets]
    runner.trace += [Trace("flow", way.id, token.id, way.target) for way in ways]
    tree.forget(token)
