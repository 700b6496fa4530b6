"""The tokens as few bytes: no model, no variables, nothing predicted or finished. Same tokens, same bytes."""

import json
import zlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cpm.bpmn.happened import Decide
from cpm.bpmn.program import Program
from cpm.bpmn.runner import Runner
from cpm.bpmn.spiff import ROOT, WAITING, InnerTree, Token

FORMAT = 1  #: the first byte; another one means another layout of what follows


class UnreadableState(ValueError):
    """The bytes are of another format, damaged, or of a process version without these nodes."""


def dump(runner: Runner) -> bytes:
    trees = [runner.tree, *runner.tree.subprocesses.values()]
    text = json.dumps([runner.last_node, list(map(_tree, trees))], ensure_ascii=False, separators=(",", ":"))
    return bytes([FORMAT]) + zlib.compress(text.encode())


def _tree(tree: Any) -> list[Any]:
    row = [tree.host.id if tree.host else 0, [_row(token) for token in tree.live()]]
    return [*row, tree.data] if tree.data else row


def _row(token: Token) -> list[Any]:
    row = [token.id, token.task_spec.name, token.state]
    if token.hangs or token.internal_data:
        row += [token._parent if token.hangs else 0, token.internal_data]
    return row


def load(
    program: Program,
    state: bytes,
    scopes: Mapping[str, Mapping[str, Any]],
    *,
    now: datetime | None = None,
    decide: Decide | None = None,
) -> Runner:
    """A runner with the tokens of `state`; raises UnreadableState."""
    last_node, trees = _read(state)
    runner = Runner(program, scopes, now=now, decide=decide, last_node=last_node)
    for host, rows, *data in trees:
        tree = _inside(runner, runner.tokens[host]) if host else runner.tree
        tree.data = data[0] if data else {}
        for row in rows:
            _restore(runner, tree, row)
    return runner


def _read(state: bytes) -> Any:
    if state[:1] != bytes([FORMAT]):
        found = state[0] if state else "nothing"
        raise UnreadableState(f"Expected a process state of format {FORMAT}, but it is of format {found}.")
    try:
        return json.loads(zlib.decompress(state[1:]))
    except (zlib.error, ValueError) as error:
        raise UnreadableState(f"Expected a whole process state, but it is damaged: {error}.") from error


def _inside(runner: Runner, host: Token) -> InnerTree:
    return InnerTree(runner.program.specs[host.task_spec.inside], host)


def _restore(runner: Runner, tree: Any, row: list[Any]) -> None:
    node, name, state, parent, data = row if len(row) > 3 else (*row, 0, {})
    spec = tree.spec.task_specs.get(name)
    if spec is None:
        raise UnreadableState(
            f"Expected a state of this process version, but it has a token at {name!r}, which is not in it."
        )
    token = Token(tree, spec, tree.tasks[parent or ROOT], state, node)
    token.internal_data = data
    if state == WAITING and spec.joins:
        runner.joins[node] = token
    elif state == WAITING and spec.waits:
        runner.awaited.add(token)
    if data.get("fault", [""])[0] == "endless":
        runner.holder = node
