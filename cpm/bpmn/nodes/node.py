"""What all nodes have in common: mappings on the way in and out, boundary events, and the choice of flows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cpm.bpmn.binding import bare
from cpm.bpmn.compensation import Undoing, make_room, remember
from cpm.bpmn.formula import Formula, Trouble
from cpm.bpmn.mapping import path_of, put
from cpm.bpmn.model import Node
from cpm.bpmn.nodes.settled import known, truth
from cpm.bpmn.scopes import chain, outer
from cpm.bpmn.spiff import NodeSpec, Token
from cpm.bpmn.step import Trace


@dataclass(frozen=True, slots=True)
class Way:
    """A flow out of a node."""

    id: str
    target: str  #: name of the node it leads to
    condition: Formula | None
    default: bool


class Kernel(NodeSpec):
    """A node of the model, or one we put beside it (its name then has a `~`)."""

    waits = False  #: is it an event that waits?
    told = True  #: does the journal hear of it?
    calls = False  #: is its inside another process?
    ad_hoc = False  #: is it chosen what happens inside?
    joins = False  #: does it wait for tokens on other flows?
    listens = False  #: does it wait for an event as long as its scope lasts, without keeping it alive?
    chooses = False  #: does it wait for one of its followers' events?
    part = False  #: is it one of the several things that an event waits for?
    parts: tuple[str, ...] = ()  #: names of these things, whose tokens hang at the event's
    asks = False  #: is it a condition that is waited for?
    watched: frozenset[str] = frozenset()  #: variables whose change lets it be asked
    interrupting = True  #: of events: does it end its host?
    is_body = False  #: does it stand for its instances?
    reopens = False  #: does it undo what was done in a subprocess, in there?
    undoing: Undoing | None = None  #: how it is undone once it is done; None for what nothing undoes
    gives = 1  #: tokens that it sends down each flow
    repeats = False  #: of events in the flow: may it happen again after it has happened?

    def __init__(self, scope: Any, name: str, node: Node, process: str) -> None:
        super().__init__(scope, name)
        self.node, self.zeebe, self.element, self.process = node, node.zeebe, node.id, bare(process)
        self.event = node.event
        self.ways: tuple[Way, ...] = ()
        self.incoming: tuple[str, ...] = ()  #: ids of the flows that lead here
        self.boundaries: tuple[str, ...] = ()  #: names of what waits while a token is here

    # In.

    def enter(self, token: Token) -> bool:
        token.runner.note("entered", token)
        self.map_inputs(token)
        self.arm(token)
        return True

    def map_inputs(self, token: Token) -> None:
        """Each mapping sees what those before it mapped; an entry does not come into an outer context, but into a new one."""
        runner = token.runner
        mapped: dict[str, Any] = {}
        for target, formula in self.zeebe.inputs:
            variable, path = path_of(target)
            mapped[variable] = put(mapped.get(variable), path, runner.value(token, formula))
            runner.variables.local(str(token.id), {variable: mapped[variable]})

    def arm(self, token: Token) -> None:
        """The events that wait as long as a token is here; they see its local variables."""
        for name in self.boundaries:
            token.runner.enter(token.runner.send(token.workflow, name, token))

    def act(self, token: Token) -> bool:  # noqa: ARG002 most nodes just let a token pass
        return True

    def accept(self, token: Token, values: Mapping[str, Any]) -> None:
        """Variables from outside: local if output mappings follow, else set where they are visible."""
        variables = token.runner.variables
        if self.zeebe.outputs:
            variables.local(str(token.id), values)
        else:
            variables.propagate(list(chain(token)), values)

    # Out.

    def leave(self, token: Token) -> bool:
        if self.undoing:
            make_room(token)
        self.map_outputs(token)
        if "i" in token.internal_data:
            token.parent.task_spec.collect(token.parent, token)
        else:
            self.depart(token)
        return True

    def depart(self, token: Token) -> None:
        """Where it goes on."""
        token.taken = tuple(self.choose(token))
        if token.workflow.ad_hoc:
            token.workflow.host.task_spec.inner_leaves(token.workflow.host, token)

    def map_outputs(self, token: Token) -> None:
        """Each mapping sees what those before it mapped; they take effect together, or not at all (as in Camunda 8).

        An entry comes into the context that is visible there.
        """
        if not self.zeebe.outputs:
            return
        mapped: dict[str, Any] = {}
        for target, formula in self.zeebe.outputs:
            variable, path = path_of(target)
            value = (known if token.lenient else token.runner.value)(token, formula, mapped)
            if value is not None or not token.lenient:
                before = (
                    mapped.get(variable) if variable in mapped or not path else self._outside(token, variable)
                )
                mapped[variable] = put(before, path, value)
        token.runner.variables.propagate(outer(token), mapped)

    def _outside(self, token: Token, variable: str) -> Any:
        return token.runner.variables.visible(outer(token)).get(variable)

    def choose(self, token: Token) -> Sequence[Way]:
        """All flows without condition, and those whose condition holds (BPMN 2.0.2, 8.4.13 and 10.3.1)."""
        sure = [way for way in self.ways if way.condition is None and not way.default]
        chosen = [way for way in self.ways if way.condition and self.holds(token, way)]
        if not chosen:
            chosen = [way for way in self.ways if way.default]
        if self.ways and not sure and not chosen:
            raise self.no_way()
        return sure + chosen

    def holds(self, token: Token, way: Way, extra: Mapping[str, Any] | None = None) -> bool:
        """Does the flow's condition hold?"""
        if way.condition is None:
            return True
        return truth(token, way.condition, f"the condition of {way.id!r},", extra, lenient=token.lenient)

    def no_way(self) -> Trouble:
        return Trouble(
            "no_flow",
            f"Expected a condition out of {self.element!r} to hold, but none does and there is no default flow.",
        )

    def done(self, token: Token) -> None:
        runner = token.runner
        for event in token.children:
            runner.withdraw(event)
        remember(token)
        if self.told and not token.quiet:
            runner.note("left", token)
        ways = [way for way in token.taken for _ in range(self.gives)]
        for follower in [self._follow(token, way) for way in ways]:
            runner.enter(follower)

    def _follow(self, token: Token, way: Way) -> Token:
        runner = token.runner
        follower = runner.send(token.workflow, way.target, like=token)
        if "~" not in way.id:
            runner.trace.append(Trace("flow", way.id, token.id, follower.task_spec.element))
        if follower.task_spec.joins:
            follower.internal_data["flow"] = way.id
        return follower
