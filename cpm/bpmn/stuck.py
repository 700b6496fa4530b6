"""Tokens that wait at joins, once nothing else moves: some need not wait any longer, others will wait for ever."""

from typing import TYPE_CHECKING, Any

from cpm.bpmn.nodes.complex_gateway import RESETS

if TYPE_CHECKING:
    from cpm.bpmn.runner import Runner


def joins_open(runner: "Runner") -> bool:
    """Does anything go on after all?

    What one join lets go on may still come to another, so that is asked when it has gone as far as it can; and what
    is in a subprocess before what is around it.
    """
    for tree in (runner.tree, *runner.tree.subprocesses.values()):
        reset(tree)
    if not runner.joins:
        return bool(runner.ready)
    for token in sorted(runner.joins.values(), key=lambda token: -token.workflow.depth):
        if runner.ready:
            break
        if token.id in runner.joins:
            token.task_spec.reconsider(token)
    if not runner.ready:
        _park_stuck(runner)
    return bool(runner.ready)


def reset(tree: Any) -> bool:
    """Complex gateways that need not wait for more tokens start anew. Does something go on in there?"""
    waiting = tuple(tree.data.get(RESETS, ()))
    for name in waiting:
        tree.spec.task_specs[name].reset(tree)
    return bool(waiting) and not tree.over


def _park_stuck(runner: "Runner") -> None:
    """Where nothing else is left in a scope, the first of them becomes a fault."""
    trees = {id(token.workflow): token.workflow for token in runner.joins.values()}
    for tree in trees.values():
        if tree.ad_hoc:
            continue  # what is still missing may be chosen
        live = [token for token in tree.live() if not token.task_spec.listens]
        waiting = [token for token in live if token.id in runner.joins]
        if len(waiting) == len(live):
            del runner.joins[waiting[0].id]
            waiting[0].internal_data["stuck"] = True
            runner.park(
                waiting[0], "stuck", "Expected the other branches to arrive here, but none of them can."
            )
