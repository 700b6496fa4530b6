"""Compiles a text so that the code tells the record of its run what every part gives."""

from collections.abc import Collection
from dataclasses import replace

from rules.feel.compiler import CellCode, Code, Place, compile_cell, compile_node
from rules.feel.explaining.brief import shortened
from rules.feel.explaining.given import UNSEEN, Given
from rules.feel.explaining.places import PlacingParser
from rules.feel.explaining.seen import Spot, Where
from rules.feel.explaining.why import reason_for, reason_for_test
from rules.feel.frames import Frame
from rules.feel.parser import parser_of, read_expression, read_unary_tests
from rules.feel.syntax import ExpressionTest, Literal, Name, Node, Test
from rules.feel.values import Function

NOWHERE = Where()
_LONGEST_PART = 80


class Watch:
    """What is put between the nodes of one text."""

    def __init__(self, parser: PlacingParser, where: Where) -> None:
        self.parser = parser
        self.where = where

    def over(self, node: Node, code: Code) -> Code:
        """The same code, telling."""
        spot = self._spot(node)

        def watched(frame: Frame) -> object:
            seen = frame.run.seen
            if seen is None:
                return code(frame)
            with seen.inside() as inner:
                value = code(frame)
            seen.have(node, value)
            if isinstance(node, Literal) or (isinstance(node, Name) and type(value) is Function):
                return value
            seen.part(spot, value)
            if value is None and seen.wants(spot):
                seen.null(spot, reason_for(node, Given(inner, self.text, frame)))
            return value

        return watched

    def over_test(self, test: Test, code: CellCode) -> CellCode:
        spot = self._spot(test)

        def watched(value: object, frame: Frame) -> bool | None:
            seen = frame.run.seen
            if seen is None:
                return code(value, frame)
            with seen.inside() as inner:
                verdict = code(value, frame)
            seen.part(spot, verdict)
            given = Given(inner, self.text, frame)
            if verdict is None and not _told(test, given) and seen.wants(spot):
                seen.null(spot, reason_for_test(test, value, given))
            return verdict

        return watched

    def text(self, node: Node) -> str:
        start, end = self.parser.place_of(node)
        return shortened(self.parser.text[start:end], _LONGEST_PART)

    def _spot(self, node: Node) -> Spot:
        text = self.parser.text
        start, end = self.parser.place_of(node)
        if start == end:
            start, end = 0, len(text)
        line = text.count("\n", 0, start) + 1
        column = start - text.rfind("\n", 0, start)
        return Spot(shortened(text[start:end], _LONGEST_PART), line, column, self.where)


def _told(test: Test, given: Given) -> bool:
    """Has the expression of the test told already that it is null?"""
    return isinstance(test, ExpressionTest) and given.values.get(id(test.expression), UNSEEN) is None


def watched_expression(text: str, names: Collection[str], place: Place, where: Where = NOWHERE) -> Code:
    """As compile_node(parse_expression(text, names), place)."""
    parser = PlacingParser(*parser_of(text, names))
    node = read_expression(parser)
    return compile_node(node, _watched(place, parser, where))


def watched_cell(text: str, names: Collection[str], place: Place, where: Where = NOWHERE) -> CellCode:
    """As compile_cell(parse_unary_tests(text, names), place)."""
    parser = PlacingParser(*parser_of(text, names))
    tests = read_unary_tests(parser)
    return compile_cell(tests, _watched(place, parser, where))


def _watched(place: Place, parser: PlacingParser, where: Where) -> Place:
    """The same place; what is learned about the text stays to be read there."""
    return replace(place, watch=Watch(parser, where))
