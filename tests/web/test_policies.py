"""Nobody gets round a policy by another door: screen, REST, command line, several at once, or a token led another way."""

from pathlib import Path

import pytest

from cpm.model import Case, Remedy, TaskKind
from cpm.policies import PolicyNeedsApproval
from tests.commands.cli import Cpm
from tests.commands.test_policies import (
    ANSWER,
    BANK,
    claimed,
    dangerous,
    resolve,
    to_answer,
    told,
    unapproved_credit,
)
from tests.web.api.conftest import api, token  # noqa: F401 - fixtures
from tests.web.conftest import Browser
from tests.world import World, mail

ENGLISH = {"Accept-Language": "en"}
SAID = "Bitte überweisen Sie auf DE89"


@pytest.fixture
def legal(firm: World) -> Case:
    return to_answer(firm, legal_threat=True)


def at(case: Case, task) -> str:
    return f"/cases/{case.number}/tasks/{task.id}"


def test_the_screen_warns_keeps_what_was_typed_and_goes_on_when_confirmed(firm: World, browser: Browser):
    case = to_answer(firm)
    task, anna = claimed(firm, case, "write_answer"), browser("anna")
    page = anna.post(at(case, task), data=BANK, headers=ENGLISH)
    assert page.status_code == 409
    assert "The answer contains bank details" in page.text
    assert SAID in page.text
    assert 'name="_confirm" value="bank_data"' in page.text
    assert '<a href="#policies-said">What can be done about it</a>' in page.text
    assert '<fieldset class="policies" id="policies-said">' in page.text
    assert "Die Antwort enthält eine Bankverbindung" in anna.post(at(case, task), data=BANK).text
    assert firm.at(case) == ["write_answer"]
    assert anna.post(at(case, task), data={**BANK, "_confirm": "bank_data"}).status_code == 303
    assert told(firm, case, "policy.warned")


def test_the_screen_asks_for_an_approval_and_brings_the_entries_back(
    firm: World, browser: Browser, legal: Case
):
    task, anna, sue = claimed(firm, legal, "write_answer"), browser("anna"), browser("sue")
    assert "supervisors read the answer" in anna.get(at(legal, task), headers=ENGLISH).text
    refused = anna.post(at(legal, task), data=ANSWER, headers=ENGLISH)
    assert (refused.status_code, 'name="_ask"' in refused.text) == (409, True)
    asked = anna.post(at(legal, task), data={**ANSWER, "_ask": "Der Anwalt wartet."}, headers=ENGLISH)
    assert "asked for and not yet given" in asked.text
    (desk,) = [each for each in firm.open_tasks(legal) if each.kind == TaskKind.AD_HOC]
    sue.post(f"{at(legal, desk)}/claim")
    page = sue.get(at(legal, desk), headers=ENGLISH).text
    assert "Anna asks for this approval" in page
    assert ANSWER["answer"] in page
    assert sue.post(at(legal, desk), data={"note": "Gut."}).status_code == 422
    assert sue.post(at(legal, desk), data={"approved": "yes", "note": "Gut."}).status_code == 303
    back = anna.get(at(legal, task), headers=ENGLISH).text
    assert "It is approved" in back
    assert ANSWER["answer"] in back
    assert anna.post(at(legal, task), data=ANSWER).status_code == 303


def test_the_screen_lets_who_may_go_on_with_a_reason(firm: World, browser: Browser):
    case, incident = dangerous(firm)
    sue, ending = browser("sue"), {"remedy": "end", "outcome": "settled", "note": "Erledigt."}
    refused = sue.post(f"/exceptions/{incident.id}/preview", data=ending, headers=ENGLISH)
    assert (refused.status_code, 'name="_override"' in refused.text) == (403, True)
    said = {**ending, "_override": "Die Feuerwehr war da."}
    preview = sue.post(f"/exceptions/{incident.id}/preview", data=said, headers=ENGLISH).text
    assert 'name="_override" value="Die Feuerwehr war da."' in preview
    assert sue.post(f"/exceptions/{incident.id}/resolution", data=said).status_code == 303
    assert firm.now(case).state == "closed"


