"""The rules of BPMN, and ours, that a model has to keep to run as it is drawn; each refusal names its element.

Section numbers are those of BPMN 2.0.2.
"""

from collections.abc import Iterator, Mapping

from cpm.bpmn.checks.ad_hoc import ad_hoc_problems
from cpm.bpmn.checks.compensation import compensation_problems
from cpm.bpmn.checks.events import event_problems
from cpm.bpmn.checks.nodes import node_problems
from cpm.bpmn.checks.ways import ring_problems, way_problems
from cpm.bpmn.findings import Findings, Reason
from cpm.bpmn.instantiating import instantiating_problems, openers
from cpm.bpmn.model import Flow, Node, Process, Scope
from cpm.bpmn.reading.extensions import EMBEDDED
from cpm.bpmn.vocabulary import ACTIVITIES, GATEWAYS
from cpm.bpmn.words import german

#: Beyond that nobody can read the drawing, and some checks take time by the square of it.
MOST_NODES = 2_000
MOST_FLOWS = 4_000


def check(process: Process, known: Mapping[str, bool], findings: Findings) -> None:
    """`known` has the ids of processes, and whether they can be called."""
    too_much = list(_size_problems(process))
    for reason in too_much:
        findings.at_line(process.file, process.line, process.id, reason)
    if too_much:
        return  # to look at all of it takes too long
    for node in process.all_nodes():
        for reason in _form_problems(node, process):
            findings.about(process.file, node, reason)
    for reason in _start_problems(process, top=True):
        findings.at_line(process.file, process.line, process.id, reason)
    _check_scope(process, process.file, known, findings)


def _size_problems(process: Process) -> Iterator[Reason]:
    for what, was, found, most in (
        ("elements", "Elemente", len(process.all_nodes()), MOST_NODES),
        ("sequence flows", "Sequenzflüsse", len(process.all_flows()), MOST_FLOWS),
    ):
        if found > most:
            yield Reason(
                f"Expected at most {most} {what} in one process, but there are {found}; call some as their own.",
                f"Ein Prozess kann höchstens {most} {was} haben, dieser hat {found}; Teile davon sollten eigene "
                "Prozesse werden, die er aufruft.",
            )


def _form_problems(node: Node, process: Process) -> Iterator[Reason]:
    form = node.zeebe.form_id or ""
    if form.startswith(EMBEDDED) and form not in process.forms:
        yield Reason(
            f"Expected a form {form!r} in the process, but there is none.",
            f"Das Formular {form!r} liegt nicht im Prozess.",
        )


def _check_scope(
    scope: Scope,
    file: str,
    known: Mapping[str, bool],
    findings: Findings,
    around: tuple[tuple[Node, Scope], ...] = (),
) -> None:
    """`around` are the subprocesses that the scope lies in, each with the scope it stands in, nearest first."""
    chosen = bool(around) and around[0][0].ad_hoc is not None
    of_scope = (
        *compensation_problems(scope, around),
        *instantiating_problems(scope, top=not around),
        *(() if chosen else ring_problems(scope)),
    )
    for node, reason in of_scope:
        findings.about(file, node, reason)
    for flow in scope.flows:
        for reason in _flow_problems(flow, scope):
            findings.about(file, flow, reason)
    into, out = _ends(scope)
    for node in scope.nodes.values():
        before, behind = into.get(node.id, []), out.get(node.id, [])
        ways = () if chosen else way_problems(node, before, behind)
        for reason in (*node_problems(node, known), *_place_problems(node, scope, before, behind), *ways):
            findings.about(file, node, reason)
        if node.inner:
            if node.by_event:
                problems = _handler_problems(node, scope)
            elif node.ad_hoc:
                problems = ad_hoc_problems(node.inner)
            else:
                problems = _start_problems(node.inner, top=False)
            for reason in problems:
                findings.about(file, node, reason)
            _check_scope(node.inner, file, known, findings, ((node, scope), *around))


