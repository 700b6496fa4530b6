"""A small picture of the process around a step: what was done, where one is, what comes next to it."""

from collections.abc import Mapping
from dataclasses import dataclass

from cpm.diagrams import Diagram, Shape
from cpm.library import Bundle
from cpm.queries import wording

WIDE, HIGH = 760, 480  #: of what is shown around a step, in units of the drawing
_EDGE = 20


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
    x, y, width, height = _window(diagram.shapes[element], all_of_it) if near else all_of_it

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
    known = bundle.program.elements.get(shape.element)
    if shape.form == "gateway" or known is None:
        return known.name if known else ""
    name = wording.step_name(bundle, shape.element, language) or ""
    return "" if name == shape.element else name


def _bounds(diagram: Diagram) -> tuple[int, int, int, int]:
    shapes = diagram.shapes.values()
    x, y = min(shape.x for shape in shapes) - _EDGE, min(shape.y for shape in shapes) - _EDGE
    right = max(shape.x + shape.width for shape in shapes) + _EDGE
    return x, y, right - x, max(shape.y + shape.height for shape in shapes) + _EDGE - y


def _window(here: Shape, bounds: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    """With the step in its middle, but nothing of what is beyond the drawing."""
    x, y, width, height = bounds
    wide, high = min(WIDE, width), min(HIGH, height)
    left = min(max(here.x + here.width // 2 - wide // 2, x), x + width - wide)
    top = min(max(here.y + here.height // 2 - high // 2, y), y + height - high)
    return left, top, wide, high
