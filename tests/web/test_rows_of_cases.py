"""A list of rows on its way through a case: from the customers' form, over the agent's page or REST, into the journal."""

import json
import re

import pytest
from flask import Flask
from limits import RateLimitItemPerMinute
from sqlalchemy import select

from cpm.commands import definitions, public_forms, tasks
from cpm.commands.definitions import NotDeployed
from cpm.model import Case, Interaction, Task
from cpm.queries import journal, lookups, variables
from cpm.queries.lookups import demo
from tests.clock import FakeClock
from tests.web.conftest import Browser
from tests.web.customer.conftest import Visitor
from tests.web.forms.conftest import ORDER
from tests.world import World
from web.customer import brake

MODEL = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="d" targetNamespace="urn:test">
  <process id="ordering" name="Bestellung" isExecutable="true">
    <extensionElements><zeebe:properties><zeebe:property name="cpm:webform" value="wanted"/></zeebe:properties></extensionElements>
    <startEvent id="begin"/><sequenceFlow id="f1" sourceRef="begin" targetRef="enter"/>
    <userTask id="enter" name="Bestellung erfassen"><extensionElements><zeebe:userTask/>
      <zeebe:formDefinition formId="order"/></extensionElements></userTask>
    <sequenceFlow id="f2" sourceRef="enter" targetRef="look"/>
    <userTask id="look" name="Ansehen"><extensionElements><zeebe:userTask/></extensionElements></userTask>
    <sequenceFlow id="f3" sourceRef="look" targetRef="done"/><endEvent id="done"/>
  </process>
