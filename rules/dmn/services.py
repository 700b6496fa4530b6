"""Decision services: decisions that are called like a function (DMN 1.5 10.4)."""

from rules.dmn.boxed import Boxed
from rules.dmn.builder import Builder
from rules.dmn.elements import Element, child, children, kind, name_of, type_of, variable_of
from rules.dmn.evidence import Evaluation
from rules.dmn.model import Node, State, finished
from rules.dmn.requirements import resolved
from rules.feel.compiler import user_function
from rules.feel.frames import Known, Run
from rules.feel.syntax import Type
from rules.feel.types import Types, coerced

_COST = 10


def build_service(builder: Builder, key: str, element: Element) -> None:
    """A function of its input decisions and input data, which no fact from outside gets into.

    DMN 1.5 10.4 has the input data first, and the conformance suite calls services so.
    """
    given = _referred(builder, key, element, "inputData") + _referred(builder, key, element, "inputDecision")
    outputs = _referred(builder, key, element, "outputDecision")
    needs = builder.needed(outputs, given)
    _check_inputs(builder, key, needs)
    names = tuple(variable_of(builder.elements[other]) for other in given)
    kinds = [_kind(builder, other) for other in given]
    nodes = builder.nodes
    places = [(builder.prefix(key, other), variable_of(builder.elements[other]), other) for other in outputs]
    boxed, variable = Boxed(builder.documents[key], (key, name_of(element))), child(element, "variable")
    result = boxed.returned(lambda frame: frame.names[""], variable)

    def serve(run: Run, arguments: object) -> object:
        assert isinstance(run, Evaluation)
        assert isinstance(arguments, list | tuple)
        taken = [
            coerced(value, wanted, types, run)
            for value, (wanted, types) in zip(arguments, kinds, strict=True)
        ]
        made = finished(nodes, needs, State(run, {}, dict(zip(given, taken, strict=True))))
        return result(Known({"": _served(places, made)}, run))

    signature = (*(wanted for wanted, _ in kinds), boxed.result_type(variable))
    function = user_function(name_of(element), names, serve, _COST, signature)
    builder.read[key] = frozenset()
    builder.nodes[key] = Node(name_of(element), "decisionService", lambda _state: function, (key,))


def _referred(builder: Builder, key: str, element: Element, what: str) -> list[str]:
    document = builder.documents[key]
    found = [resolved(each, document, builder.elements) for each in children(element, what)]
    return [other for other in found if other is not None]


def _check_inputs(builder: Builder, key: str, needs: tuple[str, ...]) -> None:
    """What is not among the inputs would silently be null."""
    for other in needs:
        element = builder.elements[other]
        if kind(element) == "inputData":
            reason = (
                f"Expected “{name_of(element)}” to be an input of the service that needs it, but it is none."
            )
            german = f"„{name_of(element)}“ wird in diesem Dienst gebraucht, ist aber keine seiner Eingaben."
            builder.documents[key].refuse(builder.elements[key], reason, german)


def _kind(builder: Builder, key: str) -> tuple[Type | None, Types]:
    """The type of a parameter, which is that of the input data or decision, and the types it is one of."""
    document, element = builder.documents[key], builder.elements[key]
    return document.type(element, type_of(child(element, "variable"))), document.types


def _served(places: list[tuple[str, str, str]], made: dict[str, object]) -> object:
    """The value of a single output decision; of several, by name, and imported ones by import and name."""
    if len(places) == 1:
        return made.get(places[0][2])
    served: dict[str, object] = {}
    for prefix, name, key in places:
        inside = served.setdefault(prefix, {}) if prefix else served
        assert isinstance(inside, dict)
        inside[name] = made.get(key)
    return served or None
