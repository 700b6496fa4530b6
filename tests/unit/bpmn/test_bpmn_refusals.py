"""Nothing is silently wrong: what does not run as drawn is refused, by element, line and reason."""

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
    path,
    script,
    start,
    throw,
    timer,
    user,
    xor,
)
from tests.unit.bpmn.refusing import BASE, refusal, refusals


def definition(kind):
    return f"<bpmn:{kind}EventDefinition/>"


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


def test_errors_and_escalations_need_codes_when_thrown():
    assert "errorRef" in refusal(BASE, end("x", error())).reason
    assert "to have a code" in refusal(BASE, end("x", error("er9")), declared='<bpmn:error id="er9"/>').reason
    assert "to interrupt" in refusal(BASE, boundary("x", "a", error("er1"), interrupting=False)).reason


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
