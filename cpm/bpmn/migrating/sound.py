"""After a migration nothing must stand that could not have come about: no two where the new version has one, no join that
waits for a branch which nothing runs on.
"""

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from cpm.bpmn.compensation import UNDO
from cpm.bpmn.migrating import reasons
from cpm.bpmn.migrating.flows import flows_between
from cpm.bpmn.migrating.graph import Graph, graph_of
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
        graph = graph_of(tree.spec)
        for join in graph.kernels.values():
            if isinstance(join, ParallelGateway) and len(join.incoming) > 1:
                for flow in join.incoming:
                    if not _covered(tree, graph, join.name, flow) and _is_new(placing, tree, join.name, flow):
                        _begin(placing, tree, join, flow)


def _begin(placing: Placing, tree: Any, join: ParallelGateway, flow: str) -> None:
    graph, runner = graph_of(tree.spec), tree.runner
    upstream = graph.upstream(join.name)
    concerned = next((token for other in upstream for token in _coming(tree, graph, join.name, other)), None)
    if concerned is None:
        return
    way = graph.entry(join.name, flow)
    if flow in placing.plan.passed:
        runner.enter(runner.send(tree, join.name, like=concerned, flow=flow))
    elif way is None:
        placing.refuse(concerned, reasons.branch_missing(join.node.name, flow))
    else:
        token = runner.send(tree, way.target, like=concerned)
        if token.task_spec.joins:
            token.internal_data["flow"] = way.id
        runner.enter(token)


def _covered(tree: Any, graph: Graph, join: str, flow: str) -> bool:
    return next(_coming(tree, graph, join, flow), None) is not None


def _coming(tree: Any, graph: Graph, join: str, flow: str) -> Iterator[Token]:
    """What waits at the join on this flow, or may still come on it."""
    upstream = graph.upstream(join)[flow]
    for token in _standing(tree):
        waits = token.task_spec.name == join and token.internal_data.get("flow") == flow
        if waits or token.task_spec.element in upstream:
            yield token


def _is_new(placing: Placing, tree: Any, join: str, flow: str) -> bool:
    """Was there no such branch before, or did something run on it?"""
    key = placing.after.key(tree.spec.name, join)
    new = placing.after.spots[key]
    for old_key, target in placing.plan.elements.items():
        old = placing.before.spots.get(old_key)
        if target == key and old is not None and isinstance(old.kernel, ParallelGateway):
            flows = flows_between(old, new, placing.plan, placing.before, placing.after)
            was = next((one for one, other in flows.items() if other == flow), None)
            trees = [each for each in placing.old_trees if each.spec.name == old.scope]
            trees = [each for each in trees if _host(each) == _host(tree)] or trees
            return was is None or any(_covered(each, graph_of(each.spec), old.element, was) for each in trees)
    return True


def _host(tree: Any) -> int:
    return tree.host.id if tree.host else 0


def _standing(tree: Any) -> list[Token]:
    return [
        token
        for token in tree.live()
        if not token.hangs and not token.task_spec.listens and token.task_spec.name != UNDO
    ]
