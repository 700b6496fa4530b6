"""Why a node is null, given the values that its parts had: one function a kind of node."""

from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise
from typing import Any

from rules.feel.arithmetic import TABLES, calculate
from rules.feel.comparison import order
from rules.feel.explaining.brief import brief
from rules.feel.explaining.calls import why_call
from rules.feel.explaining.given import UNSEEN, Given
from rules.feel.explaining.reasons import Reason, reason
from rules.feel.syntax import (
    And,
    Arithmetic,
    Between,
    Call,
    Comparison,
    ComparisonTest,
    Filter,
    For,
    If,
    In,
    Name,
    NamedCall,
    Negation,
    Node,
    Or,
    Path,
    Quantified,
    RangeOf,
    Test,
)
from rules.feel.temporal.wide import DateTime, Time, kind_of
from rules.feel.types import type_name
from rules.feel.values import Range

_MOST_NAMES = 6
_NO_ANSWER = reason("no_answer")


def reason_for(node: Node, given: Given) -> Reason:
    how = _WHY.get(type(node))
    return how(node, given) if how else _NO_ANSWER


def reason_for_test(test: Test, value: object, given: Given) -> Reason:
    operand = test.operand if isinstance(test, ComparisonTest) else test.expression
    other = given.of(operand)
    if value is None:
        return reason("null_part", part="?")
    if other is None and not isinstance(operand, RangeOf):
        return given.null(operand)
    if isinstance(other, Range):
        other = other.end if other.start is None else other.start
    if other is UNSEEN or other is None:
        return _NO_ANSWER
    return _not_comparable(value, other)


def _name(node: Name, given: Given) -> Reason:
    known = given.frame.find(node.name, UNSEEN) is not UNSEEN
    return reason("null_value") if known else reason("unknown_name")


def _path(node: Path, given: Given) -> Reason:
    value = given.of(node.of)
    if value is None:
        return given.null(node.of)
    if not isinstance(value, dict):
        return reason("no_property", name=node.name, type_one=type_name(value))
    if node.name in value:
        return reason("null_value")
    names = ", ".join(list(value)[:_MOST_NAMES]) + (", …" if len(value) > _MOST_NAMES else "")
    return reason("no_entry", name=node.name, names=names) if value else reason("no_entries", name=node.name)


def _arithmetic(node: Arithmetic, given: Given) -> Reason:
    """The first of the chain's operations that gives null."""
    if null := given.null_among(node.first, *(right for _, right in node.rest)):
        return null
    value = given.of(node.first)
    for symbol, right in node.rest:
        one, other = value, given.of(right)
        value = calculate(TABLES[symbol], one, other)
        if value is None:
            return _operation(symbol, one, other)
    return _NO_ANSWER


def _operation(symbol: str, one: object, other: object) -> Reason:
    if (kind_of(one), kind_of(other)) not in TABLES[symbol]:
        return reason(
            "operands",
            expected=symbol,
            operator=symbol,
            type_one=type_name(one),
            type_other=type_name(other),
        )
    if symbol == "/" and isinstance(other, Decimal) and not other:
        return reason("zero_divisor")
    if _is_just_one_local(one, other):
        return reason("local_and_zoned", value=f"{brief(one)}, {brief(other)}")
    return reason("no_result", value=f"{brief(one)} {symbol} {brief(other)}")


def _negation(node: Negation, given: Given) -> Reason:
    return given.null_among(node.of) or reason("no_negative", type_one=type_name(given.of(node.of)))


def _comparison(node: Comparison, given: Given) -> Reason:
    if null := given.null_among(node.left, node.right):
        return null
    return _not_comparable(given.of(node.left), given.of(node.right))


def _not_comparable(one: object, other: object) -> Reason:
    if _is_just_one_local(one, other):
        return reason("local_and_zoned", value=f"{brief(one)}, {brief(other)}")
    return reason("not_comparable", type_one=type_name(one), type_other=type_name(other))


def _is_just_one_local(one: object, other: object) -> bool:
    """Of two times of one type; nobody can say which of them comes first, or how long after the other."""
    if not isinstance(one, Time | DateTime) or not isinstance(other, Time | DateTime):
        return False
    return kind_of(one) is kind_of(other) and (one.tzinfo is None) != (other.tzinfo is None)


def _between(node: Between, given: Given) -> Reason:
    if null := given.null_among(node.value, node.low, node.high):
        return null
    value, low, high = (given.of(part) for part in (node.value, node.low, node.high))
    return _not_comparable(value, low if order(value, low) is None else high)


def _logic(node: And | Or, given: Given) -> Reason:
    if null := given.null_among(*node.parts):
        return null
    for part in node.parts:
        if (value := given.of(part)) is not UNSEEN and not isinstance(value, bool):
            return reason("no_condition", part=given.text(part), type_one=type_name(value))
    return _NO_ANSWER


def _if(node: If, given: Given) -> Reason:
    chosen = node.then if given.of(node.condition) is True else node.otherwise
    return given.null(chosen)


def _in(node: In, given: Given) -> Reason:
    return given.null_among(node.value) or reason("no_test")


def _loop(node: For | Quantified, given: Given) -> Reason:
    for iterator in node.iterators:
        ends = [part for part in (iterator.over, iterator.until) if part is not None]
        if null := given.null_among(*ends):
            return null
        for end in ends:
            value = given.of(end)
            if isinstance(value, Range) or (len(ends) > 1 and type(value) is not type(given.of(ends[0]))):
                return reason("no_turns", part=given.text(end), type_one=type_name(value))
    return reason("undecided") if isinstance(node, Quantified) else _NO_ANSWER


def _filter(node: Filter, given: Given) -> Reason:
    value, by = given.of(node.of), given.of(node.by)
    if isinstance(by, Decimal):
        count = len(value) if isinstance(value, list) else 0 if value is None else 1
        code = "no_position" if count else "empty_list"
        return reason(code, count=count, value=brief(by))
    if value is None:
        return given.null(node.of)
    return reason("no_filter", type_one=type_name(by))


def _range(node: RangeOf, given: Given) -> Reason:
    ends = [end for end in (node.start, node.end) if end is not None]
    null = given.null_among(*ends)
    told = [f"{brief(given.of(one))} {'…'} {brief(given.of(other))}" for one, other in pairwise(ends)]
    return null or (reason("range_ends", value=told[0]) if told else _NO_ANSWER)


_WHY: dict[type, Callable[[Any, Given], Reason]] = {
    Name: _name,
    Path: _path,
    Arithmetic: _arithmetic,
    Negation: _negation,
    Comparison: _comparison,
    Between: _between,
    And: _logic,
    Or: _logic,
    If: _if,
    In: _in,
    For: _loop,
    Quantified: _loop,
    Filter: _filter,
    RangeOf: _range,
    Call: why_call,
    NamedCall: why_call,
}
