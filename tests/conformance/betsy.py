"""Plays the processes of betsy (github.com/uniba-dsg/betsy, LGPL-3.0) on `cpm.bpmn`, from bytes to bytes at every step.

Its models hold markers in place of scripts. They are rewritten before they are read: a script becomes a job of that type,
conditions become FEEL, messages get a correlation key. What each marker means is told in README.md beside the corpus.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from lxml import etree

from cpm import bpmn
from rules.xml import parse

B = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
Z = "{http://camunda.org/schema/zeebe/1.0}"
EXPRESSIONS = (
    "conditionExpression",
    "condition",
    "loopCondition",
    "activationCondition",
    "completionCondition",
)
BEGAN = datetime(2030, 1, 1, tzinfo=UTC)
LONG = timedelta(seconds=10)
MOST_EVENTS = 200


def rewritten(data: bytes) -> bytes:
    root = parse(data)
    for element in root.iter(*(f"{B}{name}" for name in EXPRESSIONS)):
        element.text = _feel(element.text or "")
    for element in root.iter(f"{B}loopCardinality"):
        if not (element.text or "").strip().lstrip("-").isdigit():
            element.text = _feel(element.text or "")
    for script in list(root.iter(f"{B}script")):
        task = script.getparent()
        task.remove(script)
        etree.SubElement(_extensions(task), f"{Z}taskDefinition", type=f"demo.{script.text.strip()}")
    for message in root.iter(f"{B}message"):
        etree.SubElement(_extensions(message), f"{Z}subscription", correlationKey='="the key"')
    return etree.tostring(root)


def _feel(text: str) -> str:
    text = re.sub(r"^\$\{(.*)\}$", r"\1", text.strip()).rstrip(">")
    text = re.sub(r"(\w+)\.contains\(", r"contains(\1, ", text)
    return "=" + (f"not({text[1:]})" if text.startswith("!") else text)


def _extensions(owner: etree._Element) -> etree._Element:
    found = owner.find(f"{B}extensionElements")
    if found is None:
        found = etree.Element(f"{B}extensionElements")
        owner.insert(0, found)
    return found


@dataclass
class Case:
    """One process under way."""

    program: bpmn.Program
    step: bpmn.Step
    began: dict[int, datetime] = field(default_factory=dict)  #: job -> since when
    chosen: set[str] = field(default_factory=set)  #: steps of an ad-hoc subprocess


@dataclass
class World:
    """All processes of a file, the clock, and what goes between them."""

    programs: dict[str, bpmn.Program]
    variables: dict[str, object]
    now: datetime = BEGAN
    cases: list[Case] = field(default_factory=list)
    trace: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    together: set[str] = field(default_factory=set)  #: types of jobs that were open at one time
    kept: list[bpmn.Sent] = field(default_factory=list)

    def begin(self, process: str, at: str | None = None) -> None:
        program = self.programs[process]
        case = Case(program, bpmn.start(program, self.variables, now=self.now, at=at))
        self.cases.append(case)
        self.heard(case)

    def tell(self, case: Case, happened: bpmn.Happened) -> None:
        state = bytes(case.step.state)
        case.step = bpmn.resume(case.program, state, case.step.scopes, happened, now=self.now)
        self.heard(case)

    def heard(self, case: Case) -> None:
        """What a step says to others: signals, messages, errors."""
        step = case.step
        self.errors += [raised.code for raised in step.errors]
        open_now = {job.type for job in step.jobs}
        self.together |= open_now if len(open_now) > 1 else set()
        for signal in step.signals:
            for other in [other for other in self.cases if other is not case and not other.step.finished]:
                self.tell(other, bpmn.Signalled(signal.name, signal.variables))
            for process, start in self._starts():
                if start.signal == signal.name:
                    self.begin(process, start.id)
        for sent in step.sent:
            self.deliver(sent)
        for sent in [sent for sent in self.kept if self._wait(sent)]:
            self.kept.remove(sent)
            self.deliver(sent)

    def deliver(self, sent: bpmn.Sent) -> None:
        if found := self._wait(sent):
            self.tell(found[0], bpmn.Fired(found[1], sent.variables))
            return
        for process, start in self._starts():
            if start.message == sent.message:
                self.begin(process, start.id)
                return
        self.kept.append(sent)

    def _wait(self, sent: bpmn.Sent) -> tuple[Case, int] | None:
        waits = ((case, wait) for case in self.cases for wait in case.step.waits)
        return next(((case, wait.node) for case, wait in waits if wait.message == sent.message), None)

    def _starts(self) -> list[tuple[str, bpmn.StartEvent]]:
        return [(process, start) for process, program in self.programs.items() for start in program.starts]

    # The loop.

    def play(self) -> None:
        for _ in range(MOST_EVENTS):
            if not self.one():
                return
        raise AssertionError(f"Expected an end, but there is none after {MOST_EVENTS} events: {self.trace}")

    def one(self) -> bool:
        """One thing that a person, a machine or the clock does; those that take no time come first."""
        for case in self.cases:
            if self._work(case) or self._choose(case):
                return True
        return self._wait_for_the_next()

    def _work(self, case: Case) -> bool:
        step = case.step
        if step.tasks:
            self.tell(case, bpmn.Completed(step.tasks[0].node))
            return True
        for job in step.jobs:
            if not job.type.endswith("WAIT_TEN_SECONDS"):
                self._do(case, job)
                return True
            case.began.setdefault(job.node, self.now)
        return False

    def _do(self, case: Case, job: bpmn.ServiceCall) -> None:
        done: dict[str, object] = {}
        match job.type.removeprefix("demo."):
            case "THROW_ERROR":
                self.tell(case, bpmn.Errored(job.node, "ERR_CODE"))
                return
            case text if text.startswith("SCRIPT_task"):
                self.trace.append(f"Task{text[-1]}")
            case text if text.startswith("INCREMENT"):
                done["integerVariable"] = job.visible["integerVariable"] + 1
                self.trace += ["Increment"] if "LOG" in text else []
            case "CREATE_MARKER_FILE":
                self.trace.append("MarkerExists")
            case "SET_STRING_DATA":
                done["data"] = "String"
            case "LOG_DATA":
                self.trace.append("DataCorrect" if job.visible.get("data") == "String" else "DataWrong")
        self.tell(case, bpmn.Completed(job.node, done))

    def _choose(self, case: Case) -> bool:
        """An agent in an ad-hoc subprocess does each step once, then says that it is enough."""
        for choice in case.step.choices:
            for offer in choice.offered:
                if offer.element not in case.chosen:
                    case.chosen.add(offer.element)
                    self.tell(case, bpmn.Chosen(choice.node, offer.element))
                    return True
            if choice.can_end:
                self.tell(case, bpmn.Ended(choice.node))
                return True
        return False

    def _wait_for_the_next(self) -> bool:
        timers = [(t.due, n, t.node) for n, case in enumerate(self.cases) for t in case.step.timers]
        jobs = [
            (case.began[job.node] + LONG, n, job.node)
            for n, case in enumerate(self.cases)
            for job in case.step.jobs
            if job.node in case.began
        ]
        if not timers and not jobs:
            return False
        at, number, node = min([*timers, *jobs])
        self.now = max(self.now, at)
        done = bpmn.Fired(node) if (at, number, node) in timers else bpmn.Completed(node)
        self.tell(self.cases[number], done)
        return True


def play(path: Path, process: str, case: dict[str, object]) -> World:
    """One case of the corpus. Raises rules.xml.Refused if the model is not taken."""
    data = rewritten(path.read_bytes())
    ids = [p.get("id", "") for p in parse(data).iter(f"{B}process")]
    main = process if process in ids else ids[0]
    variables: dict[str, object] = {"integerVariable": case["integerVariable"]}
    if case["input"] is not None:
        variables["test"] = case["input"]
    world = World({each: bpmn.prepare({path.name: data}, main=each) for each in ids}, variables)
    for each in _first(ids, main, beside=bool(case["parallel_second_process"])):
        world.begin(each)
    world.play()
    return world


def _first(ids: Iterable[str], main: str, *, beside: bool) -> list[str]:
    return [*([each for each in ids if each != main] if beside else []), main]


def out_of_order(path: Path, trace: list[str]) -> str | None:
    """A marker that stands before one without which no token reaches it (BPMN 2.0.2, 13.3 and 13.4), within one scope."""
    root = parse(path.read_bytes())
    for scope in root.iter(f"{B}process", f"{B}subProcess", f"{B}transaction"):
        before = _before(scope)
        joins = {gateway.get("id") for gateway in scope.findall(f"{B}parallelGateway")}
        markers = {task.get("id", ""): _marker(task) for task in scope.findall(f"{B}scriptTask")}
        once = {node: name for node, name in markers.items() if trace.count(name) == 1}
        for first, name in once.items():
            for second in once.keys() - _reached(before, joins, without=first) - {first}:
                if trace.index(once[second]) < trace.index(name):
                    return f"{once[second]} before {name}"
    return None


def _before(scope: etree._Element) -> dict[str, set[str]]:
    """Node -> those that lead to it."""
    found: dict[str, set[str]] = {node.get("id", ""): set() for node in scope if node.get("id")}
    for flow in scope.findall(f"{B}sequenceFlow"):
        found[flow.get("targetRef", "")].add(flow.get("sourceRef", ""))
    for event in scope.findall(f"{B}boundaryEvent"):
        found[event.get("id", "")].add(event.get("attachedToRef", ""))
    return found


def _marker(task: etree._Element) -> str:
    text = (task.findtext(f"{B}script") or "").strip()
    return f"Task{text[-1]}" if text.startswith("SCRIPT_task") else ""


def _reached(before: dict[str, set[str]], joins: set[str | None], without: str) -> set[str]:
    reached: set[str] = set()
    while True:
        more = {
            node
            for node, sources in before.items()
            if node != without
            and (not sources or (sources <= reached if node in joins else sources & reached))
        }
        if more == reached:
            return reached
        reached = more


def met(world: World, expected: list[str]) -> bool:
    """Whether the run ended as the corpus says."""
    trace, wanted = list(world.trace), list(expected)
    faults = [fault.code for case in world.cases for fault in case.step.faults]
    if set(faults) - {"stuck"} and not {"RuntimeException", "GenericError", "ErrorThrownErrorEvent"} & set(
        wanted
    ):
        return False
    if "MarkerExists" not in wanted:
        trace = [entry for entry in trace if entry != "MarkerExists"]
    for word, reported in (
        ("ErrorThrownErrorEvent", bool(world.errors)),
        ("RuntimeException", bool(faults)),
        ("GenericError", bool(faults)),
        ("ExecutionParallel", len(world.together) > 1),
    ):
        if word in wanted:
            wanted.remove(word)
            if not reported:
                return False
    return sorted(trace) == sorted(wanted)
