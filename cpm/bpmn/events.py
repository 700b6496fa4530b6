"""Reads what an event waits for or throws."""

from typing import Literal

from lxml import etree

from cpm.bpmn.extensions import find, not_fixed
from cpm.bpmn.findings import Findings, Reason, Said
from cpm.bpmn.model import Event, TimerKind
from cpm.bpmn.timers import check_fixed
from cpm.bpmn.words import german, german_event
from cpm.bpmn.xmlnames import BPMN, flag, in_bpmn, local, text_of

AWAITING = {"receiveTask", "intermediateCatchEvent", "boundaryEvent"}
CodedKind = Literal["error", "escalation"]

#: What starts an event subprocess (BPMN 2.0.2, table 10.87), less what is not built yet.
STARTS_HANDLER = {"timer", "message", "error", "escalation"}

#: event definition -> where it runs. BPMN 2.0.2, tables 10.84 to 10.93, less what is not built yet.
RUNS = {
    "": {"startEvent", "endEvent", "intermediateThrowEvent"},
    "timer": {"intermediateCatchEvent", "boundaryEvent"},
    "message": {
        *("startEvent", "endEvent", "intermediateCatchEvent"),
        *("intermediateThrowEvent", "boundaryEvent", "receiveTask"),
    },
    "error": {"endEvent", "boundaryEvent"},
    "escalation": {"endEvent", "intermediateThrowEvent", "boundaryEvent"},
    "terminate": {"endEvent"},
    "link": {"intermediateCatchEvent", "intermediateThrowEvent"},
}


_SEVERAL = Reason(
    "Expected one event definition, but there are several.",
    "Ein Ereignis hat hier einen Auslöser, dieses hat mehrere.",
)


def read_event(
    owner: etree._Element, declared: dict[str, etree._Element], file: str, findings: Findings
) -> Event:
    """The event of an event node or receive task; a none event, with findings, for what does not run."""
    definitions = [
        e for e in owner if in_bpmn(e) and local(e).endswith(("EventDefinition", "eventDefinitionRef"))
    ]
    where = local(owner)
    if len(definitions) > 1:
        findings.at(file, definitions[1], _SEVERAL)
    if where == "receiveTask":
        return _Reader(owner, declared, file, findings).message()
    kind = local(definitions[0]).removesuffix("EventDefinition") if definitions else ""
    if where not in RUNS.get(kind, ()) and not (_starts_handler(owner) and kind in STARTS_HANDLER):
        reason = Reason(
            f"Expected events that run here, but this {kind or 'none'} event on {where} does not.",
            f"Dieses {german_event(kind)} läuft hier nicht ({german(where)}).",
        )
        findings.at(file, definitions[0] if definitions else owner, reason)
        return Event("refused")
    if not definitions:
        return Event("none")
    return _Reader(definitions[0], declared, file, findings).read(kind)


def _starts_handler(owner: etree._Element) -> bool:
    """Is it the start event of an event subprocess?"""
    inside = owner.getparent()
    return (
        local(owner) == "startEvent"
        and inside is not None
        and flag(inside, "triggeredByEvent", default=False)
    )


class _Reader:
    def __init__(
        self, element: etree._Element, declared: dict[str, etree._Element], file: str, findings: Findings
    ) -> None:
        self.element, self.declared, self.file, self.findings = element, declared, file, findings

    def refuse(self, reason: Reason) -> None:
        self.findings.at(self.file, self.element, reason)

    def read(self, kind: str) -> Event:
        match kind:
            case "timer":
                return self.timer()
            case "message":
                return self.message()
            case "error":
                return self._coded("error", "errorRef", "errorCode")
            case "escalation":
                return self._coded("escalation", "escalationRef", "escalationCode")
            case "link":
                return self.link()
        return Event("terminate")

    def timer(self) -> Event:
        given = [
            e for e in self.element if in_bpmn(e) and local(e) in {"timeDate", "timeDuration", "timeCycle"}
        ]
        text = text_of(given[0]) if given else None
        if len(given) != 1 or not text:
            self.refuse(
                Reason(
                    "Expected a timer with one date, duration or cycle, but it is not so.",
                    "Ein Zeitereignis hat ein Datum, eine Dauer oder einen Zyklus, und davon genau eins.",
                    "10.5.5",
                )
            )
            return Event("timer")
        kind: TimerKind = local(given[0])  # type: ignore[assignment]  # one of the three, as selected above
        formula = self.findings.formula(self.file, given[0], text, Said("the timer", "Zeitereignis"))
        if not text.startswith("=") and (problem := check_fixed(kind, text)):
            self.refuse(problem)
        return Event("timer", timer=kind, value=formula)

    def message(self) -> Event:
        message = self._reference("messageRef", "message")
        if message is None:
            return Event("message")
        name = (message.get("name") or "").strip()
        if not name:
            self.refuse(
                Reason(
                    "Expected the message to have a name, but it has none.",
                    "Die Nachricht braucht einen Namen, sie hat keinen.",
                )
            )
        value = self.findings.formula(
            self.file, message, name, Said("the message's name", "Name der Nachricht")
        )
        event = Event("message", name=name, value=value)
        owner = self.element if local(self.element) == "receiveTask" else self.element.getparent()
        if owner is not None and (local(owner) in AWAITING or _starts_handler(owner)):
            self._correlate(event, message)
        elif not value.fixed:
            self.refuse(
                Reason(
                    "Expected the message here to have a fixed name, but it is an expression.",
                    "Der Name der Nachricht ist hier ein fester Text, er ist aber ein Ausdruck.",
                )
            )
        return event

    def _correlate(self, event: Event, message: etree._Element) -> None:
        subscription = find(message, "subscription")
        key = subscription.get("correlationKey") if subscription is not None else None
        if not key:
            self.refuse(
                Reason(
                    f"Expected the message {event.name!r} to have a correlation key, but it has none.",
                    f"Die Nachricht {event.name!r} braucht einen Korrelationsschlüssel, sie hat keinen.",
                )
            )
            return
        event.key = self.findings.expression(
            self.file, message, key, Said("the correlation key", "Korrelationsschlüssel")
        )

    def _coded(self, kind: CodedKind, reference: str, attribute: str) -> Event:
        owner = self.element.getparent()
        throws = owner is not None and local(owner) in {"endEvent", "intermediateThrowEvent"}
        if self.element.get(reference) is None and not throws:
            return Event(kind)  # catches every code
        declared = self._reference(reference, kind)
        code = declared.get(attribute) if declared is not None else None
        if declared is not None and not code:
            self.refuse(
                Reason(
                    f"Expected the {kind} to have a code, but it has none.",
                    f"Es fehlt ein Code ({german(kind)}).",
                )
            )
        if code and code.startswith("="):
            self.refuse(not_fixed(attribute, code))
        name = declared.get("name") if declared is not None else None
        return Event(kind, code=code, name=name or code or "")

    def link(self) -> Event:
        name = (self.element.get("name") or "").strip()
        if not name:
            self.refuse(
                Reason(
                    "Expected the link to have a name, but it has none.",
                    "Der Link braucht einen Namen, er hat keinen.",
                )
            )
        return Event("link", name=name)

    def _reference(self, attribute: str, kind: str) -> etree._Element | None:
        found = self.declared.get(self.element.get(attribute, ""))
        if found is None or found.tag != f"{BPMN}{kind}":
            named = self.element.get(attribute)
            self.refuse(
                Reason(
                    f"Expected {attribute} to name a {kind}, but {named!r} is none.",
                    f"Was {attribute} nennt, gibt es nicht ({german(kind)}): {named!r}.",
                )
            )
            return None
        return found
