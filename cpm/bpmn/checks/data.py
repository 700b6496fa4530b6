"""What the standard asks of the data of an activity (BPMN 2.0.2, 10.4.1)."""

from collections.abc import Iterator

from lxml import etree

from cpm.bpmn.checks.grammar import Kind
from cpm.bpmn.findings import Reason
from cpm.bpmn.xmlnames import BPMN, local, text_of

Problems = Iterator[tuple[etree._Element, Reason]]

_SETS = {"dataInput": ("inputSet", "dataInputRefs"), "dataOutput": ("outputSet", "dataOutputRefs")}


def data_problems(element: etree._Element, kind: Kind) -> Problems:
    if kind.name == "ioSpecification":
        yield from _set_problems(element)
        holder = element.getparent()
        if holder is not None and local(holder) in {"subProcess", "transaction", "adHocSubProcess"}:
            yield element, _SUBPROCESS
    if "dataAssociation" in kind.bases and element.find(f"{BPMN}transformation") is None:
        for another in element.findall(f"{BPMN}sourceRef")[1:]:
            yield another, _SOURCES


def _set_problems(specification: etree._Element) -> Problems:
    for data, (kind, reference) in _SETS.items():
        listed = {text_of(entry) for entry in specification.iterfind(f"{BPMN}{kind}/{BPMN}{reference}")}
        for each in specification.iterfind(f"{BPMN}{data}"):
            if each.get("id") not in listed:
                yield (
                    each,
                    Reason(
                        f"Expected {each.get('id')!r} in an {kind}, but it is in none.",
                        f"{each.get('id')!r} muss in einem {kind} stehen, es steht in keinem.",
                        "10.4.1",
                    ),
                )


_SUBPROCESS = Reason(
    "Expected no ioSpecification in a subprocess, but here is one.",
    "Ein Teilprozess hat keine ioSpecification, hier steht eine.",
    "10.4.1",
)
_SOURCES = Reason(
    "Expected one sourceRef where nothing transforms several, but this is another.",
    "Ohne transformation gibt es nur ein sourceRef, dies ist ein weiteres.",
    "10.4.1",
)
