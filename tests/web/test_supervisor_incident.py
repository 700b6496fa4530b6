"""One exception settled through pages: looked at, previewed, confirmed; and what a second person sees."""

import re
from datetime import timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient
from lxml.html import document_fromstring
from sqlalchemy import func, select

from cpm.commands import resolutions, tasks, users
from cpm.connectors import Retry
from cpm.model import Event, Incident, IncidentState, Remedy, Role, Task, TaskKind
from tests.clock import FakeClock
from tests.commands.test_incidents import REFUSED, about_to_answer
from tests.web.conftest import Browser
from tests.world import World, mail

ENGLISH = {"Accept-Language": "en"}
RIGHT = {"remedy": "correct", "v.email": "right@example.org", "note": "Asked by telephone"}


@pytest.fixture(autouse=True)
def others(firm: World) -> None:
    """People who have nothing to do with exceptions."""
    with firm.engine.begin("cpm test") as uow:
        users.add_user(uow, "dora", name="Dora", roles=[Role.DESIGNER], teams=[])
        users.add_user(uow, "ina", name="Ina", roles=[Role.INTEGRATOR], teams=[])


@pytest.fixture
def number(firm: World) -> int:
    """A receipt that came back; the id of its exception."""
    case = firm.receive(mail())
    firm.post.outcomes = [REFUSED]
    firm.drain()
    return firm.incident(case).id


def confirmed(text: str, **changed: str) -> dict[str, str]:
    """What the confirmation would post: the form of the remedy, as it was typed or is `changed` now."""
    page = document_fromstring(text)
    more = page.xpath("//input[@form='remedy']")
    fields = {**page.get_element_by_id("remedy").fields, **{one.name: one.value for one in more}, **changed}
    # the line break that begins a text area is none of its text
    return {name: (value or "").removeprefix("\n") for name, value in fields.items() if name != "csrf_token"}


def events(firm: World) -> int:
    with firm.engine.read() as look:
        return look.session.scalar(select(func.count()).select_from(Event))


def state(firm: World, number: int) -> str:
    with firm.engine.read() as look:
        return look.get(Incident, number).state


def test_the_case_says_what_the_customer_may_be_told(firm: World, browser: Browser, number: int):
    """Whoever has them on the telephone just then knows nothing of what went wrong."""
    with firm.engine.read() as look:
        case = look.get(Incident, number).case.number
    page = browser("anna").get(f"/cases/{case}", headers=ENGLISH).text
    assert f"we are on it and will come back to you; your reference is {case}" in page
    with firm.engine.begin("sue") as uow:
        resolutions.resolve(uow, number, Remedy.CORRECT, data={"email": "right@example.org"})
    assert "we are on it" not in browser("anna").get(f"/cases/{case}", headers=ENGLISH).text


def test_the_page_tells_what_happened_what_is_known_and_what_can_be_done(browser: Browser, number: int):
    text = browser("sue").get(f"/exceptions/{number}", headers=ENGLISH).text
    for words in (
        "The mail server does not take this address",
        "550 5.1.1 no such user",
        "In the machine&#39;s own words",
        "mara@example.org",
        "Put data right",
        "Latest in this case",
        "Take it",
    ):
        assert words in text
    german = browser("sue").get(f"/exceptions/{number}").text
    assert "Daten berichtigen" in german
    named = set(re.findall(r"<dt>(.*?)</dt>", german))
    assert {"Vorgangsnummer", "Anlass", "Anrede am Anfang"} <= named
    assert not {name for name in named if name == name.lower()}  # none by the machine's own name


def test_a_preview_says_what_would_happen_and_changes_nothing(firm: World, browser: Browser, number: int):
    before = events(firm)
    answer = browser("sue").post(f"/exceptions/{number}/preview", data=RIGHT, headers=ENGLISH)
    assert answer.status_code == 200
    assert "What would happen" in answer.text
    assert "E-mail address: right@example.org" in answer.text
    assert "“Confirm receipt” is under way" in answer.text
    assert events(firm) == before
    assert state(firm, number) == IncidentState.OPEN


