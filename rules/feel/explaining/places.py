"""A parser that remembers where in the text every node stands. The tree itself does not know."""

from dataclasses import fields, is_dataclass

from rules.feel.parser import Parser
from rules.feel.scanner import Token, skip
from rules.feel.syntax import Node, Test
from rules.feel.vocabulary import Vocabulary


class PlacingParser(Parser):
    def __init__(self, text: str, names: Vocabulary) -> None:
        super().__init__(text, names)
        #: By id, with the node itself, so that no later one takes its id.
        self.places: dict[int, tuple[Node, int, int]] = {}

    def place_of(self, node: Node) -> tuple[int, int]:
        """Start and end in the text; for a node that the grammar makes in passing, those of its parts."""
        if id(node) in self.places:
            return self.places[id(node)][1:]
        inner = [self.place_of(part) for part in _parts(node)]
        known = [place for place in inner if place != (0, 0)]
        return min((start for start, _ in known), default=0), max((end for _, end in known), default=0)

    def _operand(self) -> Node:
        start = skip(self.text, self.at)
        return self._placed(super()._operand(), start)

    def _operator(self, left: Node, token: Token, power: int) -> Node:
        start, _ = self.place_of(left)
        return self._placed(super()._operator(left, token, power), start)

    def _test(self, power: int = 1) -> Test:
        start = skip(self.text, self.at)
        test = super()._test(power)
        self._placed(test, start)
        return test

    def _placed(self, node: Node, start: int) -> Node:
        self.places[id(node)] = node, start, self.at
        return node


def _parts(node: Node) -> list[Node]:
    if not is_dataclass(node):
        return list(node) if isinstance(node, tuple) else []
    return [getattr(node, each.name) for each in fields(node)]
