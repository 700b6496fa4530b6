"""Where ways begin, go on and end. Section numbers are those of BPMN 2.0.2.

An end that is not drawn is an end all the same (10.5.3), as in Camunda 8: activities without a flow out of them are
let be, and so is a gateway that neither splits nor joins.
"""

from collections import defaultdict
from collections.abc import Iterator

from cpm.bpmn.findings import Reason
from cpm.bpmn.model import Flow, Node, Scope
from cpm.bpmn.vocabulary import ACTIVITIES
from cpm.bpmn.words import german

#: event -> the section on it, and what leads nowhere without a flow.
_BEGIN = {
    "startEvent": "10.5.2",
    "intermediateCatchEvent": "10.5.4",
    "intermediateThrowEvent": "10.5.4",
    "boundaryEvent": "10.5.4",
}


def way_problems(node: Node, into: list[Flow], out: list[Flow]) -> Iterator[Reason]:
    """By the flows to a node and from it; of all but what is chosen in an ad-hoc subprocess, where they are optional (10.3.5)."""
    if node.kind in _BEGIN and not out and not _ends_without_flow(node):
        yield Reason(
            f"Expected a flow out of the {node.kind}, but there is none.",
            f"Aus diesem Ereignis ({german(node.kind)}) muss ein Sequenzfluss herausführen, es gibt keinen.",
            _BEGIN[node.kind],
        )
    if node.kind == "endEvent" and not into:
        yield Reason(
            "Expected a flow into the end event, but none leads to it.",
            "Zum Endereignis muss ein Sequenzfluss führen, es gibt keinen.",
            "10.5.3",
        )
    if node.kind in ACTIVITIES and len(out) == 1 and out[0].condition:
        yield Reason(
            f"Expected another flow beside the conditional {out[0].id!r} out of this activity, but there is none.",
            f"Aus dieser Aktivität führt nur ein Sequenzfluss, und der hat eine Bedingung ({out[0].id!r}); es braucht "
            "daneben einen weiteren.",
            "8.4.13",
        )


def _ends_without_flow(node: Node) -> bool:
    """A throwing link goes on at its catching one, a compensation event at its association; of a refused one all is said."""
    kind = node.event.kind if node.event else ""
    if node.kind == "intermediateThrowEvent":
        return kind in {"link", "refused"}
    return kind == "refused" or (node.kind == "boundaryEvent" and kind == "compensation")


_RING = Reason(
    "Expected a way to this element from where all begins, but it lies in or behind a ring that nothing leads into.",
    "Zu diesem Element führt vom Anfang her kein Weg: Es liegt in einem Kreis, in den nichts hineinführt, oder dahinter.",
)


def ring_problems(scope: Scope) -> Iterator[tuple[Node, Reason]]:
    """A rule of ours, as the one for what no flow leads to at all: it would never be done."""
    into = {flow.target for flow in scope.flows}
    next_to: dict[str, list[str]] = defaultdict(list)
    for flow in scope.flows:
        next_to[flow.source].append(flow.target)
    for node in scope.nodes.values():
        if node.host in scope.nodes:
            next_to[node.host].append(node.id)
    todo = [node.id for node in scope.nodes.values() if _begins(node, into) and node.host not in scope.nodes]
    if not todo:
        return  # that nothing begins is said already
    reached = set(todo)
    while todo:
        new = [name for name in next_to[todo.pop()] if name not in reached]
        reached.update(new)
        todo += new
    yield from ((node, _RING) for node in scope.nodes.values() if node.id not in reached)


def _begins(node: Node, into: set[str]) -> bool:
    return node.id not in into or node.kind == "startEvent"
