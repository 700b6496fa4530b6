"""Literals, names, paths, and what puts values together: lists, ranges and contexts."""

from decimal import Decimal

from rules.feel.comparison import order
from rules.feel.compiler.core import Code, Place, compile_node, compiles
from rules.feel.frames import Frame
from rules.feel.functions import FUNCTIONS
from rules.feel.properties import member
from rules.feel.syntax import ContextOf, EqualTo, ListOf, Literal, Name, Negation, Node, Path, RangeOf
from rules.feel.values import PLAIN, Function, Range

NOT_CONSTANT = object()


@compiles(Literal)
def _literal(node: Literal, _place: Place) -> Code:
    value = node.value
    return lambda _frame: value


@compiles(Name)
def _name(node: Name, place: Place) -> Code:
    """A variable, or else the built-in function of that name."""
    name = node.name
    function = FUNCTIONS.get(name)
    if name not in place.bound:
        place.text.variables.add(name)
        place.text.places.setdefault(name, node.at)
        if function is None and not place.in_filter:
            place.text.certain.add(name)
    if place.nested:
        return _nested(name, function)

    def read(frame: Frame) -> object:
        value = frame.names.get(name)
        return value if type(value) in PLAIN else frame.find(name, function)

    return read


def _nested(name: str, function: Function | None) -> Code:
    """Most names inside of a loop or function are its own."""

    def read(frame: Frame) -> object:
        value = frame.names.get(name, NOT_CONSTANT)
        return value if type(value) in PLAIN else frame.find(name, function)

    return read


@compiles(Path)
def _path(node: Path, place: Place) -> Code:
    of, name = compile_node(node.of, place), node.name

    def walked(frame: Frame) -> object:
        value = of(frame)
        if type(value) is dict:
            return value.get(name)
        if type(value) is list:
            frame.run.spend(len(value))
        return member(value, name)

    return walked


@compiles(ListOf)
def _list(node: ListOf, place: Place) -> Code:
    items = [compile_node(item, place) for item in node.items]
    return lambda frame: [item(frame) for item in items]


@compiles(RangeOf)
def _range(node: RangeOf, place: Place) -> Code:
    fixed = constant(node)
    if fixed is not NOT_CONSTANT:
        return lambda _frame: fixed
    start, end = (None if bound is None else compile_node(bound, place) for bound in (node.start, node.end))
    return lambda frame: range_of(node, start and start(frame), end and end(frame))


def range_of(node: RangeOf, start: object, end: object) -> Range | None:
    """None if an end is null, or they are of different types or the wrong way round."""
    if (node.start is not None and start is None) or (node.end is not None and end is None):
        return None
    if start is not None and end is not None:
        position = order(start, end)
        if position is None or position > 0:
            return None
    return Range(start, end, node.start_included, node.end_included)


@compiles(EqualTo)
def _equal_to(node: EqualTo, place: Place) -> Code:
    of, included, form = compile_node(node.operand, place), not node.negated, "!=" if node.negated else "="

    def made(frame: Frame) -> Range | None:
        value = of(frame)
        return None if value is None else Range(value, value, included, included, form)

    return made


@compiles(ContextOf)
def _context(node: ContextOf, place: Place) -> Code:
    """Each entry may read those before it."""
    entries = []
    inside = place.binding()
    for name, value in node.entries:
        entries.append((name, compile_node(value, inside)))
        inside = inside.binding(name)

    def made(frame: Frame) -> object:
        context: dict[str, object] = {}
        inner = Frame(context, frame)
        for name, value in entries:
            context[name] = value(inner)
        return context

    return made


def constant(node: Node) -> object:
    """What the node always is, or NOT_CONSTANT."""
    if isinstance(node, Literal):
        return node.value
    if isinstance(node, Negation) and isinstance(value := constant(node.of), Decimal):
        return value.copy_negate()
    if isinstance(node, RangeOf):
        start = None if node.start is None else constant(node.start)
        end = None if node.end is None else constant(node.end)
        if start is not NOT_CONSTANT and end is not NOT_CONSTANT:
            return range_of(node, start, end)
    return NOT_CONSTANT