def _start_problems(scope: Scope, *, top: bool) -> Iterator[Reason]:
    """10.5.2 for processes, 10.3.5 for embedded subprocesses."""
    starts = [node for node in scope.nodes.values() if node.kind == "startEvent"]
    plain = [node for node in starts if node.event is None or node.event.kind == "none"]
    if not starts and not openers(scope):
        yield from _implicit_start_problems(scope)
    elif not top and len(starts) != 1 and not openers(scope):
        yield Reason(
            f"Expected one start event in the subprocess, but there are {len(starts)}.",
            f"Ein Teilprozess hat ein Startereignis, dieser hat {len(starts)}.",
        )
    elif not top and not plain and not any(node.event and node.event.kind == "refused" for node in starts):
        yield Reason(
            "Expected the subprocess to start without a trigger, but its start event has one.",
            "Ein Teilprozess beginnt mit einem Blanko-Startereignis, dieses hier hat einen Auslöser.",
            "10.5.2",
        )
    elif len(plain) > 1:
        yield Reason(
            f"Expected at most one start event without a trigger, but there are {len(plain)}.",
            f"Es kann nur ein Blanko-Startereignis geben, hier sind es {len(plain)}.",
        )


def _implicit_start_problems(scope: Scope) -> Iterator[Reason]:
    """10.5.2: without a start event all begins that no flow leads to."""
    if not scope.begins_by_itself():
        yield Reason(
            "Expected a start event, but there is none, and nothing else to begin with.",
            "Es gibt kein Startereignis und auch sonst nichts, womit es beginnen könnte.",
            "10.5.2",
        )
    elif any(node.kind == "endEvent" for node in scope.nodes.values()):
        yield Reason(
            "Expected a start event, as there is an end event, but there is none.",
            "Wo es ein Endereignis gibt, gibt es auch ein Startereignis, hier fehlt es.",
            "10.5.2",
        )


def _handler_problems(node: Node, scope: Scope) -> Iterator[Reason]:
    """10.3.5, event subprocesses."""
    assert node.inner is not None
    starts = [inner for inner in node.inner.nodes.values() if inner.kind == "startEvent"]
    if len(starts) != 1:
        yield Reason(
            f"Expected one start event in the event subprocess, but there are {len(starts)}.",
            f"Ein Ereignis-Teilprozess hat genau ein Startereignis, dieser hat {len(starts)}.",
            "10.3.5",
        )
    for start in starts:
        if start.event is None or start.event.kind == "none":
            yield Reason(
                "Expected the event subprocess to start with a trigger, but its start event has none.",
                "Ein Ereignis-Teilprozess beginnt mit einem Auslöser, sein Startereignis hat aber keinen.",
                "10.3.5",
            )
        elif start.event.kind == "error" and not start.interrupting:
            yield Reason(
                "Expected an error to interrupt, but this event subprocess does not.",
                "Ein Fehler unterbricht immer, dieser Ereignis-Teilprozess aber nicht.",
                "10.5.2",
            )
    if any(node.id in {flow.source, flow.target} for flow in scope.flows):
        yield Reason(
            "Expected no flow into or out of an event subprocess, but there is one.",
            "In einen Ereignis-Teilprozess führt kein Sequenzfluss und aus ihm heraus auch nicht, hier gibt es einen.",
            "10.3.5",
        )
    if node.loop or any(other.host == node.id for other in scope.nodes.values()):
        yield Reason(
            "Expected an event subprocess without boundary events or instances, but it has some.",
            "Ein Ereignis-Teilprozess hat keine Randereignisse und wird nicht mehrfach ausgeführt.",
            "10.3.5",
        )


def _flow_problems(flow: Flow, scope: Scope) -> Iterator[Reason]:
    """8.4.13: a flow connects two nodes of one scope."""
    source, target = scope.nodes.get(flow.source), scope.nodes.get(flow.target)
    for what, reference, node in (("sourceRef", flow.source, source), ("targetRef", flow.target, target)):
        if not reference:
            yield Reason(
                f"Expected a flow with {what}, but there is none.",
                f"Hier fehlt {what}: Ein Sequenzfluss verbindet zwei Elemente.",
                "8.4.13",
            )
        elif node is None:
            yield Reason(
                f"Expected {what} to name a node in the same process or subprocess, but {reference!r} is none.",
                f"{what} muss ein Element desselben Prozesses oder Teilprozesses nennen, {reference!r} ist keins.",
                "8.4.13",
            )
    if source and source.kind == "endEvent":
        yield Reason(
            f"Expected no flow out of an end event, but this one leaves {source.id!r}.",
            f"Aus einem Endereignis führt kein Sequenzfluss heraus, dieser verlässt {source.id!r}.",
            "10.5.3",
        )
    if target and target.kind in {"startEvent", "boundaryEvent"}:
        yield Reason(
            f"Expected no flow into a {target.kind}, but this one leads to {target.id!r}.",
            f"Zu einem {german(target.kind)} führt kein Sequenzfluss, dieser führt zu {target.id!r}.",
            "10.5.2" if target.kind == "startEvent" else "10.5.4",
        )
    if flow.condition and source and source.kind in {"parallelGateway", "eventBasedGateway"}:
        yield Reason(
            f"Expected no condition on a flow out of a {source.kind}, but here is one.",
            f"Ein {german(source.kind)} hat keine Bedingungen an seinen Sequenzflüssen, hier steht eine.",
            "8.4.13",
        )
    if flow.condition and source and source.default == flow.id:
        yield Reason(
            "Expected no condition on the default flow, but here is one.",
            "Der Standardfluss hat keine Bedingung, hier steht eine.",
            "8.4.13",
        )
    if flow.condition and source and source.kind in {"startEvent", "boundaryEvent", "intermediateCatchEvent"}:
        yield Reason(
            "Expected conditions on flows out of activities and gateways, but this one leaves an event.",
            "Bedingungen stehen an Sequenzflüssen aus Aktivitäten und Gateways, dieser verlässt ein Ereignis.",
            "10.5.1",
        )


