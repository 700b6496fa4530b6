"""Nothing that is typed at a step is lost: drafts, keys, what changed meanwhile, and who else is there."""

import re
from datetime import timedelta
from typing import Any
from unittest.mock import Mock

import pytest
from flask import url_for
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import select
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from cpm.commands import sign_ins, tasks
from cpm.errors import Unavailable
from cpm.model import Case, SignIn, Task
from tests import ordering
from tests.clock import FakeClock
from tests.commands.test_access import deploy_confidential
from tests.commands.test_cost import statements
from tests.commands.test_task_drafts import change
from tests.web.conftest import Browser
from tests.world import World, mail
from web import visitor
from web.agent.guided import conflict, once

ENGLISH = {"Accept-Language": "en"}
PART, PAGE = {**ENGLISH, "CPM-Kept": "part"}, {**ENGLISH, "CPM-Kept": "page"}
FACTS = {"cause": "late", "damage_text": "Kam drei Wochen zu spät", "delivered_on": "01.03.2026"}


@pytest.fixture
def anna(browser: Browser, at: str) -> FlaskClient:
    client = browser("anna")
    assert client.post(f"{at}/claim").status_code == 303
    return client


def hidden(page: TestResponse | str) -> dict[str, str]:
    """What the form carries beside its fields."""
    text = page if isinstance(page, str) else page.text
    found = re.findall(r'<input type="hidden" name="(_key|_seen|_draft)" value="(\w*)"', text)
    return dict(found)


def form(client: FlaskClient, at: str, **typed: str) -> dict[str, str | list[str]]:
    page = client.get(at, headers=ENGLISH).text
    return {"_asked": ["", *re.findall(r'name="_asked" value="(\w+)"', page)], **hidden(page), **typed}


def test_a_draft_is_in_the_form_again(anna: FlaskClient, at: str):
    answer = anna.post(f"{at}/draft", data=form(anna, at, damage_text="Nur halb fer"), headers=PART)
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert 'name="_draft" value="1"' in answer.text
    assert "Draft saved at 2 Mar 2026" in answer.text
    page = anna.get(at, headers=ENGLISH).text
    assert "Nur halb fer" in page
    assert hidden(page)["_draft"] == "1"
    assert "Discard the draft" in page


def test_a_number_means_what_it_meant_in_the_language_of_the_page_it_was_typed_in(anna: FlaskClient, at: str):
    """Whatever the reader, or a colleague who takes over, has chosen since."""
    german = anna.get(at, headers={"Accept-Language": "de"}).text
    assert '<input type="hidden" name="_language" value="de">' in german
    typed = {**form(anna, at, order_value="1.000"), "_language": "de"}
    assert "Entwurf gespeichert" in anna.post(f"{at}/draft", data=typed, headers=PART).text
    page = anna.get(at, headers=ENGLISH).text
    assert 'name="order_value" value="1000"' in re.sub(r' (id|type)="[^"]*"', "", page)
    english = {**form(anna, at, order_value="1,000"), "_language": "en"}
    refused = anna.post(at, data=english, headers={"Accept-Language": "de"})
    assert refused.status_code == 422
    assert '<html lang="en">' in refused.text
    assert 'name="order_value" value="1000"' in re.sub(r' (id|type)="[^"]*"', "", refused.text)


def test_without_javascript_a_button_keeps_it(anna: FlaskClient, at: str):
    page = anna.get(at, headers=ENGLISH).text
    assert f'formaction="{at}/draft"' in page
    answer = anna.post(f"{at}/draft", data=form(anna, at, damage_text="Halb"), headers=ENGLISH)
    assert (answer.status_code, answer.location) == (303, at)
    page = anna.get(at, headers=ENGLISH).text
    assert "Your draft is saved." in page
    assert "Halb" in page
    anna.post(f"{at}/begin_anew", headers=ENGLISH)
    assert "Halb" not in anna.get(at, headers=ENGLISH).text


