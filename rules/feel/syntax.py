"""The tree of an expression: plain data, equal if the meaning was written the same way.

Chains of operators are flat, so that a tree is as deep as its brackets and no deeper.
"""

from collections.abc import Callable
from collections.abc import Iterator as Iterable
from dataclasses import dataclass, field, fields, is_dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rules.feel.frames import Run

Node = object  #: one of the classes of this module


@dataclass(frozen=True, slots=True)
class Literal:
    value: object


@dataclass(frozen=True, slots=True)
class Name:
    name: str
    at: int = field(default=0, compare=False)  #: position in the text


@dataclass(frozen=True, slots=True)
class Path:
    of: Node
    name: str


@dataclass(frozen=True, slots=True)
class Filter:
    of: Node
    by: Node


@dataclass(frozen=True, slots=True)
class Call:
    function: Node
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class NamedCall:
    function: Node
    arguments: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Negation:
    of: Node


@dataclass(frozen=True, slots=True)
class Arithmetic:
    first: Node
    rest: tuple[tuple[str, Node], ...]  #: operators of one precedence and their right operands


@dataclass(frozen=True, slots=True)
class Comparison:
    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Between:
    value: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class ComparisonTest:
    """A test with an operator, as in `< 5`."""

    operator: str
    operand: Node


@dataclass(frozen=True, slots=True)
class ExpressionTest:
    """A test that is an expression: it says true or false itself, or something to be equal to or in."""

    expression: Node


Test = ComparisonTest | ExpressionTest


@dataclass(frozen=True, slots=True)
class Tests:
    """The content of a cell or what follows `in`; no tests at all is `-`, which holds for everything."""

    tests: tuple[Test, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class In:
    value: Node
    tests: Tests


@dataclass(frozen=True, slots=True)
class And:
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class If:
    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class Iterator:
    name: str
    over: Node
    until: Node | None = None  #: for `over..until`


@dataclass(frozen=True, slots=True)
class For:
    iterators: tuple[Iterator, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Quantified:
    every: bool  #: else some
    iterators: tuple[Iterator, ...]
    condition: Node


@dataclass(frozen=True, slots=True)
class ListOf:
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class RangeOf:
    start: Node | None
    end: Node | None
    start_included: bool
    end_included: bool


@dataclass(frozen=True, slots=True)
class EqualTo:
    """`(= 10)` or `(!= 10)` as a value: a range of one value, or of all others."""

    operand: Node
    negated: bool


@dataclass(frozen=True, slots=True)
class ContextOf:
    entries: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class NamedType:
    name: str


@dataclass(frozen=True, slots=True)
class ListType:
    of: "Type"


@dataclass(frozen=True, slots=True)
class RangeType:
    of: "Type"


@dataclass(frozen=True, slots=True)
class ContextType:
    fields: tuple[tuple[str, "Type"], ...]


@dataclass(frozen=True, slots=True)
class FunctionType:
    parameters: tuple["Type", ...]
    result: "Type"


@dataclass(frozen=True, slots=True)
class AllowedType:
    """A type with a test of its values; only a DMN document can define one."""

    of: "Type"
    allows: "Callable[[object, Run], bool]"


Type = NamedType | ListType | RangeType | ContextType | FunctionType | AllowedType


@dataclass(frozen=True, slots=True)
class FunctionOf:
    parameters: tuple[tuple[str, Type | None], ...]
    body: Node


@dataclass(frozen=True, slots=True)
class InstanceOf:
    value: Node
    type: Type


def walk(node: Node) -> Iterable[Node]:
    """All nodes of a tree, this one included."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Literal):
            yield node
        elif isinstance(node, tuple):
            waiting.extend(node)
        elif is_dataclass(node):
            yield node
            waiting.extend(getattr(node, each.name) for each in fields(node))


def names_in(node: Node) -> frozenset[str]:
    """All names that a tree reads, whatever binds them."""
    return frozenset(each.name for each in walk(node) if isinstance(each, Name))
