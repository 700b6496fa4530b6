"""Flows, gateways, subprocesses and instances that cannot run as drawn are refused, by element and reason."""

import pytest

from cpm.bpmn import prepare
from tests.unit.bpmn.drawing import (
    DECLARED,
    boundary,
    catch,
    each,
    error,
    escalation,
    flow,
    link,
    message,
    model,
    node,
    parallel,
    path,
    start,
    throw,
    timer,
    user,
    xor,
)
from tests.unit.bpmn.refusing import BASE, handler, refusal, refusals


def test_a_gateway_of_events_takes_no_instances():
    text = node("eventBasedGateway", "x") + path("x", "t") + path("x", "r") + catch("t", timer("PT1H"))
    finding = refusal(BASE, text, node("receiveTask", "r", each("=items"), messageRef="m1"))
    assert (finding.element, "without boundary events or instances" in finding.reason) == ("x", True)


FLOWS = [
    (flow("a", "nowhere", flow_id="x"), "targetRef"),
    (flow("nowhere", "a", flow_id="x"), "sourceRef"),
    (flow("e", "a", flow_id="x"), "out of an end event"),
    (flow("a", "s", flow_id="x"), "into a startEvent"),
    (boundary("b", "a", timer("PT1H")) + flow("a", "b", flow_id="x"), "into a boundaryEvent"),
    (parallel("g") + flow("g", "a", "=true", flow_id="x"), "out of a parallelGateway"),
    (flow("s", "a", "=true", flow_id="x"), "leaves an event"),
    (xor("g", default="x") + flow("g", "a", "=true", flow_id="x"), "on the default flow"),
    (flow("a", "e", "amount > 3", flow_id="x"), "begins with '='"),
    (flow("a", "e", "=amount >", flow_id="x"), "does not parse"),
    (
        node("subProcess", "sp", start("s1"), user("in"), path("s1", "in")) + flow("a", "in", flow_id="x"),
        "same process or subprocess",
    ),
]


@pytest.mark.parametrize(("text", "reason"), FLOWS)
def test_flows_that_lead_nowhere_are_refused(text, reason):
    finding = refusal(BASE, text)
    assert (finding.element, reason in finding.reason) == ("x", True)


GATEWAYS = [
    (xor("x") + flow("x", "a") + flow("x", "e"), "condition on the flow"),
    (xor("x", default="f0") + flow("x", "a", flow_id="f0") + flow("x", "e"), "condition on the flow"),
    (xor("x", default="other") + flow("x", "a"), "default flow to leave"),
    (node("eventBasedGateway", "x") + path("x", "t") + catch("t", timer("PT1H")), "two flows"),
    (
        node("eventBasedGateway", "x") + path("x", "t") + path("x", "a") + catch("t", timer("PT1H")),
        "'a' is none",
    ),
    (
        node("eventBasedGateway", "x")
        + path("x", "t")
        + path("x", "u")
        + path("a", "t")
        + catch("t", timer("PT1H"))
        + catch("u", timer("PT1H")),
        "from the event gateway only",
    ),
    (boundary("x", "g", timer("PT1H")) + parallel("g") + path("g", "a"), "attached to an activity"),
    (boundary("x", "nothing", timer("PT1H")), "attached to an activity"),
    (throw("x", link("L")), "there are 0"),
    (throw("x", link("L")) + catch("c", link("L")) + path("x", "a"), "no flow out of a throwing link"),
    (catch("x", link("L")) + path("a", "x"), "no flow into a catching link"),
    (node("subProcess", "x"), "start event"),
    (node("subProcess", "x", start("s1", message("m2"))), "without a trigger"),
    (node("subProcess", "x", start("s1") + start("s2")), "one start event"),
    (handler(start("s1")), "start with a trigger"),
    (handler(user("y")), "one start event"),
    (handler(start("s1", error("er1"), isInterrupting="false")), "error to interrupt"),
    (handler(start("s1", message())) + flow("a", "x"), "no flow into or out of"),
    (handler(start("s1", message())) + boundary("b", "x", timer("PT1H")), "without boundary events"),
]


