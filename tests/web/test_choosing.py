"""The page on which an agent chooses the next step, and the case page beside it: `docs/example/clarify`."""

import re

import pytest
from flask.testing import FlaskClient

from cpm.commands import definitions
from cpm.model import Case, Task
from tests.commands.test_choices import desk, opened
from tests.commands.test_policies import table
from tests.commands.test_robust_steering import of_one_row
from tests.unit.bpmn.drawing import user
from tests.web.conftest import Browser
from tests.world import World

SUGGESTED = of_one_row(
    "next_action",
    kind='"suggested"',
    action='"step:look_up"',
    title_de='"Nachsehen"',
    title_en='"Look up"',
    reason_de='"Immer zuerst nachsehen."',
    reason_en='"Always look first."',
).replace(b"FIRST", b"RULE ORDER")
WARNED = table('"choose"', "true", '"warn"')
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def case(firm: World) -> Case:
    return opened(firm)


@pytest.fixture
def task(firm: World, case: Case) -> Task:
    return desk(firm, case)


@pytest.fixture
def at(case: Case, task: Task) -> str:
    return f"/cases/{case.number}/tasks/{task.id}"


@pytest.fixture
def anna(browser: Browser, at: str) -> FlaskClient:
    """She has the task."""
    client = browser("anna")
    assert client.post(f"{at}/claim").status_code == 303
    return client


def offers(text: str) -> list[str]:
    return re.findall(r'name="element" value="(\w+)"', text)


def choose(client: FlaskClient, at: str, element: str, seen: int, **more: str):
    return client.post(f"{at}/choose", data={"element": element, "seen": str(seen), **more}, headers=ENGLISH)


def test_the_page_offers_each_step_with_its_hint_and_what_was_done(
    firm: World, case: Case, anna: FlaskClient, at: str
):
    page = anna.get(at, headers=ENGLISH).text
    assert offers(page) == ["call_customer", "ask_department", "look_up", "draft_offer"]
    for words in (
        "If something is missing that only the customer knows.",
        "Not done yet",
        "Goes by itself.",
        "Nothing more to do",
    ):
        assert words in page
    assert "Continue" not in page
    begun = choose(anna, at, "call_customer", 0)
    step = firm.step(case, "call_customer")
    assert begun.location.endswith(f"/tasks/{step.id}"), "to the step that was begun"
    here = anna.get(at, headers=ENGLISH).text
    assert f'href="/cases/{case.number}/tasks/{step.id}"' in here
    assert "This still runs and would be cancelled: Call the customer" in here
    anna.post(f"/cases/{case.number}/tasks/{step.id}", data={"talk_note": "Ja.", "_asked": ["", "talk_note"]})
    assert "Done once," in anna.get(at, headers=ENGLISH).text
    back = choose(anna, at, "look_up", 1)
    assert back.location.endswith(at), "nobody has to do it"
    assert "goes by itself" in anna.get(at, headers=ENGLISH).text
    german = anna.get(at).text
    assert "Was kommt als Nächstes?" in german
    assert "Wenn es um Technik oder Fristen geht." in german


def test_nothing_more_to_do_ends_it(firm: World, case: Case, anna: FlaskClient, at: str):
    choose(anna, at, "call_customer", 0)
    refused = anna.post(f"{at}/end", data={"seen": "1"}, headers=ENGLISH)
    assert refused.status_code == 409
    assert "would be cancelled" in refused.text
    done = anna.post(f"{at}/end", data={"seen": "1", "cancel_running": "1"}, headers=ENGLISH)
    assert done.location.endswith(f"/tasks/{firm.step(case, 'tell_customer').id}")
    assert anna.post(f"{at}/end", data={"seen": "1"}).status_code == 303, "twice is once"


def test_an_old_page_chooses_nothing_and_shows_what_is_new(
    firm: World, case: Case, anna: FlaskClient, at: str
):
    choose(anna, at, "call_customer", 0)
    assert choose(anna, at, "call_customer", 0).status_code == 303, "a double click"
    refused = choose(anna, at, "ask_department", 0)
    assert refused.status_code == 409
    assert 'name="seen" value="1"' in refused.text
    for wrong in ("x", "", "-1", "9" * 30):
        assert anna.post(f"{at}/choose", data={"element": "look_up", "seen": wrong}).status_code == 409
    assert firm.at(case) == ["call_customer", "clarify_it"]
    assert choose(anna, at, "nothing", 1).status_code == 422
    assert anna.get(f"{at}/choose").location.endswith(at)


def test_who_does_not_hold_it_sees_no_offers(firm: World, case: Case, task: Task, at: str, browser: Browser):
    ben = browser("ben")
    assert offers(ben.get(at).text) == []
    assert choose(ben, at, "look_up", 0).status_code == 409
    assert "look_up" not in firm.at(case)
    fay = browser("fay")
    assert choose(fay, at, "look_up", 0).status_code in {403, 404, 409}
    assert browser("otto").post(f"{at}/choose").status_code == 403


def test_the_case_page_tells_what_there_is_to_choose(case: Case, anna: FlaskClient):
    page = anna.get(f"/cases/{case.number}", headers=ENGLISH).text
    assert "To choose from: Call the customer, Ask the department, Look up the orders, Draft an offer" in page


def test_what_the_table_suggests_comes_first(firm: World, anna: FlaskClient, at: str):
    with firm.engine.begin("dora") as uow:
        definitions.deploy(uow, {"next_action.dmn": SUGGESTED})
    firm.engine.library.refresh(now=True)
    page = anna.get(at, headers=ENGLISH).text
    assert offers(page)[0] == "look_up"
    assert "Always look first." in page
    assert "suggests itself" in page


def test_a_policy_that_speaks_is_met_at_its_offer(firm: World, case: Case, anna: FlaskClient, at: str):
    with firm.engine.begin("dora") as uow:
        definitions.deploy(uow, {"policies.dmn": WARNED})
    firm.engine.library.refresh(now=True)
    warned = choose(anna, at, "look_up", 0)
    assert warned.status_code == 409
    assert 'name="_confirm" value="own"' in warned.text
    assert warned.text.count('name="_confirm"') == 1, "where it was clicked, not at the others"
    assert choose(anna, at, "look_up", 0, _confirm="own").status_code == 303


def test_a_part_that_ends_by_itself_has_no_button_for_it(firm: World, browser: Browser):
    case = opened(firm, user("a"), until="=true")
    client, path = browser("anna"), f"/cases/{case.number}/tasks/{desk(firm, case).id}"
    client.post(f"{path}/claim")
    page = client.get(path, headers=ENGLISH).text
    assert "This part ends by itself" in page
    assert "Nothing more to do" not in page
