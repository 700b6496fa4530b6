"""Approvals by hand: what is asked for, what came of it, and where one lands afterwards."""

import pytest
from flask.testing import FlaskClient

from cpm.model import Case, Task
from tests.web.conftest import Browser
from tests.world import World, mail

ENGLISH, GERMAN = {"Accept-Language": "en"}, {"Accept-Language": "de"}
FACTS = {"cause": "late", "damage_text": "Zu spät", "order_value": "2000"}
MONEY = {"remedy": "price_cut", "goodwill_amount": "120", "reason": "Lange gewartet, tut uns leid."}


@pytest.fixture
def case(firm: World) -> Case:
    """Anna has promised more than she may."""
    found = firm.receive(mail())
    assert found is not None
    firm.drain()
    firm.do(found, "check_facts", "anna", FACTS)
    firm.do(found, "decide_remedy", "anna", MONEY)
    return found


@pytest.fixture
def sue(browser: Browser) -> FlaskClient:
    return browser("sue")


def page_of(case: Case, task: Task) -> str:
    return f"/cases/{case.number}/tasks/{task.id}"


def decide(sue: FlaskClient, at: str, **data: str) -> str:
    assert sue.post(f"{at}/claim").status_code == 303
    answer = sue.post(at, data=data)
    assert answer.status_code == 303, answer.text
    return answer.location


def test_the_step_says_what_is_asked_for(firm: World, sue: FlaskClient, case: Case):
    at = page_of(case, firm.step(case, "approve"))
    sue.post(f"{at}/claim")
    assert "Price reduction" in sue.get(at, headers=ENGLISH).text
    assert "Nachlass" in sue.get(at, headers=GERMAN).text


def test_a_refusal_is_told_and_leads_to_no_step_of_others(firm: World, sue: FlaskClient, case: Case):
    """A stray `s` must not take from an agent what is kept for her."""
    at = page_of(case, firm.step(case, "approve"))
    there = decide(sue, at, approved="no", approval_reason="Das ist zu viel.")
    assert there == f"/cases/{case.number}"
    page = sue.get(there, headers=ENGLISH).text
    assert "Completed the task “Approve”: refused." in page
    assert "Aufgabe „Freigeben“ erledigt: abgelehnt." in sue.get(there, headers=GERMAN).text
    assert 'data-key="n"' in page
    assert 'data-key="s"' not in page
    step = sue.get(page_of(case, firm.step(case, "decide_remedy")), headers=ENGLISH).text
    assert "This task is kept for Anna" in step
    assert 'data-key="s"' not in step
    assert 'data-key="n"' in step


def test_it_is_told_at_once_what_was_decided(firm: World, sue: FlaskClient, case: Case):
    at = page_of(case, firm.step(case, "approve"))
    there = decide(sue, at, approved="yes", approval_amount="80,00")
    page = sue.get(there, headers=GERMAN).text
    assert "Freigeben (freigegeben, höchstens 80,00" in page
    assert "Aufgabe „Freigeben“ erledigt: freigegeben, höchstens 80,00" in page


def test_who_has_it_begins_it_by_its_key(firm: World, browser: Browser, sue: FlaskClient, case: Case):
    decide(sue, page_of(case, firm.step(case, "approve")), approved="no", approval_reason="Das ist zu viel.")
    assert 'data-key="s"' in browser("anna").get(page_of(case, firm.step(case, "decide_remedy"))).text


def test_the_journal_calls_the_called_process_by_its_name(sue: FlaskClient, case: Case):
    assert "Process “Approval” called" in sue.get(f"/cases/{case.number}?all=1", headers=ENGLISH).text
    assert "Prozess „Freigabe“ aufgerufen" in sue.get(f"/cases/{case.number}?all=1", headers=GERMAN).text


def test_a_reason_says_how_long_it_must_be(firm: World, browser: Browser, sue: FlaskClient, case: Case):
    decide(sue, page_of(case, firm.step(case, "approve")), approved="no", approval_reason="Das ist zu viel.")
    anna, at = browser("anna"), page_of(case, firm.step(case, "decide_remedy"))
    anna.post(f"{at}/claim")
    assert "At least 10, at most 500 characters." in anna.get(at, headers=ENGLISH).text
    assert "Mindestens 10, höchstens 500 Zeichen." in anna.get(at, headers=GERMAN).text


def test_who_begins_with_exceptions_sees_approvals_there(
    firm: World, browser: Browser, sue: FlaskClient, case: Case
):
    page = sue.get("/exceptions", headers=ENGLISH).text
    assert 'href="/inbox?view=team">1 approval waits for you</a>' in page
    assert 'data-key="n"' in page
    assert "1 Freigabe wartet auf Sie" in sue.get("/exceptions", headers=GERMAN).text
    assert "waits for you" not in browser("anna").get("/exceptions", headers=ENGLISH).text
    assert sue.post("/inbox/next").location == page_of(case, firm.step(case, "approve"))
    assert "waits for you" not in sue.get("/exceptions", headers=ENGLISH).text