def test_pages_without_a_place_of_their_own_bring_the_posted_form_back(firm: World, browser: Browser):
    case, incident = dangerous(firm)
    danger = next(
        task.incident_id
        for task in firm.open_tasks(case)
        if task.kind == TaskKind.INCIDENT and task.incident_id != incident.id
    )
    page = browser("sue").post(
        f"/exceptions/{danger}/resolution",
        data={"remedy": "handover", "team": "finance", "note": "Bitte."},
        headers=ENGLISH,
    )
    assert page.status_code == 409
    assert 'name="_confirm" value="danger_handover"' in page.text


def test_rest_names_the_policies_and_takes_the_answer_in_headers(firm: World, api):  # noqa: F811
    case = to_answer(firm)
    task, call = claimed(firm, case, "write_answer"), api("anna")
    path = f"/tasks/{task.id}/completion"
    refused = call("PUT", path, json={"data": BANK}, headers=ENGLISH)
    assert refused.status_code == 409
    assert refused.json["type"] == "urn:cpm:problem:policy-warning"
    assert [(one["key"], one["verdict"]) for one in refused.json["policies"]] == [("bank_data", "warn")]
    done = call("PUT", path, json={"data": BANK}, headers={"Policy-Confirm": "bank_data"})
    assert done.status_code == 200


def test_rest_asks_for_an_approval(firm: World, api, legal: Case):  # noqa: F811
    task, call = claimed(firm, legal, "write_answer"), api("anna")
    path = f"/tasks/{task.id}/completion"
    asked = call("PUT", path, json={"data": ANSWER}, headers={"Policy-Ask": "F%C3%BCr den Anwalt"})
    assert (asked.status_code, asked.json["approval"]) == (409, "asked")
    assert told(firm, legal, "policy.asked")[0]["reason"] == "Für den Anwalt"
    (desk,) = [each for each in firm.open_tasks(legal) if each.kind == TaskKind.AD_HOC]
    sue = api("sue")
    sue("PUT", f"/tasks/{desk.id}/claim")
    answer = {"data": {"approved": "yes", "note": "Gut."}}
    assert sue("PUT", f"/tasks/{desk.id}/completion", json=answer).status_code == 200
    assert call("PUT", path, json={"data": ANSWER}).status_code == 200


def test_rest_refuses_and_overrides(firm: World, api):  # noqa: F811
    _, incident = dangerous(firm)
    call, path = api("sue"), f"/incidents/{incident.id}/resolution"
    ending = {"remedy": "end", "note": "Erledigt.", "outcome": "settled"}
    refused = call("PUT", path, json=ending)
    assert (refused.status_code, refused.json["type"]) == (403, "urn:cpm:problem:policy-refused")
    assert call("PUT", path, json=ending, headers={"Policy-Override": "Feuerwehr war da"}).status_code == 200


def test_a_program_approves_nothing(firm: World, api):  # noqa: F811
    """A person's token in a program's hands is not that person looking at it."""
    case = to_answer(firm)
    firm.do(case, "write_answer", "anna", ANSWER)
    case = firm.receive(mail(message_id="<2@example.org>"))
    firm.drain()
    firm.do(case, "check_facts", "anna", {"cause": "late", "damage_text": "Zu spät", "order_value": "2000"})
    money = {"remedy": "price_cut", "goodwill_amount": "120", "reason": "Lange gewartet, tut uns leid."}
    firm.do(case, "decide_remedy", "anna", money)
    task = claimed(firm, case, "approve", "sue")
    answer = {"data": {"approved": "yes", "approval_amount": "120"}}
    refused = api("sue")("PUT", f"/tasks/{task.id}/completion", json=answer)
    assert (refused.status_code, refused.json["policies"][0]["key"]) == (403, "approval_by_program")


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
def test_the_command_line_meets_them_too(firm: World, tmp_path: Path):
    case, incident = dangerous(firm)
    url = firm.engine.database.engine.url.render_as_string(hide_password=False)
    cpm = Cpm(url, tmp_path)
    ending = ("incident", "resolve", incident.id, "--remedy", "end", "--note", "x", "--as", "sue")
    cpm(*ending, code=1)
    assert "open_danger" in cpm.complaint
    assert "--override" in cpm.complaint
    cpm(*ending, "--preview", code=1)
    cpm(*ending, "--override", "Die Feuerwehr war da.")
    assert firm.now(case).state == "closed"


