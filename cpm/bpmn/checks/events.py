"""Which events may stand together. Section numbers are those of BPMN 2.0.2."""

from collections import Counter
from collections.abc import Iterator
from itertools import takewhile

from cpm.bpmn.findings import Reason
from cpm.bpmn.model import Node, Scope
from cpm.bpmn.timing.timers import endless
from cpm.bpmn.vocabulary import ACTIVITIES, NODES

_BEHIND_GATEWAY = {"timer", "message", "signal", "conditional", "multiple", "refused"}


def event_problems(node: Node, scope: Scope) -> Iterator[Reason]:
    if node.kind == "eventBasedGateway":
        yield from _event_gateway_problems(node, scope)
    if node.kind == "boundaryEvent":
        yield from _boundary_problems(node, scope)
    if node.event and node.event.kind == "link":
        yield from _link_problems(node, scope)
    if (
        node.kind == "intermediateCatchEvent"
        and node.event
        and endless(node.event)
        and _in_the_way(node, scope)
    ):
        yield Reason(
            "Expected a cycle with an end in the flow, where each ring sends a token on, but this one never ends.",
            "Im Sequenzfluss schickt jedes Klingeln eine Marke weiter; der Zyklus muss enden (R3/PT1H), dieser endet nie.",
        )


def _in_the_way(node: Node, scope: Scope) -> bool:
    """Not behind an event gateway, where the first ring decides."""
    sources = [scope.nodes.get(flow.source) for flow in scope.flows if flow.target == node.id]
    return not any(source and source.kind == "eventBasedGateway" for source in sources)


def _event_gateway_problems(node: Node, scope: Scope) -> Iterator[Reason]:
    """10.6.6."""
    flows = scope.leaving(node.id)
    if len(flows) < 2:
        yield Reason(
            f"Expected at least two flows out of an event gateway, but there is {len(flows)}.",
            "Aus einem ereignisbasierten Gateway führen mindestens zwei Sequenzflüsse, "
            f"hier {'ist es einer' if flows else 'gibt es keinen'}.",
            "10.6.6",
        )
    yield from _mixture_problems([scope.nodes[flow.target] for flow in flows if flow.target in scope.nodes])
    into = Counter(flow.target for flow in scope.flows)
    awaited: set[tuple[str, str]] = set()
    for flow in flows:
        target = scope.nodes.get(flow.target)
        if target is None:
            continue
        catches = target.kind in {"intermediateCatchEvent", "receiveTask"} and target.event
        if not catches or (target.event and target.event.kind not in _BEHIND_GATEWAY):
            yield Reason(
                "Expected a message, timer, condition, signal or receive task behind the event gateway, "
                f"but {target.id!r} is none.",
                "Hinter einem ereignisbasierten Gateway stehen eintretende Zwischenereignisse oder Empfangsaufgaben, "
                f"{target.id!r} ist nichts davon.",
                "10.6.6",
            )
        if into[target.id] > 1:
            yield Reason(
                f"Expected {target.id!r} to be reached from the event gateway only, but other flows lead there.",
                f"Zu {target.id!r} darf nur vom ereignisbasierten Gateway aus ein Sequenzfluss führen, es gibt andere.",
                "10.6.6",
            )
        if target.loop or any(other.host == target.id for other in scope.nodes.values()):
            yield Reason(
                f"Expected {target.id!r} behind the event gateway without boundary events or instances, but it has some.",
                f"Hinter einem ereignisbasierten Gateway hat {target.id!r} keine Randereignisse und keine "
                "Mehrfachausführung.",
                "10.6.6",
            )
        if target.event and target.event.kind == "message" and target.event.name:
            message = (target.event.name, target.event.key.text if target.event.key else "")
            if message in awaited:
                yield Reason(
                    f"Expected different messages behind the event gateway, but {message[0]!r} is there twice.",
                    f"Hinter dem ereignisbasierten Gateway wird {message[0]!r} zweimal erwartet; die Nachrichten "
                    "müssen sich unterscheiden.",
                )
            awaited.add(message)


