"""Nothing is silently wrong: what does not run as drawn is refused, by element, line and reason."""

import re

import pytest

from cpm.bpmn import prepare
from rules.xml import Refused
from tests.unit.bpmn.drawing import (
    DECLARED,
    NAMES,
    TERMINATE,
    boundary,
    called,
    catch,
    condition,
    decision,
    each,
    end,
    error,
    escalation,
    flow,
    job,
    link,
    mapping,
    message,
    model,
    node,
    parallel,
    path,
    script,
    service,
    start,
    throw,
    timer,
    user,
    xor,
)

BASE = start() + user("a") + end() + path("s", "a", "e")


UNCONNECTED = re.compile(r"none leads to it|a flow out of the \w+Event,")


def refusals(text, **more):
    with pytest.raises(Refused) as caught:
        prepare({"m.bpmn": text, **more})
    for finding in caught.value.findings:
        assert_both_languages(finding)
    return caught.value.findings


def assert_both_languages(finding):
    """A German designer reads a German sentence."""
    assert finding.german
    assert finding.german != finding.reason
    assert "Expected" not in finding.german


def refusal(*parts, **options):
    """The one refusal, apart from the remarks that nothing leads to the piece in question, and it to nothing."""
    findings = refusals(model(*parts, **{"declared": DECLARED, **options}))
    (finding,) = [finding for finding in findings if not UNCONNECTED.search(finding.reason)]
    return finding


def definition(kind):
    return f"<bpmn:{kind}EventDefinition/>"


def handler(*inside):
    return node("subProcess", "x", *inside, triggeredByEvent="true")


UNKNOWN_NODES = [
    "callChoreography",
    "subChoreography",
    "choreographyTask",
    "implicitThrowEvent",
]


@pytest.mark.parametrize("kind", UNKNOWN_NODES)
def test_unknown_elements_are_refused_by_name(kind):
    finding = refusal(BASE, node(kind, "x"))
    assert (finding.file, finding.element) == ("m.bpmn", "x")
    assert f"{kind!r} does not" in finding.reason


@pytest.mark.parametrize(
    ("definition", "where"),
    [
        (timer("PT1H"), "endEvent"),
        (error("er1"), "startEvent"),
        (error("er1"), "intermediateCatchEvent"),
        (error("er1"), "intermediateThrowEvent"),
        (escalation("es1"), "intermediateCatchEvent"),
        (TERMINATE, "intermediateThrowEvent"),
        (condition("=x"), "intermediateThrowEvent"),
        (condition("=x"), "endEvent"),
        (link("L"), "endEvent"),
        (definition("compensate"), "startEvent"),
        (definition("compensate"), "intermediateCatchEvent"),
        (definition("cancel"), "startEvent"),
        (definition("cancel"), "intermediateCatchEvent"),
        (definition("cancel"), "intermediateThrowEvent"),
        ("", "intermediateCatchEvent"),
    ],
)
def test_events_in_the_wrong_place_are_refused(definition, where):
    finding = refusal(BASE, node(where, "x", definition))
    assert finding.element == "x"
    assert f"on {where} does not" in finding.reason


MARKERS = [
    (user("x", startQuantity="0"), "startQuantity"),
    (user("x", completionQuantity="1001"), "completionQuantity"),
    (node("task", "x", instantiate="true"), "instantiate"),
    (boundary("x", "a", timer("PT1H"), zeebe=mapping({"i": "=1"})), "without input mappings"),
    (start("x", message("m2"), zeebe=mapping({"i": "=1"})), "without input mappings"),
    (xor("x", zeebe=mapping({"a": "=1"})), "it is on exclusiveGateway"),
    (xor("x") + "", "a flow out of the gateway"),
    (catch("x", timer("PT1H") + link("l")), "link events stand alone"),
    (node("eventBasedGateway", "x", eventGatewayType="Parallel"), "instantiate"),
]


@pytest.mark.parametrize(("text", "word"), MARKERS)
def test_markers_that_change_the_meaning_are_refused(text, word):
    findings = refusals(model(BASE, text, declared=DECLARED))
    assert any(word in finding.reason and finding.element == "x" for finding in findings)


