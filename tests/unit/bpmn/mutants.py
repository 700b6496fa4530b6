"""Breaks models by machine, and drives what is accepted all the same."""

from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, datetime
from random import Random

from lxml import etree

from cpm import bpmn
from cpm.bpmn import Changed, Chosen, Completed, Decided, Ended, Errored, Fired, Retried, Signalled, Skipped
from rules.xml import Refused

NOW = datetime(2030, 1, 1, tzinfo=UTC)
VARIABLES = {"n": 0, "order": "x"}

#: What stands in place of an attribute's value or a text, with `|` between.
TEXTS = (
    '| |=|= |=1/0|=x.y.z|=null|=[1,2,3]|="a"|=duration(1)|=a(|0|-1|1.5|true|false|TRUE|yes|PT0S|PT-1S|P99999Y|R/PT1S'
    "|R5/PT0S|R-1/PT1S|0 0 9 * * *|* * * * * *|2019-10-01T12:00:00Z|0000-00-00|none|a b|ü|~|a~b|__proto__|😀|t:a|bpmn:a"
    "|Parallel|Sequential|None|All|One|Complex|=for i in 1..1000000000 return i|=function(x) x(x)|=now()|=n > 0|=n + 1"
    f"|=order|=order[9]|{'9' * 30}|-{'9' * 30}|{'9' * 6000}|={'9' * 6000}|--5|{'x' * 5000}"
).split("|")
SPACES = (
    "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "http://camunda.org/schema/zeebe/1.0",
    "http://camunda.org/schema/1.0/bpmn",
    "urn:other",
    "",
)
#: Names that elements and attributes get in place of theirs, beside those in the model.
NAMES = (
    *("task", "userTask", "serviceTask", "subProcess", "adHocSubProcess", "transaction"),
    *("callActivity", "receiveTask", "sendTask", "startEvent", "endEvent", "boundaryEvent"),
    *("intermediateCatchEvent", "intermediateThrowEvent", "exclusiveGateway", "parallelGateway"),
    *("inclusiveGateway", "complexGateway", "eventBasedGateway", "process"),
    *("timerEventDefinition", "signalEventDefinition", "errorEventDefinition"),
    *("cancelEventDefinition", "terminateEventDefinition", "compensateEventDefinition"),
    *("conditionalEventDefinition", "linkEventDefinition", "standardLoopCharacteristics"),
    *("multiInstanceLoopCharacteristics", "laneSet", "participant", "globalTask", "timeDate"),
    *("timeDuration", "timeCycle", "isForCompensation", "triggeredByEvent", "cancelActivity"),
    *("default", "instantiate", "startQuantity", "completionQuantity", "isSequential"),
    *("attachedToRef", "eventGatewayType"),
)