def test_what_was_refused_is_kept_too(anna: FlaskClient, at: str):
    assert anna.post(at, data=form(anna, at, damage_text="Ohne Ursache"), headers=ENGLISH).status_code == 422
    assert "Ohne Ursache" in anna.get(at, headers=ENGLISH).text


def test_parking_keeps_what_was_typed(anna: FlaskClient, at: str):
    anna.post(f"{at}/draft", data=form(anna, at, damage_text="Beule links"), headers=PART)
    refused = anna.post(f"{at}/park", data={"reason": "", "until": "03.03.2026 10:00"}, headers=ENGLISH)
    assert refused.status_code == 422
    assert "Beule links" in refused.text
    anna.post(f"{at}/park", data={"reason": "Fahrer fragen", "until": "03.03.2026 10:00"})
    anna.post(f"{at}/unpark")
    assert "Beule links" in anna.get(at, headers=ENGLISH).text


def test_who_takes_over_reads_whose_words_they_are(
    firm: World, anna: FlaskClient, browser: Browser, at: str, task: Task
):
    anna.post(f"{at}/draft", data=form(anna, at, damage_text="Annas Wort"), headers=PART)
    anna.post(f"{at}/release")
    ben = browser("ben")
    assert "Anna has begun here" in ben.get(at, headers=ENGLISH).text
    ben.post(f"{at}/claim")
    page = ben.get(at, headers=ENGLISH).text
    assert "Filled in is what Anna has typed here" in page
    assert "Annas Wort" in page


def test_what_a_colleague_typed_later_is_held_beside_ones_own(
    firm: World, anna: FlaskClient, browser: Browser, at: str, clock: FakeClock
):
    typed = form(anna, at, damage_text="Annas Wort", cause="late")
    anna.post(f"{at}/release")
    ben = browser("ben")
    ben.post(f"{at}/claim")
    ben.post(f"{at}/draft", data=form(ben, at, damage_text="Bens Wort", cause="late"), headers=PART)
    clock.advance(timedelta(minutes=5))
    anna.post(f"{at}/draft", data=typed, headers=PART)
    assert "Bens Wort" not in anna.get(at, headers=ENGLISH).text
    assert "What you typed here is not lost" in anna.get(at, headers=ENGLISH).text
    assert "Anna has typed here too, after you" in ben.get(at, headers=ENGLISH).text
    mine = form(ben, at, damage_text="Bens Wort", cause="late")
    both = ben.post(f"{at}/draft", data={**mine, "_with": "anna"}, headers=ENGLISH)
    assert both.status_code == 409
    assert both.text.count('type="radio"') == 2
    assert "Typed by Anna" in both.text
    took = {**mine, "_with": "anna", "_take.damage_text": "theirs", "_draft": "1"}
    assert ben.post(f"{at}/draft", data=took, headers=ENGLISH).status_code == 303
    assert "Annas Wort" in ben.get(at, headers=ENGLISH).text


def test_two_windows_are_held_against_each_other(anna: FlaskClient, at: str):
    one, two = form(anna, at, damage_text="im ersten"), form(anna, at, damage_text="im zweiten")
    assert anna.post(f"{at}/draft", data=one, headers=PART).status_code == 200
    told = anna.post(f"{at}/draft", data=two, headers=PART)
    assert told.status_code == 409
    assert "Compare both" in told.text
    both = anna.post(f"{at}/draft", data=two, headers=ENGLISH)
    assert both.status_code == 409
    assert "In the other window" in both.text
    kept = {**two, "_with": "anna", "_take.damage_text": "yours", "_draft": hidden(both)["_draft"]}
    assert anna.post(f"{at}/draft", data=kept, headers=ENGLISH).status_code == 303
    assert "im zweiten" in anna.get(at, headers=ENGLISH).text


