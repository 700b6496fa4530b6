"""What the standard asks of a whole file, its drawn parts too, whoever runs it."""

from collections.abc import Iterable, Iterator

from lxml import etree

from cpm.bpmn.checks.data import data_problems
from cpm.bpmn.checks.directions import direction_problems
from cpm.bpmn.checks.grammar import KINDS, Kind
from cpm.bpmn.checks.pools import pool_problems
from cpm.bpmn.checks.references import flow_problems, kinds_by_id, reference_problems
from cpm.bpmn.checks.xml import empty_problems, walk, xml_problems
from cpm.bpmn.findings import Findings, Reason
from cpm.bpmn.xmlnames import BPMN, flag

Problem = tuple[etree._Element, Reason]


def add_what_is_new(problems: Iterable[Problem], file: str, findings: Findings) -> None:
    """An element that reading has refused already is not refused once more."""
    refused = {(finding.line, finding.element) for finding in findings.found if finding.file == file}
    before = len(findings.found)
    for element, reason in problems:
        findings.at(file, element, reason)
    told = findings.found[before:]
    findings.found[before:] = [each for each in told if (each.line, each.element) not in refused]


def file_problems(root: etree._Element) -> Iterator[Problem]:
    known = kinds_by_id(root)
    yield from xml_problems(root, KINDS["definitions"], frozenset())
    for top in root:
        runs = top.tag == f"{BPMN}process" and flag(top, "isExecutable", default=False)
        for element, kind in walk(top):
            passed = _looked_at(kind) if runs else frozenset()
            yield from xml_problems(element, kind, passed)
            yield from reference_problems(element, kind, known, passed)
            yield from data_problems(element, kind)
            if runs:
                yield from empty_problems(element)
    yield from direction_problems(root)
    yield from flow_problems(root)
    yield from pool_problems(root, known)


def _looked_at(kind: Kind) -> frozenset[str]:
    """The attributes of executable processes that `check` looks at more closely."""
    if kind.name == "sequenceFlow":
        return _ENDS
    if kind.name == "compensateEventDefinition":
        return _COMPENSATED
    return _OTHERS if "flowNode" in kind.bases else frozenset()


_ENDS = frozenset({"sourceRef", "targetRef"})
_COMPENSATED = frozenset({"activityRef"})
_OTHERS = frozenset({"default", "attachedToRef"})
