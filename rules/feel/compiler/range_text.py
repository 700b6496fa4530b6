"""range(): the only built-in function that reads FEEL itself, and therefore stands beside the compiler."""

from rules.feel.compiler.names import NOT_CONSTANT, constant, range_of
from rules.feel.errors import Unfit
from rules.feel.frames import Run
from rules.feel.functions import FUNCTIONS
from rules.feel.functions.registry import builtin
from rules.feel.parser import parse_expression
from rules.feel.syntax import Call, Literal, Name, Node, RangeOf
from rules.feel.values import Range

_CONSTRUCTORS = frozenset({"date", "time", "date and time", "duration"})
_BRACKETS = ("[", "(", "]")


@builtin("range", "from: string", wants_run=True)
def range_from_text(run: Run, text: str) -> Range | None:
    """From `[1..5)`, whose ends are literals or calls like `date("2026-01-01")` and nothing else."""
    if not text.strip().startswith(_BRACKETS):
        raise Unfit
    node = parse_expression(text)
    if not isinstance(node, RangeOf) or node.start is None or node.end is None:
        raise Unfit
    return range_of(node, _end(node.start, run), _end(node.end, run))


def _end(node: Node, run: Run) -> object:
    value = constant(node)
    if value is not NOT_CONSTANT:
        return value
    match node:
        case Call(Name(name), (Literal(str(text)),)) if name in _CONSTRUCTORS:
            return FUNCTIONS[name].call(run, [text])
    raise Unfit
