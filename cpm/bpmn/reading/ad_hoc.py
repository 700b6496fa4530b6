"""Reads what an ad-hoc subprocess says beyond what is in it."""

from lxml import etree

from cpm.bpmn.findings import Findings, Reason, Said
from cpm.bpmn.formula import Formula
from cpm.bpmn.model import AdHoc
from cpm.bpmn.reading.extensions import find
from cpm.bpmn.xmlnames import BPMN, flag, text_of

ORDERINGS = ("Parallel", "Sequential")


def read_ad_hoc(element: etree._Element, file: str, findings: Findings) -> AdHoc:
    """BPMN 2.0.2, 10.3.5, with `zeebe:adHoc` of Camunda 8."""
    return _Reader(element, file, findings).read()


class _Reader:
    def __init__(self, element: etree._Element, file: str, findings: Findings) -> None:
        self.element, self.file, self.findings = element, file, findings
        zeebe = find(element, "adHoc")
        self.zeebe = {str(k): str(v) for k, v in zeebe.attrib.items()} if zeebe is not None else {}

    def read(self) -> AdHoc:
        ordering = self.element.get("ordering", "Parallel")
        if ordering not in ORDERINGS:
            self._refuse(
                f"Expected ordering to be Parallel or Sequential, but it is {ordering!r:.80}.",
                f"ordering ist Parallel oder Sequential, hier steht {ordering!r:.80}.",
            )
        if flag(self.element, "triggeredByEvent", default=False):
            self._refuse(
                "Expected an ad-hoc subprocess that a flow leads to, but this one is triggered by an event.",
                "Ein Ad-hoc-Teilprozess kann nicht zugleich ein Ereignis-Teilprozess sein.",
            )
        condition = text_of(self.element.find(f"{BPMN}completionCondition"))
        return AdHoc(
            sequential=ordering == "Sequential",
            until=self._expression(condition, Said("the completion condition", "Abschlussbedingung")),
            cancels=flag(self.element, "cancelRemainingInstances", default=True),
            first=self._attribute("activeElementsCollection"),
            output=self.zeebe.get("outputCollection") or None,
            output_element=self._output_element(),
        )

    def _output_element(self) -> Formula | None:
        given = [name for name in ("outputCollection", "outputElement") if self.zeebe.get(name)]
        if len(given) == 1:
            self._refuse(
                f"Expected outputCollection and outputElement together, but there is only {given[0]}.",
                f"outputCollection und outputElement gehören zusammen, hier steht nur {given[0]}.",
                section="",
            )
        return self._attribute("outputElement") if len(given) == 2 else None

    def _attribute(self, name: str) -> Formula | None:
        return self._expression(
            self.zeebe.get(name), Said(f"{name} of zeebe:adHoc", f"{name} in zeebe:adHoc")
        )

    def _expression(self, text: str | None, what: Said) -> Formula | None:
        return self.findings.expression(self.file, self.element, text, what) if text else None

    def _refuse(self, english: str, german: str, section: str = "10.3.5") -> None:
        self.findings.at(self.file, self.element, Reason(english, german, section))
