"""How a tree becomes a Python closure: a table from the class of a node to the function that compiles it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, TypeVar

from rules.feel.errors import FeelError
from rules.feel.frames import Frame
from rules.feel.syntax import Node, Test, Type

Code = Callable[[Frame], object]
CellCode = Callable[[object, Frame], bool | None]
_HOW: dict[type, Callable[[Any, "Place"], Code]] = {}
_DEEPEST_TREE = 150
_F = TypeVar("_F", bound=Callable[..., Code])


@dataclass(frozen=True, slots=True)
class CallSite:
    """A call of a function by a name that nothing in the text binds."""

    name: str
    at: int  #: position in the text
    arguments: int | frozenset[str]  #: how many, or the names of all


class Watch(Protocol):
    """Puts something around the code of every node; `explaining` has one."""

    def over(self, node: Node, code: Code) -> Code: ...

    def over_test(self, test: Test, code: CellCode) -> CellCode: ...


@dataclass(slots=True)
class Text:
    """What is learned about one text while it is compiled."""

    types: Mapping[str, Type]  #: named types beyond those of FEEL
    variables: set[str] = field(default_factory=set)  #: names that may be read from outside
    certain: set[str] = field(default_factory=set)  #: those of them that no list item can have as an entry
    places: dict[str, int] = field(default_factory=dict)  #: where each of the variables is read first
    calls: list[CallSite] = field(default_factory=list)
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """Where a node stands: what is bound around it."""

    text: Text
    bound: frozenset[str] = frozenset()
    nested: bool = False  #: is there a frame between this place and the caller's names?
    in_filter: bool = False  #: may an entry of a list's item hide any name?
    watch: "Watch | None" = None  #: who is told what every part gives

    def binding(self, *names: str) -> "Place":
        return replace(self, bound=self.bound | set(names), nested=True)

    def filtering(self) -> "Place":
        return replace(self.binding("item"), in_filter=True)


def compiles(kind: type) -> Callable[[_F], _F]:
    """Register the function that compiles nodes of this class."""

    def register(how: _F) -> _F:
        _HOW[kind] = how
        return how

    return register


def compile_node(node: Node, place: Place) -> Code:
    place.text.depth += 1
    if place.text.depth > _DEEPEST_TREE:
        raise FeelError(
            f"Expected at most {_DEEPEST_TREE} operations inside one another, but here are more.",
            german=f"Mehr als {_DEEPEST_TREE} Operationen stecken hier ineinander.",
        )
    code = _HOW[type(node)](node, place)
    place.text.depth -= 1
    return code if place.watch is None else place.watch.over(node, code)
