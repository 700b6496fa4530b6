"""After a migration nothing must stand that could not have come about: no two where the new version has one, no join that
waits for a branch which nothing runs on.
"""

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from cpm.bpmn.compensation import UNDO
from cpm.bpmn.migrating import reasons
from cpm.bpmn.migrating.flows import flows_between
from cpm.bpmn.migrating.graph import graph_of
from cpm.bpmn.migrating.placing import Placing
from cpm.bpmn.nodes.gateways import ParallelGateway
from cpm.bpmn.runner import Runner
from cpm.bpmn.spiff import Token


def check_together(runner: Runner, placing: Placing) -> None:
    """Two tokens that the old version lets be side by side, but not the new one."""
    for tree in (runner.tree, *runner.tree.subprocesses.values()):
        tokens = [token for token in _standing(tree) if not token.task_spec.node.by_event]
        for one, other in combinations(tokens, 2):
            if not _together(tree, one, other) and _were_together(placing, one, other):
                placing.refuse(one, reasons.not_together(one, other))


def _together(tree: Any, one: Token, other: Token) -> bool:
    return graph_of(tree.spec).together(one.task_spec.element, other.task_spec.element)


def _were_together(placing: Placing, one: Token, other: Token) -> bool:
    """What was not possible in the old version either has been arranged by somebody."""
    before, after = (placing.old.tokens.get(token.id) for token in (one, other))
    if before is None or after is None or before.workflow is not after.workflow:
        return True
    return _together(before.workflow, before, after)


def begin_branches(runner: Runner, placing: Placing) -> None:
    """Where a parallel join waits for a branch that was not there, beside what runs that branch begins too."""
    for tree in (runner.tree, *runner.tree.subprocesses.values()):
        for join in graph_of(tree.spec).kernels.values():
            if isinstance(join, ParallelGateway) and len(join.incoming) > 1:
                for flow in join.incoming:
                    _complete(placing, tree, join, flow)


def _complete(placing: Placing, tree: Any, join: ParallelGateway, flow: str) -> None:
    """As many tokens on this flow as on the others, if it is new there; one, if what ran on it came elsewhere."""
    come = {each: _rounds(tree, join.name, each) for each in graph_of(tree.spec).upstream(join.name)}
    most = max(come.values(), key=len)
    missing = len(most) - len(come[flow])
    if missing <= 0:
        return
    was = _was(placing, tree, join.name, flow)
    if was is None:
        for beside in most[:missing]:
            _begin(placing, beside, join, flow)
    elif not come[flow] and any(
        next(_coming(each, *was), None) for each in _trees_before(placing, tree, was)
    ):
        _begin(placing, most[0], join, flow)


def _begin(placing: Placing, beside: Token, join: ParallelGateway, flow: str) -> None:
    tree, runner = beside.workflow, beside.runner
    way = graph_of(tree.spec).entry(join.name, flow)
    if placing.plan.flows.get(flow) == "":
        runner.enter(runner.send(tree, join.name, like=beside, flow=flow))
    elif way is None:
        placing.refuse(beside, reasons.branch_missing(join.node.name, flow))
    else:
        token = runner.send(tree, way.target, like=beside)
        if token.task_spec.joins:
            token.internal_data["flow"] = way.id
        runner.enter(token)


def _rounds(tree: Any, join: str, flow: str) -> list[Token]:
    """What will come to the join on this flow; of several that a fork on this branch has split, one."""
    found: list[Token] = []
    graph = graph_of(tree.spec)
    branch = graph.upstream(join)[flow]
    for token in _coming(tree, join, flow):
        element = token.task_spec.element
        if element == join or not any(
            graph.together(element, each.task_spec.element, branch) for each in found
        ):
            found.append(token)
    return found


def _coming(tree: Any, join: str, flow: str) -> Iterator[Token]:
    upstream = graph_of(tree.spec).upstream(join)[flow]
    for token in _standing(tree):
        waits = token.task_spec.name == join and token.internal_data.get("flow") == flow
        if waits or token.task_spec.element in upstream:
            yield token


def _was(placing: Placing, tree: Any, join: str, flow: str) -> tuple[str, str] | None:
    """The join and the flow into it in the old version; None if there was no such branch."""
    key = placing.after.key(tree.spec.name, join)
    new = placing.after.spots[key]
    for old_key, target in placing.plan.elements.items():
        old = placing.before.spots.get(old_key)
        if target == key and old is not None and isinstance(old.kernel, ParallelGateway):
            flows = flows_between(old, new, placing.plan, placing.before, placing.after)
            return next(((old.element, one) for one, other in flows.items() if other == flow), None)
    return None


def _trees_before(placing: Placing, tree: Any, was: tuple[str, str]) -> list[Any]:
    """Those in which the join was."""
    trees = [each for each in placing.old_trees if was[0] in graph_of(each.spec).kernels]
    return [each for each in trees if _host(each) == _host(tree)] or trees


def _host(tree: Any) -> int:
    return tree.host.id if tree.host else 0


def _standing(tree: Any) -> list[Token]:
    return [
        token
        for token in tree.live()
        if not token.hangs and not token.task_spec.listens and token.task_spec.name != UNDO
    ]
