"""Reads the event of an event node or receive task: one definition, several, or none."""

from collections.abc import Iterator, Mapping

from lxml import etree

from cpm.bpmn.findings import Findings, Reason
from cpm.bpmn.model import Event
from cpm.bpmn.reading.event_definitions import Definition, starts_handler
from cpm.bpmn.words import german, german_event
from cpm.bpmn.xmlnames import flag, in_bpmn, local, text_of

#: event definition -> where it runs. BPMN 2.0.2, tables 10.84 to 10.93.
RUNS = {
    "": {"startEvent", "endEvent", "intermediateThrowEvent"},
    "timer": {"intermediateCatchEvent", "boundaryEvent"},
    "message": {
        *("startEvent", "endEvent", "intermediateCatchEvent"),
        *("intermediateThrowEvent", "boundaryEvent", "receiveTask"),
    },
    "signal": {
        *("startEvent", "endEvent", "intermediateCatchEvent"),
        *("intermediateThrowEvent", "boundaryEvent"),
    },
    "conditional": {"intermediateCatchEvent", "boundaryEvent"},
    "error": {"endEvent", "boundaryEvent"},
    "escalation": {"endEvent", "intermediateThrowEvent", "boundaryEvent"},
    "compensate": {"endEvent", "intermediateThrowEvent", "boundaryEvent"},
    "cancel": {"endEvent", "boundaryEvent"},
    "terminate": {"endEvent"},
    "link": {"intermediateCatchEvent", "intermediateThrowEvent"},
}

#: What starts an event subprocess (BPMN 2.0.2, table 10.87).
STARTS_HANDLER = {"timer", "message", "signal", "conditional", "error", "escalation", "compensate"}

MOST_DEFINITIONS = 100  #: in one event; each is a token of its own while it is waited for

#: event -> the section that says which events it may be.
_SECTIONS = {
    "startEvent": "10.5.2",
    "endEvent": "10.5.3",
    "intermediateCatchEvent": "10.5.4",
    "intermediateThrowEvent": "10.5.4",
    "boundaryEvent": "10.5.4",
}

#: What stands alone: to wait for it or throw it together with something else makes no sense here.
_ALONE = {"link", "cancel", "compensate"}

#: They begin a process by themselves, and a case has a customer.
_KNOWS_NOBODY = {"timer", "conditional"}


def is_definition(element: etree._Element) -> bool:
    return in_bpmn(element) and local(element).endswith(("EventDefinition", "eventDefinitionRef"))


def read_event(
    owner: etree._Element, declared: dict[str, etree._Element], file: str, findings: Findings
) -> Event:
    """A refused event, with findings, for what does not run."""
    if local(owner) in {"receiveTask", "sendTask"}:
        return Definition(owner, owner, declared, file, findings).message()
    found = list(definitions(owner, declared, file, findings))
    kinds = [_kind(element) for element in found] or [""]
    reasons = [*_place_problems(owner, kinds), *_several_problems(owner, kinds)]
    for reason in reasons:
        findings.at(file, found[0] if found else owner, reason)
    if reasons or (not found and any(map(is_definition, owner))):
        return Event("refused")
    events = [Definition(element, owner, declared, file, findings).read(_kind(element)) for element in found]
    if len(events) > 1:
        return Event("multiple", each=tuple(events), all_of=flag(owner, "parallelMultiple", default=False))
    return events[0] if events else Event("none")


def _kind(definition: etree._Element) -> str:
    return local(definition).removesuffix("EventDefinition")


def definitions(
    owner: etree._Element, declared: Mapping[str, etree._Element], file: str, findings: Findings
) -> Iterator[etree._Element]:
    """Those in the event, and those it refers to, which stand beside the processes (10.5.1)."""
    for element in filter(is_definition, owner):
        if local(element) != "eventDefinitionRef":
            yield element
            continue
        named = text_of(element) or ""
        found = declared.get(named, declared.get(named.rpartition(":")[2]))
        if found is not None and local(found).endswith("EventDefinition"):
            yield found
            continue
        reason = Reason(
            f"Expected eventDefinitionRef to name an event definition, but {named!r} is none.",
            f"Was eventDefinitionRef nennt, ist keine Definition eines Ereignisses: {named!r}.",
            "10.5.1",
        )
        findings.at(file, element, reason)


def _place_problems(owner: etree._Element, kinds: list[str]) -> Iterator[Reason]:
    where = local(owner)
    for kind in kinds:
        if kind in _KNOWS_NOBODY and _starts_process(owner):
            yield Reason(
                f"Expected to know for which customer a case begins, but a {kind} start event of a process does not tell.",
                f"Ein Vorgang beginnt für jemanden; ein Prozess mit {german_event(kind)} am Start weiß nicht, für wen.",
            )
        elif where not in RUNS.get(kind, ()) and not (starts_handler(owner) and kind in STARTS_HANDLER):
            yield Reason(
                f"Expected events that run here, but this {kind or 'none'} event on {where} does not.",
                f"Ein {german_event(kind)} gibt es in BPMN hier nicht ({german(where)}).",
                _SECTIONS[where],
            )


def _starts_process(owner: etree._Element) -> bool:
    inside = owner.getparent()
    return local(owner) == "startEvent" and inside is not None and local(inside) == "process"


def _several_problems(owner: etree._Element, kinds: list[str]) -> Iterator[Reason]:
    """Tables 10.84 to 10.93: multiple and parallel multiple events."""
    if len(kinds) < 2:
        return
    if len(kinds) > MOST_DEFINITIONS:
        yield Reason(
            f"Expected at most {MOST_DEFINITIONS} event definitions in one event, but there are {len(kinds)}.",
            f"Ein Ereignis hat höchstens {MOST_DEFINITIONS} Auslöser, dieses hat {len(kinds)}.",
        )
    together = flag(owner, "parallelMultiple", default=False)
    if together and local(owner) == "startEvent" and not starts_handler(owner):
        yield Reason(
            "Expected a parallel multiple start event in event subprocesses only, but this one starts a process.",
            "Auf mehrere Auslöser zugleich wartet hier nur das Startereignis eines Ereignis-Teilprozesses, "
            "dieses startet aber einen Prozess.",
        )
    for kind in kinds:
        if kind in _ALONE or (together and kind in {"error", "terminate"}):
            yield Reason(
                f"Expected events that can stand together, but {kind} events stand alone.",
                f"Ein {german_event(kind)} steht allein, hier aber mit anderen Auslösern zusammen.",
            )
