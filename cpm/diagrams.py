"""Where the elements of a model are drawn (BPMN 2.0.2 12.2), for a picture of it. What it means, `cpm.bpmn` says."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree

from rules.xml import Refused, parse

_DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
_BOUNDS = "{http://www.omg.org/spec/DD/20100524/DC}Bounds"
_WAYPOINT = "{http://www.omg.org/spec/DD/20100524/DI}waypoint"
#: How a kind of element is drawn, by how its name ends; what ends otherwise (pools, notes, data) is left out.
_FORMS = {
    "task": "task",
    "activity": "task",
    "event": "event",
    "gateway": "gateway",
    "process": "frame",
    "transaction": "frame",
}


@dataclass(frozen=True, slots=True)
class Shape:
    """In the units of the drawing."""

    element: str
    form: str  #: task, event, gateway; frame: an opened subprocess
    x: int
    y: int
    width: int
    height: int
    ends: bool = False  #: an end event


@dataclass(frozen=True, slots=True)
class Diagram:
    shapes: Mapping[str, Shape]  #: by element, in the order of the file
    lines: tuple[tuple[tuple[int, int], ...], ...]  #: sequence flows, from where to where


@lru_cache(maxsize=256)
def read(content: bytes) -> tuple[Diagram, ...]:
    """One for each page of a file; none of one that is not drawn or cannot be read."""
    try:
        root = parse(content)
    except Refused:
        return ()
    kinds = {node.get("id", ""): str(node.tag).rpartition("}")[2] for node in root.iter() if node.get("id")}
    return tuple(_diagram(plane, kinds) for plane in root.iter(f"{_DI}BPMNPlane"))


def _diagram(plane: etree._Element, kinds: Mapping[str, str]) -> Diagram:
    shapes = [_shape(drawn, kinds) for drawn in plane.iter(f"{_DI}BPMNShape")]
    edges = (each for each in plane.iter(f"{_DI}BPMNEdge") if kinds.get(_about(each)) == "sequenceFlow")
    lines = (tuple((_number(at, "x"), _number(at, "y")) for at in edge.iter(_WAYPOINT)) for edge in edges)
    return Diagram({shape.element: shape for shape in shapes if shape is not None}, tuple(lines))


def _shape(drawn: etree._Element, kinds: Mapping[str, str]) -> Shape | None:
    element, bounds = _about(drawn), drawn.find(_BOUNDS)
    kind = kinds.get(element, "").lower()
    form = next((form for end, form in _FORMS.items() if kind.endswith(end)), None)
    if bounds is None or form is None:
        return None
    if form == "frame" and drawn.get("isExpanded") != "true":
        form = "task"
    x, y, width, height = (_number(bounds, name) for name in ("x", "y", "width", "height"))
    return Shape(element, form, x, y, width, height, ends=kind == "endevent")


def _about(drawn: etree._Element) -> str:
    return drawn.get("bpmnElement", "").rpartition(":")[2]


def _number(at: etree._Element, name: str) -> int:
    try:
        return round(float(at.get(name, "0")))
    except (ValueError, OverflowError):
        return 0
