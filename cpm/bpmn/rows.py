"""Tokens to rows that JSON can hold, and back. Rows of one tree stand together, with what the tree remembers."""

from typing import TYPE_CHECKING, Any

from cpm.bpmn.places import part_of
from cpm.bpmn.spiff import ROOT, WAITING, InnerTree, Token

if TYPE_CHECKING:
    from cpm.bpmn.runner import Runner


class UnreadableState(ValueError):
    """The bytes are of another format, damaged, or of a process version without these nodes."""


def all_rows(runner: "Runner") -> list[Any]:
    """All tokens, where none lies in a part."""
    trees = (runner.tree, *runner.tree.subprocesses.values())
    return [_tree_row(tree, [_row(token) for token in tree.live()]) for tree in trees]


def rows_by_part(runner: "Runner") -> dict[int, list[Any]]:
    """All loaded tokens, by the part they lie in. A part's first tree is that of its body, with one token of it."""
    found: dict[int, list[Any]] = {}
    for tree in (runner.tree, *runner.tree.subprocesses.values()):
        host = tree.host.id if tree.host else 0
        tokens: dict[int, list[Any]] = {part_of(host): []}
        for token in tree.live():
            tokens.setdefault(part_of(token.id), []).append(_row(token))
        for part, rows in tokens.items():
            row = _tree_row(tree, rows) if part == part_of(host) else [host, rows]
            found.setdefault(part, []).append(row)
    return found


def _tree_row(tree: Any, rows: list[Any]) -> list[Any]:
    host = tree.host.id if tree.host else 0
    return [host, rows, tree.data] if tree.data else [host, rows]


def _row(token: Token) -> list[Any]:
    row = [token.id, token.task_spec.name, token.state]
    if token.hangs or token.internal_data:
        row += [token._parent if token.hangs else 0, token.internal_data]
    return row


def restore(runner: "Runner", trees: list[Any]) -> None:
    """Put the tokens back into their trees; raises UnreadableState."""
    for host, rows, *remembered in trees:
        tree = _tree(runner, host)
        if remembered:
            tree.data = remembered[0]
        for row in rows:
            _restore(runner, tree, row)


def _tree(runner: "Runner", host: int) -> Any:
    if not host:
        return runner.tree
    if host not in runner.tree.subprocesses:
        token = runner.tokens[host]
        return InnerTree(runner.program.specs[token.task_spec.inside], token)
    return runner.tree.subprocesses[host]


def _restore(runner: "Runner", tree: Any, row: list[Any]) -> None:
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
    if "fault" in data and data["fault"][0] == "endless":
        runner.holder = node
