"""Rows of the inbox that are chosen, and the page on which a task is handed over."""

import re
from html import unescape

import pytest
from flask.testing import FlaskClient

from cpm.commands import tasks
from cpm.model import Task
from tests.commands.test_access import deploy_confidential
from tests.commands.test_cost import statements
from tests.web.conftest import Browser
from tests.web.test_inbox import received
from tests.world import World

ENGLISH = {"Accept-Language": "en"}
KEY = "0123456789abcdef0123456789abcdef"
PARKED = {"reason": "Fahrer fragen", "until": "2026-03-03 10:00"}
NOTE = "Der Fahrer ruft um drei an"


@pytest.fixture
def anna(browser: Browser) -> FlaskClient:
    return browser("anna")


@pytest.fixture
def three(firm: World) -> list[Task]:
    """Two that anna holds, and one that is free."""
    found = []
    for number in range(3):
        case = received(firm, message_id=f"<{number}@example.org>")
        task = firm.step(case, "check_facts")
        if number < 2:
            with firm.engine.begin("anna") as uow:
                tasks.claim(uow, task.id)
        found.append(task)
    return found


def now(firm: World, of: list[Task]) -> list[tuple[str, str | None]]:
    with firm.engine.read() as look:
        return [(task.state.value, task.assignee) for task in (look.get(Task, one.id) for one in of)]


def act(client: FlaskClient, verb: str, of: list[Task], at: str = "/inbox/chosen/done", **more: str):
    data = {"act": verb, "id": [str(task.id) for task in of], "_key": KEY, **more}
    answer = client.post(f"{at}?view=mine", data=data, headers=ENGLISH)
    return answer.status_code, unescape(answer.text)


def test_rows_have_boxes_and_the_bar_says_what_can_be_done(browser: Browser, three: list[Task]):
    page = browser("sue").get("/inbox?view=everybody", headers=ENGLISH).text
    assert len(re.findall('type="checkbox" name="id"', page)) == 3
    assert re.findall('name="act" value="([a-z_]+)"', page) == ["take", "park", "release", "hand_over"]
    assert 'formaction="/inbox/chosen/done?view=everybody"' in page
    assert 'name="id"' not in browser("sue").get("/inbox?view=waiting").text


def test_each_row_is_done_by_itself_and_says_why_not(firm: World, anna: FlaskClient, three: list[Task]):
    status, page = act(anna, "release", three)
    assert status == 200
    assert "2 of 3 done" in page
    assert page.count("Is free for its team again.") == 2
    assert "but anna has not claimed it" in page
    assert now(firm, three) == [("ready", None)] * 3
    assert 'href="/inbox?view=mine"' in page


def test_those_that_are_free_are_taken(firm: World, anna: FlaskClient, three: list[Task], browser: Browser):
    with firm.engine.begin("ben") as uow:
        tasks.claim(uow, three[2].id)
    assert "0 of 1 done" in act(anna, "take", three[2:])[1]
    act(browser("sue"), "release", three[2:])
    assert "3 of 3 done" in act(anna, "take", three)[1]
    assert now(firm, three) == [("claimed", "anna")] * 3


def test_parking_asks_for_a_reason_and_a_time_first(firm: World, anna: FlaskClient, three: list[Task]):
    status, page = act(anna, "park", three, "/inbox/chosen")
    assert (status, "Park 3 chosen" in page) == (200, True)
    assert len(re.findall('name="id" value="[0-9]+" checked', page)) == 3
    assert f'name="_key" value="{KEY}"' in page
    status, page = act(anna, "park", three, reason="Fahrer fragen", until="bald")
    assert status == 422
    assert 'id="c-reason-error"' not in page
    assert 'href="#c-until"' in page
    assert 'id="c-until-error"' in page
    assert 'value="Fahrer fragen"' in page
    assert 'id="c-reason-error"' in act(anna, "park", three, reason="", until="")[1]
    status, page = act(anna, "park", three, **PARKED)
    assert "2 of 3 done" in page
    assert "Is parked until 3 Mar 2026, 10:00." in page
    assert "parked" in anna.get("/inbox?view=parked", headers=ENGLISH).text


def test_sent_twice_nothing_is_done_twice(firm: World, anna: FlaskClient, three: list[Task]):
    for _ in range(2):
        _, page = act(anna, "park", three[:2], **PARKED)
        assert "2 of 2 done" in page
    assert page.count("Was done already, and is not done again.") == 2
    with firm.engine.read() as look:
        cases = [look.get(Task, task.id).case for task in three[:2]]
    assert [firm.story(case).count("task.parked") for case in cases] == [1, 1]


