"""Reads one event definition: what it waits for or throws."""

from typing import Literal

from lxml import etree

from cpm.bpmn.findings import Findings, Reason, Said
from cpm.bpmn.formula import Formula
from cpm.bpmn.instantiating import needs_no_key
from cpm.bpmn.model import Event, TimerKind
from cpm.bpmn.reading.compensation import read_compensation
from cpm.bpmn.reading.extensions import find, not_fixed
from cpm.bpmn.timing.timers import check_fixed
from cpm.bpmn.words import german
from cpm.bpmn.xmlnames import BPMN, flag, in_bpmn, local, text_of

AWAITING = {"receiveTask", "intermediateCatchEvent", "boundaryEvent"}
THROWING = {"endEvent", "intermediateThrowEvent", "sendTask"}
CodedKind = Literal["error", "escalation"]


def starts_handler(owner: etree._Element) -> bool:
    """Is it the start event of an event subprocess?"""
    inside = owner.getparent()
    return (
        local(owner) == "startEvent"
        and inside is not None
        and flag(inside, "triggeredByEvent", default=False)
    )


def _interrupts(event: etree._Element) -> bool:
    return all(flag(event, name, default=True) for name in ("cancelActivity", "isInterrupting"))


class Definition:
    """`owner` is the event that it is for; the definition may stand elsewhere."""

    def __init__(
        self,
        element: etree._Element,
        owner: etree._Element,
        declared: dict[str, etree._Element],
        file: str,
        findings: Findings,
    ) -> None:
        self.element, self.owner, self.declared = element, owner, declared
        self.file, self.findings = file, findings

    def refuse(self, reason: Reason) -> None:
        self.findings.at(self.file, self.element, reason)

    def read(self, kind: str) -> Event:
        match kind:
            case "timer":
                return self.timer()
            case "message":
                return self.message()
            case "signal":
                return self.signal()
            case "conditional":
                return self.condition()
            case "error":
                return self._coded("error", "errorRef", "errorCode")
            case "escalation":
                return self._coded("escalation", "escalationRef", "escalationCode")
            case "link":
                return self.link()
            case "compensate":
                return read_compensation(self.element)
            case "cancel":
                return Event("cancel")
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
        if self.element.get("messageRef") is None and find(self.owner, "taskDefinition") is not None:
            return Event("message")  # sent by a job; the message itself is only drawn
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
        if local(self.owner) in AWAITING or starts_handler(self.owner):
            self._correlate(event, message, needed=not needs_no_key(self.owner))
        elif local(self.owner) in THROWING:
            self._correlate(event, message, needed=False)  # without a key it may begin a process
        elif not value.fixed:
            self.refuse(
                Reason(
                    "Expected the message here to have a fixed name, but it is an expression.",
                    "Der Name der Nachricht ist hier ein fester Text, er ist aber ein Ausdruck.",
                )
            )
        return event

    def signal(self) -> Event:
        signal = self._reference("signalRef", "signal")
        if signal is None:
            return Event("signal")
        name = (signal.get("name") or "").strip()
        if not name:
            self.refuse(
                Reason(
                    "Expected the signal to have a name, but it has none.",
                    "Das Signal braucht einen Namen, es hat keinen.",
                )
            )
        value = self.findings.formula(self.file, signal, name, Said("the signal's name", "Name des Signals"))
        if not value.fixed and local(self.owner) == "startEvent" and not starts_handler(self.owner):
            self.refuse(
                Reason(
                    "Expected the signal that starts a process to have a fixed name, but it is an expression.",
                    "Der Name eines Signals, das einen Prozess startet, ist ein fester Text, kein Ausdruck.",
                )
            )
        return Event("signal", name=name, value=value)

    def condition(self) -> Event:
        """With Camunda 8's filter: which variables matter, if not all that it names, and what happens to them."""
        text = text_of(self.element.find(f"{BPMN}condition"))
        if not text:
            self.refuse(
                Reason(
                    "Expected the conditional event to have a condition, but it has none.",
                    "Das Bedingungsereignis braucht eine Bedingung, es hat keine.",
                    "10.5.5",
                )
            )
            return Event("conditional", value=Formula("", None))
        value = self.findings.expression(self.file, self.element, text, Said("the condition", "Bedingung"))
        event = Event("conditional", name=value.text, value=value)
        event.watched = value.expression.variables if value.expression else frozenset()
        if (names := self._listed("variableNames")) is not None:
            event.watched = names
        if (changes := self._listed("variableEvents")) is not None:
            event.changes = changes
        for change in sorted(event.changes - {"create", "update"}):
            self.refuse(
                Reason(
                    f"Expected variableEvents to be create, update or both, but there is {change!r}.",
                    f"variableEvents nennt create, update oder beides, nicht {change!r}.",
                )
            )
        return event

    def _listed(self, attribute: str) -> frozenset[str] | None:
        chosen = find(self.element, "conditionalFilter")
        listed = (chosen.get(attribute) or "").split(",") if chosen is not None else []
        return frozenset(name.strip() for name in listed if name.strip()) or None

    def _correlate(self, event: Event, message: etree._Element, *, needed: bool = True) -> None:
        subscription = find(message, "subscription")
        key = subscription.get("correlationKey") if subscription is not None else None
        if not key and not needed:
            return
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
        throws = local(self.owner) in THROWING
        if kind == "error" and not throws and not _interrupts(self.owner) and self._one_of_several():
            self.refuse(
                Reason(
                    "Expected an error to interrupt, but this event does not.",
                    "Ein Fehler unterbricht immer, dieses Ereignis aber nicht.",
                    "10.5.4",
                )
            )
        if self.element.get(reference) is None and not throws:
            return Event(kind)  # catches every code
        declared = self._reference(reference, kind)
        code = declared.get(attribute) if declared is not None else None
        if not code and not throws:
            return Event(kind)  # every code too: BPMN 2.0.2, 8.4.3 and 8.4.4
        if declared is not None and not code:
            self.refuse(
                Reason(
                    f"Expected the {kind} to have a code, but it has none.",
                    f"Es fehlt ein Code ({german(kind)}).",
                    "8.4.3" if kind == "error" else "8.4.4",
                )
            )
        name = declared.get("name") if declared is not None else None
        event = Event(kind, code=code, name=name or code or "")
        if code and code.startswith("=") and declared is not None and throws:
            event.value = self.findings.formula(
                self.file, declared, code, Said(f"the {kind}'s code", f"Code: {german(kind)}")
            )
        elif code and code.startswith("="):
            self.refuse(not_fixed(attribute, code))
        return event

    def _one_of_several(self) -> bool:
        return sum(local(each).endswith(("EventDefinition", "eventDefinitionRef")) for each in self.owner) > 1

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
        named = self.element.get(attribute)
        if named is None:
            self.refuse(self._missing(attribute, kind))
            return None
        found = self.declared.get(named, self.declared.get(named.rpartition(":")[2]))
        if found is None or found.tag != f"{BPMN}{kind}":
            self.refuse(
                Reason(
                    f"Expected {attribute} to name {_ARTICLES.get(kind, 'a')} {kind}, but {named!r} is none.",
                    f"Was {attribute} nennt, gibt es nicht ({german(kind)}): {named!r}.",
                    "10.3.3" if self.element is self.owner else "10.5.5",
                )
            )
            return None
        return found

    def _missing(self, attribute: str, kind: str) -> Reason:
        sends = kind == "message" and local(self.owner) in THROWING
        return Reason(
            f"Expected {attribute} to name {_ARTICLES.get(kind, 'a')} {kind}"
            f"{', or zeebe:taskDefinition to say who sends it' if sends else ''}, but there is none.",
            f"Hier fehlt {attribute}{' (oder zeebe:taskDefinition)' if sends else ''}: Was gemeint ist "
            f"({german(kind)}), bleibt offen.",
            "10.3.3" if self.element is self.owner else "10.5.5",
        )


_ARTICLES = {"error": "an", "escalation": "an"}