@pytest.mark.parametrize(("text", "reason"), GATEWAYS)
def test_structures_that_cannot_run_are_refused(text, reason):
    findings = refusals(model(BASE, text, declared=DECLARED))
    assert any(reason in finding.reason and finding.element == "x" for finding in findings)


LOOPS = [
    ("<bpmn:multiInstanceLoopCharacteristics/>", "there is neither"),
    ("<bpmn:standardLoopCharacteristics/>", "condition or a maximum"),
    ('<bpmn:standardLoopCharacteristics loopMaximum="many"/>', "whole number"),
    (
        "<bpmn:standardLoopCharacteristics><bpmn:loopCondition>x</bpmn:loopCondition></bpmn:standardLoopCharacteristics>",
        "begins with '='",
    ),
    (
        each("=items").replace("</bpmn:multi", "<bpmn:loopCardinality>3</bpmn:loopCardinality></bpmn:multi"),
        "there is both",
    ),
    (
        each("=items").replace("</bpmn:multi", "<bpmn:complexBehaviorDefinition/></bpmn:multi"),
        "complexBehaviorDefinition and",
    ),
    (each("items"), "begins with '='"),
    (each("=items", until="done"), "begins with '='"),
    (each("=items", element="a b"), "name of a variable"),
    (each("=items").replace("inputElement", 'outputCollection="o" inputElement'), "together"),
    (
        each("=items").replace('isSequential="false"', 'isSequential="false" behavior="Some"'),
        "behavior",
    ),
]


@pytest.mark.parametrize(("loop", "reason"), LOOPS)
def test_instances_need_a_collection(loop, reason):
    findings = refusals(model(BASE, user("x", loop)))
    assert any(reason in finding.reason and finding.element == "x" for finding in findings)


def test_a_process_has_one_start_without_a_trigger():
    assert "at most one start event" in refusal(BASE, start("s2")).reason


UNREACHED = [
    *(user("x"), xor("x") + path("x", "e"), parallel("x") + path("x", "e"), node("task", "x")),
    *(catch("x", timer("P1D")), throw("x"), throw("x", link("L")) + catch("c", link("L"))),
    node("subProcess", "x", start("s1")),
    node("subProcess", "y", start("s1"), user("x")) + path("a", "y"),
]


@pytest.mark.parametrize("text", UNREACHED)
def test_what_no_flow_leads_to_is_refused(text):
    """BPMN would let it begin with the process; here only start events begin."""
    found = [
        finding.element for finding in refusals(model(BASE, text)) if "none leads to it" in finding.reason
    ]
    assert found == ["x"]


def test_what_begins_otherwise_needs_no_flow_into_it():
    handled = handler(start("s1", message()) + user("h") + path("s1", "h"))
    linked = throw("t", link("L")) + path("a", "t") + catch("c", link("L")) + path("c", "e")
    event = boundary("b", "a", timer("P1D")) + path("b", "e")
    prepare({"m.bpmn": model(BASE, handled, linked, event, declared=DECLARED)})


@pytest.mark.parametrize("definition", [error("er1"), error(), escalation("es1"), escalation()])
def test_a_second_boundary_event_for_a_code_is_refused(definition):
    twice = boundary("b", "a", definition) + boundary("x", "a", definition)
    finding = refusal(BASE, twice)
    assert (finding.element, "one boundary event for each code" in finding.reason) == ("x", True)
    prepare(
        {
            "m.bpmn": model(
                BASE,
                boundary("b", "a", error("er1")) + boundary("c", "a", error()),
                path("b", "e") + path("c", "e"),
                declared=DECLARED,
            )
        }
    )


def test_an_event_gateway_waits_for_different_messages():
    text = node("eventBasedGateway", "x") + path("a", "x", "c") + path("x", "d")
    finding = refusal(BASE, text, catch("c", message()), catch("d", message()))
    assert (finding.element, "'paid' is there twice" in finding.reason) == ("x", True)