def test_handing_over_asks_to_whom_and_offers_who_may(firm: World, anna: FlaskClient, three: list[Task]):
    with firm.engine.begin("anna") as uow:
        uow.get(Task, three[0].id).for_team = False
    _, page = act(anna, "hand_over", three, "/inbox/chosen")
    assert "Hand over 3 chosen" in page
    assert '<option value="to:ben">Ben (2 of 3)</option>' in page
    assert '<option value="to:fay">' not in page
    assert '<option value="team:finance">' in page
    assert '<option value="team:operations">' not in page
    assert act(anna, "hand_over", three, to="")[0] == 422
    _, page = act(anna, "hand_over", three, to="to:ben", note=NOTE)
    assert "2 of 3 done" in page
    assert page.count("Is with Ben now.") == 2
    assert "it is for others" in page
    assert now(firm, three) == [("claimed", "anna"), ("claimed", "ben"), ("claimed", "ben")]


def test_a_page_holds_no_more_than_a_page(anna: FlaskClient, three: list[Task]):
    too_many = [Task(id=number) for number in range(1, 27)]
    for of in ([], too_many):
        assert act(anna, "take", of)[0] == 422
    assert act(anna, "dance", three)[0] == 422
    assert anna.get("/inbox/chosen?view=mine").location == "/inbox?view=mine"


def test_what_one_may_not_see_is_not_there(firm: World, browser: Browser):
    deploy_confidential(firm)
    task = firm.step(received(firm), "check_facts")
    for verb in ("take", "release", "hand_over", "park"):
        status, page = act(browser("fay"), verb, [task, Task(id=987_654)], to="to:ben", **PARKED)
        assert (status, "0 of 2 done" in page) == (200, True)
        assert page.count("but there is none") == 2
        assert "Check the facts" not in page
    assert now(firm, [task]) == [("ready", None)]
    assert browser("fay").get(f"/cases/C-000001-9/tasks/{task.id}/hand_over").status_code == 404


def test_who_to_hand_to_costs_the_same_however_many_rows(firm: World, anna: FlaskClient, three: list[Task]):
    act(anna, "hand_over", three, "/inbox/chosen")
    counts = []
    for of in (three[:1], three):
        with statements(firm.engine.database) as sent:
            act(anna, "hand_over", of, "/inbox/chosen")
        counts.append(len(sent))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("to", ["to:ben", "team:finance"])
def test_a_step_is_handed_over_from_its_page(
    firm: World, anna: FlaskClient, three: list[Task], browser: Browser, to: str
):
    case = received(firm, message_id="<whole@example.org>")
    at = f"/cases/{case.number}/tasks/{firm.step(case, 'check_facts').id}"
    anna.post(f"{at}/claim")
    assert f'href="{at}/hand_over" aria-keyshortcuts="Alt+H"' in anna.get(at).text
    anna.post(f"{at}/draft", data={"damage_text": "Riss im"})
    assert '<option value="to:ben">Ben</option>' in anna.get(f"{at}/hand_over").text
    answer = anna.post(f"{at}/hand_over", data={"to": "", "note": NOTE}, headers=ENGLISH)
    assert answer.status_code == 422
    assert 'href="#c-to"' in answer.text
    assert NOTE in answer.text
    answer = anna.post(f"{at}/hand_over", data={"to": to, "note": NOTE}, headers=ENGLISH)
    assert (answer.status_code, answer.location) == (303, "/inbox")
    assert f"{case.number} is with" in anna.get("/inbox", headers=ENGLISH).text
    receiver = browser("ben" if to == "to:ben" else "fay")
    if to != "to:ben":
        receiver.post(f"{at}/claim")
    page = receiver.get(at, headers=ENGLISH).text
    assert "Handed over by Anna:" in page
    assert NOTE in page
    assert "Riss im" in page
    assert "handed over by Anna" in receiver.get("/inbox", headers=ENGLISH).text


def test_it_is_announced_to_who_has_it_now(
    firm: World, anna: FlaskClient, three: list[Task], browser: Browser
):
    ben, ids = browser("ben"), f"ids={three[0].id}"
    assert "1 new" not in ben.get(f"/inbox/new?view=mine&{ids}", headers=ENGLISH).text
    act(anna, "hand_over", three[:1], to="to:ben")
    assert "1 new" in ben.get(f"/inbox/new?view=mine&{ids}", headers=ENGLISH).text
    assert "1 no longer here" in anna.get(f"/inbox/new?view=mine&shown={three[0].id}", headers=ENGLISH).text
    heard = ben.get("/live?lists=tasks&after=1", headers=ENGLISH).text
    assert f"event: tasks\ndata: {three[0].id}\n" in heard


def test_a_refused_page_is_told_on_it(firm: World, anna: FlaskClient, three: list[Task]):
    with firm.engine.read() as look:
        at = f"/cases/{look.get(Task, three[0].id).case.number}/tasks/{three[0].id}/hand_over"
    answer = anna.post(at, data={"to": "to:fay"}, headers=ENGLISH)
    assert (answer.status_code, "it is for others" in answer.text) == (403, True)
    anna.post(at, data={"to": "to:ben"})
    answer = anna.post(at, data={"to": "to:sue"}, headers=ENGLISH)
    assert (answer.status_code, "ben holds it" in answer.text) == (409, True)
