"""Tells a scope's activities how they are undone (BPMN 2.0.2, 10.7.1), and adds the nodes that see to it."""

from typing import cast

from cpm.bpmn.compensation import UNDO, Undoing
from cpm.bpmn.model import Extensions, Node, Scope
from cpm.bpmn.nodes.activities import SubProcess
from cpm.bpmn.nodes.compensation import Reopened, Undo
from cpm.bpmn.nodes.node import Kernel
from cpm.bpmn.spiff import ScopeSpec

_NOBODY_DREW_IT = Node(UNDO, UNDO, "compensation", None, Extensions())


def add_compensation(spec: ScopeSpec, scope: Scope, process: str, specs: dict[str, ScopeSpec]) -> None:
    """`specs` has the scopes inside already."""
    handlers = scope.undoing()
    for node in scope.nodes.values():
        plain = cast("Kernel", spec.task_specs[f"{node.id}~each" if node.loop else node.id])
        if node.undoes_its_scope:
            spec.undone_by = node.id
        elif not node.for_compensation:
            plain.undoing = _undoing(spec, node, plain, handlers.get(node.id), specs)
    if spec.undone_by or any(each.undoing for each in spec.task_specs.values() if isinstance(each, Kernel)):
        Undo(spec, UNDO, _NOBODY_DREW_IT, process)


def _undoing(
    spec: ScopeSpec, node: Node, plain: Kernel, handler: Node | None, specs: dict[str, ScopeSpec]
) -> Undoing | None:
    inside = None
    if isinstance(plain, SubProcess) and not plain.calls and UNDO in specs[plain.inside].task_specs:
        again = Reopened(spec, f"{node.id}~undo", node, plain.process)
        again.inside = plain.inside
        inside = Undoing(again.name, inside=True, always=bool(specs[plain.inside].undone_by))
    return Undoing(handler.id, keeps=_identifying(node)) if handler else inside


def _identifying(node: Node) -> frozenset[str]:
    """What tells the instances of an activity apart."""
    if node.loop is None:
        return frozenset()
    return frozenset({"loopCounter", node.loop.element} - {None})  # type: ignore[arg-type]
