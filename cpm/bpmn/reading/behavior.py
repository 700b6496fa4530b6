"""Reads what instances throw as they complete: the `behavior` of a multi-instance activity (BPMN 2.0.2, 10.3.8)."""

from collections.abc import Iterator

from lxml import etree

from cpm.bpmn.findings import Findings, Reason, Said
from cpm.bpmn.model import Event, InstanceEvent, Node, Scope
from cpm.bpmn.reading.event_definitions import Definition
from cpm.bpmn.reading.events import definitions
from cpm.bpmn.xmlnames import BPMN, in_bpmn, local, text_of

_REFERENCES = {"None": "noneBehaviorEventRef", "One": "oneBehaviorEventRef"}
_BEHAVIORS = {"All", "Complex", *_REFERENCES}


def read_behavior(
    loop: etree._Element, declared: dict[str, etree._Element], file: str, findings: Findings
) -> tuple[InstanceEvent, ...]:
    """Without an event of its own, None and One throw a signal without a name, which nothing can catch."""
    return tuple(_Reader(loop, declared, file, findings).read())


def keep_hosts(scope: Scope, element: etree._Element, file: str, findings: Findings) -> None:
    """A boundary event that catches what the instances throw does not end the activity.

    Otherwise the first instance would end all of it, and `None`, which throws with each, could not mean anything. So
    the attribute that says it interrupts may be left out, but not written.
    """
    for node in scope.nodes.values():
        host = scope.nodes.get(node.host or "")
        if (
            host is None
            or host.loop is None
            or not any(_catches(node, each.event) for each in host.loop.events)
        ):
            continue
        drawn = next(each for each in element if each.get("id") == node.id)
        if drawn.get("cancelActivity", "").strip() in {"true", "1"}:
            findings.at(file, drawn, _INTERRUPTS)
        node.interrupting = False


_INTERRUPTS = Reason(
    "Expected the event that catches what the instances throw not to interrupt them, but cancelActivity says so.",
    "Das Ereignis, das fängt, was die Instanzen auslösen, unterbricht sie nicht, cancelActivity sagt es aber.",
    "10.3.8",
)


def _catches(node: Node, thrown: Event) -> bool:
    caught = node.event
    if caught is None or caught.kind != thrown.kind:
        return False
    return caught.name == thrown.name if thrown.kind == "signal" else caught.code in {None, thrown.code}


class _Reader:
    def __init__(
        self, loop: etree._Element, declared: dict[str, etree._Element], file: str, findings: Findings
    ) -> None:
        self.loop, self.declared, self.file, self.findings = loop, declared, file, findings

    def read(self) -> Iterator[InstanceEvent]:
        behavior = self.loop.get("behavior", "All").strip()
        if behavior not in _BEHAVIORS:
            self._refuse(
                self.loop,
                f"Expected the behavior All, None, One or Complex, but it is {behavior!r:.80}.",
                f"behavior ist All, None, One oder Complex, hier steht {behavior!r:.80}.",
            )
        for other, name in _REFERENCES.items():
            if other == behavior and (named := self.loop.get(name)):
                yield from (InstanceEvent(event, first=other == "One") for event in self._referred(named))
            elif self.loop.get(name):
                self._refuse(
                    self.loop,
                    f"Expected {name} only with the behavior {other}, but the behavior is {behavior}.",
                    f"{name} gehört zu behavior={other}, hier steht aber {behavior}.",
                )
        complex_ones = self.loop.findall(f"{BPMN}complexBehaviorDefinition")
        if bool(complex_ones) != (behavior == "Complex"):
            self._refuse(
                self.loop,
                "Expected complexBehaviorDefinition and the behavior Complex together, but there is only one of them.",
                "complexBehaviorDefinition und behavior=Complex gehören zusammen, hier gibt es nur eins davon.",
            )
        for definition in complex_ones:
            yield from self._complex(definition)

    def _referred(self, named: str) -> Iterator[Event]:
        found = self.declared.get(named, self.declared.get(named.rpartition(":")[2]))
        if found is None or not local(found).endswith("EventDefinition"):
            self._refuse(
                self.loop,
                f"Expected the behavior to name an event definition, but {named!r} is none.",
                f"Was behavior nennt, ist keine Definition eines Ereignisses: {named!r}.",
            )
        else:
            yield from self._event(found)

    def _complex(self, definition: etree._Element) -> Iterator[InstanceEvent]:
        """Its condition cancels the remaining instances; it may throw an event too."""
        text = text_of(definition.find(f"{BPMN}condition"))
        if not text:
            self._refuse(
                definition,
                "Expected complexBehaviorDefinition with a condition, but there is none.",
                "complexBehaviorDefinition braucht eine Bedingung, hier fehlt sie.",
            )
            return
        what = Said("the condition", "Bedingung")
        condition = self.findings.expression(self.file, definition, text, what)
        owner = definition.find(f"{BPMN}event")
        found = [] if owner is None else list(definitions(owner, self.declared, self.file, self.findings))
        for event in [event for each in found for event in self._event(each)] or [Event("none")]:
            yield InstanceEvent(event, condition=condition)

    def _event(self, definition: etree._Element) -> Iterator[Event]:
        kind = local(definition).removesuffix("EventDefinition")
        event = Event("refused")
        if kind in {"signal", "escalation"} and in_bpmn(definition):
            event = Definition(definition, self.loop, self.declared, self.file, self.findings).read(kind)
        if kind == "signal" or (kind == "escalation" and event.code):
            yield event
        else:
            self._refuse(
                definition,
                f"Expected instances to throw a signal or an escalation with a code, but this is another event ({kind}).",
                f"Instanzen lösen ein Signal oder eine Eskalation mit Code aus, dies ist etwas anderes ({kind}).",
            )

    def _refuse(self, element: etree._Element, english: str, german: str) -> None:
        self.findings.at(self.file, element, Reason(english, german, "10.3.8"))
