"""Which of two rules wins in a table with the hit policy PRIORITY, as far as their outputs say so outright."""

from rules.checks.constants import NOT_CONSTANT, constant
from rules.checks.sheet import Output, Sheet
from rules.feel.comparison import equal
from rules.feel.frames import Run
from rules.feel.syntax import ExpressionTest, Node


def ranks(table: Sheet) -> dict[int, tuple[int, ...]]:
    """By the number of the rule; the lowest wins. Rules of which nobody knows are left out."""
    found = {}
    for row in table.rows:
        places = [_rank(output, node) for output, (_, node) in zip(table.outputs, row.outputs, strict=False)]
        if all(place is not None for place in places):
            found[row.number] = tuple(place for place in places if place is not None)
    return found


def _rank(output: Output, node: Node | None) -> int | None:
    """Where the value stands among the output values; what is not among them comes last."""
    if not output.allowed:
        return 0
    value = constant(node)
    if value is NOT_CONSTANT:
        return None
    tests = output.allowed[-1].tests
    for at, test in enumerate(tests):
        listed = constant(test.expression) if isinstance(test, ExpressionTest) else NOT_CONSTANT
        if listed is not NOT_CONSTANT and equal(listed, value, Run()) is True:
            return at
    return len(tests)
