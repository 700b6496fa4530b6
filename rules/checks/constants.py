"""What an expression always is, if it reads nothing."""

from typing import Final

from rules.feel.compiler import Place, Text, compile_node
from rules.feel.errors import FeelError
from rules.feel.expression import evaluated
from rules.feel.frames import Known, Run
from rules.feel.syntax import (
    Arithmetic,
    Call,
    ListOf,
    Literal,
    Name,
    Negation,
    Node,
    RangeOf,
    walk,
)

NOT_CONSTANT: Final = object()
_STEPS = 10_000
_MAKERS = frozenset({"date", "time", "date and time", "duration", "number", "string"})


def constant(node: Node | None) -> object:
    """The value of literals, of lists and ranges of them, and of dates and the like made of them."""
    if isinstance(node, Literal):
        return node.value
    if node is None or not all(map(_is_fixed, walk(node))):
        return NOT_CONSTANT
    try:
        return evaluated(compile_node(node, Place(Text({}))), Known({}, Run(steps=_STEPS)))
    except (FeelError, TypeError):
        return NOT_CONSTANT


def _is_fixed(node: Node) -> bool:
    if isinstance(node, Name):
        return node.name in _MAKERS
    return isinstance(node, Literal | Negation | ListOf | RangeOf | Arithmetic | Call)
