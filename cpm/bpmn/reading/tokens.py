"""Reads how many tokens a node needs to start, and how many it sends on."""

from lxml import etree

from cpm.bpmn.findings import Findings, Reason, Said
from cpm.bpmn.model import Node
from cpm.bpmn.vocabulary import ACTIVITIES
from cpm.bpmn.xmlnames import BPMN, text_of

MOST = 1_000  #: as many tokens as may be side by side


def read_tokens(node: Node, element: etree._Element, file: str, findings: Findings) -> None:
    """BPMN 2.0.2: an activity's quantities (10.3.1, table 10.3), a complex gateway's condition (10.6.5)."""
    if node.kind in ACTIVITIES:
        node.needs = _quantity("startQuantity", element, file, findings)
        node.gives = _quantity("completionQuantity", element, file, findings)
    text = text_of(element.find(f"{BPMN}activationCondition"))
    if node.kind == "complexGateway" and text:
        what = Said("the activation condition", "Aktivierungsbedingung")
        node.activation = findings.expression(file, element, text, what)


def _quantity(name: str, element: etree._Element, file: str, findings: Findings) -> int:
    text = element.get(name, "1").strip()
    if text.isdecimal() and len(text) < 10 and 1 <= int(text) <= MOST:
        return int(text)
    english = f"Expected {name} to be a whole number from 1 to {MOST}, but it is {text!r:.80}."
    german = f"{name} muss eine ganze Zahl von 1 bis {MOST} sein, ist aber {text!r:.80}."
    findings.at(file, element, Reason(english, german, "10.3.1"))
    return 1