class Mutator:
    def __init__(self, random: Random) -> None:
        self.random = random

    def mutant(self, data: bytes) -> bytes:
        self.root = etree.fromstring(data)
        self.all = [each for each in self.root.iter() if isinstance(each.tag, str)]
        self.inner = self.all[1:]
        for _ in range(self.random.choice((1, 1, 1, 2, 3))):
            self.random.choice(self.KINDS)(self)
        return etree.tostring(self.root)

    def one(self) -> etree._Element:
        return self.random.choice(self.inner)

    def with_attribute(self) -> tuple[etree._Element, str]:
        element = self.random.choice([each for each in self.all if each.attrib])
        return element, self.random.choice(sorted(map(str, element.attrib)))

    def any_name(self) -> str:
        here = self.random.choice(self.all)
        return self.random.choice((*NAMES, etree.QName(here).localname, *map(str, here.attrib)))

    def drop_element(self) -> None:
        element = self.one()
        if (holder := element.getparent()) is not None:
            holder.remove(element)

    def double_element(self) -> None:
        element = self.one()
        if (holder := element.getparent()) is not None:
            copy = deepcopy(element)
            if self.random.random() < 0.6:  # as another, not as the same again
                for each in copy.iter():
                    if each.get("id"):
                        each.set("id", f"{each.get('id')}_2")
            holder.append(copy)

    def move_element(self) -> None:
        element, other = self.one(), self.one()
        if other is not element and element not in other.iterancestors():
            other.append(element)

    def rename_element(self) -> None:
        element, name = self.one(), etree.QName(self.any_name()).localname
        space = etree.QName(element).namespace
        element.tag = f"{{{space}}}{name}" if space else name

    def change_space(self) -> None:
        element, space = self.one(), self.random.choice(SPACES)
        name = etree.QName(element).localname
        element.tag = f"{{{space}}}{name}" if space else name

    def drop_attribute(self) -> None:
        element, name = self.with_attribute()
        del element.attrib[name]

    def rename_attribute(self) -> None:
        element, name = self.with_attribute()
        value = element.attrib.pop(name)
        element.set(self.any_name(), value)

    def set_attribute(self) -> None:
        element, name = self.with_attribute()
        element.set(name, self.random.choice(TEXTS))

    def add_attribute(self) -> None:
        self.one().set(self.any_name(), self.random.choice((*TEXTS, "true", "false", "1", "2", "3")))

    def swap_attributes(self) -> None:
        """References among them."""
        (one, name), (other, second) = self.with_attribute(), self.with_attribute()
        one_value, other_value = one.get(name), other.get(second)
        one.set(name, other_value)
        other.set(second, one_value)

    def swap_same(self) -> None:
        """Two references of one kind, so that the model is still well-formed in itself."""
        element, name = self.with_attribute()
        others = [each for each in self.all if each.get(name)]
        other = self.random.choice(others)
        value, second = element.get(name), other.get(name)
        element.set(name, second)
        other.set(name, value)

    def set_text(self) -> None:
        element = self.one()
        if not len(element):
            element.text = self.random.choice(TEXTS)

    KINDS = (
        *[drop_element, double_element, move_element, rename_element, change_space],
        *[drop_attribute, rename_attribute, add_attribute, swap_attributes, set_text],
        *[set_attribute, swap_same] * 2,
    )


def prepared(sources: dict[str, bytes], main: str) -> bpmn.Program | None:
    """None if it is refused as it should be: at its place, in both languages."""
    try:
        return bpmn.prepare(sources, main)
    except Refused as refused:
        findings = refused.findings
    assert findings
    for finding in findings:
        assert finding.element or finding.line, finding
        assert finding.reason, finding
        assert finding.german, finding
    return None


def drive(program: bpmn.Program, random: Random, most: int) -> int:
    """Everything that waits is done, fails or rings; nothing but faults may come of it. The number of steps."""
    steps = 0
    for begin in program.starts[:2]:
        step = bpmn.start(program, VARIABLES, now=NOW, decide=_decide, at=begin.id)
        for _ in range(most):
            todo = list(_possible(step))
            if not todo or any(fault.code == "endless" for fault in step.faults):
                break
            happened = random.choice(todo)
            step = bpmn.resume(program, step.state, step.scopes, happened, now=NOW, decide=_decide)
            steps += 1
    return steps


def _decide(_decision: str, _facts: object) -> Decided:
    return Decided(1)


def _possible(step: bpmn.Step) -> Iterator[bpmn.Happened]:
    for task in (*step.tasks, *step.jobs):
        yield Completed(task.node, {"n": 1})
        yield Errored(task.node, "E1")
        yield Changed({"n": 6})
    for wait in (*step.timers, *step.waits):
        yield Fired(wait.node, {"n": 2})
    for choice in step.choices:
        yield from (Chosen(choice.node, offer.element, {"n": 3}) for offer in choice.offered)
        if choice.can_end:
            yield Ended(choice.node)
    for fault in step.faults:
        yield Retried(fault.node, {"n": 4})
        yield Skipped(fault.node)
    for listening in step.listening:
        yield Signalled(listening.signal, {"n": 5})