def test_several_at_once_are_each_asked_about_and_none_is_overridden(firm: World, browser: Browser):
    case = unapproved_credit(firm)
    stopped = firm.incident(case)
    form = {"remedy": "retry", "id": [str(stopped.id)], "note": "", "_override": "Alle auf einmal"}
    page = browser("sue").post("/exceptions/several/resolution", data=form, headers=ENGLISH)
    assert page.status_code == 200
    assert "approval" in page.text
    assert "Try again what is not done" in page.text
    assert f'name="id" value="{stopped.id}"' in page.text
    assert firm.incident(case).id == stopped.id


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "de",
            (
                "verlangt eine Regel eine Freigabe",
                "Geld oder Ware geht nur hinaus, wenn die Kulanzgrenze geprüft oder die Freigabe erteilt ist.",
                "Freigeben",
                "Ablehnen: Schritt überspringen",
                "Ich gebe es frei, weil",
            ),
        ),
        (
            "en",
            (
                "a policy wants an approval",
                "Money or goods leave only when the goodwill limit was checked or the approval given.",
                "Approve",
                "Refuse: skip the step",
                "I approve it, because",
            ),
        ),
    ],
)
def test_what_a_policy_stopped_is_approved_in_plain_words(
    firm: World, browser: Browser, language: str, words: tuple[str, ...]
):
    """Nobody who approves should have to know what engines call things."""
    case, sue = unapproved_credit(firm), browser("sue")
    at_it, said = f"/exceptions/{firm.incident(case).id}", {"Accept-Language": language}
    *there, because = words
    page = sue.get(at_it, headers=said).text
    for word in there:
        assert word in page
    for engines in (
        "(needs_approval)",
        "Expected to",
        "machine's own words",
        "Technisch, wie gemeldet",
        "money<",
    ):
        assert engines not in page
    asked = sue.get(f"{at_it}?remedy=retry", headers=said).text
    assert because in asked
    assert 'name="note"' not in asked
    sent = {"remedy": "retry", "_override": "Langjähriger Kunde."}
    assert "Expected to" not in sue.post(f"{at_it}/preview", data={"remedy": "retry"}, headers=said).text
    assert sue.post(f"{at_it}/preview", data=sent, headers=said).status_code == 200
    assert sue.post(f"{at_it}/resolution", data=sent, headers=said).status_code == 303
    firm.drain()
    assert firm.at(case) == ["write_answer"]
    assert told(firm, case, "policy.approved")[0]["reason"] == "Langjähriger Kunde."


def test_who_may_not_approve_finds_at_once_where_to_ask(firm: World, browser: Browser):
    case, max_ = unapproved_credit(firm), browser("max")
    at_it = f"/exceptions/{firm.incident(case).id}"
    page = max_.get(f"{at_it}?remedy=retry", headers=ENGLISH).text
    assert "I approve it, because" not in page
    assert 'name="_ask"' in page
    assert "Ask for the approval</button>" in page


@pytest.mark.parametrize("remedy", [Remedy.RETRY, Remedy.CORRECT, Remedy.SUPPLY])
def test_a_token_that_is_led_to_a_guarded_step_by_any_remedy_meets_the_policy(firm: World, remedy: Remedy):
    """However it comes there, the call is not made: no job is there to be made."""
    case = unapproved_credit(firm)
    more = {
        Remedy.RETRY: {},
        Remedy.CORRECT: {"data": {"reason": "Ein anderer Grund."}},
        Remedy.SUPPLY: {"note": "Ist gebucht.", "data": {"booked": "yes"}},
    }[remedy]

    with pytest.raises(PolicyNeedsApproval):
        resolve(firm, firm.incident(case), remedy, **more)
    firm.drain()
    assert firm.at(case) == ["credit_note"]
    assert not [
        event
        for event in firm.journal(case)
        if event.what == "job.finished" and event.particulars["type"] == "erp.credit_note"
    ]
