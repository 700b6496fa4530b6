"""Reads what data associations do (BPMN 2.0.2, 10.4.2): those with a transformation or assignments, the others only draw.

A data object, a property or a data input that an association writes is a variable of its name, or else of its id. It
begins to be with the first that is written to it, and lasts as long as the scope that it was written in. Nothing is
copied along an arrow that says nothing, because Camunda 8 does not do so either.
"""

from collections.abc import Iterator

from lxml import etree

from cpm.bpmn.findings import Findings, Reason, Said
from cpm.bpmn.formula import Formula
from cpm.bpmn.model import Node
from cpm.bpmn.xmlnames import BPMN, local, text_of

_VARIABLES = (
    *("dataObject", "dataObjectReference", "property", "dataInput", "dataOutput"),
    *("inputDataItem", "outputDataItem"),
)


def read_data(node: Node, element: etree._Element, file: str, findings: Findings) -> None:
    """What goes in is an input mapping, what comes out an output mapping, after those of zeebe."""
    reader = _Reader(element, file, findings)
    node.zeebe.inputs += reader.mappings("dataInputAssociation")
    node.zeebe.outputs += reader.mappings("dataOutputAssociation")


def variable_of(near: etree._Element, reference: str) -> str | None:
    """The variable of the data that are meant: by their name, or else their id; None if neither can be one."""
    found = _declared(near, reference)
    if found is None:
        return None
    names = [found.get("name"), found.get("id")]
    if local(found) == "dataObjectReference":
        held = _declared(near, found.get("dataObjectRef", ""))
        names = [found.get("name"), *([] if held is None else (held.get("name"), held.get("id")))]
    return next((name for name in names if name and name.isidentifier()), None)


def _declared(near: etree._Element, reference: str) -> etree._Element | None:
    wanted = {f"{BPMN}{kind}" for kind in _VARIABLES}
    name = reference.strip().rpartition(":")[2]
    root = near.getroottree().getroot()
    return next((each for each in root.iter(*wanted) if each.get("id") == name), None)


class _Reader:
    def __init__(self, element: etree._Element, file: str, findings: Findings) -> None:
        self.element, self.file, self.findings = element, file, findings

    def mappings(self, kind: str) -> Iterator[tuple[str, Formula]]:
        for association in self.element.iterfind(f"{BPMN}{kind}"):
            if text := text_of(association.find(f"{BPMN}transformation")):
                what = Said("the transformation", "Umformung")
                formula = self.findings.expression(self.file, association, text, what)
                if target := self._target(association):
                    yield target, formula
            for assignment in association.iterfind(f"{BPMN}assignment"):
                yield from self._assignment(assignment)

    def _assignment(self, assignment: etree._Element) -> Iterator[tuple[str, Formula]]:
        source = text_of(assignment.find(f"{BPMN}from"))
        target = (text_of(assignment.find(f"{BPMN}to")) or "").removeprefix("=").strip()
        if not source or not target:
            self._refuse(
                assignment,
                "Expected an assignment from an expression to a variable, but it is not so.",
                "Eine Zuweisung hat einen Ausdruck (from) und eine Variable (to), diese nicht.",
            )
            return
        what = Said(f"the assignment to {target!r}", f"Zuweisung an {target!r}")
        yield target, self.findings.formula(self.file, assignment, source, what)

    def _target(self, association: etree._Element) -> str | None:
        named = text_of(association.find(f"{BPMN}targetRef")) or ""
        variable = variable_of(self.element, named)
        if variable is None:
            self._refuse(
                association,
                f"Expected targetRef to name data that a variable can hold, but {named!r} is none.",
                f"targetRef nennt etwas, das in einer Variablen steht, {named!r} ist aber nichts davon.",
            )
        return variable

    def _refuse(self, element: etree._Element, english: str, german: str) -> None:
        self.findings.at(self.file, element, Reason(english, german, "10.4.2"))