def test_a_window_that_fell_behind_hands_nothing_in_over_the_newer_words(anna: FlaskClient, at: str):
    """They went on at another computer; here the old page is still open."""
    behind, ahead = form(anna, at, **FACTS), form(anna, at, **FACTS, order_no="neuer")
    assert anna.post(f"{at}/draft", data=behind, headers=PART).status_code == 200
    behind = form(anna, at, **FACTS)
    ahead["_draft"] = behind["_draft"]
    assert anna.post(f"{at}/draft", data=ahead, headers=PART).status_code == 200
    both = anna.post(at, data=behind, headers=ENGLISH)
    assert both.status_code == 409
    assert "In the other window" in both.text
    assert "neuer" in anna.get(at, headers=ENGLISH).text, "what they typed there is still theirs"
    took = {**behind, "_with": "anna", "_take.order_no": "theirs", "_draft": hidden(both)["_draft"]}
    assert anna.post(f"{at}/draft", data=took, headers=ENGLISH).status_code == 303
    assert anna.post(at, data=form(anna, at, **FACTS, order_no="neuer"), headers=ENGLISH).status_code == 303


@pytest.mark.parametrize("way", [{"_add": "things"}, {"_suggested.ask_email.note": "x"}, {}])
def test_no_way_around_leads_over_the_newer_words(anna: FlaskClient, at: str, way: dict[str, str]):
    """A row that was added without JavaScript, a suggestion not decided, a draft discarded: the old page stays the old one."""
    anna.post(f"{at}/draft", data=form(anna, at, order_no="erst"), headers=PART)
    anna.post(f"{at}/draft", data=form(anna, at, order_no="dann"), headers=PART)
    behind = form(anna, at, **FACTS)
    if not way:
        anna.post(f"{at}/begin_anew")
    anna.post(f"{at}/draft", data=form(anna, at, order_no="neuer"), headers=PART)
    if way:
        behind |= hidden(anna.post(at, data={**behind, **way}, headers=ENGLISH))
    both = anna.post(at, data=behind, headers=ENGLISH)
    assert both.status_code == 409
    assert "neuer" in both.text


def test_what_was_handed_in_in_another_window_just_then_stands_beside_it(
    anna: FlaskClient, at: str, monkeypatch: pytest.MonkeyPatch
):
    behind = form(anna, at, **FACTS)
    anna.post(f"{at}/draft", data=form(anna, at, order_no="neuer"), headers=PART)
    once, handed_in = conflict.elsewhere, []

    def elsewhere(*args: Any) -> Any:
        handed_in.append(anna.post(at, data=form(anna, at, **FACTS, order_no="neuer")).status_code)
        return once(*args)

    monkeypatch.setattr(conflict, "elsewhere", elsewhere)
    assert anna.post(at, data=behind, headers=ENGLISH).status_code == 409
    assert handed_in == [303]


def inputs(page: str) -> dict[str, str]:
    """What a browser posts of the step's form as it was drawn: the text boxes, and what it carries unseen."""
    (form,) = html.fromstring(page).xpath("//form[@id='step-form']")
    boxes = form.xpath(".//input[not(@type) or @type='text' or @type='hidden']")
    return {each.get("name"): each.get("value") or "" for each in boxes if each.get("name")} | hidden(page)


def chosen(page: TestResponse) -> dict[str, str]:
    ticked = html.fromstring(page.text).xpath("//input[starts-with(@name, '_take.')][@checked]")
    return {each.get("name").removeprefix("_take."): each.get("value") for each in ticked}


