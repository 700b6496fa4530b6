"""Tests whose answer depends on the value alone, and only on where it lies among the constants in them."""

from collections.abc import Iterator

from rules.checks.constants import NOT_CONSTANT, constant
from rules.feel.syntax import (
    And,
    Between,
    Call,
    Comparison,
    ComparisonTest,
    ExpressionTest,
    In,
    Literal,
    Name,
    Node,
    Or,
    Test,
    Tests,
)
from rules.feel.values import Range


class NotSimple(Exception):
    """Nobody can say what this depends on without running it."""


def constants(tests: Tests) -> list[object]:
    """The values at which the answer may change. Raises NotSimple."""
    return [value for test in tests.tests for node in _of_test(test) for value in _parts(node)]


def ordered(tests: Tests) -> bool:
    """Does any test ask for an order rather than for equality?"""
    return any(
        (isinstance(test, ComparisonTest) and test.operator not in ("=", "!="))
        or (isinstance(test, ExpressionTest) and not isinstance(test.expression, Literal))
        for test in tests.tests
    )


def _of_test(test: Test) -> Iterator[object]:
    if isinstance(test, ComparisonTest):
        yield _fixed(test.operand)
    elif constant(test.expression) is not NOT_CONSTANT:
        yield constant(test.expression)
    else:
        yield from _of_condition(test.expression)


def _of_condition(node: Node) -> Iterator[object]:
    """Of a condition about `?`."""
    match node:
        case And(parts) | Or(parts):
            for part in parts:
                yield from _of_condition(part)
        case Comparison(_, Name("?"), other) | Comparison(_, other, Name("?")):
            yield _fixed(other)
        case Between(Name("?"), low, high):
            yield _fixed(low)
            yield _fixed(high)
        case In(Name("?"), tests):
            for test in tests.tests:
                yield from _of_test(test)
        case Call(Name("not"), (inside,)):
            yield from _of_condition(inside)
        case _:
            raise NotSimple


def _fixed(node: Node) -> object:
    value = constant(node)
    if value is NOT_CONSTANT:
        raise NotSimple
    return value


def _parts(value: object) -> Iterator[object]:
    if isinstance(value, Range):
        yield from (end for end in (value.start, value.end) if end is not None)
    elif isinstance(value, list):
        for item in value:
            yield from _parts(item)
    elif isinstance(value, dict):
        raise NotSimple
    elif value is not None:
        yield value