def _mixture_problems(targets: list[Node]) -> Iterator[Reason]:
    tasks = [node.id for node in targets if node.kind == "receiveTask"]
    events = [node.id for node in targets if node.kind != "receiveTask" and _waits_for_a_message(node)]
    if tasks and events:
        yield Reason(
            f"Expected either receive tasks or message events behind the event gateway, but {tasks[0]!r} is one and "
            f"{events[0]!r} the other.",
            "Hinter einem ereignisbasierten Gateway stehen entweder Empfangsaufgaben oder Nachrichtenereignisse, hier aber "
            f"beides: {tasks[0]!r} und {events[0]!r}.",
            "10.6.6",
        )


def _waits_for_a_message(node: Node) -> bool:
    event = node.event
    return event is not None and "message" in {event.kind, *(each.kind for each in event.each)}


def _boundary_problems(node: Node, scope: Scope) -> Iterator[Reason]:
    """10.5.4."""
    host = scope.nodes.get(node.host or "")
    if node.host is None:
        yield Reason(
            "Expected attachedToRef to name an activity, but there is none.",
            "Hier fehlt attachedToRef: An welcher Aktivität hängt das Randereignis?",
            "10.5.4",
        )
    elif host is None or (host.kind not in ACTIVITIES and host.kind in NODES):
        yield Reason(
            f"Expected to be attached to an activity of the same scope, but {node.host!r} is none.",
            f"Ein Randereignis hängt an einer Aktivität desselben Prozesses oder Teilprozesses, {node.host!r} ist keine.",
            "10.5.4",
        )
    if node.event and node.event.kind == "error" and not node.interrupting:
        yield Reason(
            "Expected an error boundary event to interrupt, but it does not.",
            "Ein Fehler-Randereignis unterbricht immer, dieses aber nicht.",
            "10.5.4",
        )
    earlier = takewhile(lambda other: other is not node, scope.nodes.values())
    if any(other.host == node.host and _catches_the_same(node, other) for other in earlier):
        yield Reason(
            f"Expected one boundary event for each code on {node.host!r}, but this is another.",
            f"An {node.host!r} fängt schon ein anderes Randereignis diesen Code; eins von beiden käme nie an die Reihe.",
        )


def _catches_the_same(one: Node, other: Node) -> bool:
    """Only the first would ever catch an error or escalation."""
    if one.event is None or other.event is None or one.event.kind not in {"error", "escalation"}:
        return False
    return (one.event.kind, one.event.code) == (other.event.kind, other.event.code)


def _link_problems(node: Node, scope: Scope) -> Iterator[Reason]:
    """10.5.5."""
    assert node.event is not None
    catches = [
        other
        for other in scope.nodes.values()
        if other.kind == "intermediateCatchEvent"
        and other.event
        and other.event.kind == "link"
        and other.event.name == node.event.name
    ]
    if len(catches) != 1:
        yield Reason(
            f"Expected one catching link {node.event.name!r} in this scope, but there are {len(catches)}.",
            f"Zum Link {node.event.name!r} gehört hier genau ein eintretendes Link-Ereignis, es gibt {len(catches)}.",
            "10.5.5",
        )
    if node.kind == "intermediateCatchEvent" and not any(
        other.kind == "intermediateThrowEvent"
        and other.event
        and other.event.kind == "link"
        and other.event.name == node.event.name
        for other in scope.nodes.values()
    ):
        yield Reason(
            f"Expected a throwing link {node.event.name!r} in this scope, but there is none, so that nothing leads here.",
            f"Zum Link {node.event.name!r} gibt es hier kein ausgelöstes Link-Ereignis; es käme nie an die Reihe.",
            "10.5.5",
        )
    if node.kind == "intermediateThrowEvent" and scope.leaving(node.id):
        yield Reason(
            "Expected no flow out of a throwing link, but there is one.",
            "Aus einem ausgelösten Link-Ereignis führt kein Sequenzfluss heraus, hier gibt es einen.",
            "10.5.5",
        )
    if node.kind == "intermediateCatchEvent" and any(flow.target == node.id for flow in scope.flows):
        yield Reason(
            "Expected no flow into a catching link, but there is one.",
            "Zu einem eintretenden Link-Ereignis führt kein Sequenzfluss, hier gibt es einen.",
            "10.5.5",
        )
