"""Why a call gave null: no such function, other arguments than it has, of other types, or with unfit values."""

from collections.abc import Sequence

from rules.feel.errors import Unfit
from rules.feel.explaining.brief import brief, shortened
from rules.feel.explaining.given import UNSEEN, Given
from rules.feel.explaining.phrases import PHRASES
from rules.feel.explaining.reasons import Reason, reason
from rules.feel.functions import FUNCTIONS
from rules.feel.functions.arguments import ARGUMENTS
from rules.feel.functions.registry import SIGNATURES, Signature
from rules.feel.syntax import Call, Name, NamedCall, Node
from rules.feel.types import type_name
from rules.feel.values import Function

_CLOCKS = ("now", "today")
_KIND_OF = {take: kind for kind, take in ARGUMENTS.items()}


def why_call(node: Call | NamedCall, given: Given) -> Reason:
    function = _function(node.function, given)
    if function is None:
        return _no_function(node.function, given)
    if function.parameters is not None:
        return _own(node, function, function.parameters, given)
    if not (signature := _signature(node, SIGNATURES.get(function.name, ()))):
        ways = [f"{function.name}{signature}" for signature in SIGNATURES.get(function.name, ())]
        return _arguments(node, " / ".join(ways))
    if function.name in _CLOCKS and given.frame.run.now is None:
        return reason("no_clock")
    parts, named = _parts(node), isinstance(node, NamedCall)
    if null := given.null_among(*parts):
        return null
    values = [given.of(part) for part in parts]
    names = [name for name, _ in node.arguments] if isinstance(node, NamedCall) else None
    return _wrong_type(signature, names, values) or _misfit(function.name, values, named=named)


def _function(node: Node, given: Given) -> Function | None:
    value = given.of(node)
    if isinstance(value, Function):
        return value
    return FUNCTIONS.get(node.name) if isinstance(node, Name) else None


def _no_function(node: Node, given: Given) -> Reason:
    value = given.of(node)
    if value is None and isinstance(node, Name):
        return reason("no_function")
    return reason("not_a_function", part=given.text(node), type_one=type_name(value))


def _own(node: Call | NamedCall, function: Function, parameters: tuple[str, ...], given: Given) -> Reason:
    """Of a function that the expression or the model defines."""
    names = {name for name, _ in node.arguments} if isinstance(node, NamedCall) else set(parameters)
    if len(node.arguments) != len(parameters) or names != set(parameters):
        return _arguments(node, f"{function.name or 'function'}({', '.join(parameters)})")
    own = {id(node.function), *map(id, _parts(node))}
    if given.values.keys() - own:  # its body told what it gave
        return reason("gave_null")
    return _misfit("declared types", [given.of(part) for part in _parts(node)], named=False)


def _parts(node: Call | NamedCall) -> list[Node]:
    if isinstance(node, NamedCall):
        return [argument for _, argument in node.arguments]
    return list(node.arguments)


def _signature(node: Call | NamedCall, signatures: Sequence[Signature]) -> Signature | None:
    for signature in signatures:
        if isinstance(node, NamedCall):
            fits = signature.takes_names({name for name, _ in node.arguments})
        else:
            fits = signature.takes(len(node.arguments))
        if fits:
            return signature
    return None


def _arguments(node: Call | NamedCall, ways: str) -> Reason:
    if isinstance(node, NamedCall):
        return reason("argument_names", ways=ways, names=", ".join(name for name, _ in node.arguments))
    return reason("argument_count", ways=ways, count=len(node.arguments))


def _wrong_type(signature: Signature, names: list[str] | None, values: list[object]) -> Reason | None:
    by_name = {parameter.name: parameter for parameter in signature.parameters}
    for at, value in enumerate(values):
        last = min(at, len(signature.parameters) - 1)
        parameter = by_name[names[at]] if names else signature.parameters[last]
        try:
            parameter.take(value)
        except Unfit:
            wanted = _KIND_OF.get(parameter.take, "any")
            return reason("argument_type", type_wanted=wanted, name=parameter.name, type_one=type_name(value))
    return None


def _misfit(function: str, values: list[object], *, named: bool) -> Reason:
    """The arguments have the right types; one of them is out of bounds."""
    ways = () if named else (f"{function}/{len(values)}",)
    expected = next((way for way in (*ways, function) if way in PHRASES), "fitting values")
    seen = [brief(value) for value in values if value is not UNSEEN]
    return reason("misfit", expected=expected, value=shortened(", ".join(seen)))
