"""What compensation, cancel and transactions ask of a model. Section numbers are those of BPMN 2.0.2."""

from collections.abc import Iterator

from cpm.bpmn.findings import Reason
from cpm.bpmn.model import Node, Scope
from cpm.bpmn.vocabulary import ACTIVITIES
from cpm.bpmn.words import german


def compensation_problems(
    scope: Scope, around: tuple[tuple[Node, Scope], ...]
) -> Iterator[tuple[Node, Reason]]:
    """`around` are the subprocesses that the scope lies in, each with the scope it stands in, nearest first."""
    handlers = scope.undoing()
    flows = {end for flow in scope.flows for end in (flow.source, flow.target)}
    hosts = {node.host for node in scope.nodes.values() if node.host}
    undone = [node for node in scope.nodes.values() if node.undoes_its_scope]
    for second in undone[1:]:
        yield (
            second,
            Reason(
                "Expected one compensation event subprocess here, but this is another.",
                "Es gibt hier höchstens einen Kompensations-Ereignis-Teilprozess, dies ist noch einer.",
                "10.7.1",
            ),
        )
    for node in scope.nodes.values():
        kind = node.event.kind if node.event else ""
        found: list[Iterator[Reason]] = []
        if kind == "compensation" and node.kind == "boundaryEvent":
            found.append(_boundary_problems(node, scope, flows))
        elif kind == "compensation" and node.kind in {"endEvent", "intermediateThrowEvent"}:
            found.append(_throw_problems(node, scope, around))
        elif kind == "cancel":
            found.append(_cancel_problems(node, scope, around))
        if node.for_compensation and not node.undoes_its_scope:
            found.append(_handler_problems(node, flows, hosts, set(map(id, handlers.values()))))
        elif node.undoes_its_scope:
            found.append(_start_problems(node))
        for reasons in found:
            for reason in reasons:
                yield node, reason


def _boundary_problems(node: Node, scope: Scope, flows: set[str]) -> Iterator[Reason]:
    host = scope.nodes.get(node.host or "")
    to = [scope.nodes[name] for name in node.associated if name in scope.nodes]
    handlers = [each for each in to if each.for_compensation]
    if len(handlers) != 1:
        yield Reason(
            "Expected an association to one activity for compensation (isForCompensation) in the same scope, "
            f"but there are {len(handlers)}.",
            "Ein Kompensations-Randereignis ist mit genau einer Kompensationsaktivität (isForCompensation) desselben "
            f"Prozesses oder Teilprozesses durch eine Assoziation verbunden, hier sind es {len(handlers)}.",
            "10.7.1",
        )
    if node.id in flows:
        yield Reason(
            "Expected an association instead of flows at a compensation boundary event, but there is a flow.",
            "Aus einem Kompensations-Randereignis führt eine Assoziation und kein Sequenzfluss, hier gibt es einen.",
            "10.5.4",
        )
    if host is None:
        return
    if next(each for each in scope.nodes.values() if _undoes(each, host)) is not node:
        yield Reason(
            f"Expected one compensation boundary event on {host.id!r}, but this is another.",
            f"An {host.id!r} hängt schon ein Kompensations-Randereignis, dies ist noch eins.",
            "10.7.1",
        )
    if host.for_compensation:
        yield Reason(
            "Expected a compensation activity not to be compensated itself, but it has this event.",
            "Eine Kompensationsaktivität wird nicht selbst kompensiert, diese hat aber ein Kompensations-Randereignis.",
            "10.7.1",
        )
    if host.loop and any(each.loop for each in handlers):
        yield Reason(
            f"Expected a handler without instances of its own, since it is done once for each instance of {host.id!r}, "
            "but it has some.",
            f"Die Kompensationsaktivität läuft für jede Ausführung von {host.id!r} einmal und hat darum selbst keine "
            "Schleife oder Mehrfachausführung, diese hat aber eine.",
            "13.5.5",
        )


def _undoes(event: Node, host: Node) -> bool:
    return event.host == host.id and event.event is not None and event.event.kind == "compensation"


def _handler_problems(node: Node, flows: set[str], hosts: set[str], used: set[int]) -> Iterator[Reason]:
    if node.by_event:
        yield Reason(
            "Expected an event subprocess for compensation to start with a compensation event, but this one does not.",
            "Ein Ereignis-Teilprozess zur Kompensation beginnt mit einem Kompensationsereignis, dieser nicht.",
            "10.7.1",
        )
        return
    if node.id in flows:
        yield Reason(
            "Expected an activity for compensation outside of the flow, but a flow leads into or out of it.",
            "Eine Kompensationsaktivität hat keine Sequenzflüsse, in diese oder aus dieser führt aber einer.",
            "10.7.1",
        )
    if id(node) not in used:
        yield Reason(
            "Expected a compensation boundary event that is associated with this activity, but there is none, so that "
            "it would never be done.",
            "Kein Kompensations-Randereignis ist mit dieser Kompensationsaktivität verbunden, sie käme nie an die Reihe.",
            "10.7.1",
        )
    if node.id in hosts:
        yield Reason(
            "Expected an activity for compensation without boundary events, but it has some; they do not run here.",
            "Eine Kompensationsaktivität hat hier keine Randereignisse, diese hat welche.",
        )
    if node.needs != 1 or node.gives != 1:
        yield Reason(
            "Expected an activity for compensation without startQuantity or completionQuantity, but it has one.",
            "Eine Kompensationsaktivität hat keine startQuantity oder completionQuantity, diese hat eine.",
            "10.7.1",
        )


