"""Forms that lie in a process, as Camunda's Modeler embeds them."""

import pytest
from sqlalchemy import select

from cpm.commands import cases, customers, definitions, process
from cpm.commands.definitions import NotDeployed
from cpm.model import Task
from cpm.queries import task as one
from tests.world import World

FORM = '{{"type": "default", "id": "Form_1", "components": [{{"type": "{kind}", "key": "reason", "label": "Reason"}}]}}'
MODEL = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="d" targetNamespace="urn:test">
  <process id="asks" isExecutable="true">
    <extensionElements><zeebe:userTaskForm id="f">{form}</zeebe:userTaskForm></extensionElements>
    <startEvent id="begin"/><sequenceFlow id="f1" sourceRef="begin" targetRef="ask"/>
    <userTask id="ask"><extensionElements><zeebe:formDefinition formKey="camunda-forms:bpmn:f"/></extensionElements></userTask>
    <sequenceFlow id="f2" sourceRef="ask" targetRef="done"/><endEvent id="done"/>
  </process>
</definitions>"""


def drawn(kind: str = "textfield") -> dict[str, bytes]:
    return {"asks.bpmn": MODEL.format(form=FORM.format(kind=kind)).encode()}


def test_the_step_asks_by_the_form_in_its_process(firm: World):
    with firm.engine.begin("cpm test") as uow:
        definitions.deploy(uow, drawn())
        customer = customers.of_address(uow, "x@example.org", name="Jonas Probe", language="de")
        about = {"process": "asks", "subject": "x", "channel": "email", "language": "de"}
        case = cases.open_case(uow, customer, **about, data={})
        process.start(uow, case)
    with firm.engine.read() as look:
        (task,) = look.session.scalars(select(Task).where(Task.case_id == case.id))
        form = one.form_of(look, task)
        assert form is not None
        assert [field.key for field in form.fields] == ["reason"]


def test_a_form_in_a_process_is_checked_like_any_other(firm: World):
    with pytest.raises(NotDeployed) as refused, firm.engine.begin("cpm test") as uow:
        definitions.deploy(uow, drawn("hologram"))
    assert refused.value.findings[0].file == "asks.bpmn"
