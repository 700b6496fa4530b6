"""The inbox in a browser: whose it is, what it shows, and what it costs."""

import re

import pytest
from flask.testing import FlaskClient

from cpm.commands import tasks
from tests.commands.test_cost import statements
from tests.commands.test_inbox import crowd
from tests.web.conftest import Browser
from tests.world import World, mail

ENGLISH = {"Accept-Language": "en"}
MOST = 12  #: statements of the page, the look-up of the session among them


@pytest.fixture
def anna(browser: Browser) -> FlaskClient:
    return browser("anna")


def received(firm: World, **more: str):
    case = firm.receive(mail(**more))
    firm.drain()
    return case


def test_it_lists_what_there_is_to_take(firm: World, anna: FlaskClient):
    case = received(firm)
    page = anna.get("/inbox?view=team", headers=ENGLISH).text
    assert "Check the facts" in page
    assert "Mara Beispiel" in page
    assert f"/cases/{case.number}/tasks/{firm.step(case, 'check_facts').id}" in page
    german = anna.get("/inbox?view=team", headers={"Accept-Language": "de"}).text
    assert "Zu übernehmen" in german


def test_an_empty_view_leads_to_the_team(anna: FlaskClient):
    page = anna.get("/inbox", headers=ENGLISH).text
    assert "There are no open cases in this view." in page
    assert "view=team" in page


def test_next_takes_a_task_and_opens_it(firm: World, anna: FlaskClient):
    case = received(firm)
    answer = anna.post("/inbox/next")
    task = firm.step(case, "check_facts")
    assert (answer.status_code, answer.location) == (303, f"/cases/{case.number}/tasks/{task.id}")
    assert task.assignee == "anna"
    assert anna.post("/inbox/next").location == "/inbox?view=team"


def test_looking_takes_nothing(firm: World, anna: FlaskClient):
    case = received(firm)
    assert anna.get("/inbox/next").status_code == 405
    assert firm.step(case, "check_facts").assignee is None


@pytest.mark.parametrize(
    ("view", "status"), [("everybody", 403), ("none", 404), ("mine", 200), ("parked", 200)]
)
def test_views_are_who_they_are_for(anna: FlaskClient, view: str, status: int):
    assert anna.get(f"/inbox?view={view}").status_code == status


def test_supervisors_see_everybodys(firm: World, browser: Browser):
    case = received(firm)
    with firm.engine.begin("anna") as uow:
        tasks.claim(uow, firm.step(case, "check_facts").id)
    page = browser("sue").get("/inbox?view=everybody", headers=ENGLISH).text
    assert "with Anna" in page


def test_who_works_on_no_cases_has_no_inbox(browser: Browser):
    assert browser("otto").get("/inbox").status_code == 403
    assert browser(None).get("/inbox").status_code == 401


def test_a_filter_that_finds_nothing_says_so(firm: World, anna: FlaskClient):
    received(firm)
    page = anna.get("/inbox?view=team&q=<b>Jonas", headers=ENGLISH).text
    assert "Nothing in this view fits “&lt;b&gt;Jonas”." in page


def test_what_customers_write_is_never_markup(firm: World, anna: FlaskClient):
    received(firm, subject="<script>alert(1)</script>")
    assert "<script>alert" not in anna.get("/inbox?view=team").text


def test_a_page_costs_the_same_however_much_waits(firm: World, anna: FlaskClient):
    crowd(firm, 300)
    anna.get("/inbox?view=team")
    firm.engine.library.refresh(now=True)
    with statements(firm.engine.database) as sent:
        page = anna.get("/inbox?view=team&page=2")
    assert page.status_code == 200
    assert len(re.findall(r"<tr[ >]", page.text)) == 26
    assert len([one for one in sent if not one.startswith("BEGIN")]) <= MOST, "\n".join(sent)
