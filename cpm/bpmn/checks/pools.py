"""Pools and what lies between and in them: message flows and lanes. Section numbers are those of BPMN 2.0.2."""

from collections.abc import Iterator, Mapping

from lxml import etree

from cpm.bpmn.checks.grammar import Kind
from cpm.bpmn.checks.references import local_name
from cpm.bpmn.findings import Reason
from cpm.bpmn.words import german
from cpm.bpmn.xmlnames import BPMN, in_bpmn, local, text_of

Problems = Iterator[tuple[etree._Element, Reason]]


def pool_problems(root: etree._Element, known: Mapping[str, Kind]) -> Problems:
    pools = _pools(root)
    events = {each.get("id", ""): each for each in root.iter(f"{BPMN}*") if _is_event(each, known)}
    for flow in root.iterfind(f"{BPMN}collaboration/{BPMN}messageFlow"):
        for reason in _message_flow_problems(flow, pools, events):
            yield flow, reason
    for participant in root.iterfind(f"{BPMN}collaboration/{BPMN}participant"):
        yield from _multiplicity_problems(participant)
    for lanes in root.iter(f"{BPMN}laneSet", f"{BPMN}childLaneSet"):
        yield from _lane_problems(lanes, known)


def _is_event(element: etree._Element, known: Mapping[str, Kind]) -> bool:
    kind = known.get(element.get("id", ""))
    return kind is not None and "event" in kind.bases


def _pools(root: etree._Element) -> dict[str, str]:
    """Everything that a message can come from or go to, with the process it belongs to, or else its own id."""
    found: dict[str, str] = {}
    for process in root.iterfind(f"{BPMN}process"):
        found |= {each.get("id", ""): process.get("id", "") for each in process.iter(f"{BPMN}*")}
    for participant in root.iterfind(f"{BPMN}collaboration/{BPMN}participant"):
        name = participant.get("id", "")
        found[name] = local_name(participant, participant.get("processRef", "")) or name
    return found


def _message_flow_problems(
    flow: etree._Element, pools: Mapping[str, str], events: Mapping[str, etree._Element]
) -> Iterator[Reason]:
    source, target = (local_name(flow, flow.get(end, "")) or "" for end in ("sourceRef", "targetRef"))
    if source in pools and pools[source] == pools.get(target):
        yield Reason(
            "Expected a message flow between two pools, but this one stays within one.",
            "Ein Nachrichtenfluss verbindet zwei Pools, dieser bleibt in einem.",
            "9.4",
        )
    if source in events and not _handles_messages(events[source], _THROWS):
        yield Reason(
            f"Expected a message flow to leave an event that sends messages, but {source!r} does not.",
            f"Ein Nachrichtenfluss verlässt ein Ereignis, das Nachrichten sendet, {source!r} tut das nicht.",
            "9.4",
        )
    if target in events and not _handles_messages(events[target], _CATCHES):
        yield Reason(
            f"Expected a message flow to lead to an event that waits for messages, but {target!r} does not.",
            f"Ein Nachrichtenfluss führt zu einem Ereignis, das auf Nachrichten wartet, {target!r} tut das nicht.",
            "9.4",
        )


_THROWS = {"intermediateThrowEvent", "endEvent"}
_CATCHES = {"startEvent", "intermediateCatchEvent", "boundaryEvent"}


def _handles_messages(event: etree._Element, kinds: set[str]) -> bool:
    """An event without a trigger may be an end too: so the Modeler draws it."""
    definitions = [local(each) for each in event if in_bpmn(each) and "ventDefinition" in local(each)]
    wanted = not definitions or not {"messageEventDefinition", "eventDefinitionRef"}.isdisjoint(definitions)
    return local(event) in kinds and wanted


def _multiplicity_problems(participant: etree._Element) -> Problems:
    """9.3.1: the least is 0 if nothing is said, the most 1."""
    for each in participant.iterfind(f"{BPMN}participantMultiplicity"):
        least, most = _whole(each.get("minimum"), 0), _whole(each.get("maximum"), 1)
        if least < 0 or most < max(1, least):
            yield (
                each,
                Reason(
                    f"Expected from 0 to 1 or more participants, but it is from {least} to {most}.",
                    f"Die Zahl der Teilnehmer reicht von 0 bis 1 oder mehr, hier steht {least} bis {most}.",
                    "9.3.1",
                ),
            )


def _whole(text: str | None, otherwise: int) -> int:
    try:
        return otherwise if text is None else int(text[:18])
    except ValueError:  # which the schema speaks of
        return otherwise


def _lane_problems(lanes: etree._Element, known: Mapping[str, Kind]) -> Problems:
    """10.8: lanes divide their process or subprocess; what lies in one lies in no other beside it."""
    holder = next((each for each in lanes.iterancestors() if local(each) not in _LANES), None)
    inside = {each.get("id") for each in holder.iter(f"{BPMN}*")} if holder is not None else set()
    seen: set[str] = set()
    for lane in lanes.iterfind(f"{BPMN}lane"):
        for entry in lane.iterfind(f"{BPMN}flowNodeRef"):
            node = text_of(entry) or ""
            if node not in inside and node in known:
                yield entry, _elsewhere(node, holder)
            elif node in seen:
                yield (
                    entry,
                    Reason(
                        f"Expected {node!r} in one lane, but it is in two.",
                        f"{node!r} liegt in zwei Lanes; es kann nur in einer liegen.",
                        "10.8",
                    ),
                )
            seen.add(node)


def _elsewhere(node: str, holder: etree._Element | None) -> Reason:
    name = local(holder) if holder is not None else "process"
    return Reason(
        f"Expected the lane to name elements of its own {name}, but {node!r} is none.",
        f"Eine Lane nennt Elemente von dem, was sie teilt ({german(name)}), {node!r} ist keins davon.",
        "10.8",
    )


_LANES = {"laneSet", "childLaneSet", "lane"}
