"""A process as we understand it: BPMN's elements and the `zeebe` extensions as plain data."""

from dataclasses import dataclass, field
from typing import Literal

from cpm.bpmn.formula import Formula

Catching = Literal[
    "timer", "message", "signal", "conditional", "error", "escalation", "compensation", "cancel"
]
EventKind = Literal[Catching, "none", "terminate", "link", "multiple", "refused"]
TimerKind = Literal["timeDate", "timeDuration", "timeCycle"]

MOST_PRIORITY = 100  #: as in Camunda 8
MOST_RETRIES = 1_000  #: more is a mistake, and a job is not to be tried for years


@dataclass(slots=True)
class Event:
    """What an event waits for or throws."""

    kind: EventKind
    name: str = ""  #: of the message, signal, error, escalation or link
    code: str | None = None  #: of the error or escalation; None catches all
    timer: TimerKind = "timeDuration"
    value: Formula | None = (
        None  #: a timer's time, a message's or signal's name, a computed code, or the condition
    )
    key: Formula | None = None  #: the message's correlation key
    each: tuple["Event", ...] = ()  #: what a multiple event waits for or throws
    all_of: bool = False  #: a multiple event that waits for all of them (parallel multiple)
    activity: str | None = None  #: what a thrown compensation is for; None for all that it sees
    awaited: bool = True  #: does it wait until that is done?
    watched: frozenset[str] = frozenset()  #: the variables whose change lets a condition be asked
    changes: frozenset[str] = frozenset({"create", "update"})  #: and what has to happen to them

    def parts(self) -> "tuple[Event, ...]":
        """What it waits for or throws, one or several."""
        return self.each or (self,)


@dataclass(slots=True)
class InstanceEvent:
    """What an instance throws as it completes."""

    event: Event
    first: bool = False  #: only the first does
    condition: Formula | None = None  #: only if it holds; then that was enough


@dataclass(slots=True)
class Loop:
    """Multi-instance by a collection or a cardinality; or a standard loop, by a condition or a maximum."""

    sequential: bool
    collection: Formula | None = None
    cardinality: Formula | None = None
    element: str | None = None
    output: str | None = None
    output_element: Formula | None = None
    until: Formula | None = None
    again: Formula | None = None  #: a standard loop's condition
    most: int | None = None
    asks_first: bool = False
    events: tuple[InstanceEvent, ...] = ()
    watched: bool = False  #: the model reads the output collection before all instances are done

    @property
    def standard(self) -> bool:
        return self.collection is None and self.cardinality is None


@dataclass(slots=True)
class AdHoc:
    """What an ad-hoc subprocess adds: what is in it is begun by somebody's choice."""

    sequential: bool = False  #: one activity at a time
    until: Formula | None = None
    cancels: bool = True  #: what still runs when the end has come
    first: Formula | None = None  #: what is begun at once, by id
    output: str | None = None
    output_element: Formula | None = None


@dataclass(slots=True)
class Extensions:
    """The `zeebe` extensions of one element; docs.camunda.io, "BPMN coverage" and "Variables"."""

    task_type: Formula | None = None
    retries: Formula | None = None
    inputs: list[tuple[str, Formula]] = field(default_factory=list)
    outputs: list[tuple[str, Formula]] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    properties: dict[str, str] = field(default_factory=dict)
    form_id: str | None = None
    embedded: dict[str, str] = field(default_factory=dict)  #: forms that lie in a process, by their keys
    user_task: bool = False
    assignee: Formula | None = None
    groups: Formula | None = None
    users: Formula | None = None
    due: Formula | None = None
    follow_up: Formula | None = None
    priority: Formula | None = None
    decision: str | None = None
    script: Formula | None = None
    result: str | None = None  #: where the decision or script puts its value
    process: str | None = None  #: the called one
    all_in: bool = True  #: the called process gets all variables
    all_out: bool = True  #: the caller gets all variables back
    version_tag: str | None = None


@dataclass(slots=True)
class Flow:
    id: str
    source: str
    target: str
    condition: Formula | None
    line: int | None