DOERS = [
    (node("serviceTask", "x"), "zeebe:taskDefinition"),
    (node("sendTask", "x"), "messageRef to name a message"),
    (node("serviceTask", "x", zeebe="<zeebe:taskDefinition/>"), "with type"),
    (node("scriptTask", "x"), "there is neither"),
    (node("scriptTask", "x", zeebe=job("t") + script("=1", "y")), "there is both"),
    (
        node("scriptTask", "x", "<bpmn:script>import os</bpmn:script>", zeebe=script("=1", "y")),
        "'script' does not",
    ),
    (node("scriptTask", "x", zeebe=script("1 + 1", "y")), "begins with '='"),
    (node("businessRuleTask", "x"), "there is neither"),
    (node("businessRuleTask", "x", zeebe='<zeebe:calledDecision decisionId="d"/>'), "resultVariable"),
    (node("businessRuleTask", "x", zeebe=decision("=dyn", "r")), "fixed decisionId"),
    (throw("x", zeebe=job("t")), "tasks and message events"),
    (node("callActivity", "x"), "zeebe:calledElement"),
    (node("callActivity", "x", zeebe=called("nobody")), "process 'nobody' to be deployed before or with"),
    (node("callActivity", "x", zeebe=called("=dyn")), "fixed processId"),
    (node("callActivity", "x", zeebe=called("p", bindingType="newest")), "'newest'"),
    (node("receiveTask", "x"), "messageRef"),
]


@pytest.mark.parametrize(("text", "reason"), DOERS)
def test_a_task_without_a_doer_is_refused(text, reason):
    findings = refusals(model(BASE, text, declared=DECLARED))
    assert any(reason in finding.reason and finding.element == "x" for finding in findings)


EXTENSIONS = [
    (
        user(
            "x",
            zeebe='<zeebe:executionListeners><zeebe:executionListener type="t"/></zeebe:executionListeners>',
        ),
        "'executionListeners'",
    ),
    (user("x", zeebe="<zeebe:taskListeners/>"), "'taskListeners'"),
    (user("x", zeebe='<zeebe:formDefinition formKey="k"/>'), "another application"),
    (user("x", zeebe='<zeebe:formDefinition externalReference="k"/>'), "another application"),
    (
        user("x", zeebe='<zeebe:formDefinition formId="f" bindingType="versionTag"/>'),
        "'versionTag'",
    ),
    (user("x", zeebe=job("t")), "it is on userTask"),
    (service("x", zeebe='<zeebe:formDefinition formId="f"/>'), "it is on serviceTask"),
    (user("x", zeebe=mapping({"a.1": "=1"})), "name of a variable"),
    (user("x", zeebe=mapping({"a.1": "=1"})), "name of a variable"),
    (user("x", zeebe=mapping({"a": "=1 +"})), "does not parse"),
    (user("x", zeebe=mapping({"a": "=contans(b, c)"})), "“contains” is known"),
    (user("x", zeebe=mapping({"a": "=contains(b)"})), "Expected contains(string, match)"),
    (user("x", zeebe="<zeebe:ioMapping><zeebe:output target='a'/></zeebe:ioMapping>"), "source and target"),
    (user("x", zeebe='<zeebe:assignmentDefinition assignee="=1 +"/>'), "does not parse"),
    (user("x", zeebe='<zeebe:taskSchedule dueDate="tomorrow"/>'), "due date"),
    (user("x", zeebe='<zeebe:taskSchedule dueDate="2030-01-01T00:00:00"/>'), "no offset"),
    (user("x", zeebe='<zeebe:priorityDefinition priority="high"/>'), "priority"),
    (
        user("x", zeebe='<zeebe:priorityDefinition priority="101"/>'),
        "priority to be a whole number up to 100",
    ),
    (service("x", zeebe="").replace('retries="3"', 'retries="many"'), "retries"),
    (
        service("x", zeebe="").replace('retries="3"', 'retries="1001"'),
        "retries to be a whole number up to 1000",
    ),
    (service("x", zeebe="").replace('retries="3"', f'retries="{"9" * 5000}"'), "retries"),
    (
        user("x", zeebe='<camunda:formData xmlns:camunda="http://camunda.org/schema/1.0/bpmn"/>'),
        "another engine",
    ),
    (
        '<bpmn:userTask id="x" xmlns:c="http://camunda.org/schema/1.0/bpmn" c:assignee="ann"/>',
        "another engine",
    ),
]