def _start_problems(node: Node) -> Iterator[Reason]:
    assert node.inner is not None
    for start in node.inner.nodes.values():
        if start.kind == "startEvent" and not start.interrupting:
            yield Reason(
                "Expected no isInterrupting='false' on a compensation start event, but it is there.",
                "Ein Kompensations-Startereignis gibt es nicht als nicht unterbrechendes (isInterrupting='false').",
                "10.5.2",
            )


def _throw_problems(node: Node, scope: Scope, around: tuple[tuple[Node, Scope], ...]) -> Iterator[Reason]:
    assert node.event is not None
    name = node.event.activity
    if name is None:
        return
    seen = [scope]
    if around and around[0][0].by_event:
        seen.append(around[0][1])
    found = next(((each, each.nodes[name]) for each in seen if name in each.nodes), None)
    if found is None or found[1].kind not in ACTIVITIES:
        yield Reason(
            f"Expected activityRef to name an activity that is seen from here, but {name!r} is none.",
            f"activityRef nennt eine Aktivität desselben Prozesses oder Teilprozesses (oder des umgebenden, wenn das hier "
            f"ein Ereignis-Teilprozess ist), {name!r} ist keine.",
            "10.5.5",
        )
    elif not _can_be_undone(found[1], found[0]):
        yield Reason(
            f"Expected {name!r} to have a compensation boundary event or something to compensate in it, but it has none.",
            f"{name!r} hat weder ein Kompensations-Randereignis noch etwas darin, das kompensiert werden kann.",
            "10.5.5",
        )


def _can_be_undone(node: Node, scope: Scope) -> bool:
    return node.id in scope.undoing() or (node.inner is not None and _undone_inside(node.inner))


def _undone_inside(scope: Scope) -> bool:
    nodes = scope.nodes.values()
    return bool(scope.undoing()) or any(
        node.undoes_its_scope or (node.inner is not None and _undone_inside(node.inner)) for node in nodes
    )


def _cancel_problems(node: Node, scope: Scope, around: tuple[tuple[Node, Scope], ...]) -> Iterator[Reason]:
    if node.kind == "endEvent" and not (around and around[0][0].kind == "transaction"):
        yield Reason(
            "Expected a cancel end event directly in a transaction, but this one is elsewhere.",
            "Ein Abbruch-Endereignis steht unmittelbar in einer Transaktion, dieses steht woanders.",
            "10.5.3",
        )
    elif node.kind == "endEvent" and not _caught(*around[0]):
        yield Reason(
            f"Expected a cancel boundary event on the transaction {around[0][0].id!r}, but there is none, so that nothing "
            "would follow.",
            f"An der Transaktion {around[0][0].id!r} fehlt ein Abbruch-Randereignis, nach dem Abbruch ginge es nicht weiter.",
            "10.3.5",
        )
    if node.kind != "boundaryEvent":
        return
    host = scope.nodes.get(node.host or "")
    if host is not None and host.kind != "transaction":
        yield Reason(
            f"Expected a cancel boundary event on a transaction, but {host.id!r} is a {host.kind}.",
            f"Ein Abbruch-Randereignis hängt an einer Transaktion, {host.id!r} ist keine ({german(host.kind)}).",
            "10.5.4",
        )
    if not node.interrupting:
        yield Reason(
            "Expected a cancel boundary event to interrupt, but it does not.",
            "Ein Abbruch-Randereignis unterbricht immer, dieses aber nicht.",
            "10.5.4",
        )
    same = [each for each in scope.nodes.values() if each.host == node.host and _is_cancel(each)]
    if same[0] is not node:
        yield Reason(
            f"Expected one cancel boundary event on {node.host!r}, but this is another.",
            f"An {node.host!r} hängt schon ein Abbruch-Randereignis, dies ist noch eins.",
            "10.5.4",
        )


def _caught(transaction: Node, scope: Scope) -> bool:
    return any(each.host == transaction.id and _is_cancel(each) for each in scope.nodes.values())


def _is_cancel(node: Node) -> bool:
    return node.kind == "boundaryEvent" and node.event is not None and node.event.kind == "cancel"
