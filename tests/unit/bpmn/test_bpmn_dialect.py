"""The dialect of Camunda 8: what its Modeler writes runs as it does there, or is refused by name."""

import pytest

from cpm.bpmn import prepare
from rules.xml import Refused
from tests.unit.bpmn.drawing import end, mapping, model, node, path, service, start, user

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
