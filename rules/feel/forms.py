"""The expressions that begin with a word or bracket of their own."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from rules.feel.errors import Unfit
from rules.feel.syntax import (
    ContextOf,
    EqualTo,
    For,
    FunctionOf,
    If,
    Iterator,
    ListOf,
    Literal,
    Node,
    Quantified,
    RangeOf,
    Type,
)
from rules.feel.temporal.reading import read_any
from rules.feel.type_names import read_type

if TYPE_CHECKING:
    from rules.feel.parser import Parser


def _conditional(parser: "Parser") -> Node:
    condition = parser.expression()
    parser.expect("then")
    then = parser.expression()
    parser.expect("else")
    return If(condition, then, parser.expression())


def _loop(parser: "Parser") -> Node:
    with parser.scope():
        iterators = parser.separated(lambda: _iterator(parser))
        parser.expect("return")
        return For(iterators, parser.expression())


def _some(parser: "Parser") -> Node:
    return _quantified(parser, every=False)


def _every(parser: "Parser") -> Node:
    return _quantified(parser, every=True)


def _quantified(parser: "Parser", *, every: bool) -> Node:
    with parser.scope():
        iterators = parser.separated(lambda: _iterator(parser))
        parser.expect("satisfies")
        return Quantified(every, iterators, parser.expression())


def _iterator(parser: "Parser") -> Iterator:
    name = parser.name_until("in")
    parser.expect("in")
    over = parser.expression()
    return Iterator(name, over, parser.expression() if parser.skip_if("..") else None)


def _function(parser: "Parser") -> Node:
    with parser.scope():
        return _function_in_scope(parser)


def _function_in_scope(parser: "Parser") -> Node:
    parser.expect("(")
    parameters: tuple[tuple[str, Type | None], ...] = ()
    if not parser.skip_if(")"):
        parameters = parser.separated(lambda: _parameter(parser))
        if len({name for name, _ in parameters}) < len(parameters):
            parser.fail("parameters with different names")
        parser.expect(")")
    if parser.peek_operator().says("external"):
        parser.fail("a function body in FEEL")
    return FunctionOf(parameters, parser.expression())


def _parameter(parser: "Parser") -> tuple[str, Type | None]:
    name = parser.name_until()
    return name, read_type(parser) if parser.skip_if(":") else None


def _parenthesis(parser: "Parser") -> Node:
    with parser.brackets():
        token = parser.peek_operator()
        if token.says("<", "<=", ">", ">=", "=", "!="):
            parser.take(token)
            inside = _half_open(token.text, parser.expression())
        else:
            inside = parser.expression()
            if parser.skip_if(".."):
                return range_from(parser, inside, included=False)
    parser.expect(")")
    return inside


def _half_open(operator: str, bound: Node) -> Node:
    """`(< 5)` is a range without a start."""
    if operator in ("=", "!="):
        return EqualTo(bound, negated=operator == "!=")
    included = "=" in operator
    if "<" in operator:
        return RangeOf(None, bound, start_included=False, end_included=included)
    return RangeOf(bound, None, start_included=included, end_included=False)


def _list(parser: "Parser") -> Node:
    if parser.skip_if("]"):
        return ListOf(())
    with parser.brackets():
        first = parser.expression()
        if parser.skip_if(".."):
            return range_from(parser, first, included=True)
        rest = parser.separated(parser.expression) if parser.skip_if(",") else ()
    parser.expect("]")
    return ListOf((first, *rest))


def _open_range(parser: "Parser") -> Node:
    with parser.brackets():
        start = parser.expression()
        parser.expect("..")
        return range_from(parser, start, included=False)


def range_from(parser: "Parser", start: Node, *, included: bool) -> Node:
    """The range whose start and dots have been read."""
    with parser.brackets():
        parser.in_range_end = True
        end = parser.expression()
    token = parser.peek_operator()
    if not token.says("]", ")", "["):
        parser.fail("“]” or “)”", token)
    parser.take(token)
    return RangeOf(start, end, start_included=included, end_included=token.text == "]")


def _context(parser: "Parser") -> Node:
    entries: dict[str, Node] = {}
    if parser.skip_if("}"):
        return ContextOf(())
    with parser.brackets(), parser.scope():
        parser.separated(lambda: _entry(parser, entries))
    parser.expect("}")
    return ContextOf(tuple(entries.items()))


def _entry(parser: "Parser", entries: dict[str, Node]) -> None:
    token = parser.peek_operator()
    if token.kind == "string":
        parser.take(token)
        name = token.text
        parser.declare(name)
    else:
        name = parser.name_until()
    if name in entries:
        parser.fail(f"another name than “{name}”, which is there already", token)
    parser.expect(":")
    entries[name] = parser.expression()


def _at_literal(parser: "Parser") -> Node:
    token = parser.peek_operator()
    if token.kind == "string":
        try:
            value = read_any(token.text)
        except (Unfit, ValueError, OverflowError):
            parser.fail("a date, time or duration", token)
        parser.take(token)
        return Literal(value)
    return parser.fail("a text in quotation marks", token)


WORDS: dict[str, Callable[["Parser"], Node]] = {
    "if": _conditional,
    "for": _loop,
    "some": _some,
    "every": _every,
    "function": _function,
}
BRACKETS: dict[str, Callable[["Parser"], Node]] = {
    "(": _parenthesis,
    "[": _list,
    "]": _open_range,
    "{": _context,
    "@": _at_literal,
}
