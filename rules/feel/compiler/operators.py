"""Arithmetic, comparison, and three-valued logic."""

import operator
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from rules.feel.arithmetic import TABLES, calculate, negate
from rules.feel.comparison import equal, order
from rules.feel.compiler.core import Code, Place, compile_node, compiles
from rules.feel.compiler.names import NOT_CONSTANT, constant
from rules.feel.errors import Unfit
from rules.feel.frames import Frame, Run
from rules.feel.limits import HARD_STEPS
from rules.feel.syntax import And, Arithmetic, Between, Comparison, If, InstanceOf, Name, Negation, Node, Or
from rules.feel.types import checked, is_instance

Holds = Callable[[Any, Any], bool]
ORDERS: dict[str, Holds] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@compiles(Arithmetic)
def _arithmetic(node: Arithmetic, place: Place) -> Code:
    first = compile_node(node.first, place)
    if len(node.rest) == 1:
        symbol, right = node.rest[0]
        return _one_step(symbol, first, _operand(symbol, right, place))
    steps = [(TABLES[symbol], _operand(symbol, right, place)) for symbol, right in node.rest]

    def calculated(frame: Frame) -> object:
        value = first(frame)
        for table, right in steps:
            value = calculate(table, value, right(frame))
            if type(value) is str:
                frame.run.spend_text(len(value))
        return value

    return calculated


def _operand(symbol: str, node: Node, place: Place) -> Code:
    """On the right; that of a power pays for it."""
    code = compile_node(node, place)
    if symbol != "**":
        return code

    def paid(frame: Frame) -> object:
        frame.run.spend(HARD_STEPS)
        return code(frame)

    return paid


def _one_step(symbol: str, left: Code, right: Code) -> Code:
    """As a chain of one; most are, and most are of numbers."""
    table = TABLES[symbol]
    of_numbers = table[Decimal, Decimal]

    def calculated(frame: Frame) -> object:
        one, other = left(frame), right(frame)
        if type(one) is Decimal and type(other) is Decimal:
            try:
                return of_numbers(one, other)
            except (Unfit, ArithmeticError):
                return None
        value = calculate(table, one, other)
        if type(value) is str:
            frame.run.spend_text(len(value))
        return value

    return calculated


@compiles(Negation)
def _negation(node: Negation, place: Place) -> Code:
    fixed = constant(node)
    if fixed is not NOT_CONSTANT:
        return lambda _frame: fixed
    of = compile_node(node.of, place)
    return lambda frame: negate(of(frame))


@compiles(Comparison)
def _comparison(node: Comparison, place: Place) -> Code:
    code = _compared_in_general(node, place)
    simple = simply_compared(node)
    return code if simple is None or place.watch else _named_compared(*simple, code)


def simply_compared(node: Node) -> tuple[str, Holds, object] | None:
    """The parts of a comparison of a name with a constant number or text, which most comparisons are."""
    match node:
        case Comparison(symbol, Name(name), right):
            fixed = constant(right)
            if type(fixed) is Decimal or (type(fixed) is str and symbol == "="):
                holds = operator.eq if symbol == "=" else ORDERS.get(symbol)
                return (name, holds, fixed) if holds else None
    return None


def _named_compared(name: str, holds: Holds, fixed: object, otherwise: Code) -> Code:
    """A name beside a constant, without a call in between; anything but a value of the same type at hand is rare."""
    kind = type(fixed)

    def compared(frame: Frame) -> object:
        value = frame.names.get(name)
        return holds(value, fixed) if type(value) is kind else otherwise(frame)

    return compared


def _compared_in_general(node: Comparison, place: Place) -> Code:
    left, right = compile_node(node.left, place), compile_node(node.right, place)
    if node.operator == "=":
        return lambda frame: equals(left(frame), right(frame), frame.run)
    if node.operator == "!=":
        return lambda frame: opposite(equals(left(frame), right(frame), frame.run))
    holds = ORDERS[node.operator]
    fixed = constant(node.right)
    if isinstance(fixed, Decimal):
        return _compared_with(left, holds, fixed)

    def compared(frame: Frame) -> bool | None:
        return in_order(holds, left(frame), right(frame))

    return compared


def _compared_with(left: Code, holds: Holds, number: Decimal) -> Code:
    def compared(frame: Frame) -> bool | None:
        value = left(frame)
        return holds(value, number) if type(value) is Decimal else None

    return compared


def in_order(holds: Holds, one: object, other: object) -> bool | None:
    if type(one) is Decimal and type(other) is Decimal:
        return holds(one, other)
    position = order(one, other)
    return None if position is None else holds(position, 0)


def equals(one: object, other: object, run: Run) -> bool | None:
    if type(one) is str and type(other) is str:
        return one == other
    return equal(one, other, run)


def opposite(verdict: object) -> bool | None:
    return not verdict if isinstance(verdict, bool) else None


@compiles(Between)
def _between(node: Between, place: Place) -> Code:
    value, low, high = (compile_node(part, place) for part in (node.value, node.low, node.high))

    def between(frame: Frame) -> bool | None:
        it = value(frame)
        above = in_order(operator.ge, it, low(frame))
        below = in_order(operator.le, it, high(frame))
        if above is None or below is None:
            return False if above is False or below is False else None
        return above and below

    return between


@compiles(And)
def _and(node: And, place: Place) -> Code:
    return _logic([compile_node(part, place) for part in node.parts], by=False)


@compiles(Or)
def _or(node: Or, place: Place) -> Code:
    return _logic([compile_node(part, place) for part in node.parts], by=True)


def _logic(parts: list[Code], *, by: bool) -> Code:
    """The first part that is `by` decides; all must be its opposite for the opposite; else null."""
    otherwise = not by
    if len(parts) == 2:
        return _logic_of_two(*parts, by=by)

    def decided(frame: Frame) -> bool | None:
        verdict: bool | None = otherwise
        for part in parts:
            value = part(frame)
            if value is by:
                return by
            if value is not otherwise:
                verdict = None
        return verdict

    return decided


def _logic_of_two(first: Code, second: Code, *, by: bool) -> Code:
    otherwise = not by

    def decided(frame: Frame) -> bool | None:
        one = first(frame)
        if one is by:
            return by
        other = second(frame)
        if other is by:
            return by
        return otherwise if one is otherwise and other is otherwise else None

    return decided


@compiles(If)
def _if(node: If, place: Place) -> Code:
    condition = compile_node(node.condition, place)
    then, otherwise = compile_node(node.then, place), compile_node(node.otherwise, place)
    return lambda frame: then(frame) if condition(frame) is True else otherwise(frame)


@compiles(InstanceOf)
def _instance_of(node: InstanceOf, place: Place) -> Code:
    value, types = compile_node(node.value, place), place.text.types
    kind = checked(node.type, types)
    return lambda frame: is_instance(value(frame), kind, types, frame.run)
