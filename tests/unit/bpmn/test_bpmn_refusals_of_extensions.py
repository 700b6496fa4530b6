"""Extensions without effect and what would be passed over are refused, by element and reason."""

import pytest

from cpm.bpmn import prepare
from tests.unit.bpmn.drawing import (
    DECLARED,
    boundary,
    called,
    catch,
    each,
    job,
    mapping,
    model,
    node,
    path,
    service,
    start,
    timer,
    user,
)
from tests.unit.bpmn.refusing import BASE, refusal, refusals

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
