"""What a call activity calls (BPMN 2.0.2, 10.3.6): a process, or a global task of the same file."""

from lxml import etree

from cpm.bpmn.findings import Findings, Reason
from cpm.bpmn.model import Node
from cpm.bpmn.xmlnames import BPMN, local

#: A global task (10.3.7) is a task that stands beside the processes.
GLOBAL_TASKS = {
    "globalTask": "task",
    "globalManualTask": "manualTask",
    "globalUserTask": "userTask",
    "globalScriptTask": "scriptTask",
    "globalBusinessRuleTask": "businessRuleTask",
}


def global_tasks(root: etree._Element) -> dict[str, etree._Element]:
    """By id. From now on they are named as the tasks that they are, so that they are read as those."""
    found = {element.get("id", ""): element for element in root if local(element) in GLOBAL_TASKS}
    for element in found.values():
        element.tag = BPMN + GLOBAL_TASKS[local(element)]
    return found


def read_called(
    node: Node, element: etree._Element, tasks: dict[str, etree._Element], file: str, findings: Findings
) -> etree._Element | None:
    """BPMN's own calledElement, beside that of zeebe; gives the global task, if it names one."""
    name = element.get("calledElement", "").strip().rpartition(":")[2]
    if name and node.zeebe.process not in {None, name}:
        findings.at(file, element, _two(name, node.zeebe.process))
    if name in tasks:
        return tasks[name]
    node.zeebe.process = node.zeebe.process or name or None
    return None


def _two(name: str, other: str | None) -> Reason:
    return Reason(
        f"Expected one called element, but there are {name!r} and {other!r}.",
        f"Eine Aufrufaktivität ruft eines auf, hier stehen {name!r} und {other!r}.",
        "10.3.6",
    )
