"""The dialect of Camunda 8: what its Modeler writes runs as it does there, or is refused by name."""

import pytest

from cpm.bpmn import prepare
from rules.xml import Refused
from tests.unit.bpmn.drawing import (
    boundary,
    called,
    end,
    error,
    escalation,
    job,
    mapping,
    model,
    node,
    path,
    service,
    start,
    throw,
    user,
)
from tests.unit.bpmn.driving import Case

FORM = '{"type": "default", "id": "Form_1", "components": [{"type": "textfield", "key": "a", "label": "A"}]}'


def with_extensions(zeebe: str, *parts: str) -> bytes:
    return model(f"<bpmn:extensionElements>{zeebe}</bpmn:extensionElements>", *parts)


def asking(**attributes: str) -> str:
    said = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return start() + user("a", zeebe=f"<zeebe:formDefinition{said}/>") + end() + path("s", "a", "e")


def embedded(*ids: str) -> str:
    return "".join(f'<zeebe:userTaskForm id="{name}">{FORM}</zeebe:userTaskForm>' for name in ids)


def reasons(text: bytes) -> list[str]:
    with pytest.raises(Refused) as caught:
        prepare({"m.bpmn": text})
    return [f"{finding.element}: {finding.reason}" for finding in caught.value.findings]


def test_a_form_may_lie_in_the_process():
    program = prepare(
        {"m.bpmn": with_extensions(embedded("f1", "f2"), asking(formKey="camunda-forms:bpmn:f2"))}
    )
    assert program.forms == {"camunda-forms:bpmn:f2"}
    assert program.embedded["camunda-forms:bpmn:f2"] == FORM


def test_a_form_that_does_not_lie_in_the_process_is_missed():
    (said,) = reasons(with_extensions(embedded("f1"), asking(formKey="camunda-forms:bpmn:f2")))
    assert said == "a: Expected a form 'camunda-forms:bpmn:f2' in the process, but there is none."


def test_two_forms_of_one_id_are_refused():
    assert "zeebe:userTaskForm f1" in reasons(with_extensions(embedded("f1", "f1"), asking(formId="f")))[0]


@pytest.mark.parametrize("attribute", ["formKey", "externalReference"])
def test_a_form_of_another_application_is_refused(attribute: str):
    (said,) = reasons(model(asking(**{attribute: "https://forms.example/1"})))
    assert said.startswith("a: Expected a form that is drawn here")


def test_an_inbound_connector_is_refused_by_its_type():
    zeebe = '<zeebe:properties><zeebe:property name="inbound.type" value="io.camunda:webhook:1"/></zeebe:properties>'
    text = model(node("startEvent", "s", zeebe=zeebe), end(), path("s", "e"))
    assert reasons(text)[0].startswith(
        "s: Expected no inbound connector, but here is one ('io.camunda:webhook:1')"
    )


def test_the_modelers_own_notes_are_no_hindrance():
    """Templates, configurations, the ids of headers, the platform and the relation to a diagram elsewhere."""
    notes = 'modelerConfigurationTemplate="t" modelerConfigurationName="n"'
    text = model(
        start(),
        service(
            "a",
            zeebe=mapping(inputs={"x": "1"}).replace("<zeebe:input ", f"<zeebe:input {notes} ")
            + '<zeebe:taskHeaders><zeebe:header id="h" key="k" value="v"/></zeebe:taskHeaders>'
            + f'<zeebe:properties><zeebe:property name="n" value="v" {notes}/></zeebe:properties>',
        ).replace(
            "<bpmn:serviceTask ",
            '<bpmn:serviceTask zeebe:modelerTemplate="t" zeebe:modelerTemplateVersion="1" ',
        ),
        end(),
        path("s", "a", "e"),
    ).replace(
        b"<bpmn:definitions ",
        b'<bpmn:definitions xmlns:modeler="http://camunda.org/schema/modeler/1.0" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
        b' modeler:executionPlatform="Camunda Cloud" modeler:executionPlatformVersion="8.8.0" camunda:diagramRelationId="7" ',
    )
    assert prepare({"m.bpmn": text}).services[0].headers == {"k": "v"}


@pytest.mark.parametrize(
    "name", ["executionListeners", "taskListeners", "linkedResources", "agentDefinition"]
)
def test_what_does_not_run_is_named(name: str):
    assert (
        f"'{name}'"
        in reasons(model(start(), service("a", zeebe=f"<zeebe:{name}/>"), end(), path("s", "a", "e")))[0]
    )


MISSING = "<zeebe:ioMapping><zeebe:input target='x'/></zeebe:ioMapping>"


def alone(element: str) -> str:
    return start() + element + end() + path("s", "a", "e")


def told(text: bytes) -> tuple[str, str, str]:
    """The first refusal: element, reason, and the same in German."""
    with pytest.raises(Refused) as caught:
        prepare({"m.bpmn": text})
    finding = caught.value.findings[0]
    return finding.element or "", finding.reason, finding.german or ""


@pytest.mark.parametrize("kind", ["intermediateThrowEvent", "endEvent"])
def test_a_message_that_a_job_sends_need_not_be_named(kind: str):
    """The Modeler's templates draw message events without `messageRef`; Zeebe asks for none either."""
    text = (
        start() + node(kind, "a", "<bpmn:messageEventDefinition/>", zeebe=job("mail.send")) + path("s", "a")
    )
    if kind == "intermediateThrowEvent":
        text += end() + path("a", "e")
    program = prepare({"m.bpmn": model(text)})
    assert (program.messages, program.sends) == (frozenset(), ())
    assert [call.type for call in Case(program=program).step.jobs] == ["mail.send"]


