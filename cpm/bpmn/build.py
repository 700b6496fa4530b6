"""Our model to SpiffWorkflow's specs: one spec for each node, in one scope for each process and subprocess."""

from collections.abc import Iterable, Mapping
from functools import partial

from cpm.bpmn.build_compensation import add_compensation
from cpm.bpmn.instantiating import openers
from cpm.bpmn.model import Flow, Node, Process, Scope
from cpm.bpmn.nodes import activities, ad_hoc, compensation, events, gateways, several, throwing
from cpm.bpmn.nodes.complex_gateway import ComplexGateway
from cpm.bpmn.nodes.gather import Gather
from cpm.bpmn.nodes.loops import LoopBody, RepeatingBody
from cpm.bpmn.nodes.node import Kernel, Way
from cpm.bpmn.spiff import ScopeSpec

_KINDS: dict[str, type[Kernel]] = {
    "startEvent": events.StartEvent,
    "boundaryEvent": events.BoundaryEvent,
    "intermediateCatchEvent": events.CatchEvent,
    "receiveTask": events.ReceiveTask,
    "task": activities.PassingTask,
    "manualTask": activities.PassingTask,
    "userTask": activities.UserTask,
    "subProcess": activities.SubProcess,
    "adHocSubProcess": ad_hoc.AdHocSubProcess,
    "transaction": activities.SubProcess,
    "callActivity": activities.CallActivity,
    "exclusiveGateway": gateways.ExclusiveGateway,
    "parallelGateway": gateways.ParallelGateway,
    "inclusiveGateway": gateways.InclusiveGateway,
    "eventBasedGateway": gateways.EventGateway,
    "complexGateway": ComplexGateway,
}
_SEVERAL: dict[str, type[Kernel]] = {
    "boundaryEvent": several.SeveralBoundary,
    "intermediateCatchEvent": several.SeveralCatch,
}
_THROWN: dict[str, type[Kernel]] = {
    "none": events.PassingEvent,
    "link": events.PassingEvent,
    "terminate": throwing.ThrowingEvent,
    "error": throwing.ThrowingEvent,
    "escalation": throwing.ThrowingEvent,
    "signal": throwing.ThrowingEvent,
    "multiple": throwing.SeveralThrows,
    "compensation": compensation.CompensationEvent,
    "cancel": compensation.CancelEvent,
}


def build(processes: Iterable[Process]) -> dict[str, ScopeSpec]:
    """Specs by scope: a process's id, or `process/subprocess`."""
    by_id = {process.id: process for process in processes}
    specs: dict[str, ScopeSpec] = {}
    for process in by_id.values():
        _Builder(by_id, process, specs).scope(process, process.id)
    return specs


def first_start(scope: Scope) -> Node:
    """The start event without trigger, or else the first."""
    starts = [node for node in scope.nodes.values() if node.kind == "startEvent"]
    return min(starts, key=lambda node: node.event is not None and node.event.kind != "none")


def _beginnings(scope: Scope) -> list[Node]:
    """Where tokens come as the scope begins; without a start event that is all that begins by itself."""
    if any(node.kind == "startEvent" for node in scope.nodes.values()):
        return [first_start(scope)]
    return [opener.node for opener in openers(scope)[:1]] or scope.begins_by_itself()