def test_what_was_previewed_is_confirmed_and_the_mail_leaves(firm: World, browser: Browser, number: int):
    client = browser("sue")
    confirm = confirmed(client.post(f"/exceptions/{number}/preview", data=RIGHT).text)
    answer = client.post(f"/exceptions/{number}/resolution", data=confirm)
    assert (answer.status_code, answer.location) == (303, f"/exceptions/{number}")
    text = client.get(f"/exceptions/{number}", headers=ENGLISH).text
    assert "By Sue:" in text
    assert "Asked by telephone" in text
    firm.drain()
    assert firm.post.calls[-1].inputs["to"] == "right@example.org"


def test_what_is_changed_after_the_preview_is_previewed_again(firm: World, browser: Browser, number: int):
    """One pressed *Confirm* and did what stood there before."""
    client = browser("sue")
    page = client.post(f"/exceptions/{number}/preview", data=RIGHT, headers=ENGLISH).text
    changed = confirmed(page, **{"v.email": "other@example.org"})
    again = client.post(f"/exceptions/{number}/resolution", data=changed)
    assert again.status_code == 409
    assert "You have changed something below since you looked; nothing is done yet." in again.text
    assert "E-mail address: other@example.org" in again.text
    assert state(firm, number) == IncidentState.OPEN
    assert client.post(f"/exceptions/{number}/resolution", data=confirmed(again.text)).status_code == 303
    firm.drain()
    assert firm.post.calls[-1].inputs["to"] == "other@example.org"


def test_the_page_begins_at_its_heading_and_each_remedy_has_a_key(browser: Browser, number: int):
    """Who works the queue by keyboard got an exception by N, and nineteen presses of the tab key up to its first remedy."""
    client = browser("anna")
    page = client.get(f"/exceptions/{number}").text
    assert '<h1 tabindex="-1" data-focus>' in page
    assert re.search(r'<a href="/customers/\d+">', page.split("<dl>")[1])
    assert f'href="/exceptions/{number}?remedy=correct#chosen" data-key="1"' in page
    assert 'id="chosen"' in client.get(f"/exceptions/{number}?remedy=correct").text
    previewed = document_fromstring(client.post(f"/exceptions/{number}/preview", data=RIGHT).text)
    [confirm] = previewed.xpath("//button[contains(@class, 'primary')]")
    assert (confirm.get("form"), confirm.get("formaction")) == ("remedy", f"/exceptions/{number}/resolution")


def test_who_has_settled_one_is_led_to_the_next_case(browser: Browser, number: int):
    """It is nobody's any more, and due no more."""
    client = browser("anna")
    assert 'data-key="n"' not in client.get(f"/exceptions/{number}").text
    page = client.post(f"/exceptions/{number}/preview", data=RIGHT).text
    client.post(f"/exceptions/{number}/resolution", data=confirmed(page))
    settled = client.get(f"/exceptions/{number}", headers=ENGLISH).text
    assert 'data-key="n"' in settled
    assert "nobody yet" not in settled
    assert "<dt>Due</dt>" not in settled


def test_a_value_that_was_left_alone_is_not_put_right(firm: World, browser: Browser, number: int):
    text = browser("sue").get(f"/exceptions/{number}?remedy=correct").text
    fields = dict(re.findall(r'<input id="v-[^"]+" name="(v\.[^"]+)" value="([^"]*)"', text))
    assert fields["v.email"] == "mara@example.org"
    same = {name: unescape(value) for name, value in fields.items()}
    answer = browser("sue").post(f"/exceptions/{number}/preview", data={"remedy": "correct", **same})
    assert answer.status_code == 422
    assert "mindestens eine Angabe ändern" in answer.text