@pytest.mark.parametrize(("text", "reason"), EXTENSIONS)
def test_extensions_without_effect_are_refused(text, reason):
    findings = refusals(model(BASE, text, declared=DECLARED))
    assert any(reason in finding.reason and finding.element == "x" for finding in findings)


def test_another_tools_notes_are_let_be():
    text = user(
        "x",
        zeebe='<other:color xmlns:other="http://example.com/other" fill="red"/>',
        **{"zeebe:modelerTemplate": "t"},
    )
    assert prepare({"m.bpmn": model(BASE, text, path("a", "x"))}).elements["x"].kind == "userTask"


TIMERS = [
    "soon",
    "P",
    "PT",
    "1H",
    "P1H",
    "R/PT0S",
    "R/PT0.5S",
    "R3/PT1H/2030-01-01T09:00:00Z",
    "0 9 * * *",
    "0 0 9 31 2 *",
]


@pytest.mark.parametrize("text", TIMERS)
def test_a_fixed_timer_has_to_be_one(text):
    assert "timer" not in refusal(BASE, catch("x", timer(text))).reason
    assert refusal(BASE, catch("x", timer(text, "timeDate"))).element == "x"
    assert refusal(BASE, boundary("x", "a", timer(text, "timeCycle"), interrupting=False)).element == "x"


def test_timers_have_one_value_and_cycles_one_place():
    assert "one date, duration or cycle" in refusal(BASE, catch("x", "<bpmn:timerEventDefinition/>")).reason
    assert "never ends" in refusal(BASE, catch("x", timer("R/PT1H", "timeCycle"))).reason
    assert "never ends" in refusal(BASE, catch("x", timer("0 0 9 * * *", "timeCycle"))).reason
    assert "does not parse" in refusal(BASE, catch("x", timer("=1 +"))).reason


def test_messages_need_a_name_and_those_awaited_a_key():
    assert "names" not in refusal(BASE, catch("x", message("m9"))).reason
    assert "'m9' is none" in refusal(BASE, catch("x", message("m9"))).reason
    assert "correlation key" in refusal(BASE, catch("x", message("m2"))).reason
    assert (
        "to have a name"
        in refusal(BASE, start("x", message("m0")), declared='<bpmn:message id="m0"/>').reason
    )
    prepare({"m.bpmn": model(BASE, start("x", message("m2")), path("x", "a"), declared=DECLARED)})


def test_what_begins_a_process_has_a_fixed_name_and_links_have_one():
    dynamic = '<bpmn:message id="m0" name="=name"/>'
    assert "fixed name" in refusal(BASE, start("x", message("m0")), declared=dynamic).reason
    assert any(
        "link to have a name" in finding.reason for finding in refusals(model(BASE, throw("x", link(""))))
    )


def test_codes_are_fixed():
    text = '<bpmn:error id="er1" errorCode="=code"/>'
    assert "fixed errorCode" in refusal(BASE, boundary("x", "a", error("er1")), declared=text).reason


def test_every_element_has_an_id():
    assert "to have an id" in refusal(BASE, "<bpmn:userTask/>").reason


def test_unknown_roots_are_refused():
    assert "'globalConversation'" in refusal(BASE, declared='<bpmn:globalConversation id="x"/>').reason


def test_a_gateway_of_events_takes_no_instances():
    text = node("eventBasedGateway", "x") + path("x", "t") + path("x", "r") + catch("t", timer("PT1H"))
    finding = refusal(BASE, text, node("receiveTask", "r", each("=items"), messageRef="m1"))
    assert (finding.element, "without boundary events or instances" in finding.reason) == ("x", True)


def test_errors_and_escalations_need_codes_when_thrown():
    assert "errorRef" in refusal(BASE, end("x", error())).reason
    assert "to have a code" in refusal(BASE, end("x", error("er9")), declared='<bpmn:error id="er9"/>').reason
    assert "to interrupt" in refusal(BASE, boundary("x", "a", error("er1"), interrupting=False)).reason


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


def test_a_file_has_an_executable_process():
    (finding,) = refusals(model(BASE).replace(b'isExecutable="true"', b""))
    assert "there is none" in finding.reason


