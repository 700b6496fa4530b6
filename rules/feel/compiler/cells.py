"""Unary tests: what stands in the cells of decision tables and after `in`."""

from decimal import Decimal

from rules.feel.comparison import equal, satisfies, within
from rules.feel.compiler.core import CellCode, Code, Place, compile_node, compiles
from rules.feel.compiler.names import NOT_CONSTANT, constant
from rules.feel.compiler.operators import ORDERS, equals, in_order, opposite
from rules.feel.frames import Frame
from rules.feel.syntax import ComparisonTest, ExpressionTest, In, Name, Path, RangeOf, Test, Tests, names_in
from rules.feel.values import Range

_Test = CellCode


@compiles(In)
def _in(node: In, place: Place) -> Code:
    value, cell = compile_node(node.value, place), compile_cell(node.tests, place)
    return lambda frame: cell(value(frame), frame)


def compile_cell(cell: Tests, place: Place) -> CellCode:
    """True if one of the tests holds, else null if one of them has no answer, else false."""
    tests = [_test(test, place) for test in cell.tests]
    if not tests:
        return lambda _value, _frame: True
    any_holds = tests[0] if len(tests) == 1 else _any(tests)
    if cell.negated:
        return lambda value, frame: opposite(any_holds(value, frame))
    return any_holds


def _any(tests: list[_Test]) -> _Test:
    def any_holds(value: object, frame: Frame) -> bool | None:
        verdict: bool | None = False
        for test in tests:
            holds = test(value, frame)
            if holds:
                return True
            if holds is None:
                verdict = None
        return verdict

    return any_holds


def _test(test: Test, place: Place) -> _Test:
    code = _test_code(test, place)
    return code if place.watch is None else place.watch.over_test(test, code)


def _test_code(test: Test, place: Place) -> _Test:
    if isinstance(test, ComparisonTest):
        return _comparison(test, place)
    fixed = constant(test.expression)
    if fixed is None and isinstance(test.expression, RangeOf):
        return lambda _value, _frame: None
    if fixed is not NOT_CONSTANT:
        return _fixed(fixed)
    if "?" in names_in(test.expression):
        return _question(test, place)
    return _expression(test, place)


def _comparison(test: ComparisonTest, place: Place) -> _Test:
    operand = compile_node(test.operand, place)
    if test.operator == "=":
        return lambda value, frame: equals(value, operand(frame), frame.run)
    if test.operator == "!=":
        return lambda value, frame: opposite(equals(value, operand(frame), frame.run))
    holds = ORDERS[test.operator]
    number = constant(test.operand)
    if isinstance(number, Decimal):
        return lambda value, _frame: holds(value, number) if type(value) is Decimal else None
    return lambda value, frame: in_order(holds, value, operand(frame))


def _fixed(fixed: object) -> _Test:
    if isinstance(fixed, Range):
        return lambda value, frame: (
            satisfies(value, fixed, frame.run) if isinstance(value, Range) else within(value, fixed)
        )
    if isinstance(fixed, str):
        return lambda value, frame: value == fixed if type(value) is str else _fixed_in(value, fixed, frame)
    return lambda value, frame: _fixed_in(value, fixed, frame)


def _fixed_in(value: object, fixed: object, frame: Frame) -> bool | None:
    return equal(value, fixed, frame.run)


def _question(test: ExpressionTest, place: Place) -> _Test:
    """An expression about `?` says itself whether it holds."""
    code = compile_node(test.expression, place.binding("?"))

    def holds(value: object, frame: Frame) -> bool | None:
        verdict = code(Frame({"?": value}, frame))
        if verdict is None or isinstance(verdict, bool):
            return verdict
        return satisfies(value, verdict, frame.run)

    return holds


def _expression(test: ExpressionTest, place: Place) -> _Test:
    """Something to be equal to or in; or, beside a value that is no boolean, a condition."""
    code = compile_node(test.expression, place)
    may_be_condition = not isinstance(test.expression, Name | Path)
    is_range = isinstance(test.expression, RangeOf)

    def holds(value: object, frame: Frame) -> bool | None:
        result = code(frame)
        if result is None and is_range:
            return None
        if (
            isinstance(result, bool)
            and not isinstance(value, bool)
            and (value is not None or may_be_condition)
        ):
            return result
        return satisfies(value, result, frame.run)

    return holds
