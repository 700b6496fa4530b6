"""Where a case is, from outside in: on its page and over REST (BPMN 2.0.2, 10.3.5 to 10.3.8)."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from cpm.commands import cases, customers, definitions, process, tasks
from cpm.model import Case, Event, Task
from cpm.queries import journal
from tests.commands.test_access import deploy_confidential
from tests.unit.bpmn.drawing import called, each, model, node, path, start, user
from tests.web.api.conftest import Call
from tests.web.conftest import Browser
from tests.world import World, mail

Api = Callable[..., Call]
VISITS = model(
    start(),
    node(
        "subProcess",
        "visits",
        start("vs"),
        node("callActivity", "visit", zeebe=called("visit_process")),
        path("vs", "visit"),
        each("=[1,2]"),
    ),
    path("s", "visits"),
    process_id="visits_process",
)
VISIT = model(start("cs"), user("book"), path("cs", "book"), process_id="visit_process")


@pytest.fixture
def case(firm: World) -> Case:
    with firm.engine.begin("cpm test") as uow:
        definitions.deploy(uow, {"visits.bpmn": VISITS, "visit.bpmn": VISIT})
        customer = customers.of_address(uow, "x@example.org", name="Jonas Probe", language="de")
        about = {"process": "visits_process", "subject": "x", "channel": "email", "language": "de"}
        opened = cases.open_case(uow, customer, **about, data={})
        process.start(uow, opened)
    return opened


def first_task(firm: World, case: Case) -> int:
    with firm.engine.read() as look:
        query = select(Task.id).where(Task.case_id == case.id).order_by(Task.node).limit(1)
        return look.session.scalars(query).one()


def test_programs_are_told_which_call_and_instance_an_open_task_is_in(firm: World, api: Api, case: Case):
    (body,) = api("anna")("GET", f"/cases/{case.number}/tree").json["branches"]
    assert (body["element"], body["waits"], [one["instance"] for one in body["inside"]]) == (
        "visits",
        "inside",
        [1, 2],
    )
    (call,) = body["inside"][0]["inside"]
    assert (call["element"], call["called"], call["kind"]) == ("visit", "visit_process", "callActivity")
    (task,) = call["inside"]
    assert (task["element"], task["waits"], task["task"]) == ("book", "task", first_task(firm, case))


def test_the_page_of_a_case_outlines_what_is_nested(firm: World, browser: Browser, case: Case):
    page = browser("anna").get(f"/cases/{case.number}", headers={"Accept-Language": "de"}).text
    outline = page.partition("Wo der Vorgang steht")[2].partition("</section>")[0]
    assert [outline.count(words) for words in ("Nr. 1", "Nr. 2", "visit_process")] == [1, 1, 0]
    assert f"/tasks/{first_task(firm, case)}" in outline
    flat = firm.receive(mail())
    assert "Wo der Vorgang steht" not in browser("anna").get(f"/cases/{flat.number}").text


def test_a_case_that_is_over_has_no_tree_and_its_journal_tells_of_the_calls(
    firm: World, api: Api, case: Case
):
    for _ in range(2):
        with firm.engine.begin("anna") as uow:
            query = select(Task.id).where(Task.case_id == case.id, Task.state == "ready").limit(1)
            tasks.complete(uow, tasks.claim(uow, uow.session.scalars(query).one()).id, {})
    assert api("anna")("GET", f"/cases/{case.number}/tree").json == {"branches": []}
    with firm.engine.read() as look:
        told = look.session.scalars(select(Event).where(Event.case_id == case.id).order_by(Event.seq))
        calls = [
            (entry.what, entry.particulars["called"]) for entry in told if entry.what.startswith("call.")
        ]
        sentences = [entry.sentence for entry in journal.journal(look, case.id, "en").entries]
    assert calls == [(f"call.{what}", "visit_process") for what in ("begun", "begun", "ended", "ended")]
    assert "The called process “visit_process” has ended: “visit”." in sentences


def test_what_one_may_not_see_has_no_tree(firm: World, api: Api):
    deploy_confidential(firm)
    hidden = firm.receive(mail())
    assert api("ina")("GET", f"/cases/{hidden.number}/tree").status_code == 404


def test_instances_that_lie_apart_are_in_the_tree_too(firm: World, api: Api):
    many = model(start(), user("a", each("=for i in 1..20 return i")), path("s", "a"), process_id="many")
    with firm.engine.begin("cpm test") as uow:
        definitions.deploy(uow, {"many.bpmn": many})
        customer = customers.of_address(uow, "x@example.org", name="Jonas Probe", language="de")
        about = {"process": "many", "subject": "x", "channel": "email", "language": "de"}
        opened = cases.open_case(uow, customer, **about, data={})
        process.start(uow, opened)
    (body,) = api("anna")("GET", f"/cases/{opened.number}/tree").json["branches"]
    assert [one["instance"] for one in body["inside"]] == list(range(1, 21))
    assert body["more"] == 0
    assert all(one["task"] for one in body["inside"])
