"""BPMN XML to our model: takes what it knows, refuses by element and line what it does not, drops nothing silently.

What only draws or documents (artifacts, data objects, diagrams) is left out on purpose: it has no effect in Camunda 8 either.
"""

from collections import Counter

from lxml import etree

from cpm.bpmn.checks.files import add_what_is_new, file_problems
from cpm.bpmn.checks.strictness import refuse_lost
from cpm.bpmn.findings import Findings, Reason, Said
from cpm.bpmn.instantiating import read_instantiating
from cpm.bpmn.model import Extensions, Flow, Node, Process, Scope
from cpm.bpmn.reading.ad_hoc import read_ad_hoc
from cpm.bpmn.reading.behavior import keep_hosts
from cpm.bpmn.reading.calls import global_tasks, read_called
from cpm.bpmn.reading.compensation import associations, transaction_problems
from cpm.bpmn.reading.data import read_data
from cpm.bpmn.reading.events import read_event
from cpm.bpmn.reading.extensions import read_extensions
from cpm.bpmn.reading.lanes import assign_lanes
from cpm.bpmn.reading.loops import read_loop
from cpm.bpmn.reading.tokens import read_tokens
from cpm.bpmn.vocabulary import (
    ACTIVITIES,
    AT_ROOT,
    EVENTS,
    IN_NODE,
    IN_SCOPE,
    LOOPS,
    NODES,
    SUBPROCESSES,
    does_not_run,
)
from cpm.bpmn.words import german
from cpm.bpmn.xmlnames import BPMN, flag, in_bpmn, line_of, local, text_of
from rules.xml import parse


def read(data: bytes, file: str, findings: Findings, *, checked: bool = True) -> list[Process]:
    """The file's executable processes, or none with findings; raises Refused for what is not even XML."""
    root = parse(data, file)
    if root.tag != f"{BPMN}definitions":
        findings.at(file, root, _no_bpmn(root))
        return []
    # Of the file as it is: reading makes global tasks into processes.
    problems = list(file_problems(root)) if checked else []
    found = _Reader(root, file, findings).processes()
    add_what_is_new(problems, file, findings)
    return found


def _no_bpmn(root: etree._Element) -> Reason:
    if local(root) == "definitions":
        space = str(root.tag).rpartition("}")[0].removeprefix("{")
        return Reason(
            f"Expected definitions of BPMN 2.0 ({BPMN[1:-1]}), but these are of the namespace {space!r:.80}.",
            f"Die Datei ist kein BPMN 2.0: Ihr Namensraum ist {space!r:.80} statt {BPMN[1:-1]}.",
        )
    return Reason(
        f"Expected BPMN definitions, but the file begins with {local(root)!r:.80}.",
        f"Die Datei ist kein BPMN 2.0: Sie beginnt mit {local(root)!r:.80} statt mit definitions.",
    )


_NOT_EXECUTABLE = Reason(
    "Expected an executable process, but there is none.",
    "Kein Prozess in der Datei ist ausführbar (isExecutable).",
)


