"""The guided case in a browser: a step from its start to its end, and everything that may come between."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import select
from werkzeug.test import TestResponse

from cpm.commands import absences, resolutions, tasks
from cpm.model import Case, Remedy, Task, TaskState
from tests.clock import FakeClock
from tests.commands.conversing import deploy, open_case
from tests.commands.test_access import deploy_confidential
from tests.commands.test_cost import statements
from tests.unit.bpmn.drawing import each, model, path, start, user
from tests.web.conftest import Browser
from tests.world import World, mail

ENGLISH = {"Accept-Language": "en"}
FACTS = {"cause": "late", "damage_text": "Kam drei Wochen zu spät", "delivered_on": "01.03.2026"}


@pytest.fixture
def anna(browser: Browser) -> FlaskClient:
    return browser("anna")


@pytest.fixture
def started(anna: FlaskClient, at: str) -> FlaskClient:
    assert anna.post(f"{at}/claim").status_code == 303
    return anna


def asked(page: TestResponse | str) -> list[str]:
    text = page if isinstance(page, str) else page.text
    return re.findall(r'name="_asked" value="(\w+)"', text)


def send(client: FlaskClient, at: str, data: dict[str, str], **more: str) -> TestResponse:
    """As a browser does: with all fields that were on the page."""
    fields = asked(client.get(at))
    return client.post(at, data={**data, "_asked": ["", *fields], **more}, headers=ENGLISH)


def test_a_free_task_can_be_started_and_has_no_form_yet(firm: World, anna: FlaskClient, at: str, case: Case):
    page = anna.get(at, headers=ENGLISH)
    assert page.status_code == 200
    assert "This task is free." in page.text
    assert 'name="cause"' not in page.text
    assert firm.step(case, "check_facts").state == "ready"


def test_a_started_task_has_form_script_messages_and_history(started: FlaskClient, at: str):
    page = started.get(at, headers=ENGLISH).text
    assert 'name="cause"' in page
    assert "Der gelieferte Kessel" in page or "der gelieferte Kessel" in page
    assert re.search("„[^“]+“ notiert", page)  # a subject may end with a full stop
    assert "Took on the task" in page
    assert 'aria-current="step"' in page
    assert "mara@example.org" in page


def test_a_step_is_done_and_leads_to_the_next(firm: World, started: FlaskClient, at: str, case: Case):
    answer = send(started, at, FACTS)
    following = firm.step(case, "decide_remedy")
    assert (answer.status_code, answer.location) == (303, f"/cases/{case.number}/tasks/{following.id}")
    assert "Done: Check the facts" in started.get(answer.location, headers=ENGLISH).text


def test_what_does_not_fit_comes_back_as_it_was_typed(started: FlaskClient, at: str):
    answer = send(started, at, {**FACTS, "delivered_on": "neulich", "damage_text": "<i>Beule</i>"})
    assert answer.status_code == 422
    assert 'value="neulich"' in answer.text
    assert "&lt;i&gt;Beule&lt;/i&gt;" in answer.text
    assert 'id="summary"' in answer.text
    assert 'href="#f-delivered_on"' in answer.text


def test_who_comes_second_sees_both_side_by_side(firm: World, started: FlaskClient, at: str, task: Task):
    with firm.engine.begin("sue") as uow:
        tasks.release(uow, task.id)
    with firm.engine.begin("ben") as uow:
        tasks.claim(uow, task.id)
        tasks.complete(uow, task.id, {**FACTS, "damage_text": "Bens Wort", "delivered_on": "2026-03-01"})
    mine = {**FACTS, "damage_text": "Annas Wort"}
    answer = started.post(at, data={**mine, "_asked": ["", *mine]}, headers=ENGLISH)
    assert answer.status_code == 409
    assert "ben did so at 2 Mar 2026, 09:00" in answer.text
    assert "Bens Wort" in answer.text
    assert "Annas Wort" in answer.text
    assert "Entered by Ben" in answer.text


def test_the_line_ends_of_a_browser_are_no_difference(started: FlaskClient, at: str):
    mine = {**FACTS, "damage_text": "Zwei\r\nZeilen"}
    assert send(started, at, mine).status_code == 303
    answer = started.post(at, data={**mine, "_asked": ["", *mine]}, headers=ENGLISH)
    assert answer.status_code == 409
    assert "Zeilen" in answer.text
    assert "different" not in answer.text


def test_who_lost_the_task_starts_again_with_what_they_typed(
    firm: World, started: FlaskClient, at: str, task: Task
):
    with firm.engine.begin("sue") as uow:
        tasks.release(uow, task.id)
    mine = {**FACTS, "damage_text": "Annas Wort"}
    answer = started.post(at, data={**mine, "_asked": ["", *mine]}, headers=ENGLISH)
    assert answer.status_code == 409
    assert "Start it again with what I typed" in answer.text
    again = started.post(f"{at}/claim", data={**mine, "_asked": ["", *mine], "_again": "1"}, headers=ENGLISH)
    assert again.status_code == 200
    assert "Annas Wort" in again.text
    assert 'name="cause"' in again.text


def test_a_double_click_completes_once(firm: World, started: FlaskClient, at: str, case: Case):
    assert send(started, at, FACTS).status_code == 303
    answer = started.post(at, data={**FACTS, "_asked": ["", *FACTS]}, headers={"Accept-Language": "de"})
    assert answer.status_code == 409
    assert "haben Sie selbst schon erledigt" in answer.text
    assert firm.story(case).count("task.completed") == 1


def test_two_who_start_one_task(browser: Browser, started: FlaskClient, at: str):
    answer = browser("ben").post(f"{at}/claim", headers=ENGLISH)
    assert answer.status_code == 409
    assert "anna holds it" in answer.text
    assert "Anna works on this task." in browser("ben").get(at, headers=ENGLISH).text


def test_who_cannot_start_a_free_task_reads_who_can(browser: Browser, at: str):
    said = "only people of the team service can start it"
    assert said in browser("tom").get(at, headers=ENGLISH).text
    assert said not in browser("anna").get(at, headers=ENGLISH).text


def test_a_task_is_parked_and_comes_back(firm: World, started: FlaskClient, at: str, clock: FakeClock):
    answer = started.post(f"{at}/park", data={"reason": "Fahrer fragen", "until": "03.03.2026 10:00"})
    assert (answer.status_code, answer.location) == (303, "/inbox")
    page = started.get(at, headers=ENGLISH).text
    assert "Parked until 3 Mar 2026, 10:00: Fahrer fragen" in page
    assert "Fahrer fragen" in started.get("/inbox?view=parked").text
    assert started.post(f"{at}/unpark").status_code == 303
    clock.advance(timedelta(days=2))
    assert "Parked until" not in started.get(at, headers=ENGLISH).text


@pytest.mark.parametrize(
    ("until", "said"),
    [
        ("morgen", "3 Mar 2026, 08:00"),
        ("Morgen, 9 Uhr", "3 Mar 2026, 09:00"),
        ("tomorrow at 14:30", "3 Mar 2026, 14:30"),
        ("4.3.2026, 9 Uhr", "4 Mar 2026, 09:00"),
    ],
)
def test_parking_takes_days_and_hours_as_people_say_them(
    started: FlaskClient, at: str, until: str, said: str
):
    assert started.post(f"{at}/park", data={"reason": "Fahrer", "until": until}).status_code == 303
    assert f"Parked until {said}: Fahrer" in started.get(at, headers=ENGLISH).text


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"reason": "", "until": "03.03.2026 10:00"}, "park-reason"),
        ({"reason": "x", "until": "irgendwann"}, "park-until"),
        ({"reason": "", "until": "31.02.2026 10:00"}, "park-until"),
        ({"reason": "", "until": "31.02.2026 10:00"}, "park-reason"),
        ({"reason": "x", "until": "01.03.2026 10:00"}, "park-until"),
    ],
)
def test_parking_says_what_is_missing(started: FlaskClient, at: str, typed: dict[str, str], field: str):
    answer = started.post(f"{at}/park", data=typed, headers=ENGLISH)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert f'value="{typed["until"]}"' in answer.text


def test_a_task_is_escalated_with_a_note(
    firm: World, browser: Browser, started: FlaskClient, at: str, case: Case
):
    page = started.get(at, headers=ENGLISH).text
    assert '<option value="finance">' in page
    note = "Darf ich das zusagen?"
    answer = started.post(f"{at}/escalate", data={"team": "finance", "note": note}, headers=ENGLISH)
    assert (answer.status_code, answer.location) == (303, "/inbox")
    assert f"{case.number} is with " in started.get("/inbox", headers=ENGLISH).text
    page = browser("fay").get(at, headers=ENGLISH).text
    assert "Escalated by Anna:" in page
    assert note in page
    assert firm.step(case, "check_facts").team == "finance"


@pytest.mark.parametrize("missing", ["team", "note"])
def test_escalating_says_what_is_missing(started: FlaskClient, at: str, missing: str):
    typed = {"team": "finance", "note": "Bitte <entscheiden>", missing: ""}
    answer = started.post(f"{at}/escalate", data=typed, headers=ENGLISH)
    assert answer.status_code == 422
    assert f'href="#escalate-{missing}"' in answer.text
    assert f'id="escalate-{missing}-error"' in answer.text
    kept = "Bitte &lt;entscheiden&gt;" if missing == "team" else '<option value="finance" selected>'
    assert kept in answer.text


def test_all_that_is_missing_of_an_escalation_is_said_at_once(started: FlaskClient, at: str):
    answer = started.post(f"{at}/escalate", data={"team": "", "note": " "}, headers=ENGLISH)
    assert 'href="#escalate-team"' in answer.text
    assert 'href="#escalate-note"' in answer.text


def test_who_has_it_is_asked_to_hand_it_over(browser: Browser, started: FlaskClient, at: str):
    """Who asks presses one button; who has it hears of it as of any mention."""
    ben = browser("ben")
    page = html.document_fromstring(ben.get(at, headers=ENGLISH).text)
    [form] = [each for each in page.forms if "Ask Anna to hand it over" in each.text_content()]
    assert ben.post(form.action, data=dict(form.fields)).location == f"{at}#comments"
    assert "Can I have “Check the facts”?" in started.get("/mentions").text
    again = html.document_fromstring(ben.get(at, headers=ENGLISH).text)
    assert [each for each in again.forms if "to hand it over" in each.text_content()] == [], "asked once"
    assert "You have asked Anna to hand it over: 2 Mar 2026" in " ".join(again.text_content().split())
    assert "The newest comments" not in again.text_content(), "those are what it shows"
    assert "to hand it over" not in started.get(at, headers=ENGLISH).text
    assert "to hand it over" not in browser("fay").get(at, headers=ENGLISH).text, "who could not have it"


def test_the_form_of_a_step_that_somebody_else_has_is_only_to_be_read(
    browser: Browser, started: FlaskClient, at: str
):
    """As the case has it: what its holder has typed so far is theirs."""
    started.post(f"{at}/draft", data={"damage_text": "Nur ein Entwurf"})
    told = browser("ben").get(at, headers=ENGLISH).text
    assert "Nur ein Entwurf" not in told
    [form] = html.document_fromstring(told).xpath("//section[contains(@aria-label, 'Anna works on')]")
    assert "not given" in form.xpath("string(.//*[@id='f-damage_text'])")
    assert form.xpath(".//textarea | .//select | .//input[not(@type='hidden')] | .//button") == []
    own = html.document_fromstring(started.get(at, headers=ENGLISH).text)
    assert "Nur ein Entwurf" in own.xpath("string(//textarea[@name='damage_text'])")


def test_who_stands_in_takes_over(
    firm: World, browser: Browser, started: FlaskClient, at: str, clock: FakeClock
):
    with firm.engine.begin("sue") as uow:
        away = {"from_at": clock(), "until_at": clock() + timedelta(days=3)}
        absences.add(uow, "anna", **away, substitute="ben")
    ben = browser("ben")
    assert "Take it over" in ben.get(at, headers=ENGLISH).text
    assert at in ben.get("/inbox?view=team").text
    assert "Take it over" not in browser("fay").get(at, headers=ENGLISH).text
    assert ben.post(f"{at}/take_over").status_code == 303
    assert send(ben, at, FACTS).status_code == 303


def test_a_task_is_given_back(firm: World, started: FlaskClient, at: str, case: Case):
    assert started.post(f"{at}/release").location == "/inbox"
    assert firm.step(case, "check_facts").assignee is None


def test_a_special_case_is_reported_on_a_page_of_its_own(
    firm: World, started: FlaskClient, at: str, case: Case
):
    report = f"/exceptions/of-task/{firm.step(case, 'check_facts').id}"
    assert f'href="{report}"' in started.get(at).text
    assert f'href="{at}"' in started.get(report).text
    done = started.post(report, data={"kind": "third_party", "note": "Passt nicht"})
    assert done.status_code == 303
    for page in (at, f"/cases/{case.number}"):
        told = started.get(page, headers=ENGLISH).text
        assert f"we are on it and will come back to you; your reference is {case.number}." in told
    assert "This task waits until its special case is settled." in started.get(at, headers=ENGLISH).text
    with firm.engine.begin("sue") as uow:
        resolutions.resolve(uow, firm.incident(case).id, Remedy.END, note="Erledigt.", outcome="withdrawn")
    assert "your reference is" not in started.get(f"/cases/{case.number}", headers=ENGLISH).text


def test_an_approval_is_such_a_page_too(
    firm: World, browser: Browser, started: FlaskClient, at: str, case: Case
):
    send(started, at, FACTS)
    remedy = f"/cases/{case.number}/tasks/{firm.step(case, 'decide_remedy').id}"
    started.post(f"{remedy}/claim")
    dear = {"remedy": "price_cut", "goodwill_amount": "120", "reason": "Lange gewartet."}
    assert send(started, remedy, dear).status_code == 303
    approval = f"/cases/{case.number}/tasks/{firm.step(case, 'approve').id}"
    assert started.post(f"{approval}/claim", headers=ENGLISH).status_code == 403
    sue = browser("sue")
    assert sue.post(f"{approval}/claim").status_code == 303
    assert send(sue, approval, {"approved": "yes", "approval_amount": "120"}).status_code == 303


def test_the_next_step_of_ones_case_opens_at_once(
    firm: World, browser: Browser, started: FlaskClient, at: str, case: Case
):
    """Led by the hand: nobody presses Start for what is kept for them anyway, nor is given what is not."""
    led = send(started, at, FACTS).location
    remedy = firm.step(case, "decide_remedy")
    assert led == f"/cases/{case.number}/tasks/{remedy.id}"
    assert (remedy.state, remedy.assignee) == (TaskState.CLAIMED, "anna")
    assert 'id="step-form"' in started.get(led).text
    dear = {"remedy": "price_cut", "goodwill_amount": "120", "reason": "Lange gewartet."}
    led = send(started, led, dear).location
    assert firm.step(case, "approve").assignee is None
    assert led == f"/cases/{case.number}"


def test_fields_are_drawn_again_and_nothing_is_stored(firm: World, started: FlaskClient, at: str, case: Case):
    before = firm.story(case)
    answer = started.post(f"{at}/fields", data={"cause": "late", "damage_text": "Beule", "_asked": ""})
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert "Beule" in answer.text
    assert firm.story(case) == before


def test_drawing_fields_again_and_handing_them_in_reads_each_row_once(
    firm: World, started: FlaskClient, at: str
):
    """The look-up of the session among them; the hand-in with the next step, which is begun for them."""
    typed = {**FACTS, "_asked": ["", *asked(started.get(at))], "_draft": "0"}
    firm.engine.library.refresh(now=True)
    with statements(firm.engine.database) as drawn:
        started.post(f"{at}/fields", data=typed)
    assert len([one for one in drawn if one != "BEGIN"]) <= 3, "\n".join(drawn)
    with statements(firm.engine.database) as handed_in:
        assert started.post(at, data=typed).status_code == 303
    assert len([one for one in handed_in if one != "BEGIN"]) <= 23, "\n".join(handed_in)


def test_an_expired_session_keeps_what_was_typed(browser: Browser, started: FlaskClient, at: str):
    typed = {**FACTS, "_asked": ["", *FACTS], "_who": "anna"}
    answer = browser(None).post(at, data=typed, headers={"Origin": "http://localhost", **ENGLISH})
    assert answer.status_code == 401
    assert re.search(r'name="kept" value="[^"]{50,}"', answer.text)


@pytest.mark.parametrize("other", ["C-000099-0/tasks/1", "C-000001-3/tasks/99", "nonsense/tasks/1"])
def test_tasks_of_others_are_not_there(case: Case, anna: FlaskClient, other: str):
    assert anna.get(f"/cases/{other}").status_code == 404
    assert anna.post(f"/cases/{other}/claim").status_code == 404


def test_a_confidential_task_is_not_there_for_others(firm: World, browser: Browser):
    deploy_confidential(firm)
    case = firm.receive(mail())
    assert case is not None
    firm.drain()
    at = f"/cases/{case.number}/tasks/{firm.step(case, 'check_facts').id}"
    for each_path in (at, f"{at}/claim", f"{at}/park", f"{at}/fields"):
        assert browser("fay").post(each_path).status_code == 404
    assert browser("fay").get(at).status_code == 404
    assert browser("anna").get(at).status_code == 200


def test_every_state_reads_in_german(firm: World, started: FlaskClient, at: str):
    german = {"Accept-Language": "de"}
    assert "Weiter" in started.get(at, headers=german).text
    started.post(f"{at}/release")
    assert "Beginnen" in started.get(at, headers=german).text


def test_instances_nobody_has_begun_are_told_once_with_their_number(firm: World, browser: Browser):
    """Fifty lines that read the same hide the way."""
    deploy(firm, model(start(), user("ask", each("=[1, 2, 3, 4]")), path("s", "ask"), process_id="four"))
    case = open_case(firm, "four")
    with firm.engine.read() as look:
        first = look.session.scalars(select(Task).where(Task.case_id == case.id).order_by(Task.id)).first()
    assert first is not None
    page = browser("anna").get(f"/cases/{case.number}/tasks/{first.id}", headers=ENGLISH).text
    way = page[page.index('<nav class="way"') : page.index("</nav>", page.index('<nav class="way"'))]
    assert way.count("<li") == 2
    assert "open, 3 times" in way
