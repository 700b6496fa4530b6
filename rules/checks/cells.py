"""Each cell of a table by itself: names, types, and values that are never there."""

from collections.abc import Iterable, Sequence

from rules.checks import sentences
from rules.checks.constants import NOT_CONSTANT, constant
from rules.checks.domains import holds
from rules.checks.expressions import Expressions, check_tests
from rules.checks.finding import Severity
from rules.checks.kinds import Kind, is_a, kind_of, known_scalar
from rules.checks.places import Place
from rules.checks.scope import Scope
from rules.checks.sheet import Column, Output, Sheet
from rules.feel.syntax import ExpressionTest, Literal, Name, Node, Tests
from rules.said import Said


def check_cells(table: Sheet, scope: Scope, place: Place) -> tuple[Kind | None, ...]:
    """The types of the columns."""
    kinds = tuple(_column(column, scope.of_inputs(), place) for column in table.columns)
    for row in table.rows:
        if place.is_full:
            break
        for column, kind, cell in zip(table.columns, kinds, row.cells, strict=False):
            if cell.tests is not None and cell.tests.tests:
                at = place.at(cell.element, rule=row.number, column=column.label)
                _cell(cell.tests, (column, kind), scope, at)
        for output, (element, node) in zip(table.outputs, row.outputs, strict=False):
            if node is not None:
                _output(node, output, scope, place.at(element, rule=row.number, column=output.label))
    return kinds


def _column(column: Column, scope: Scope, place: Place) -> Kind | None:
    """As declared, or else as far as its expression says it."""
    if column.node is None:
        return column.declared
    at = place.at(column.element, column=column.label)
    found = Expressions(at.report).kind(column.node, scope)
    if column.declared is None:
        return found
    if known_scalar(found) and found is not None and not can_be(found, column.declared):
        at.report("type", sentences.other_input(column.declared, found))
    return column.declared


def _cell(tests: Tests, of: tuple[Column, Kind | None], scope: Scope, place: Place) -> None:
    column, kind = of
    before = len(place.findings)
    check_tests(Expressions(place.report), tests, kind, scope)
    if len(place.findings) > before or tests.negated:
        return
    for test in tests.tests:
        if isinstance(test, ExpressionTest):
            _check_values(_scalars(constant(test.expression)), limits(column, kind), place)


def _output(node: Node, output: Output, scope: Scope, place: Place) -> None:
    before = len(place.findings)
    if isinstance(node, Name) and scope.declaring and not scope.knows(node.name):
        place.report("name", scope.unknown(node.name), Severity.WARNING)
    found = Expressions(place.report).kind(node, scope)
    if len(place.findings) > before:
        return
    if output.kind and found and not can_be(found, output.kind):
        place.report("type", sentences.other_output(output.kind, found))
        return
    value = constant(node)
    if not isinstance(value, list):
        _check_values(_scalars(value), output.allowed, place)


def limits(column: Column, kind: Kind | None) -> tuple[Tests, ...]:
    """What values of the column must pass, whether the column says it or the type of what it asks for."""
    if column.declared is None and kind is not None and kind.allowed is not None:
        return (*column.allowed, kind.allowed)
    return column.allowed


def can_be(found: Kind, wanted: Kind) -> bool:
    """Is there a value of the one type that is taken as the other? A list of one item is taken for the item."""
    if found.name == wanted.name or is_a(found, "Null"):
        return True
    if found.name == "list" or wanted.name == "list":
        return True
    return found.name == "date" and wanted.name == "date and time"


def _scalars(value: object) -> Sequence[object]:
    values = value if isinstance(value, list) else [value]
    return [each for each in values if each is not NOT_CONSTANT and known_scalar(kind_of(each))]


def _check_values(values: Iterable[object], allowed: Sequence[Tests], place: Place) -> None:
    for value in values:
        for tests in allowed:
            if not holds(tests, value):
                place.report("value", _not_allowed(value, tests))
                return


def _not_allowed(value: object, tests: Tests) -> Said:
    listed = [
        test.expression.value
        for test in tests.tests
        if isinstance(test, ExpressionTest) and isinstance(test.expression, Literal)
    ]
    if len(listed) == len(tests.tests) and not tests.negated:
        return sentences.other_value(value, listed)
    return sentences.not_allowed(value)