def test_a_message_that_nothing_sends_and_nothing_names_is_refused():
    element, said, german = told(model(alone(throw("a", "<bpmn:messageEventDefinition/>"))))
    assert (element, "messageRef" in german) == ("a", True)
    assert said.startswith(
        "Expected messageRef to name a message, or zeebe:taskDefinition to say who sends it"
    )


def test_an_input_without_a_source_is_null():
    """As templates leave it that nobody has filled in."""
    case = Case(model(alone(service("a", zeebe=MISSING))), x=1)
    assert case.step.jobs[0].inputs == {"x": None}


def test_an_output_without_a_source_is_refused():
    assert "one is not so" in reasons(model(alone(service("a", zeebe=MISSING.replace("input", "output")))))[0]


@pytest.mark.parametrize(("kind", "thrown"), [("error", error("x")), ("escalation", escalation("x"))])
def test_what_is_caught_without_a_code_is_everything(kind: str, thrown: str):
    """BPMN 2.0.2, 8.4.3 and 8.4.4: if there is no code, any error (escalation) shall trigger the event."""
    declared = f'<bpmn:{kind} id="none" name="whatever"/><bpmn:{kind} id="x" {kind}Code="X1"/>'
    inside = node("subProcess", "a", start("s1"), end("e1", thrown), path("s1", "e1"))
    caught = boundary("b", "a", {"error": error, "escalation": escalation}[kind]("none"))
    case = Case(model(alone(inside), caught, user("late"), path("b", "late"), declared=declared))
    assert case.at == ["late"]


@pytest.mark.parametrize("kind", ["error", "escalation"])
def test_what_is_thrown_has_a_code(kind: str):
    thrown = {"error": error, "escalation": escalation}[kind]("x")
    element, said, _ = told(
        model(start(), end("e", thrown), path("s", "e"), declared=f'<bpmn:{kind} id="x" name="N"/>')
    )
    assert element == "e"
    assert said.startswith(f"Expected the {kind} to have a code")


def test_blank_attributes_say_nothing():
    zeebe = '<zeebe:assignmentDefinition assignee=" " candidateGroups=""/><zeebe:taskSchedule dueDate=" "/>'
    (task,) = Case(model(alone(user("a", zeebe=zeebe)))).step.tasks
    assert (task.assignee, task.groups, task.due) == (None, (), None)


def test_headers_without_key_or_value_are_none():
    zeebe = '<zeebe:taskHeaders><zeebe:header key="a"/><zeebe:header key="b" value="1"/></zeebe:taskHeaders>'
    assert prepare({"m.bpmn": model(alone(service("a", zeebe=zeebe)))}).services[0].headers == {"b": "1"}


@pytest.mark.parametrize("value", ["{{secrets.KEY}}", "=camunda.secrets.KEY", "=camunda.vars.env.URL + x"])
def test_secrets_and_variables_of_a_cluster_are_refused(value: str):
    """They would silently be null, or the text itself."""
    element, said, german = told(model(alone(service("a", zeebe=mapping(inputs={"x": value})))))
    assert (element, "asks Camunda's cluster" in said, "Camunda-Clusters" in german) == ("a", True, True)


def test_a_secret_in_a_header_is_refused():
    header = '<zeebe:taskHeaders><zeebe:header key="k" value="Bearer {{ secrets.KEY }}"/></zeebe:taskHeaders>'
    assert "asks Camunda's cluster" in reasons(model(alone(service("a", zeebe=header))))[0]


@pytest.mark.parametrize("key", ["resultVariable", "resultExpression", "errorExpression"])
def test_headers_that_only_camundas_connectors_read_are_refused(key: str):
    """They would silently not do what they do there."""
    header = f'<zeebe:taskHeaders><zeebe:header key="{key}" value="={{a: 1}}"/></zeebe:taskHeaders>'
    assert f"the header '{key}' would have to do so" in reasons(model(alone(service("a", zeebe=header))))[0]


def test_a_variable_may_be_called_like_that_cluster():
    assert Case(model(alone(service("a", zeebe=mapping(inputs={"x": "=camunda.name"})))), camunda={"name": 1})


@pytest.mark.parametrize(
    ("drawn", "english", "german"),
    [
        (
            node("adHocSubProcess", "a", user("t"), zeebe=job("agent")),
            "as for an AI agent; that does not run here",
            "wählen hier Menschen",
        ),
        (
            service("a", zeebe="<zeebe:executionListeners/>"),
            "draw what they do as tasks",
            "eine eigene Aufgabe",
        ),
        (
            service("a", zeebe="<zeebe:jobPriorityDefinition/>"),
            "jobs have no priorities",
            "keine Prioritäten",
        ),
        (node("task", "a", zeebe=mapping({"x": "=1"})), "but it is on task", "wirkt hier nicht (Aufgabe)"),
        (node("callActivity", "a", zeebe=called("=x")), "Expected a fixed processId", "ein fester Text"),
        (
            node("scriptTask", "a", "<bpmn:script>x</bpmn:script>"),
            "zeebe:script holds FEEL",
            "Skripte sind FEEL",
        ),
    ],
)
def test_what_runs_otherwise_says_how(drawn: str, english: str, german: str):
    element, said, deutsch = told(model(alone(drawn)))
    assert (element, english in said, german in deutsch) == ("a", True, True), (said, deutsch)


def test_a_form_at_the_start_says_where_forms_for_customers_are():
    begun = start("s", zeebe='<zeebe:formDefinition formId="f"/>') + end() + path("s", "e")
    (said,) = reasons(model(begun))
    assert said.startswith("s: Expected no form at a start event")
    assert "cpm:webform" in said