def test_a_list_that_an_older_window_left_alone_is_taken_from_the_newer_one(firm: World, browser: Browser):
    """Who typed a line there and a discount here wants both."""
    case = ordering.called(firm)
    ordering.done(firm, case, "capture_customer", **ordering.CALLER)
    step = firm.step(case, "capture_lines")
    oda, at = browser("oda"), f"/cases/{case.number}/tasks/{step.id}"
    if step.assignee is None:
        oda.post(f"{at}/claim")
    older = inputs(oda.get(at, headers=ENGLISH).text)
    (sku,) = [name for name in older if name.startswith("lines.") and name.endswith(".sku")]
    newer = {**older, sku: "SO-1001", sku.replace(".sku", ".qty"): "3"}
    assert oda.post(f"{at}/draft", data=newer, headers=PART).status_code == 200

    both = oda.post(f"{at}/draft", data={**older, "discount_percent": "2"}, headers=ENGLISH)
    assert both.status_code == 409
    assert chosen(both) == {"lines": "theirs", "discount_percent": "yours"}
    typed = {**older, sku: "SO-3002"}
    assert chosen(oda.post(f"{at}/draft", data=typed, headers=ENGLISH))["lines"] == "yours"


def test_a_list_of_the_case_that_an_older_window_left_alone_is_taken_from_the_newer_one(
    firm: World, clock: FakeClock, browser: Browser
):
    case = ordering.called(firm)
    ordering.done(firm, case, "capture_customer", **ordering.CALLER)
    done = firm.step(case, "capture_lines")
    ordering.done(firm, case, "capture_lines", lines=ordering.lines(firm, clock, ("SO-1001", 2)))
    oda = browser("oda")
    back = oda.post(f"/cases/{case.number}/tasks/{done.id}/again", data={"why": "Mehr."}).location
    older = inputs(oda.get(back, headers=ENGLISH).text)
    (qty,) = [name for name in older if name.startswith("lines.") and name.endswith(".qty")]
    assert oda.post(f"{back}/draft", data={**older, qty: "3"}, headers=PART).status_code == 200
    both = oda.post(f"{back}/draft", data={**older, "customer_ref": "B 17"}, headers=ENGLISH)
    assert chosen(both) == {"lines": "theirs", "customer_ref": "yours"}


def test_what_one_left_as_the_case_had_it_is_taken_as_the_case_has_it_now(
    firm: World, anna: FlaskClient, at: str, case: Case
):
    """Anna typed nothing there: what came since is meant."""
    change(firm, case, damage_text="Wie zuerst gesagt")
    mine = form(anna, at, **{**FACTS, "damage_text": "Wie zuerst gesagt"})
    change(firm, case, damage_text="Der Kunde sagt es anders")
    assert chosen(anna.post(at, data=mine, headers=ENGLISH)) == {"damage_text": "theirs"}


def test_what_changed_in_the_case_meanwhile_is_chosen_field_by_field(
    firm: World, anna: FlaskClient, at: str, case: Case
):
    mine = form(anna, at, **FACTS)
    change(firm, case, damage_text="Der Kunde sagt es anders")
    both = anna.post(at, data=mine, headers=ENGLISH)
    assert both.status_code == 409
    assert "Der Kunde sagt es anders" in both.text
    assert "Kam drei Wochen zu spät" in both.text
    assert "Sue, " in both.text
    assert both.text.count('type="radio"') == 2
    assert 'name="cause" value="late"' in both.text
    again = {**mine, **hidden(both), "_take.damage_text": "theirs"}
    assert anna.post(at, data=again, headers=ENGLISH).status_code == 303
    done = next(event for event in firm.journal(case) if event.what == "task.completed")
    assert done.particulars["data"]["damage_text"] == "Der Kunde sagt es anders"


def test_a_draft_typed_before_a_change_is_held_against_it_too(
    firm: World, anna: FlaskClient, at: str, case: Case
):
    anna.post(f"{at}/draft", data=form(anna, at, **FACTS), headers=PART)
    change(firm, case, damage_text="Der Kunde sagt es anders")
    page = form(anna, at, **FACTS)
    assert anna.post(at, data=page, headers=ENGLISH).status_code == 409


