"""Finds the tree of a scope that belongs to what was in an old tree, if there is just one."""

from typing import TYPE_CHECKING, Any

from cpm.bpmn.migrating.growing import Grown

if TYPE_CHECKING:
    from cpm.bpmn.migrating.placing import Placing


def tree_there(placing: "Placing", tree: Any, scope: str) -> Grown | None:
    names = [name for name, _ in placing.after.way_to(scope)]
    grown = placing.grown(tree)
    while grown is None or grown.scope not in names:
        if tree.host is None or tree.host.task_spec.calls:
            return None
        tree = tree.host.workflow
        grown = placing.grown(tree)
    for name in names[names.index(grown.scope) + 1 :]:
        inner = [each for each in placing.trees.values() if each.around is grown and each.scope == name]
        if len(inner) != 1:
            return None
        grown = inner[0]
    return grown
