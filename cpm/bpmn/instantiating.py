"""Receive tasks and event gateways that begin a process as their message comes (BPMN 2.0.2, 10.3.3 and 10.6.6)."""

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from cpm.bpmn.findings import Findings, Reason
from cpm.bpmn.model import Node, Scope
from cpm.bpmn.xmlnames import flag, in_bpmn, local


@dataclass(frozen=True, slots=True)
class Opener:
    """What the process may begin with."""

    node: Node  #: a receive task, or an event behind a gateway
    gateway: Node | None = None
    others: tuple[str, ...] = ()  #: what is waited for besides, behind a parallel gateway


def openers(scope: Scope) -> list[Opener]:
    """In the order of the file."""
    found = []
    for node in scope.nodes.values():
        if node.instantiates and node.kind == "receiveTask":
            found.append(Opener(node))
        elif node.instantiates:
            behind = [
                scope.nodes[flow.target] for flow in scope.leaving(node.id) if flow.target in scope.nodes
            ]
            for event in behind:
                others = tuple(other.id for other in behind if other is not event) if node.together else ()
                found.append(Opener(event, node, others))
    return found


def read_instantiating(node: Node, element: etree._Element, file: str, findings: Findings) -> None:
    if node.kind not in {"receiveTask", "eventBasedGateway"}:
        return
    node.instantiates = flag(element, "instantiate", default=False)
    node.together = element.get("eventGatewayType") == "Parallel"
    if node.together and not node.instantiates:
        reason = Reason(
            "Expected a parallel event gateway to begin the process (instantiate), but this one does not.",
            "Ein paralleles ereignisbasiertes Gateway gibt es nur am Anfang eines Prozesses (instantiate), dieses beginnt keinen.",
            "10.6.6",
        )
        findings.at(file, element, reason)


def needs_no_key(owner: etree._Element) -> bool:
    """Is it only ever what begins the process, and never waited for?"""
    scope = owner.getparent()
    if local(owner) == "receiveTask" and flag(owner, "instantiate", default=False):
        return True
    if local(owner) not in {"receiveTask", "intermediateCatchEvent"} or scope is None:
        return False
    flows = [each for each in scope if in_bpmn(each) and local(each) == "sequenceFlow"]
    sources = {each.get("sourceRef") for each in flows if each.get("targetRef") == owner.get("id")}
    return any(
        local(each) == "eventBasedGateway"
        and each.get("id") in sources
        and flag(each, "instantiate", default=False)
        and each.get("eventGatewayType") != "Parallel"
        for each in scope
    )


def instantiating_problems(scope: Scope, *, top: bool) -> Iterator[tuple[Node, Reason]]:
    reached = {flow.target for flow in scope.flows}
    for node in scope.nodes.values():
        if not node.instantiates:
            continue
        section = "10.3.3" if node.kind == "receiveTask" else "10.6.6"
        if not top or node.id in reached:
            yield (
                node,
                Reason(
                    "Expected what begins a process to stand in the process itself with no flow into it, but it is not so.",
                    "Was einen Prozess beginnt, steht im Prozess selbst, und kein Sequenzfluss führt hinein.",
                    section,
                ),
            )
        if node.loop or node.needs != 1:
            yield (
                node,
                Reason(
                    "Expected what begins a process to happen once, but it has instances or startQuantity.",
                    "Was einen Prozess beginnt, geschieht einmal; hier gibt es eine Mehrfachausführung oder startQuantity.",
                    section,
                ),
            )
    for opener in openers(scope):
        yield from _trigger_problems(opener)
    yield from _lost_beside(scope)


def _trigger_problems(opener: Opener) -> Iterator[tuple[Node, Reason]]:
    """10.6.6: what begins a process are messages; signals here too, where nothing else is waited for."""
    event, gateway = opener.node.event, opener.gateway
    if event is None or event.kind == "refused":
        return  # that is said elsewhere
    kinds = {"message"} if gateway is None or gateway.together else {"message", "signal"}
    if event.kind not in kinds:
        yield (
            opener.node,
            Reason(
                "Expected a message behind an event gateway that begins the process, but this is another event.",
                "Hinter einem ereignisbasierten Gateway, das den Prozess beginnt, stehen Nachrichten; dies ist ein anderes Ereignis.",
                "10.6.6",
            ),
        )
    elif event.value is not None and not event.value.fixed:
        yield (
            opener.node,
            Reason(
                "Expected what begins a process to have a fixed name, but it is an expression.",
                "Was einen Prozess beginnt, hat einen festen Namen, hier ist es ein Ausdruck.",
            ),
        )


def _lost_beside(scope: Scope) -> Iterator[tuple[Node, Reason]]:
    """Without a start event, only what the message comes to begins."""
    if not openers(scope) or any(node.kind == "startEvent" for node in scope.nodes.values()):
        return
    for node in scope.begins_by_itself():
        if not node.instantiates:
            yield (
                node,
                Reason(
                    "Expected a flow into this element, as the process begins by a message, but none leads to it.",
                    "Zu diesem Element führt kein Sequenzfluss; der Prozess beginnt mit einer Nachricht und käme nie hierher.",
                ),
            )
