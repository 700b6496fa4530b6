"""Turns the inputs, decisions, functions and services of documents into nodes of a model."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from rules.dmn.boxed import HOW, Boxed
from rules.dmn.builder import Builder, Reads
from rules.dmn.elements import Element, child, kind, name_of, type_of, variable_of
from rules.dmn.evidence import TABLE, Evaluation, Evidence
from rules.dmn.facts import Facts
from rules.dmn.findings import Document
from rules.dmn.model import Decision, Node, State
from rules.dmn.requirements import in_order, nodes_of, requirements_of
from rules.dmn.services import build_service
from rules.dmn.tables import typed
from rules.feel.compiler import Code
from rules.feel.door import to_feel
from rules.feel.explaining import Where
from rules.feel.frames import Known
from rules.feel.values import Function


def build(documents: list[Document]) -> Builder:
    """The nodes of all documents; the last one is that whose decisions are asked for."""
    builder = Builder()
    for document in documents:
        nodes = nodes_of(document)
        builder.elements |= nodes
        builder.documents |= dict.fromkeys(nodes, document)
        builder.requires |= requirements_of(nodes, document, builder.elements)
    builder.order = {key: at for at, key in enumerate(in_order(builder.requires))}
    builder.services = frozenset(
        key for key, element in builder.elements.items() if kind(element) == "decisionService"
    )
    for key in [key for key in builder.elements if key not in builder.order]:
        element = builder.elements[key]
        reason = f"Expected “{name_of(element)}” not to require itself, but it does, or what it requires."
        german = f"„{name_of(element)}“ braucht sich selbst, direkt oder über das, was es braucht."
        builder.documents[key].refuse(element, reason, german)
        _without_value(builder, key, element)
    for key in builder.order:
        _BUILD[kind(builder.elements[key])](builder, key, builder.elements[key])
    return builder


def _without_value(builder: Builder, key: str, element: Element) -> None:
    """A decision in a circle has no value, but who reads the document leniently may ask for it."""
    name = name_of(element)
    builder.nodes[key] = Node(name, kind(element), lambda _state: None, (key,))
    if kind(element) == "decision" and not builder.documents[key].prefix:
        builder.decisions[key] = Decision(key, name, (), ())


def _input(builder: Builder, key: str, element: Element) -> None:
    """A fact, under the name of its variable or its own; after its namespace if others have the same name."""
    document, name = builder.documents[key], name_of(element)
    variable = variable_of(element)
    wanted, types = document.type(element, type_of(child(element, "variable"))), document.types
    where = Where(variable, variable)
    asked = tuple(dict.fromkeys((f"{{{document.namespace}}}{variable}", variable, name)))

    def make(state: State) -> object:
        given = (state.facts.get(each) for each in asked)
        value = next((each for each in given if each is not None), None)
        return typed(to_feel(value), wanted, types, state.run, where)

    builder.read[key] = frozenset({variable})
    builder.nodes[key] = Node(name, "inputData", make, (key,))


def _decision(builder: Builder, key: str, element: Element) -> None:
    document, reads = builder.documents[key], builder.reads(key)
    name, boxed = name_of(element), Boxed(document, (key, name_of(element)))
    document.decides = name
    if document.facts is not None:
        document.facts = set()
    code = boxed.inside(element, reads.names())
    if code is None:
        document.refuse(
            element,
            f"Expected a decision logic in “{name}”, but there is none that can be run.",
            f"„{name}“ hat keine Entscheidungslogik, die sich ausführen lässt, also keine Tabelle und keinen Ausdruck.",
        )
    code = boxed.typed(code or (lambda _frame: None), child(element, "variable"))
    facts = frozenset(document.facts or ())
    logic = child(element, *HOW)
    decide = _explained(key, name, "" if logic is None else kind(logic), code, reads.imported)
    needs = builder.needs(key)

    def make(state: State) -> object:
        return decide(_read(reads, facts, state), state.run)

    builder.read[key] = facts
    builder.nodes[key] = Node(name, "decision", make, needs)
    if not document.prefix:
        inputs = sorted({fact for other in needs for fact in builder.read[other]})
        required = (other for other in builder.requires[key] if kind(builder.elements[other]) == "decision")
        builder.decisions[key] = Decision(key, name, tuple(inputs), tuple(required))


def _read(reads: Reads, facts: frozenset[str], state: State) -> dict[str, object]:
    """The values of all names that a decision may read."""
    made = reads.values(state)
    return Facts(state.facts, facts, made) if facts else made


_Decide = Callable[[dict[str, object], Evaluation], object]


def _explained(key: str, name: str, how: str, code: Code, imports: Mapping[str, object]) -> _Decide:
    """A table leaves its own evidence; any other logic has no rules to show, but what it read."""

    def by_table(names: dict[str, object], run: Evaluation) -> object:
        value = code(Known(names, run))
        if run.evidence[-1].value is not value:  # of the type of the decision's variable now
            run.evidence[-1] = replace(run.evidence[-1], value=value)
        return value

    def by_other(names: dict[str, object], run: Evaluation) -> object:
        value = code(Known(names, run))
        run.evidence.append(Evidence(key, name, (), tuple(_seen(names, imports)), how, value))
        return value

    return by_table if how == TABLE else by_other


def _seen(names: Mapping[str, object], imports: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """Functions are no facts; what is imported is shown with the name of the import."""
    for name, value in names.items():
        if name in imports and isinstance(value, dict):
            yield from ((f"{name}.{each}", inner) for each, inner in _seen(value, {}))
        elif type(value) is not Function:
            yield name, value


def _knowledge(builder: Builder, key: str, element: Element) -> None:
    """A business knowledge model, which is a function that decisions may call."""
    document, reads = builder.documents[key], builder.reads(key)
    own = variable_of(element)
    logic = child(element, "encapsulatedLogic")
    if logic is None:
        document.refuse(
            element,
            f"Expected a logic in “{own}”, but there is none.",
            f"„{own}“ hat keine Logik, also nichts, was eine Entscheidung aufrufen könnte.",
        )
        logic = element
    facts, document.facts = document.facts, None if document.facts is None else set()
    boxed = Boxed(document, (key, name_of(element)))
    document.decides = name_of(element)
    code = boxed.function(logic, reads.names(own), own, child(element, "variable"))
    document.facts = facts

    def make(state: State) -> object:
        names = reads.values(state)
        names[own] = function = code(Known(names, state.run))
        return function

    builder.read[key] = frozenset()
    builder.nodes[key] = Node(name_of(element), "businessKnowledgeModel", make, builder.needs(key))


_BUILD = {
    "inputData": _input,
    "decision": _decision,
    "businessKnowledgeModel": _knowledge,
    "decisionService": build_service,
}
