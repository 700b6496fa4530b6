"""A small picture of the process around a step: what was done, where one is, what comes next to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cpm.diagrams import Diagram, Shape
from cpm.library import Bundle
from cpm.queries import wording

WIDE, HIGH = 760, 480  #: of what is shown around a step, in units of the drawing
_EDGE = 40  #: of the whole drawing: names of events stand out so far
_MARGIN = 10  #: between the edge of what is shown and the shape next to it


@dataclass(frozen=True, slots=True)
class Spot:
    shape: Shape
    state: str  #: current, done, open; empty: neither
    name: str


@dataclass(frozen=True, slots=True)
class Picture:
    x: int
    y: int
    width: int
    height: int
    frames: tuple[Spot, ...]  #: opened subprocesses, behind all the rest
    spots: tuple[Spot, ...]
    lines: tuple[tuple[tuple[int, int], ...], ...]
    here: str  #: what the current step is called


def around(bundle: Bundle, element: str, states: Mapping[str, str], language: str) -> Picture | None:
    """What is near the step, each element in its state; None if the step is drawn nowhere."""
    return _picture(bundle, element, states, language, near=True)


def whole(bundle: Bundle, element: str, states: Mapping[str, str], language: str) -> Picture | None:
    """All of the process that the step is in."""
    return _picture(bundle, element, states, language, near=False)


def _picture(
    bundle: Bundle, element: str, states: Mapping[str, str], language: str, *, near: bool
) -> Picture | None:
    diagram = next((each for each in bundle.diagrams if element in each.shapes), None)
    if diagram is None:
        return None
    all_of_it = _bounds(diagram)
    x, y, width, height = _window(diagram, element, all_of_it) if near else all_of_it

    def within(left: int, top: int, right: int, bottom: int) -> bool:
        return left < x + width and right > x and top < y + height and bottom > y

    spots = tuple(
        Spot(
            shape,
            "current" if shape.element == element else states.get(shape.element, ""),
            _name(bundle, shape, language),
        )
        for shape in diagram.shapes.values()
        if within(shape.x, shape.y, shape.x + shape.width, shape.y + shape.height)
        and (shape.form == "frame" or not _cut(shape, x, y, x + width, y + height))
    )
    lines = tuple(
        line
        for line in diagram.lines
        if line
        and within(
            min(at[0] for at in line) - 1,
            min(at[1] for at in line) - 1,
            max(at[0] for at in line) + 1,
            max(at[1] for at in line) + 1,
        )
    )
    here = wording.place_name(bundle, element, language)
    frames = tuple(spot for spot in spots if spot.shape.form == "frame")
    rest = tuple(spot for spot in spots if spot.shape.form != "frame")
    return Picture(x, y, width, height, frames, rest, lines, here)


def _name(bundle: Bundle, shape: Shape, language: str) -> str:
    """Only what has one: a branching without a name says nothing by its id."""
    name = wording.step_name(bundle, shape.element, language) or ""
    return "" if name == shape.element else name


def _bounds(diagram: Diagram) -> tuple[int, int, int, int]:
    shapes = diagram.shapes.values()
    x, y = min(shape.x for shape in shapes) - _EDGE, min(shape.y for shape in shapes) - _EDGE
    right = max(shape.x + shape.width for shape in shapes) + _EDGE
    return x, y, right - x, max(shape.y + shape.height for shape in shapes) + _EDGE - y


def _window(diagram: Diagram, element: str, bounds: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    """With the step in its middle, but nothing of what is beyond the drawing; its edges go between the shapes."""
    x, y, width, height = bounds
    here = diagram.shapes[element]
    wide, high = min(WIDE, width), min(HIGH, height)
    left = min(max(here.x + here.width // 2 - wide // 2, x), x + width - wide)
    top = min(max(here.y + here.height // 2 - high // 2, y), y + height - high)
    near = [
        s for s in diagram.shapes.values() if s.form != "frame" and s.y < top + high and s.y + s.height > top
    ]
    across = [(s.x, s.x + s.width) for s in near]
    begins, ends = (_between(across, edge, x, x + width) for edge in (left, left + wide))
    near = [s for s in diagram.shapes.values() if s.form != "frame" and s.x < ends and s.x + s.width > begins]
    down = [(s.y, s.y + s.height) for s in near]
    highest, lowest = (_between(down, edge, y, y + height) for edge in (top, top + high))
    return begins, highest, ends - begins, lowest - highest


def _between(shapes: Sequence[tuple[int, int]], wanted: int, first: int, last: int) -> int:
    """The place nearest to the wanted one at which an edge cuts none of them; `first` and `last` never do."""
    beside = (edge for begins, ends in shapes for edge in (begins - _MARGIN, ends + _MARGIN))
    free = [
        edge
        for edge in (wanted, *beside, first, last)
        if first <= edge <= last and not any(begins < edge < ends for begins, ends in shapes)
    ]
    return min(free, key=lambda edge: abs(edge - wanted))


def _cut(shape: Shape, left: int, top: int, right: int, bottom: int) -> bool:
    """Where rows are shifted against each other, not every edge can go between."""
    return shape.x < left or shape.y < top or shape.x + shape.width > right or shape.y + shape.height > bottom
