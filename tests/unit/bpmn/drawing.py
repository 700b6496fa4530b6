"""Draws small models for tests: each function gives a piece of BPMN text."""

from itertools import count, pairwise
from xml.sax.saxutils import escape, quoteattr

NAMES = (
    'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)
_numbers = count(1)


def model(*parts, process_id="p", declared="", name="A process", attributes=""):
    """A whole file with one executable process."""
    process = f'<bpmn:process id="{process_id}" name="{name}" isExecutable="true" {attributes}>\n{"".join(parts)}</bpmn:process>'
    return f'<bpmn:definitions {NAMES} id="d_{process_id}" targetNamespace="t">\n{declared}{process}\n</bpmn:definitions>'.encode()


def node(kind, node_id, *inside, zeebe="", **attributes):
    extra = "".join(f" {name}={quoteattr(str(value))}" for name, value in attributes.items())
    extensions = f"<bpmn:extensionElements>{zeebe}</bpmn:extensionElements>" if zeebe else ""
    return (
        f'<bpmn:{kind} id="{node_id}" name="{node_id}"{extra}>{extensions}{"".join(inside)}</bpmn:{kind}>\n'
    )


def start(node_id="s", *inside, **attributes):
    return node("startEvent", node_id, *inside, **attributes)


def end(node_id="e", *inside, **attributes):
    return node("endEvent", node_id, *inside, **attributes)


def user(node_id, *inside, zeebe="", **attributes):
    return node("userTask", node_id, *inside, zeebe="<zeebe:userTask/>" + zeebe, **attributes)


def service(node_id, *inside, zeebe="", kind="serviceTask", **attributes):
    return node(kind, node_id, *inside, zeebe=job(node_id) + zeebe, **attributes)


def xor(node_id, **attributes):
    return node("exclusiveGateway", node_id, **attributes)


def parallel(node_id):
    return node("parallelGateway", node_id)


def inclusive(node_id, **attributes):
    return node("inclusiveGateway", node_id, **attributes)


def boundary(node_id, host, definition, *, interrupting=True, zeebe="", **attributes):
    return node(
        "boundaryEvent",
        node_id,
        definition,
        zeebe=zeebe,
        attachedToRef=host,
        cancelActivity=str(interrupting).lower(),
        **attributes,
    )


def catch(node_id, definition, zeebe="", **attributes):
    return node("intermediateCatchEvent", node_id, definition, zeebe=zeebe, **attributes)


def throw(node_id, definition="", zeebe=""):
    return node("intermediateThrowEvent", node_id, definition, zeebe=zeebe)


def flow(source, target, condition=None, flow_id=None):
    inside = ""
    if condition:
        inside = f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">{escape(condition)}</bpmn:conditionExpression>'
    flow_id = flow_id or f"flow{next(_numbers)}"
    return f'<bpmn:sequenceFlow id="{flow_id}" sourceRef="{source}" targetRef="{target}">{inside}</bpmn:sequenceFlow>\n'


def path(*node_ids):
    return "".join(flow(source, target) for source, target in pairwise(node_ids))


# Event definitions, and what they refer to.


def timer(text, kind="timeDuration"):
    return f"<bpmn:timerEventDefinition><bpmn:{kind}>{escape(text)}</bpmn:{kind}></bpmn:timerEventDefinition>"


def message(reference="m1"):
    return f'<bpmn:messageEventDefinition messageRef="{reference}"/>'


def error(reference=None):
    return (
        f'<bpmn:errorEventDefinition errorRef="{reference}"/>'
        if reference
        else "<bpmn:errorEventDefinition/>"
    )


def escalation(reference=None):
    inside = f' escalationRef="{reference}"' if reference else ""
    return f"<bpmn:escalationEventDefinition{inside}/>"


def signal(reference="si1"):
    return f'<bpmn:signalEventDefinition signalRef="{reference}"/>'


def condition(expression, zeebe=""):
    extensions = f"<bpmn:extensionElements>{zeebe}</bpmn:extensionElements>" if zeebe else ""
    return (
        f"<bpmn:conditionalEventDefinition>{extensions}"
        f'<bpmn:condition xsi:type="bpmn:tFormalExpression">{escape(expression)}</bpmn:condition>'
        "</bpmn:conditionalEventDefinition>"
    )


def referred(reference):
    return f"<bpmn:eventDefinitionRef>{reference}</bpmn:eventDefinitionRef>"


def link(name):
    return f'<bpmn:linkEventDefinition name="{name}"/>'


TERMINATE = "<bpmn:terminateEventDefinition/>"

DECLARED = (
    '<bpmn:error id="er1" errorCode="E1" name="First"/><bpmn:error id="er2" errorCode="E2"/>'
    '<bpmn:escalation id="es1" escalationCode="S1" name="Look"/>'
    '<bpmn:message id="m1" name="paid"><bpmn:extensionElements><zeebe:subscription correlationKey="=order"/>'
    '</bpmn:extensionElements></bpmn:message><bpmn:message id="m2" name="plain"/>'
    '<bpmn:message id="answered" name="answered"><bpmn:extensionElements><zeebe:subscription correlationKey="=order"/>'
    "</bpmn:extensionElements></bpmn:message>"
    '<bpmn:signal id="si1" name="alarm"/><bpmn:signal id="si2" name="calm"/>'
    '<bpmn:signal id="si3" name="=&quot;door &quot; + door"/>'
)


def job(kind, retries="3"):
    return f'<zeebe:taskDefinition type="{kind}" retries="{retries}"/>'


def mapping(inputs=None, outputs=None):
    """Targets to sources."""
    lines = [f"<zeebe:input source={quoteattr(s)} target={quoteattr(t)}/>" for t, s in (inputs or {}).items()]
    lines += [
        f"<zeebe:output source={quoteattr(s)} target={quoteattr(t)}/>" for t, s in (outputs or {}).items()
    ]
    return f"<zeebe:ioMapping>{''.join(lines)}</zeebe:ioMapping>"


def script(expression, result):
    return f'<zeebe:script expression={quoteattr(expression)} resultVariable="{result}"/>'


def decision(decision_id, result):
    return f'<zeebe:calledDecision decisionId="{decision_id}" resultVariable="{result}"/>'


def called(process_id, **attributes):
    extra = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f'<zeebe:calledElement processId="{process_id}"{extra}/>'


def each(collection, *, element="item", output=None, sequential=False, until=None):
    """Multi-instance; `output` is a collection and its element."""
    out = f'outputCollection="{output[0]}" outputElement={quoteattr(output[1])}' if output else ""
    condition = f"<bpmn:completionCondition>{escape(until)}</bpmn:completionCondition>" if until else ""
    return (
        f'<bpmn:multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}"><bpmn:extensionElements>'
        f'<zeebe:loopCharacteristics inputCollection={quoteattr(collection)} inputElement="{element}" {out}/>'
        f"</bpmn:extensionElements>{condition}</bpmn:multiInstanceLoopCharacteristics>"
    )


def ad_hoc(node_id, *inside, until=None, first=None, output=None, zeebe="", **attributes):
    """An ad-hoc subprocess; `first` is begun at once, `output` is a collection and its element."""
    said = {"activeElementsCollection": first} if first else {}
    said |= dict(zip(("outputCollection", "outputElement"), output, strict=True)) if output else {}
    extra = "".join(f" {name}={quoteattr(value)}" for name, value in said.items())
    condition = f"<bpmn:completionCondition>{escape(until)}</bpmn:completionCondition>" if until else ""
    extensions = f"<zeebe:adHoc{extra}/>{zeebe}" if said else zeebe
    return node("adHocSubProcess", node_id, *inside, condition, zeebe=extensions, **attributes)


def compensate(activity=None, *, waits=True):
    """A definition: what is thrown, or what a boundary event or an event subprocess is there for."""
    reference = f' activityRef="{activity}"' if activity else ""
    wait = "" if waits else ' waitForCompletion="false"'
    return f"<bpmn:compensateEventDefinition{reference}{wait}/>"


CANCEL = "<bpmn:cancelEventDefinition/>"


def association(source, target):
    return f'<bpmn:association id="association{next(_numbers)}" sourceRef="{source}" targetRef="{target}" associationDirection="One"/>\n'


def undone(activity, handler=""):
    """What undoes the activity: its compensation boundary event and, if none is given, a user task `undo_<activity>`."""
    handler_id = f"undo_{activity}"
    return (
        boundary(f"c_{activity}", activity, compensate())
        + (handler or user(handler_id, isForCompensation="true"))
        + association(f"c_{activity}", handler_id)
    )
