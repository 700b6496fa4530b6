"""Turns the inputs, decisions, functions and services of a document into nodes of a model."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from rules.dmn.boxed import Boxed
from rules.dmn.elements import Element, child, children, kind, name_of, target_of, type_of, variable_of
from rules.dmn.evidence import Evaluation, Evidence
from rules.dmn.findings import Document, Names
from rules.dmn.model import Decision, Node, State, finished
from rules.dmn.requirements import Requirements, in_order, needed_for, nodes_of, requirements_of
from rules.dmn.tables import typed
from rules.feel.compiler import user_function
from rules.feel.frames import Known, Run
from rules.feel.functions import FUNCTIONS
from rules.feel.types import coerced
from rules.feel.values import Function, to_feel

_SERVICE_COST = 10


@dataclass(slots=True)
class Builder:
    """What is being built of one document."""

    document: Document
    elements: dict[str, Element]
    requires: Requirements
    order: list[str]
    nodes: dict[str, Node] = field(default_factory=dict)
    decisions: dict[str, Decision] = field(default_factory=dict)
    read: dict[str, frozenset[str]] = field(
        default_factory=dict
    )  #: facts that a node itself reads, by its id

    def variables(self, key: str) -> dict[str, str]:
        """From the names that a node may read to the ids of the nodes that have the values."""
        return {variable_of(self.elements[other]): other for other in self.requires[key]}

    def needs(self, key: str) -> tuple[str, ...]:
        return needed_for([key], self.requires, self.order)


def build(root: Element, document: Document) -> Builder:
    elements = nodes_of(root, document)
    requires = requirements_of(elements, document)
    order = in_order(requires)
    for key in elements.keys() - set(order):
        document.refuse(
            elements[key], f"Expected “{key}” not to require itself, but it does, or what it requires."
        )
    builder = Builder(document, elements, requires, order)
    for key in order:
        _BUILD[kind(elements[key])](builder, key, elements[key])
    return builder


def _input(builder: Builder, key: str, element: Element) -> None:
    """A fact, under the name of its variable or its own."""
    variable, name = variable_of(element), name_of(element)
    wanted = builder.document.type(element, type_of(child(element, "variable")))
    types = builder.document.types

    def make(state: State) -> object:
        value = to_feel(state.facts.get(variable, state.facts.get(name)))
        return typed(value, wanted, types, state.run)

    builder.read[key] = frozenset({variable})
    builder.nodes[key] = Node(name, make, (key,))


def _decision(builder: Builder, key: str, element: Element) -> None:
    document, variables, needs = builder.document, builder.variables(key), builder.needs(key)
    name, boxed = name_of(element), Boxed(builder.document, (key, name_of(element)))
    if document.facts is not None:
        document.facts = set()
    code = boxed.inside(element, Names(frozenset(variables)))
    if code is None:
        document.refuse(element, f"Expected a decision logic in “{name}”, but there is none that can be run.")
    code = boxed.typed(code or (lambda _frame: None), child(element, "variable"))
    facts = frozenset(document.facts or ())
    explained = not boxed.has_table

    def make(state: State) -> object:
        names = _known(variables, facts, state)
        if explained:
            _explain(key, name, names.all(), state.run)
        return code(Known(names, state.run))

    builder.read[key] = facts
    builder.nodes[key] = Node(name, make, needs)
    inputs = sorted({fact for other in needs for fact in builder.read[other]})
    required = (other for other in variables.values() if kind(builder.elements[other]) == "decision")
    builder.decisions[key] = Decision(key, name, tuple(inputs), tuple(required))


def _known(variables: Mapping[str, str], facts: frozenset[str], state: State) -> "_Facts":
    names = _Facts(state.facts, facts)
    for name, key in variables.items():
        names[name] = state.values.get(key)
    return names


class _Facts(dict[str, object]):
    """What a decision reads, by name; a fact is taken from the caller's mapping when something first looks at it.

    So what no cell comes to look at is never asked for, and a caller may find its facts as they are needed.
    """

    __slots__ = ("_given", "_names")

    def __init__(self, given: Mapping[str, object], names: frozenset[str]) -> None:
        self._given, self._names = given, names

    def get(self, name: str, default: object = None) -> object:
        if name in self._names and name not in self and (name not in FUNCTIONS or name in self._given):
            self[name] = to_feel(self._given.get(name))
        return super().get(name, default)

    def all(self) -> Mapping[str, object]:
        for name in self._names:
            self.get(name)
        return self


def _explain(key: str, name: str, names: Mapping[str, object], run: Evaluation) -> None:
    """A decision without a table has no rules to show, but what it read."""
    seen = tuple((each, value) for each, value in names.items() if not isinstance(value, Function))
    run.evidence.append(Evidence(key, name, (), seen))


def _knowledge(builder: Builder, key: str, element: Element) -> None:
    """A business knowledge model, which is a function that decisions may call."""
    document, variables = builder.document, builder.variables(key)
    own = variable_of(element)
    logic = child(element, "encapsulatedLogic")
    if logic is None:
        document.refuse(element, f"Expected a logic in “{own}”, but there is none.")
        logic = element
    facts, document.facts = document.facts, None if document.facts is None else set()
    boxed = Boxed(document, (key, name_of(element)))
    code = boxed.function(logic, Names(frozenset({*variables, own})), own, child(element, "variable"))
    document.facts = facts

    def make(state: State) -> object:
        names = {name: state.values.get(other) for name, other in variables.items()}
        names[own] = function = code(Known(names, state.run))
        return function

    builder.read[key] = frozenset()
    builder.nodes[key] = Node(name_of(element), make, builder.needs(key))


def _service(builder: Builder, key: str, element: Element) -> None:
    """A decision service: a function of its input data and input decisions, in this order."""
    given = [
        target_of(each) for each in (*children(element, "inputData"), *children(element, "inputDecision"))
    ]
    outputs = [target_of(each) for each in children(element, "outputDecision")]
    if missing := [other for other in (*given, *outputs) if other not in builder.elements]:
        builder.document.refuse(element, f"Expected {missing[0]} to be in this document, but it is not.")
        given, outputs = [], []
    names = tuple(variable_of(builder.elements[other]) for other in given)
    kinds = [
        builder.document.type(element, type_of(child(builder.elements[other], "variable"))) for other in given
    ]
    needs = needed_for(outputs, builder.requires, builder.order, given)
    types, nodes = builder.document.types, builder.nodes
    result = Boxed(builder.document, (key, "")).typed(
        lambda frame: frame.names[""], child(element, "variable")
    )

    def serve(run: Run, arguments: object) -> object:
        assert isinstance(run, Evaluation)
        assert isinstance(arguments, list | tuple)
        taken = [coerced(value, wanted, types, run) for value, wanted in zip(arguments, kinds, strict=True)]
        values = finished(nodes, needs, State(run, {}, dict(zip(given, taken, strict=True))))
        served = {variable_of(builder.elements[other]): values.get(other) for other in outputs}
        return result(Known({"": served if len(served) > 1 else next(iter(served.values()), None)}, run))

    function = user_function(name_of(element), names, serve, _SERVICE_COST)
    builder.read[key] = frozenset()
    builder.nodes[key] = Node(name_of(element), lambda _state: function, (key,))


_BUILD = {
    "inputData": _input,
    "decision": _decision,
    "businessKnowledgeModel": _knowledge,
    "decisionService": _service,
}