class _Reader:
    def __init__(self, root: etree._Element, file: str, findings: Findings) -> None:
        self.root, self.file, self.findings = root, file, findings
        self.tasks = global_tasks(root)
        self.declared = {element.get("id", ""): element for element in root if element.get("id")}
        self.associated = associations(root)

    def refuse(self, element: etree._Element, reason: Reason) -> None:
        self.findings.at(self.file, element, reason)

    def processes(self) -> list[Process]:
        self._refuse_twins()
        for element in self.root:
            if in_bpmn(element) and local(element) not in AT_ROOT and element not in self.tasks.values():
                self.refuse(element, does_not_run(element))
        executable = [
            p for p in self.root.iterfind(f"{BPMN}process") if flag(p, "isExecutable", default=False)
        ]
        if not executable:
            self.refuse(self.root, _NOT_EXECUTABLE)
            executable = self.root.findall(f"{BPMN}process")  # what else is wrong with it is told as well
        return [self._process(each) for each in executable]

    def _refuse_twins(self) -> None:
        ids = [e for e in self.root.iter() if in_bpmn(e) and e.get("id")]
        count = Counter(e.get("id") for e in ids)
        for element in ids:
            if count[element.get("id")] > 1:
                self.refuse(
                    element,
                    Reason(
                        f"Expected ids to be unique, but {element.get('id')!r} is used more than once.",
                        f"Jede id gibt es in der Datei nur einmal, {element.get('id')!r} aber öfter.",
                        "8.2.1",
                    ),
                )

    def _process(self, element: etree._Element) -> Process:
        refuse_lost(element, self.file, self.findings)
        zeebe = read_extensions(element, self.file, self.findings)
        process = Process(
            id=self._id(element),
            name=element.get("name") or self._id(element),
            version_tag=zeebe.version_tag,
            properties=zeebe.properties,
            forms=zeebe.embedded,
            file=self.file,
            line=line_of(element),
        )
        self._fill(process, element)
        assign_lanes(process, element)
        return process

    def _id(self, element: etree._Element) -> str:
        found = element.get("id", "")
        if not found:
            self.refuse(
                element,
                Reason(
                    f"Expected every {local(element)} to have an id, but this one has none.",
                    f"Jedes Element braucht eine id, hier ({german(local(element))}) fehlt sie.",
                ),
            )
        elif "~" in found:
            reason = Reason(
                "Expected an id without '~', but this one has it.",
                "Eine id enthält kein „~“, diese aber schon.",
            )
            self.refuse(element, reason)
        return found

    def _fill(self, scope: Scope, element: etree._Element) -> None:
        for child in element:
            if not in_bpmn(child) or (local(element), local(child)) == _CONDITION_OF_AD_HOC:
                continue
            if local(child) not in IN_SCOPE:
                self.refuse(child, does_not_run(child))
                self._keep_place(scope, child)
            elif local(child) == "sequenceFlow":
                scope.flows.append(self._flow(child))
            elif local(child) in NODES:
                node = self._node(child)
                scope.nodes[node.id] = node
        keep_hosts(scope, element, self.file, self.findings)

    def _keep_place(self, scope: Scope, element: etree._Element) -> None:
        """Flows from and to a refused element are not refused as well."""
        if name := element.get("id"):
            scope.nodes[name] = Node(name, name, local(element), line_of(element), Extensions())

    def _flow(self, element: etree._Element) -> Flow:
        text = text_of(element.find(f"{BPMN}conditionExpression"))
        what = Said("the condition", "Bedingung")
        condition = self.findings.expression(self.file, element, text, what) if text else None
        return Flow(
            id=self._id(element),
            source=element.get("sourceRef", ""),
            target=element.get("targetRef", ""),
            condition=condition,
            line=line_of(element),
        )

    def _node(self, element: etree._Element) -> Node:
        kind = local(element)
        node = Node(
            id=self._id(element),
            name=element.get("name") or element.get("id") or "",
            kind=kind,
            line=line_of(element),
            zeebe=read_extensions(element, self.file, self.findings),
            documentation=text_of(element.find(f"{BPMN}documentation")) or "",
            default=element.get("default"),
            host=element.get("attachedToRef"),
            interrupting=flag(element, _INTERRUPTS.get(kind, "cancelActivity"), default=True),
            by_event=kind == "subProcess" and flag(element, "triggeredByEvent", default=False),
            for_compensation=kind in ACTIVITIES and flag(element, "isForCompensation", default=False),
            associated=tuple(self.associated.get(element.get("id", ""), ())),
        )
        self._refuse_unknown(element)
        if kind in EVENTS or kind == "receiveTask" or (kind == "sendTask" and not node.zeebe.task_type):
            node.event = read_event(element, self.declared, self.file, self.findings)
        read_tokens(node, element, self.file, self.findings)
        read_instantiating(node, element, self.file, self.findings)
        read_data(node, element, self.file, self.findings)
        if kind == "adHocSubProcess":
            node.ad_hoc = read_ad_hoc(element, self.file, self.findings)
        if kind in SUBPROCESSES:
            node.inner = Scope(node.id)
            self._fill(node.inner, element)
        if kind == "callActivity":
            task = read_called(node, element, self.tasks, self.file, self.findings)
            node.inner = None if task is None else Scope(node.id, {task.get("id", ""): self._node(task)})
        loops = [child for child in element if local(child) in LOOPS]
        if loops:
            node.loop = read_loop(loops[0], self.declared, self.file, self.findings)
        return node

    def _refuse_unknown(self, element: etree._Element) -> None:
        for child in element if local(element) not in SUBPROCESSES else ():
            name = local(child)
            if (
                in_bpmn(child)
                and name not in IN_NODE
                and not (name == "activationCondition" and local(element) == "complexGateway")
                and not name.endswith(("EventDefinition", "eventDefinitionRef"))
            ):
                self.refuse(child, does_not_run(child))
        for reason in transaction_problems(element):
            self.refuse(element, reason)
        loops = [child for child in element if local(child) in LOOPS]
        if loops and local(element) not in ACTIVITIES:
            self.refuse(
                element,
                Reason(
                    f"Expected {local(loops[0])} on an activity, but this is a {local(element)}.",
                    f"Schleifen und Mehrfachausführung gibt es an Aktivitäten, hier aber: {german(local(element))}.",
                    "10.3.1",
                ),
            )


_INTERRUPTS = {"startEvent": "isInterrupting"}
_CONDITION_OF_AD_HOC = ("adHocSubProcess", "completionCondition")
