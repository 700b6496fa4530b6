"""Which lanes the nodes lie in (BPMN 2.0.2, 10.8): those of the process, nested ones, and those within subprocesses."""

from lxml import etree

from cpm.bpmn.model import Node, Scope
from cpm.bpmn.xmlnames import BPMN, text_of


def assign_lanes(scope: Scope, element: etree._Element) -> None:
    """What lies in a subprocess lies in its lane too, unless lanes in there say otherwise."""
    for lanes in element.iterfind(f"{BPMN}laneSet"):
        _assign(scope, lanes, ())
    for inside in element:
        node = scope.nodes.get(inside.get("id", ""))
        if node is not None and node.inner is not None:
            assign_lanes(node.inner, inside)


def _assign(scope: Scope, lanes: etree._Element, around: tuple[etree._Element, ...]) -> None:
    """Outer lanes first, because what they hold may lie in an inner one as well."""
    for lane in lanes.iterfind(f"{BPMN}lane"):
        path = (lane, *around)
        for reference in lane.iterfind(f"{BPMN}flowNodeRef"):
            if node := scope.nodes.get(text_of(reference) or ""):
                _put(node, path)
        for children in lane.iterfind(f"{BPMN}childLaneSet"):
            _assign(scope, children, path)


def _put(node: Node, path: tuple[etree._Element, ...]) -> None:
    named = [name for lane in path for name in (lane.get("id"), lane.get("name")) if name]
    for each in [node, *(node.inner.all_nodes() if node.inner else ())]:
        each.lane = path[0].get("name") or path[0].get("id")
        each.lanes = tuple(dict.fromkeys((*named, *each.lanes)))
