"""A document ready to decide. It never changes, and any number of threads may ask it."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from rules.dmn.evidence import Evaluation, EvaluationError, Result
from rules.dmn.literals import Written
from rules.feel.door import to_feel
from rules.feel.errors import FeelError
from rules.feel.explaining import Explanation, Seen
from rules.feel.expression import check_size, evaluated
from rules.feel.frames import Frame, Known
from rules.feel.values import Function
from rules.xml import Finding


@dataclass(frozen=True, slots=True)
class Decision:
    """What the outside needs to know of a decision."""

    id: str
    name: str
    inputs: tuple[str, ...]  #: names of the facts that it or a required decision reads
    requires: tuple[str, ...]  #: ids of the decisions that it requires directly


@dataclass(slots=True)
class State:
    """The values so far of one evaluation."""

    run: Evaluation
    facts: Mapping[str, object]
    values: dict[str, object]  #: by the ids of inputs, decisions and functions


@dataclass(frozen=True, slots=True)
class Node:
    """A decision, function or input: how its value is made of those that it requires."""

    name: str
    kind: str  #: the element of DMN
    make: Callable[[State], object]
    needs: tuple[str, ...]  #: ids of all nodes to make before it, itself at the end


@dataclass(frozen=True, slots=True)
class Model:
    """All decisions of one document, with what they use of those that it imports."""

    decisions: Mapping[str, Decision]
    nodes: Mapping[str, Node]  #: those of imported documents have keys like `{namespace}id`
    findings: tuple[Finding, ...] = ()  #: what was passed over, if the document was read leniently
    #: By decision, then by output column: what the rows of its table answer with where that is no expression.
    literals: Mapping[str, Mapping[str, tuple[Written, ...]]] = field(default_factory=dict)
    namespace: str = ""
    watched: "Callable[[], Model] | None" = (
        None  #: reads it once more, so that every text tells what it gives
    )

    def evaluate(
        self, decision_id: str, facts: Mapping[str, object], now: dt.datetime | None = None
    ) -> Result:
        """The decision on these facts, by their names; a fact that is not there is null.

        Raises EvaluationError if a hit policy is violated or a limit exceeded, and for an unknown id;
        TypeError for a fact of a type that FEEL does not know.
        """
        run = Evaluation(now)
        return Result(_decided(self, decision_id, facts, run), tuple(run.evidence))

    def explain(
        self, decision_id: str, facts: Mapping[str, object], now: dt.datetime | None = None
    ) -> Result:
        """As `evaluate`, with the explanation: the document is read and evaluated once more, with every part watched."""
        model = self if self.watched is None else self.watched()
        seen = Seen()
        run = Evaluation(now, seen)
        value = _decided(model, decision_id, facts, run)
        told = Explanation(value, tuple(seen.parts), tuple(seen.nulls))
        return Result(value, tuple(run.evidence), told)

    def invoke(
        self, function_id: str, arguments: Mapping[str, object], now: dt.datetime | None = None
    ) -> Result:
        """The result of a decision service or function, as `evaluate`: an argument that is not there is null,
        and one that is no parameter does not matter.
        """
        node = self.nodes.get(function_id)
        state = State(Evaluation(now), arguments, {})
        function = finished(self.nodes, node.needs, state)[function_id] if node else None
        if node is None or not isinstance(function, Function):
            raise EvaluationError(
                f"Expected a function “{function_id}”, but the model has none of that id.",
                german=f"Eine Funktion „{function_id}“ gibt es im Modell nicht.",
            )
        given = {name.rpartition("}")[2]: argument for name, argument in arguments.items()}
        names = given if function.parameters is None else function.parameters
        taken = {name: to_feel(given.get(name)) for name in names}
        value = _guarded(node.name, state, lambda frame: function.call_named(frame.run, taken))
        return Result(value, tuple(state.run.evidence))


def finished(nodes: Mapping[str, Node], needs: tuple[str, ...], state: State) -> dict[str, object]:
    """The values of the state with all these nodes made."""
    for key in needs:
        if key not in state.values:
            state.values[key] = nodes[key].make(state)
    return state.values


def _decided(model: Model, decision_id: str, facts: Mapping[str, object], run: Evaluation) -> object:
    node = model.nodes.get(decision_id)
    if node is None or decision_id not in model.decisions:
        raise EvaluationError(
            f"Expected a decision “{decision_id}”, but the model has none of that id.",
            german=f"Eine Entscheidung „{decision_id}“ gibt es im Modell nicht.",
        )
    state = State(run, facts, {})
    return _guarded(node.name, state, lambda _frame: finished(model.nodes, node.needs, state)[decision_id])


def _guarded(name: str, state: State, code: Callable[[Frame], object]) -> object:
    try:
        value = evaluated(code, Known({}, state.run))
        check_size(value)
    except FeelError as error:
        raise EvaluationError(
            f"Expected “{name}” to be decided, but: {error}",
            german=f"„{name}“ lässt sich nicht entscheiden: {error.german}",
        ) from error
    return value
