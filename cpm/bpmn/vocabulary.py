"""The elements of BPMN that are read; all others are refused."""

from lxml import etree

from cpm.bpmn.checks.grammar import kind_of, place
from cpm.bpmn.checks.xml import misplaced
from cpm.bpmn.findings import Reason
from cpm.bpmn.words import german
from cpm.bpmn.xmlnames import local

EVENTS = {"startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"}
GATEWAYS = {"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway"}
TASKS = {
    *("task", "manualTask", "userTask", "serviceTask", "sendTask"),
    *("scriptTask", "businessRuleTask", "receiveTask"),
}
SUBPROCESSES = {"subProcess", "adHocSubProcess", "transaction"}
ACTIVITIES = TASKS | SUBPROCESSES | {"callActivity"}
LOOPS = {"multiInstanceLoopCharacteristics", "standardLoopCharacteristics"}
NODES = EVENTS | GATEWAYS | ACTIVITIES

DRAWN = {"documentation", "extensionElements", "textAnnotation", "association", "group", "category"}
DATA = {"dataObject", "dataObjectReference", "dataStoreReference", "ioSpecification", "property"}
DATA |= {"dataInputAssociation", "dataOutputAssociation", "dataInput", "dataOutput", "inputSet", "outputSet"}
IN_SCOPE = NODES | DRAWN | DATA | LOOPS | {"sequenceFlow", "laneSet", "incoming", "outgoing"}
IN_NODE = DRAWN | DATA | LOOPS | {"incoming", "outgoing"}
AT_ROOT = {
    "process",
    "collaboration",
    "message",
    "error",
    "escalation",
    "signal",
    "itemDefinition",
    "dataStore",
}
AT_ROOT |= {
    f"{kind}EventDefinition"
    for kind in (
        *("timer", "message", "signal", "conditional", "error", "escalation"),
        *("terminate", "link", "cancel", "compensate"),
    )
}
AT_ROOT |= {"category", "extensionElements", "documentation", "interface", "resource"}

_PERSON = ("; zeebe:assignmentDefinition says who does it", "; wer es tut, sagt zeebe:assignmentDefinition")
#: What does here what an element does elsewhere.
_INSTEAD = {
    "script": (
        "; zeebe:script holds FEEL, zeebe:taskDefinition a job",
        "; Skripte sind FEEL in zeebe:script oder ein Auftrag in zeebe:taskDefinition",
    ),
    **dict.fromkeys(("potentialOwner", "humanPerformer", "performer", "resourceRole"), _PERSON),
}


def does_not_run(element: etree._Element) -> Reason:
    """An element of BPMN that is not read where it stands, or that may not stand there at all."""
    name, holder = local(element), element.getparent()
    kind = kind_of(local(holder)) if holder is not None else None
    if kind and place(kind.name, name) is None and "horeography" not in name:
        return misplaced(kind, name)
    known = f" ({german(name)})" if german(name) != name else ""
    english, deutsch = _INSTEAD.get(name, ("", ""))
    return Reason(
        f"Expected elements that run here, but {name!r} does not{english}.",
        f"Das Element {name!r}{known} läuft hier nicht{deutsch}.",
    )
