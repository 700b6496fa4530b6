"""What is known about the parts of a node when somebody asks why it was null."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from rules.feel.compiler.names import NOT_CONSTANT, constant
from rules.feel.explaining.reasons import Reason, reason
from rules.feel.frames import Frame
from rules.feel.syntax import Literal, Node

UNSEEN = NOT_CONSTANT  #: the value of a part that was not evaluated


@dataclass(frozen=True, slots=True)
class Given:
    values: Mapping[int, object]  #: by id of the node
    text: Callable[[Node], str]  #: of a node, as it was written
    frame: Frame

    def of(self, node: Node) -> object:
        """The value of a part; constants are compiled into the node around them and tell nobody."""
        return self.values[id(node)] if id(node) in self.values else constant(node)

    def null_among(self, *nodes: Node | None) -> Reason | None:
        """That the first of these which is null is null."""
        for node in nodes:
            if node is not None and self.of(node) is None:
                return self.null(node)
        return None

    def null(self, node: Node) -> Reason:
        written = isinstance(node, Literal)
        return reason("null_written") if written else reason("null_part", part=self.text(node))