def _ends(scope: Scope) -> tuple[dict[str, list[Flow]], dict[str, list[Flow]]]:
    """The flows to each node and from each: to look for them at every node takes time by the square of them."""
    into: dict[str, list[Flow]] = {}
    out: dict[str, list[Flow]] = {}
    for flow in scope.flows:
        into.setdefault(flow.target, []).append(flow)
        out.setdefault(flow.source, []).append(flow)
    return into, out


def _place_problems(node: Node, scope: Scope, into: list[Flow], flows: list[Flow]) -> Iterator[Reason]:
    """`into` are the flows that lead to the node, `flows` those that leave it."""
    if node.default and node.default not in {flow.id for flow in flows}:
        yield Reason(
            f"Expected the default flow to leave this element, but {node.default!r} does not.",
            f"Der Standardfluss muss aus diesem Element herausführen, {node.default!r} tut das nicht.",
            "8.4.13",
        )
    if node.kind in GATEWAYS and not flows:
        yield Reason(
            "Expected a flow out of the gateway, but there is none.",
            "Aus dem Gateway muss ein Sequenzfluss herausführen, es gibt keinen.",
            "10.6.1",
        )
    if node.kind in {"exclusiveGateway", "inclusiveGateway"} and len(flows) > 1:
        for flow in flows:
            if flow.condition is None and flow.id != node.default:
                yield Reason(
                    f"Expected a condition on the flow {flow.id!r} out of the gateway, but there is none.",
                    f"Der Sequenzfluss {flow.id!r} aus dem Gateway braucht eine Bedingung, er hat keine.",
                    "10.6.2" if node.kind == "exclusiveGateway" else "10.6.3",
                )
    if node.kind == "complexGateway" and len(into) > 1 and node.activation is None:
        yield Reason(
            "Expected an activation condition, as several flows lead to this gateway, but there is none.",
            "Zu diesem Gateway führen mehrere Sequenzflüsse, es braucht eine Aktivierungsbedingung.",
            "10.6.5",
        )
    if node.needs > 1 and any(
        scope.nodes[flow.source].kind == "eventBasedGateway" for flow in into if flow.source in scope.nodes
    ):
        yield Reason(
            "Expected one token to be enough behind the event gateway, but startQuantity wants more.",
            "Hinter einem ereignisbasierten Gateway genügt ein Token, startQuantity verlangt hier mehr.",
            "10.6.6",
        )
    if not into and _needs_a_flow_in(node, scope):
        yield Reason(
            "Expected a flow into this element, but none leads to it, so that it would never be done.",
            "Zu diesem Element führt kein Sequenzfluss, es käme nie an die Reihe.",
        )
    yield from event_problems(node, scope)


def _needs_a_flow_in(node: Node, scope: Scope) -> bool:
    """Of activities, gateways and intermediate events; without, BPMN would begin there (10.5.2), but there is a start event."""
    if not any(other.kind == "startEvent" for other in scope.nodes.values()):
        return False
    if node.kind in {"intermediateCatchEvent", "intermediateThrowEvent"}:
        return not (node.kind == "intermediateCatchEvent" and node.event and node.event.kind == "link")
    stands_alone = node.by_event or node.for_compensation or node.instantiates
    return node.kind in ACTIVITIES | GATEWAYS and not stands_alone
