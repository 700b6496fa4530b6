"""Tokens that wait at joins for others that cannot come any more."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cpm.bpmn.runner import Runner


def park_stuck(runner: "Runner") -> None:
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