</definitions>"""
EMAIL = {
    "type": "textfield",
    "key": "email",
    "label": "E-Mail",
    "validate": {"required": True, "validationType": "email"},
}
TEXT = {"type": "textarea", "key": "text", "label": "Nachricht", "validate": {"required": True}}
LINES = {
    "type": "dynamiclist",
    "path": "lines",
    "label": "Positionen",
    "allowAddRemove": True,
    "components": [
        {"type": "textfield", "key": "sku", "label": "Artikel", "properties": {"cpm:lookup": "demo"}},
        {"type": "number", "key": "qty", "label": "Menge"},
    ],
}


def deployed(firm: World, *components: object) -> None:
    wanted = {"id": "wanted", "type": "default", "components": list(components)}
    files = {"orders.bpmn": MODEL.encode(), "order.form": ORDER.read_bytes()}
    with firm.engine.begin("cpm test") as uow:
        definitions.deploy(uow, {**files, "wanted.form": json.dumps(wanted).encode()})


@pytest.fixture
def visitor(firm: World, app: Flask, clock: FakeClock) -> Visitor:
    deployed(firm, EMAIL, TEXT, LINES)
    with firm.engine.begin("cpm webform") as uow:
        address = f"/f/{public_forms.add(uow, 'ordering').key}"
    visitor = Visitor(app.test_client(use_cookies=False), clock, "192.0.2.7")
    visitor.get(address)
    return visitor


@pytest.fixture
def case(firm: World, visitor: Visitor) -> Case:
    """Ordered by a customer: three pears that come in kilograms."""
    rows = {"lines.n0.sku": "F-05", "lines.n0.qty": "3"}
    assert visitor.send(email="mara@example.org", text="Bitte liefern", **rows).status_code == 200
    with firm.engine.read() as look:
        return look.session.scalars(select(Case)).one()


@pytest.fixture
def task(firm: World, case: Case) -> Task:
    return firm.step(case, "enter")


def test_a_customer_orders_rows_and_learns_no_prices(visitor: Visitor, firm: World):
    add = visitor.fill(email="mara@example.org", **{"lines.n0.sku": "Pear"})
    add["_add"] = "lines"
    assert visitor.post(visitor.page.forms[0].action, add).status_code == 200
    assert visitor.page.get_element_by_id("f-lines-n0-sku").get("value") == "Pear"
    assert visitor.page.get_element_by_id("f-lines-n1-sku").get("autofocus") is not None
    found = visitor.page.get_element_by_id("f-lines-n0-sku").get("data-lookup")
    answer = visitor.client.get(f"{found}&q=pear")
    assert answer.text.count('role="option"') == 2
    assert "crate" in answer.text
    assert "24" not in answer.text
    assert visitor.send(text="Bitte liefern", **{"lines.n1.sku": "F-01"}).status_code == 422
    sent = visitor.send(**{"lines.n0.sku": "F-05", "lines.n0.qty": "3"})
    assert sent.status_code == 200
    with firm.engine.read("anna") as look:
        case = look.session.scalars(select(Case)).one()
        assert variables.of_case(look, case)["lines"] == [
            {"sku": "F-05", "qty": 3},
            {"sku": "F-01", "qty": None},
        ]
        said = look.session.scalars(select(Interaction)).one()
        assert "1. Artikel: F-05 · Menge: 3" in said.text


def test_strangers_have_their_form_drawn_so_often_and_no_more(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(brake, "_DRAWN", RateLimitItemPerMinute(4))
    page, _, _ = visitor.page.forms[0].action.partition("?")
    address = f"{page}/fields"
    typed = {"lines.n0.sku": "Pear", "_asked": ""}
    answers = [visitor.client.post(address, data=typed).status_code for _ in range(5)]
    assert answers == [200] * 4 + [429]
    more = {**typed, "_add": "lines"}
    assert visitor.client.post(visitor.page.forms[0].action, data=more).status_code == 429


def test_the_same_words_in_many_rows_are_looked_up_once(firm: World, monkeypatch: pytest.MonkeyPatch):
    asked: list[str] = []
    real = demo.find
    monkeypatch.setattr(demo, "find", lambda look, ask: asked.append(ask.words) or real(look, ask))
    with firm.engine.read() as look:
        asking = lookups.of_public(look)
        assert [len(asking.find("demo", "pear", {"i": each}).hits) for each in range(3)] == [2, 2, 2]
    assert asked == ["pear"]


def test_strangers_look_up_so_much_and_no_more(visitor: Visitor):
    address = visitor.page.get_element_by_id("f-lines-n0-sku").get("data-lookup")
    answers = [visitor.client.get(f"{address}&q=pear").status_code for _ in range(190)]
    assert answers[0] == 200
    assert answers[-1] == 429
    path = address.partition("?")[0]
    assert visitor.client.get(f"{path}?field=email&q=pear").status_code in (404, 429)


@pytest.mark.parametrize("source", ["customers", "contacts"])
def test_a_web_form_looks_up_no_people(firm: World, source: str):
    field = {"type": "textfield", "key": "who", "label": "Wer", "properties": {"cpm:lookup": source}}
    with pytest.raises(NotDeployed) as refused:
        deployed(firm, EMAIL, TEXT, {**LINES, "components": [field]})
    assert source in " ".join(finding.reason for finding in refused.value.findings)


def test_an_agent_completes_rows_and_everybody_reads_them(
    firm: World, browser: Browser, case: Case, task: Task
):
    anna, at = browser("anna"), f"/cases/{case.number}/tasks/{task.id}"
    anna.post(f"{at}/claim")
    page = anna.get(at).text
    assert 'value="Pear (F-05)"' in page
    seen = re.findall(r'name="_asked" value="([^"]*)"', page)
    typed = {"_asked": seen, "_rows": "lines.0", "lines.0.sku": "Pear (F-05)", "lines.0.qty": "4"}
    added = anna.post(at, data={**typed, "_add": "lines"})
    assert added.status_code == 200
    assert 'name="lines.n0.sku"' in added.text
    assert 'value="4"' in added.text
    assert firm.step(case, "enter").state == "claimed"
    part = anna.post(f"{at}/fields", data={**typed, "lines.0.price": "2"})
    assert "8,00" in part.text
    assert anna.post(at, data={**typed, "lines.0.price": "2"}).status_code == 303
    with firm.engine.read("anna") as look:
        lines = variables.of_case(look, case)["lines"]
        assert lines == [{"sku": "F-05", "unit": "kg", "qty": 4, "price": 2, "total": 8}]
        told = [text for entry in journal.journal(look, case.id).entries for _, text in entry.details]
        assert any("Artikel: F-05 · Einheit: kg · Menge: 4" in text for text in told)
    assert "Artikel: F-05" in anna.get(f"/cases/{case.number}").text


def test_only_who_may_work_on_the_task_may_ask(firm: World, browser: Browser, case: Case, task: Task):
    address = f"/cases/{case.number}/tasks/{task.id}/lookup?field=lines.sku&q=pear"
    assert browser("anna").get(address).text.count('role="option"') == 2
    assert browser("fay").get(address).status_code == 404
    assert browser("otto").get(address).status_code == 403
    for field in ("qty", "lines.qty", "lines", "lines.sku.x", ""):
        other = address.replace("field=lines.sku", f"field={field}")
        assert browser("anna").get(other).status_code == 404, field
    with firm.engine.begin("anna") as uow:
        tasks.claim(uow, task.id)
    assert browser("anna").get(address).status_code == 200