@pytest.mark.parametrize(
    ("posted", "words"),
    [
        ({"remedy": "skip", "note": " "}, "Bitte etwas eingeben."),
        ({"remedy": "correct", "v.email": "no address"}, "keine E-Mail-Adresse"),
        ({"remedy": "correct", "v.case_no": "C-1"}, "lässt sich hier nicht ändern"),
        ({"remedy": "skip", "note": "x" * 20_000}, "zu lang"),
        ({"remedy": "retry"}, "gibt es bei dieser Ausnahme nicht"),
        ({"remedy": "end", "note": "so it is", "outcome": "exploded"}, "So kann ein Vorgang nicht enden"),
        ({"remedy": "nonsense"}, "Diese Abhilfe gibt es nicht"),
        ({}, "Diese Abhilfe gibt es nicht"),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_happens(
    firm: World, browser: Browser, number: int, posted: dict[str, str], words: str
):
    before = events(firm)
    for action in ("preview", "resolution"):
        answer = browser("sue").post(f"/exceptions/{number}/{action}", data=posted)
        assert answer.status_code == 422
        assert words in answer.text
    assert events(firm) == before


def test_what_was_typed_stays_when_it_does_not_fit(browser: Browser, number: int):
    typed = {"remedy": "correct", "v.email": "no address", "note": "<i>because</i>"}
    answer = browser("sue").post(f"/exceptions/{number}/preview", data=typed)
    assert 'value="no address"' in answer.text
    assert "&lt;i&gt;because&lt;/i&gt;" in answer.text


def test_who_comes_second_sees_who_was_faster_and_keeps_what_they_typed(
    firm: World, browser: Browser, number: int
):
    slow = browser("anna")
    confirm = confirmed(slow.post(f"/exceptions/{number}/preview", data=RIGHT).text)
    with firm.engine.begin("sue") as uow:
        resolutions.resolve(uow, number, Remedy.SKIP, note="They have called us")
    for action, posted in (("preview", RIGHT), ("resolution", confirm)):
        answer = slow.post(f"/exceptions/{number}/{action}", data=posted)
        assert answer.status_code == 409
        assert "hat Sue schon gelöst (02.03.2026" in answer.text
        assert "Schritt übersprungen" in answer.text
        assert "They have called us" in answer.text
        assert "right@example.org" in answer.text
        assert "Asked by telephone" in answer.text


def test_a_case_that_moved_on_after_the_preview_is_looked_at_again(
    firm: World, browser: Browser, number: int
):
    client = browser("sue")
    confirm = confirmed(client.post(f"/exceptions/{number}/preview", data=RIGHT).text)
    client.post(f"/exceptions/{number}/claim")
    answer = client.post(f"/exceptions/{number}/resolution", data=confirm)
    assert answer.status_code == 409
    assert "noch einmal ansehen" in answer.text
    assert 'value="right@example.org"' in answer.text
    assert state(firm, number) == IncidentState.OPEN


def test_agents_of_other_teams_look_on_and_the_rest_is_refused(firm: World, browser: Browser, number: int):
    assert "preview" not in browser("fay").get(f"/exceptions/{number}").text
    for action, posted in (
        ("claim", {}),
        ("preview", RIGHT),
        ("resolution", RIGHT),
        ("questions", {"title": "x", "team": "service"}),
    ):
        assert browser("fay").post(f"/exceptions/{number}/{action}", data=posted).status_code == 403
        for nobody in ("dora", "otto", "ina"):
            assert browser(nobody).post(f"/exceptions/{number}/{action}", data=posted).status_code == 403
    for nobody in ("dora", "otto", "ina"):
        assert browser(nobody).get(f"/exceptions/{number}").status_code == 403
    assert browser(None).get(f"/exceptions/{number}").status_code == 401
    assert state(firm, number) == IncidentState.OPEN


@pytest.mark.parametrize("where", ["987654", "9223372036854775808", "99999999999999999999999"])
def test_what_is_not_there_is_not_found(browser: Browser, where: str):
    client = browser("sue")
    assert client.get(f"/exceptions/{where}").status_code == 404
    for action in ("claim", "release", "preview", "resolution", "questions"):
        answer = client.post(f"/exceptions/{where}/{action}", data={"remedy": "skip", "note": "x"})
        assert answer.status_code == 404


def test_it_is_taken_and_given_back(firm: World, browser: Browser, number: int):
    anna, ben = browser("anna"), browser("ben")
    assert anna.post(f"/exceptions/{number}/claim").status_code == 303
    assert "Anna" in ben.get(f"/exceptions/{number}").text
    assert ben.post(f"/exceptions/{number}/claim").status_code == 409
    assert ben.post(f"/exceptions/{number}/release").status_code == 409
    assert anna.post(f"/exceptions/{number}/release").status_code == 303
    assert ben.post(f"/exceptions/{number}/claim").status_code == 303


def test_a_question_must_be_answered_before_the_case_goes_on(firm: World, browser: Browser, number: int):
    client = browser("sue")
    asked = {"title": "Was the address read to you?", "team": "finance"}
    assert client.post(f"/exceptions/{number}/questions", data=asked).status_code == 303
    refused = client.post(f"/exceptions/{number}/preview", data=RIGHT)
    assert refused.status_code == 409
    assert "noch nicht geantwortet" in refused.text
    with firm.engine.begin("fay") as uow:
        task = uow.session.scalars(select(Task).where(Task.kind == TaskKind.AD_HOC)).one()
        tasks.claim(uow, task.id)
        tasks.complete(uow, task.id, {"note": "Yes, twice"})
    assert "Yes, twice" in client.get(f"/exceptions/{number}").text
    assert client.post(f"/exceptions/{number}/preview", data=RIGHT).status_code == 200


def test_a_question_that_says_nothing_is_refused(browser: Browser, number: int):
    asked = {"title": " ", "team": "finance"}
    assert browser("sue").post(f"/exceptions/{number}/questions", data=asked).status_code == 422


def test_a_team_that_is_not_there_is_asked_nothing(browser: Browser, number: int):
    answer = browser("sue").post(f"/exceptions/{number}/questions", data={"title": "x", "team": "nowhere"})
    assert answer.status_code == 404


def held(firm: World, client: FlaskClient) -> int:
    """Anna reports that her step does not fit; where that leads her."""
    task = firm.step(firm.receive(mail()), "check_facts")
    with firm.engine.begin("anna") as uow:
        tasks.claim(uow, task.id)
    assert "Gefahr beim Kunden" in client.get(f"/exceptions/of-task/{task.id}").text
    answer = client.post(
        f"/exceptions/of-task/{task.id}", data={"kind": "third_party", "note": "Their insurer wrote"}
    )
    assert answer.status_code == 303
    return int(answer.location.rpartition("/")[2])


def test_a_special_case_is_declared_handed_over_and_the_step_goes_on(firm: World, browser: Browser):
    number = held(firm, browser("anna"))
    sue = browser("sue")
    text = sue.get(f"/exceptions/{number}").text
    assert "Their insurer wrote" in text
    assert "Bitte ansehen: Dritter beteiligt" in text
    assert "Weitergehen lassen" in text
    assert "Noch einmal versuchen" not in text, "nothing was tried: the step waits"
    confirm = confirmed(sue.post(f"/exceptions/{number}/preview", data={"remedy": "retry"}).text)
    assert sue.post(f"/exceptions/{number}/resolution", data=confirm).status_code == 303
    assert "Erledigt: Weitergehen lassen." in sue.get(f"/exceptions/{number}").text
    with firm.engine.read() as look:
        held_task = look.get(Incident, number).held_task
        assert (held_task.state, held_task.assignee) == ("claimed", "anna")


def test_what_the_machine_reports_is_said_in_the_language_of_the_reader(
    firm: World, browser: Browser, clock: FakeClock
):
    case = firm.receive(mail(message_id="<late@example.org>"))
    clock.advance(firm.step(case, "check_facts").due_at - clock())
    firm.drain()
    late = firm.incident(case)
    english, german = (
        browser("sue").get(f"/exceptions/{late.id}", headers={"Accept-Language": word}).text
        for word in ("en", "de")
    )
    step = firm.step(case, "check_facts").id
    assert f"<blockquote>Check the facts (task {step})</blockquote>" in english
    assert f"<blockquote>Sachverhalt prüfen (Aufgabe {step})</blockquote>" in german


def test_who_reports_a_step_again_is_led_to_what_is_reported(firm: World, browser: Browser):
    number = held(firm, browser("anna"))
    with firm.engine.read() as look:
        task_id = look.get(Incident, number).held_task_id
    at = f"/exceptions/of-task/{task_id}"
    page = browser("anna").get(at, headers=ENGLISH).text
    assert "A special case is reported here already" in page
    assert f'href="/exceptions/{number}"' in page
    assert 'name="kind"' not in page
    again = browser("anna").post(at, data={"kind": "other", "note": "Noch einmal"})
    assert again.status_code == 409
    assert "schon ein Sonderfall gemeldet" in again.text


def test_a_case_is_moved_to_where_something_is_done(firm: World, browser: Browser, number: int):
    """Branches, waits and ends are for the page that moves a case; here a step is wanted."""
    with firm.engine.begin("sue") as uow:
        uow.get(Incident, number).remedies = ["move"]
    page = browser("sue").get(f"/exceptions/{number}?remedy=move", headers=ENGLISH).text
    offered = re.findall(
        r'<option value="[^"]+">([^<]+)</option>', page.split('id="to"')[1].split("</select>")[0]
    )
    assert "Write the answer" in offered
    assert not [name for name in offered if name.startswith(("branching", "end", "waiting"))]
    assert len(offered) == len(set(offered)), "what is called alike is told apart"
    assert [name for name in offered if name.endswith(")")]


@pytest.mark.parametrize(("kind", "note"), [("nonsense", "x"), ("other", " "), ("", "")])
def test_a_special_case_says_of_which_kind_and_why(firm: World, browser: Browser, kind: str, note: str):
    task = firm.step(firm.receive(mail()), "check_facts")
    with firm.engine.begin("anna") as uow:
        tasks.claim(uow, task.id)
    answer = browser("anna").post(f"/exceptions/of-task/{task.id}", data={"kind": kind, "note": note})
    assert answer.status_code == 422
    wrong = {"kind": kind != "other", "note": not note.strip()}
    assert {field: f'href="#{field}"' in answer.text for field in wrong} == wrong
    posted = {"kind": "other", "note": "what ben knows"}
    refused = browser("ben").post(f"/exceptions/of-task/{task.id}", data=posted)
    assert (refused.status_code, "what ben knows" in refused.text) == (409, True)


def test_several_are_tried_again_at_once_each_for_itself(firm: World, browser: Browser, clock: FakeClock):
    numbers = []
    for each in range(3):
        case = firm.receive(mail(message_id=f"<m{each}@example.org>", sender=f"<kim{each}@example.org>"))
        firm.post.outcomes = [Retry("connection refused", "unreachable")] * 7  # the last one by itself
        for _ in range(8):
            firm.drain()
            clock.advance(timedelta(hours=2))
        firm.post.outcomes = []
        numbers.append(firm.incident(case).id)
    client = browser("sue")
    with firm.engine.begin("sue") as uow:
        resolutions.resolve(uow, numbers[1], Remedy.RETRY)
    looked = client.post("/exceptions/several", data={"remedy": "retry", "id": numbers}, headers=ENGLISH)
    assert "3 chosen: 2 can be settled so, 1 cannot." in looked.text
    done = client.post(
        "/exceptions/several/resolution", data={"remedy": "retry", "id": numbers}, headers=ENGLISH
    )
    assert "2 of 3 done" in done.text
    assert "resolved by sue" in done.text
    assert {state(firm, number) for number in numbers} == {IncidentState.RESOLVED}


@pytest.mark.parametrize(
    "posted", [{}, {"remedy": "retry"}, {"remedy": "skip", "id": "1"}, {"remedy": "retry", "id": ["x"] * 3}]
)
def test_several_of_nothing_are_refused(browser: Browser, number: int, posted: dict[str, object]):
    for action in ("several", "several/resolution"):
        assert browser("sue").post(f"/exceptions/{action}", data=posted).status_code == 422


def test_who_has_chosen_none_is_told_so_above_the_same_list(browser: Browser, number: int):
    answer = browser("sue").post(
        "/exceptions/several?severity=normal", data={"remedy": "retry"}, headers=ENGLISH
    )
    assert answer.status_code == 422
    assert "Please choose exceptions first." in answer.text
    assert f'name="id" value="{number}"' in answer.text
    assert '<option value="normal" selected>' in answer.text


def test_several_of_another_team_stay_as_they_are(firm: World, browser: Browser, number: int):
    posted = {"remedy": "retry", "id": [number, 10**30, "1" * 5000]}
    assert "gehört einem anderen Team" in browser("fay").post("/exceptions/several", data=posted).text
    assert "nicht erledigt:" in browser("fay").post("/exceptions/several/resolution", data=posted).text
    assert state(firm, number) == IncidentState.OPEN


def test_the_steps_of_a_call_that_was_tried_often_are_told(firm: World, browser: Browser, clock: FakeClock):
    case = about_to_answer(firm)
    firm.post.outcomes = [Retry("450 try later", "bounced_soft")] * 3
    firm.drain()
    clock.advance(timedelta(hours=1))
    firm.post.outcomes = [REFUSED]
    firm.drain()
    text = browser("sue").get(f"/exceptions/{firm.incident(case).id}", headers=ENGLISH).text
    assert "What was tried" in text
    assert "has not worked yet" in text
