"""How many flows lead to a node and away from it, against what its attributes say. Sections of BPMN 2.0.2."""

from collections import Counter
from collections.abc import Iterator

from lxml import etree

from cpm.bpmn.checks.grammar import kind_of
from cpm.bpmn.findings import Reason
from cpm.bpmn.xmlnames import BPMN, flag, local

Problems = Iterator[tuple[etree._Element, Reason]]


def direction_problems(root: etree._Element) -> Problems:
    flows = list(root.iter(f"{BPMN}sequenceFlow"))
    into, out = (Counter(flow.get(end) for flow in flows) for end in ("targetRef", "sourceRef"))
    for element in root.iter(f"{BPMN}*"):
        name = element.get("id")
        if element.get("gatewayDirection") is not None:
            yield from _gateway_problems(element, into[name], out[name])
        if flag(element, "instantiate", default=False) and into[name] and not _is_behind_one(element, flows):
            yield element, _not_first(element)
        if element.get("eventGatewayType") == "Parallel" and not flag(element, "instantiate", default=False):
            yield element, _PARALLEL


def _gateway_problems(gateway: etree._Element, into: int, out: int) -> Problems:
    """8.4.9: what each direction allows."""
    direction = gateway.get("gatewayDirection")
    if (direction == "Converging" and out > 1) or (direction == "Diverging" and into > 1):
        way, weg = ("out of", "herausführt") if direction == "Converging" else ("into", "hineinführt")
        yield (
            gateway,
            Reason(
                f"Expected at most one flow {way} a {direction} gateway, but there are {max(into, out)}.",
                f"Die gatewayDirection {direction} heißt, dass höchstens ein Sequenzfluss {weg}, hier sind es "
                f"{out if direction == 'Converging' else into}.",
                "8.4.9",
            ),
        )
    elif direction == "Mixed" and min(into, out) < 2:
        yield (
            gateway,
            Reason(
                f"Expected several flows into and out of a Mixed gateway, but there are {into} and {out}.",
                f"Die gatewayDirection Mixed heißt, dass mehrere Sequenzflüsse hinein- und mehrere herausführen, hier sind es "
                f"{into} und {out}.",
                "8.4.9",
            ),
        )


def _is_behind_one(element: etree._Element, flows: list[etree._Element]) -> bool:
    """10.6.6: a receive task behind an event gateway that begins the process."""
    sources = {flow.get("sourceRef") for flow in flows if flow.get("targetRef") == element.get("id")}
    root = element.getroottree().getroot()
    gateways = root.iter(f"{BPMN}eventBasedGateway")
    first = {each.get("id") for each in gateways if flag(each, "instantiate", default=False)}
    return local(element) == "receiveTask" and sources <= first


def _not_first(element: etree._Element) -> Reason:
    kind = kind_of(local(element))
    return Reason(
        "Expected no flow into what begins a process (instantiate), but one leads to it.",
        "Was einen Prozess beginnt (instantiate), zu dem führt kein Sequenzfluss, hier aber schon.",
        "10.6.6" if kind and kind.name == "eventBasedGateway" else "10.3.3",
    )


_PARALLEL = Reason(
    "Expected a parallel event gateway (eventGatewayType) to begin the process (instantiate), but it does not.",
    "Ein paralleles ereignisbasiertes Gateway (eventGatewayType) beginnt den Prozess (instantiate), dieses nicht.",
    "10.6.6",
)