def test_pools_with_one_executable_process_run():
    pool = (
        '<bpmn:collaboration id="c"><bpmn:participant id="us" processRef="p"/><bpmn:participant id="customer"/>'
        '<bpmn:messageFlow id="mf" sourceRef="customer" targetRef="us"/></bpmn:collaboration>'
    )
    notes = '<bpmn:textAnnotation id="t"><bpmn:text>Note</bpmn:text></bpmn:textAnnotation><bpmn:association id="as" sourceRef="t" targetRef="a"/>'
    data = '<bpmn:dataObject id="do"/><bpmn:dataObjectReference id="dor" dataObjectRef="do"/><bpmn:group id="gr"/>'
    program = prepare({"m.bpmn": model(BASE, notes, data, declared=pool)})
    assert set(program.elements) == {"s", "a", "e"}


def test_ids_are_unique():
    findings = refusals(model(BASE, user("a")))
    assert {finding.element for finding in findings} == {"a"}
    assert all("more than once" in finding.reason for finding in findings)


def test_what_hangs_at_a_refused_element_is_not_refused_as_well():
    assert (
        refusal(
            BASE, node("callChoreography", "x"), boundary("b", "x", timer("PT1H")), path("x", "a")
        ).element
        == "x"
    )


def test_hostile_xml_is_refused():
    bomb = b'<!DOCTYPE d [<!ENTITY a "b">]>' + model(BASE)
    (finding,) = refusals(bomb)
    assert "document type" in finding.reason
    assert "definitions" in refusals(b"<html/>")[0].reason


def test_all_findings_come_at_once_with_their_lines():
    text = model(
        start(),
        node("serviceTask", "one"),
        node("complexGateway", "two"),
        flow("s", "gone", flow_id="three"),
        path("s", "one"),
    )
    findings = refusals(text)
    assert {(finding.element, finding.line) for finding in findings} == {("two", 5), ("one", 4), ("three", 6)}
    assert str(findings[0]).startswith("m.bpmn:")


def test_called_processes_are_checked_too_and_strangers_are_not():
    caller = model(start(), node("callActivity", "c", zeebe=called("child")), path("s", "c"))
    child = model(start(), node("serviceTask", "x"), path("s", "x"), process_id="child")
    (finding,) = refusals(caller, **{"child.bpmn": child})
    assert (finding.file, finding.element) == ("child.bpmn", "x")
    program = prepare({"a.bpmn": model(BASE), "child.bpmn": child})
    assert (program.process, program.called) == ("p", frozenset())
    with pytest.raises(Refused, match="'other'"):
        prepare({"a.bpmn": model(BASE)}, main="other")
    assert (
        prepare(
            {"child.bpmn": child.replace(b"serviceTask", b"task"), "a.bpmn": model(BASE)}, main="p"
        ).process
        == "p"
    )


def test_a_process_id_is_used_once():
    (finding,) = refusals(model(BASE), **{"n.bpmn": model(BASE)})
    assert (finding.file, finding.element, "unique" in finding.reason) == ("n.bpmn", "p", True)


def test_names_of_ours_are_not_taken():
    assert "without '~'" in refusal(BASE, user("x~y")).reason


def test_the_namespace_is_looked_at():
    text = f'<definitions {NAMES} xmlns="http://example.com/other"><process id="p"/></definitions>'.encode()
    assert "of the namespace 'http://example.com/other'" in refusals(text)[0].reason


def extended(inside):
    return f"<bpmn:extensionElements>{inside}</bpmn:extensionElements>"


LISTENERS = extended("<zeebe:executionListeners/>")
CAMUNDA_7 = extended('<c:executionListener xmlns:c="http://camunda.org/schema/1.0/bpmn"/>')
BARE = '<bpmn:userTask id="x">{}</bpmn:userTask>'
SECOND = '<bpmn:sequenceFlow id="x" sourceRef="a" targetRef="e">{}</bpmn:sequenceFlow>'
CONDITION = "<bpmn:conditionExpression>=true</bpmn:conditionExpression>"
HEADERS = "<zeebe:taskHeaders>{}</zeebe:taskHeaders>"