class _Builder:
    def __init__(
        self, processes: Mapping[str, Process], process: Process, specs: dict[str, ScopeSpec]
    ) -> None:
        self.processes, self.process, self.specs = processes, process, specs

    def scope(self, scope: Scope, key: str) -> None:
        spec = self.specs[key] = ScopeSpec(key)
        outer = {node.id: self._node(spec, node) for node in scope.nodes.values()}
        listening = [node for node in scope.nodes.values() if node.by_event and not node.undoes_its_scope]
        spec.listeners = tuple(self._listener(spec, node) for node in listening)
        add_compensation(spec, scope, self.process.id, self.specs)
        entries = {node_id: self._entry(spec, kernel) for node_id, kernel in outer.items()}
        spec.openers = {opener.node.id: opener for opener in openers(scope)}
        spec.starts = tuple(entries[node.id].name for node in _beginnings(scope))
        flows = [*scope.flows, *_links(scope)]
        for node in scope.nodes.values():
            leaving = [flow for flow in flows if flow.source == node.id]
            self._connect(outer[node.id], scope, leaving, entries)
        for flow in flows:
            outer[flow.source].connect(entries[flow.target])
            entries[flow.target].incoming += (flow.id,)
        for join in outer.values():
            if isinstance(join, gateways.ReachedJoin):
                join.reach = partial(_reached_from, join, scope, flows)

    def _node(self, spec: ScopeSpec, node: Node) -> Kernel:
        """The spec of the activity, or of the body of its instances."""
        if node.loop is None:
            return self._plain(spec, node, node.id)
        inner = self._plain(spec, node, f"{node.id}~each")
        body = (RepeatingBody if node.loop.standard else LoopBody)(spec, node.id, node, self.process.id)
        body.instance = inner.name
        return body

    def _entry(self, spec: ScopeSpec, kernel: Kernel) -> Kernel:
        """The spec that flows lead to, which may gather tokens first."""
        if kernel.node.needs == 1:
            return kernel
        gather = Gather(spec, f"{kernel.name}~gather", kernel.node, self.process.id)
        gather.ways = (Way(f"{kernel.name}~start", kernel.name, None, default=False),)
        gather.connect(kernel)
        return gather

    def _listener(self, spec: ScopeSpec, handler: Node) -> str:
        assert handler.inner is not None
        start = first_start(handler.inner)
        multiple = start.event is not None and start.event.kind == "multiple"
        kind = several.SeveralListener if multiple else events.Listener
        listener = kind(spec, f"{start.id}~listen", start, self.process.id)
        listener.handler = handler.id
        if isinstance(listener, several.Several):
            several.divide(spec, listener)
        return f"{start.id}~listen"

    def _plain(self, spec: ScopeSpec, node: Node, name: str) -> Kernel:
        found = _kind(node)(spec, name, node, self.process.id)
        if isinstance(found, several.Several):
            several.divide(spec, found)
        if isinstance(found, activities.CallActivity) and node.inner is None:
            called = self.processes[node.zeebe.process or ""]
            found.inside = called.id
        elif isinstance(found, activities.SubProcess):
            assert node.inner is not None
            found.inside = f"{self.process.id}/{node.id}"
            self.scope(node.inner, found.inside)
        return found

    def _connect(self, spec: Kernel, scope: Scope, flows: list[Flow], entries: Mapping[str, Kernel]) -> None:
        spec.gives = spec.node.gives
        spec.ways = tuple(
            Way(f.id, entries[f.target].name, f.condition, f.id == spec.node.default) for f in flows
        )
        if spec.chooses:
            spec.boundaries = tuple(flow.target for flow in flows)
        else:
            spec.boundaries = tuple(
                node.id for node in scope.nodes.values() if node.host == spec.node.id and not _undoes(node)
            )


def _kind(node: Node) -> type[Kernel]:
    event = node.event.kind if node.event else "none"
    if node.kind == "intermediateCatchEvent" and event == "link":
        return events.PassingEvent
    if event == "multiple" and node.kind in _SEVERAL:
        return _SEVERAL[node.kind]
    if node.kind in {"endEvent", "intermediateThrowEvent", "sendTask"} and event == "message":
        return throwing.MessageEvent if node.zeebe.task_type else throwing.Sending
    if node.kind in {"endEvent", "intermediateThrowEvent"}:
        return _THROWN[event]
    if node.by_event:
        return activities.EventSubProcess
    if node.zeebe.task_type:
        return activities.ServiceTask
    if node.kind == "scriptTask":
        return activities.ScriptTask
    if node.kind == "businessRuleTask":
        return activities.DecisionTask
    return _KINDS[node.kind]


def _undoes(event: Node) -> bool:
    """A compensation boundary event does not wait: it says how the activity is undone when it is done."""
    return event.event is not None and event.event.kind == "compensation"


def _links(scope: Scope) -> list[Flow]:
    """A pair of link events is a flow that is not drawn (BPMN 2.0.2, 10.5.5)."""
    links = [
        (node, node.event.name) for node in scope.nodes.values() if node.event and node.event.kind == "link"
    ]
    catches = {name: node.id for node, name in links if node.kind == "intermediateCatchEvent"}
    return [
        Flow(f"{node.id}~link", node.id, catches[name], None, node.line)
        for node, name in links
        if node.kind == "intermediateThrowEvent"
    ]


def _reached_from(join: Kernel, scope: Scope, flows: list[Flow]) -> dict[str, frozenset[str]]:
    """Node -> the join's incoming flows that a token at the node can come on without passing the join."""
    before: dict[str, set[str]] = {}
    for flow in flows:
        before.setdefault(flow.target, set()).add(flow.source)
    for node in scope.nodes.values():
        if node.host:
            before.setdefault(node.id, set()).add(node.host)
    found: dict[str, set[str]] = {}
    for flow in flows:
        if flow.target == join.node.id:
            for node_id in _upstream(flow.source, join.node.id, before):
                found.setdefault(node_id, set()).add(flow.id)
    shared: dict[frozenset[str], frozenset[str]] = {}
    frozen = {node_id: frozenset(ids) for node_id, ids in found.items()}
    return {node_id: shared.setdefault(ids, ids) for node_id, ids in frozen.items()}


def _upstream(start: str, without: str, before: Mapping[str, set[str]]) -> set[str]:
    seen, todo = {start}, [start]
    while todo:
        new = before.get(todo.pop(), set()) - seen - {without}
        seen |= new
        todo += new
    return seen - {without}