@dataclass(slots=True)
class Node:
    id: str
    name: str
    kind: str  #: the BPMN element, such as "userTask"
    line: int | None
    zeebe: Extensions
    documentation: str = ""
    event: Event | None = None
    host: str | None = None  #: the activity a boundary event is attached to
    interrupting: bool = True  #: of boundary events and the start events of event subprocesses
    by_event: bool = False  #: an event subprocess
    instantiates: bool = False  #: a receive task or event gateway that begins the process
    together: bool = False  #: an event gateway all of whose events have to come
    default: str | None = None  #: id of the default flow
    needs: int = 1  #: tokens that an activity needs to start
    gives: int = 1  #: tokens that it sends down each flow
    activation: Formula | None = None  #: a complex gateway's condition
    loop: Loop | None = None
    ad_hoc: AdHoc | None = None
    inner: "Scope | None" = None
    lane: str | None = None  #: the name of the innermost
    lanes: tuple[str, ...] = ()  #: ids and names of all it lies in, from the innermost
    for_compensation: bool = False  #: an activity that is done only to undo another
    associated: tuple[str, ...] = ()  #: what associations lead to from a boundary event

    @property
    def undoes_its_scope(self) -> bool:
        """Is it a compensation event subprocess?"""
        starts = self.inner.nodes.values() if self.by_event and self.inner else ()
        return any(
            node.kind == "startEvent" and node.event is not None and node.event.kind == "compensation"
            for node in starts
        )

    @property
    def begins(self) -> bool:
        """May it be where a scope without start event begins (BPMN 2.0.2, 13.3.4)?"""
        return not self.by_event and not self.for_compensation and not self.kind.endswith("Event")


@dataclass(slots=True)
class Scope:
    """A process or an embedded subprocess: nodes and the flows between them."""

    id: str
    nodes: dict[str, Node] = field(default_factory=dict)
    flows: list[Flow] = field(default_factory=list)

    def begins_by_itself(self) -> list[Node]:
        """Activities and gateways that no flow leads to: where there is no start event, the scope begins there."""
        reached = {flow.target for flow in self.flows}
        return [node for node in self.nodes.values() if node.begins and node.id not in reached]

    def leaving(self, node: str) -> list[Flow]:
        return [flow for flow in self.flows if flow.source == node]

    def choosable(self) -> list[Node]:
        """Of an ad-hoc subprocess: what can be begun there, which is all that nothing leads to (13.3.5)."""
        reached = {flow.target for flow in self.flows}
        return [node for node in self.nodes.values() if node.id not in reached and _can_be_chosen(node)]

    def undoing(self) -> dict[str, Node]:
        """The compensation handlers, by the activity that they undo (10.7.1)."""
        return {
            event.host: self.nodes[name]
            for event in self.nodes.values()
            if event.host and event.event and event.event.kind == "compensation"
            for name in event.associated
            if name in self.nodes and self.nodes[name].for_compensation
        }

    def all_nodes(self) -> list[Node]:
        """The nodes of this scope and of those within it."""
        found = list(self.nodes.values())
        for node in self.nodes.values():
            if node.inner:
                found += node.inner.all_nodes()
        return found

    def all_flows(self) -> list[Flow]:
        """The flows of this scope and of those within it."""
        found = list(self.flows)
        for node in self.nodes.values():
            if node.inner:
                found += node.inner.all_flows()
        return found


def _can_be_chosen(node: Node) -> bool:
    """As in Zeebe, gateways and intermediate events too. What follows or waits for something else cannot."""
    follows = (
        node.by_event or node.for_compensation or node.kind in {"startEvent", "endEvent", "boundaryEvent"}
    )
    caught = node.kind == "intermediateCatchEvent" and node.event is not None and node.event.kind == "link"
    return not follows and not caught


@dataclass(slots=True)
class Process(Scope):
    name: str = ""
    version_tag: str | None = None
    properties: dict[str, str] = field(default_factory=dict)
    forms: dict[str, str] = field(default_factory=dict)  #: those that lie in it, as JSON by their keys
    file: str = ""
    line: int | None = None

    @property
    def callable(self) -> bool:
        """Can it begin without a trigger (BPMN 2.0.2, 10.5.2)?"""
        starts = [node.event for node in self.nodes.values() if node.kind == "startEvent"]
        return not starts or any(event is None or event.kind == "none" for event in starts)