LOST = [
    (BARE.format(extended("") + extended("")), "one extensionElements"),
    (BARE.format(each("=[1]") + each("=[2]")), "one kind of loop"),
    (
        BARE.format('<bpmn:standardLoopCharacteristics loopMaximum="2"/>' + each("=[2]")),
        "one kind of loop",
    ),
    (SECOND.format(CONDITION + CONDITION), "one conditionExpression"),
    (user("x", zeebe="<zeebe:userTask/>"), "one zeebe:userTask"),
    (user("x", zeebe=mapping({"i": "=1"}) + mapping({"j": "=1"})), "one zeebe:ioMapping"),
    (user("x", zeebe=HEADERS.format('<zeebe:header key="k" value="1"/>' * 2)), "'k' is given twice"),
    (user("x", zeebe=HEADERS.format('<zeebe:header key="k" extra="1"/>')), "zeebe:header without 'extra'"),
    (user("x", zeebe=HEADERS.format('<zeebe:property name="k"/>')), "there is zeebe:property"),
    (
        user("x", zeebe="<zeebe:properties><zeebe:property name='n' kind='k'/></zeebe:properties>"),
        "zeebe:property without 'kind'",
    ),
    (user("x", zeebe=mapping({"i": "=1"}).replace("target", 'if="=x" target')), "zeebe:input without 'if'"),
    (user("x", zeebe=mapping({}, {"i": "=1"}).replace("target", 'y="" target')), "zeebe:output without 'y'"),
    (node("subProcess", "x", start("s1"), triggeredByEvent="maybe"), "triggeredByEvent to be true or false"),
    (boundary("x", "a", timer("P1D")).replace('"true"', '"no"'), "cancelActivity to be true or false"),
    (
        node("callActivity", "x", zeebe=called("p", propagateAllChildVariables="nope")),
        "propagateAllChildVariables to be true or false",
    ),
    (user("x", each("=[1]").replace('"false"', '"FALSE"')), "isSequential to be true or false"),
    (SECOND.format(LISTENERS), "'executionListeners' does not"),
    (SECOND.format(CAMUNDA_7), "another engine"),
    (
        f'<bpmn:laneSet id="ls"><bpmn:lane id="x">{LISTENERS}</bpmn:lane></bpmn:laneSet>',
        "'executionListeners' does not",
    ),
    (
        catch(
            "x",
            f"<bpmn:timerEventDefinition>{LISTENERS}<bpmn:timeDuration>P1D</bpmn:timeDuration></bpmn:timerEventDefinition>",
        ),
        "'executionListeners' does not",
    ),
]


@pytest.mark.parametrize(("text", "reason"), LOST)
def test_what_would_be_passed_over_is_refused(text, reason):
    findings = refusals(model(BASE, text, declared=DECLARED))
    assert any(reason in finding.reason and finding.element == "x" and finding.line for finding in findings)


def test_extensions_of_what_is_declared_beside_the_process_are_refused_too():
    for kind in ("error", "escalation", "message"):
        finding = refusal(BASE, declared=f'<bpmn:{kind} id="x">{LISTENERS}</bpmn:{kind}>')
        assert (finding.element, "'executionListeners'" in finding.reason) == ("x", True)
    text = model(BASE).replace(
        b"</bpmn:definitions>",
        f'<bpmn:process id="q">{LISTENERS}</bpmn:process></bpmn:definitions>'.encode(),
    )
    assert prepare({"m.bpmn": text}).process == "p", "another pool's process does not run here"


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


def test_a_process_has_a_size_that_can_be_looked_at():
    inside = node(
        "subProcess",
        "y",
        start("s1"),
        *(node("endEvent", f"e{n}") + flow("s1", f"e{n}") for n in range(1996)),
    )
    (finding,) = refusals(model(start(), inside, *(end(f"f{n}") for n in range(2)), path("s", "y")))
    assert (finding.element, "at most 2000 elements" in finding.reason) == ("p", True)
    (finding,) = refusals(model(BASE, *(flow("a", "e") for _ in range(3999))))
    assert (finding.element, "at most 4000 sequence flows" in finding.reason) == ("p", True)
    largest = model(start(), inside, end("f0"), path("s", "y", "f0"))
    assert len(prepare({"m.bpmn": largest}).elements) == 2000


def test_what_has_no_shape_of_its_own_is_told_at_what_is_drawn():
    """An event definition has an id, but in the drawing there is only its event."""
    ring = '<bpmn:timerEventDefinition id="T"><bpmn:timeDuration id="D">3 days</bpmn:timeDuration></bpmn:timerEventDefinition>'
    inside = start("s2") + catch("x", ring) + end("e2") + path("s2", "x", "e2")
    assert refusal(BASE, node("subProcess", "sub", inside)).element == "x"