def test_the_same_key_is_answered_again_and_done_once(firm: World, anna: FlaskClient, at: str, case: Case):
    sent = form(anna, at, **FACTS)
    first, second = (anna.post(at, data=sent, headers=ENGLISH) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert firm.story(case).count("task.completed") == 1
    other = anna.post(at, data={**sent, "damage_text": "Doch anders"}, headers=ENGLISH)
    assert other.status_code == 409
    assert "Doch anders" in other.text


WAYS_OUT = {
    "park": {"reason": "Fahrer fragen", "until": "03.03.2026 10:00"},
    "escalate": {"team": "finance", "note": "Bitte entscheiden"},
    "release": {},
}


@pytest.mark.parametrize("way", WAYS_OUT)
def test_a_way_out_is_taken_once_however_often_it_is_sent(
    firm: World, anna: FlaskClient, at: str, case: Case, way: str
):
    """Also when they have it again meanwhile: an answer was lost, and the browser asks until it has one."""
    page = anna.get(at, headers=ENGLISH).text
    form = page.partition(f'action="{at}/{way}"')[2].partition("</form>")[0]
    sent = {**WAYS_OUT[way], **hidden(form)}
    assert "_key" in sent
    for _ in range(2):
        answer = anna.post(f"{at}/{way}", data=sent, headers=ENGLISH)
        assert (answer.status_code, answer.location) == (303, "/inbox")
        if way == "release":
            anna.post(f"{at}/claim")
    story = firm.story(case)
    assert story.count(f"task.{way}{'' if way.endswith('e') else 'e'}d") == 1
    if way == "release":
        anna.post(f"{at}/{way}", data={"_key": "f" * 32})
        assert firm.story(case).count("task.released") == 2


def test_a_script_is_told_where_to_go_on(anna: FlaskClient, at: str, case: Case):
    answer = anna.post(at, data=form(anna, at, **FACTS), headers=PAGE)
    assert answer.status_code == 204
    assert answer.headers["CPM-Goes"].startswith(f"/cases/{case.number}/tasks/")
    assert "Location" not in answer.headers
    assert "Done: Check the facts" in anna.get(answer.headers["CPM-Goes"], headers=ENGLISH).text


def test_who_lost_the_task_still_reads_what_they_typed(firm: World, anna: FlaskClient, at: str, task: Task):
    typed = form(anna, at, damage_text="Annas Wort")
    anna.post(f"{at}/draft", data=typed, headers=PART)
    with firm.engine.begin("sue") as uow:
        tasks.release(uow, task.id)
    with firm.engine.begin("ben") as uow:
        tasks.claim(uow, task.id)
        tasks.complete(uow, task.id, {**FACTS, "delivered_on": "2026-03-01"})
    page = anna.get(at, headers=ENGLISH).text
    assert "What you typed here is not lost" in page
    assert "Annas Wort" in page


def test_who_else_is_here_stands_before_the_work(
    firm: World, anna: FlaskClient, browser: Browser, at: str, task: Task
):
    number = at.split("/")[2]
    alone = anna.post(f"/cases/{number}/here", data={"task": str(task.id), "mine": "1"}, headers=ENGLISH)
    assert (alone.status_code, alone.text.strip()) == (200, "")
    ben = browser("ben")
    page = ben.get(at, headers=ENGLISH).text
    assert page.index("Anna works here just now") < page.index('class="say"')
    assert "Anna works here just now" in ben.get(f"/cases/{number}", headers=ENGLISH).text
    ben.post(f"/cases/{number}/here", headers=ENGLISH)
    assert "Ben is looking at this case just now" in anna.get(at, headers=ENGLISH).text
    anna.post(f"/cases/{number}/here", data={"gone": "1"})
    assert "Anna works here" not in ben.get(at, headers=ENGLISH).text
    with firm.engine.begin("sue") as uow:
        tasks.release(uow, task.id)
    lost = anna.post(f"/cases/{number}/here", data={"task": str(task.id), "mine": "1"}, headers=ENGLISH)
    assert "This task is not yours any more." in lost.text


def test_being_there_prolongs_no_sign_in(firm: World, anna: FlaskClient, at: str, clock: FakeClock):
    """A browser that is left open would stay signed in for as long as it runs."""
    with firm.engine.read() as look:
        before = look.session.scalars(select(SignIn.seen_at)).all()
    clock.advance(timedelta(minutes=10))
    assert anna.post(f"/cases/{at.split('/')[2]}/here").status_code == 200
    for polled in sorted(visitor._BY_ITSELF - {"agent.here", "live.stream"}):
        assert anna.get(_address(anna, polled, at.split("/")[2])).status_code in (200, 204)
    for announced in ("/inbox/new?ids=1", "/exceptions/new?ids=1"):
        assert anna.get(announced).status_code == 200
    case_page = f"/cases/{at.split('/')[2]}"
    for asks_again in (case_page, "/batches/1"):
        anna.get(asks_again, headers={"HX-Request": "true"})
    with firm.engine.read() as look:
        assert look.session.scalars(select(SignIn.seen_at)).all() == before
    anna.get(case_page)
    with firm.engine.read() as look:
        assert look.session.scalars(select(SignIn.seen_at)).all() != before


def test_a_page_neither_waits_for_nor_fails_by_what_is_noted_of_its_sign_in(
    firm: World, anna: FlaskClient, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
):
    clock.advance(timedelta(minutes=10))
    with statements(firm.engine.database) as seen:
        page = anna.get("/inbox", buffered=False)
        assert not any(one.startswith("UPDATE") for one in seen)
        page.close()
        assert [one[:15] for one in seen if one.startswith("UPDATE")] == ["UPDATE sign_ins"]
    clock.advance(timedelta(minutes=10))
    with statements(firm.engine.database) as seen:
        assert anna.get("/cases.xlsx").status_code == 200
    assert [one[:15] for one in seen if one.startswith("UPDATE")] == ["UPDATE sign_ins"]  # of a file, too
    clock.advance(timedelta(minutes=10))
    monkeypatch.setattr(sign_ins, "seen", Mock(side_effect=Unavailable("Expected to use the database")))
    assert anna.get("/inbox").status_code == 200


def _address(client: FlaskClient, endpoint: str, number: str) -> str:
    with client.application.test_request_context():
        return url_for(endpoint, **({"number": number} if endpoint == "live.of_case" else {}))


def test_a_confidential_case_tells_nobody_who_is_there(firm: World, browser: Browser):
    deploy_confidential(firm)
    case = firm.receive(mail())
    assert case is not None
    firm.drain()
    at = f"/cases/{case.number}/tasks/{firm.step(case, 'check_facts').id}"
    for path in (f"/cases/{case.number}/here", f"{at}/draft", f"{at}/begin_anew"):
        assert browser("fay").post(path).status_code == 404


@pytest.mark.parametrize("what", ["draft", "begin_anew"])
def test_nobody_keeps_a_draft_at_a_task_of_others(browser: Browser, at: str, what: str):
    assert browser("fay").post(f"{at}/{what}", data={"_asked": ""}).status_code == 403


def test_what_is_sent_again_from_the_page_of_a_fault_is_the_same(anna: FlaskClient):
    """That page says whose it is and in which language, as the first one did, or did not."""
    said = {"_key": "k", "note": "Er ruft zurück."}
    with anna.application.test_request_context(
        "/x", method="POST", data={**said, "_language": "de", "_who": "anna"}
    ):
        first = once._asked()
    again = MultiDict([*said.items(), ("_language", "en"), ("_language", "de")])
    with anna.application.test_request_context("/x", method="POST", data=again):
        assert once._asked() == first
    with anna.application.test_request_context(
        "/x", method="POST", data={**said, "note": "Er ruft morgen zurück."}
    ):
        assert once._asked() != first
