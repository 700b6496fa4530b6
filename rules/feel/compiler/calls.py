"""Calling functions, and functions that an expression defines."""

from collections.abc import Callable, Mapping, Sequence

from rules.feel.compiler.core import CallSite, Code, Place, compile_node, compiles
from rules.feel.compiler.loops import weight
from rules.feel.compiler.names import NOT_CONSTANT, constant
from rules.feel.errors import Unfit
from rules.feel.frames import Frame, Run
from rules.feel.functions import FUNCTIONS
from rules.feel.syntax import Call, FunctionOf, Name, NamedCall, Node, Type
from rules.feel.types import checked, coerced
from rules.feel.values import Function

#: Functions that make the same unchangeable value of the same arguments.
_CONSTRUCTORS = frozenset({"date", "time", "date and time", "duration", "years and months duration"})

Body = Callable[[Run, Sequence[object]], object]


@compiles(Call)
def _call(node: Call, place: Place) -> Code:
    function, builtin = _callee(node.function, place, len(node.arguments))
    arguments = [compile_node(argument, place) for argument in node.arguments]

    def called(frame: Frame) -> object:
        target = function(frame)
        if type(target) is not Function:
            target = builtin
        if target is None:
            return None
        return target.call(frame.run, [argument(frame) for argument in arguments])

    return _foreseen(node, builtin, function, called) or called


def _foreseen(node: Call, builtin: Function | None, function: Code, called: Code) -> Code | None:
    """`date("2026-01-01")` is the same every time, unless a variable holds another function of that name."""
    arguments = [constant(argument) for argument in node.arguments]
    if builtin is None or builtin.name not in _CONSTRUCTORS or NOT_CONSTANT in arguments:
        return None
    value = builtin.call(Run(), arguments)

    def remembered(frame: Frame) -> object:
        target = function(frame)
        return value if target is builtin or type(target) is not Function else called(frame)

    return remembered


@compiles(NamedCall)
def _named_call(node: NamedCall, place: Place) -> Code:
    function, builtin = _callee(node.function, place, frozenset(name for name, _ in node.arguments))
    arguments = [(name, compile_node(argument, place)) for name, argument in node.arguments]

    def called(frame: Frame) -> object:
        target = function(frame)
        if type(target) is not Function:
            target = builtin
        if target is None:
            return None
        return target.call_named(frame.run, {name: argument(frame) for name, argument in arguments})

    return called


def _callee(node: Node, place: Place, arguments: int | frozenset[str]) -> tuple[Code, Function | None]:
    """What finds the function, and what a call falls back to.

    A variable `date` does not keep anybody from calling `date(...)`.
    """
    if not isinstance(node, Name):
        return compile_node(node, place), None
    builtin = FUNCTIONS.get(node.name)
    if node.name not in place.bound:
        place.text.calls.append(CallSite(node.name, node.at, arguments))
        if builtin is not None:
            name = node.name
            return lambda frame: frame.find(name, builtin), builtin
    return compile_node(node, place), builtin


@compiles(FunctionOf)
def _function(node: FunctionOf, place: Place) -> Code:
    types = place.text.types
    names = tuple(name for name, _ in node.parameters)
    kinds = [kind and checked(kind, types) for _, kind in node.parameters]
    body, cost = compile_node(node.body, place.binding(*names)), weight(node.body)

    def defined(frame: Frame) -> Function:
        def run_body(run: Run, values: Sequence[object]) -> object:
            taken = [coerced(value, kind, types, run) for value, kind in zip(values, kinds, strict=True)]
            return body(Frame(dict(zip(names, taken, strict=True)), frame))

        return user_function("", names, run_body, cost, (*kinds, None))

    return defined


def user_function(
    name: str,
    parameters: tuple[str, ...],
    body: Body,
    cost: int,
    types: tuple[Type | None, ...] | None = None,
) -> Function:
    """A function that a model defines. It gives None if the arguments do not fit its parameters.

    `types` are those of the parameters and then of the result; None where anything goes.
    """

    def call(run: Run, values: Sequence[object]) -> object:
        if len(values) != len(parameters):
            return None
        run.spend(cost)
        run.enter()
        try:
            return body(run, values)
        except Unfit:
            return None
        finally:
            run.leave()

    def call_named(run: Run, values: Mapping[str, object]) -> object:
        if values.keys() != set(parameters):
            return None
        return call(run, [values[parameter] for parameter in parameters])

    nothing_said = (None,) * (len(parameters) + 1)
    return Function(
        name, parameters, call, call_named, lambda count: count == len(parameters), types or nothing_said
    )
