"""Comments stand on the case's page and beside the step, and the frame counts who was mentioned."""

import re

import pytest

from cpm.commands import comments, tasks, users
from cpm.model import Case
from tests.commands.test_access import deploy_confidential
from tests.databases import Sqlite
from tests.web.conftest import Browser
from tests.world import World, mail

GERMAN = {"Accept-Language": "de"}


@pytest.fixture
def databases(sqlite: Sqlite) -> Sqlite:
    """One kind is enough here: what the commands do is tested on both."""
    return sqlite


@pytest.fixture
def step(firm: World, case: Case) -> str:
    """The page of its step, which anna has begun."""
    task = firm.open_tasks(case)[0]
    with firm.engine.begin("anna") as uow:
        tasks.claim(uow, task.id)
    return f"/cases/{case.number}/tasks/{task.id}"


def test_a_comment_is_read_beside_the_step_on_the_case_and_in_the_timeline(
    case: Case, step: str, browser: Browser
):
    anna, text = browser("anna"), "Bitte <b>dringend</b> ansehen, @ben."
    answer = anna.post(
        f"/cases/{case.number}/comments", headers=GERMAN, data={"text": text, "tell": "sue", "next": step}
    )
    assert (answer.status_code, answer.location) == (303, f"{step}#comments")
    kept = r'<h2 id="comments-head">.*</h2>\s*<p class="notice" role="status">Ihr Kommentar'
    assert re.search(kept, anna.get(step, headers=GERMAN).text), "it is said where she is led"
    for page in (step, f"/cases/{case.number}", f"/customers/{case.customer_id}/timeline?kind=comment"):
        shown = anna.get(page, headers=GERMAN).text
        assert "Bitte &lt;b&gt;dringend&lt;/b&gt; ansehen" in shown, page
    beside = anna.get(step, headers=GERMAN).text
    assert "für Ben, Sue" in beside
    assert re.search(r'value="comment" class="unseen"> Kommentare 1</label>', beside)
    assert re.search(r'<li class="" data-kind="comment">\s*<p><a href="#comment-1">Bitte &lt;b&gt;', beside)
    assert "dringend" not in anna.get(f"/customers/{case.customer_id}/timeline?kind=message").text


def test_the_frame_counts_and_leads_to_where_somebody_is_mentioned(case: Case, browser: Browser):
    browser("anna").post(f"/cases/{case.number}/comments", data={"text": "@ben, rufst du an?"})
    ben = browser("ben")
    assert '<span class="tag warn">1</span>' in ben.get("/inbox", headers=GERMAN).text
    page = ben.get("/mentions", headers=GERMAN).text
    assert "rufst du an?" in page
    there = ben.post("/mentions/1/seen", data={"open": "1"})
    assert there.location == f"/cases/{case.number}#comment-1"
    assert '<span class="tag warn">1' not in ben.get("/inbox").text
    assert browser("anna").post("/mentions/1/seen").status_code == 404


def test_who_may_see_the_case_no_longer_is_told_so_and_led_nowhere(firm: World, browser: Browser):
    """Not even its number is in an address."""
    deploy_confidential(firm)
    case = firm.receive(mail())
    assert case is not None
    with firm.engine.begin("anna") as uow:
        comments.add(uow, case.id, "Bitte vertraulich, @ben.")
    assert browser("ben").get("/mentions/1").location == f"/cases/{case.number}#comment-1"
    with firm.engine.begin("otto") as uow:
        users.change_user(uow, "ben", teams=["finance"])
    ben = browser("ben")
    assert ben.get("/mentions/1", headers=GERMAN).status_code == 404
    answer = ben.post("/mentions/1/seen", headers=GERMAN, data={"open": "1"}, follow_redirects=True)
    assert answer.request.path == "/mentions"
    assert "dürfen Sie nicht mehr sehen" in answer.text
    assert case.number not in answer.text


def test_older_comments_are_a_page_further(
    firm: World, case: Case, browser: Browser, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("cpm.queries.commented._LONGEST", 1)
    for text in ("Zuerst, @ben.", "Später."):
        with firm.engine.begin("anna") as uow:
            comments.add(uow, case.id, text)
    ben, at = browser("ben"), f"/cases/{case.number}/comments"
    assert f'href="{at}?before=2"' in ben.get(f"/cases/{case.number}", headers=GERMAN).text
    older = ben.get(f"{at}?before=2", headers=GERMAN).text
    assert ("Zuerst" in older, "Später" in older, f'href="{at}"' in older) == (True, False, True)
    assert ben.get("/mentions/1").location == f"{at}?before=2#comment-1"
    assert "Später" in ben.get(f"{at}?before={10**30}").text


def test_who_is_not_known_is_told_beside_what_was_typed(case: Case, browser: Browser):
    page = browser("anna").post(f"/cases/{case.number}/comments", headers=GERMAN, data={"text": "Fragt @bne"})
    assert page.status_code == 422
    assert "@bne gibt es hier nicht." in page.text
    assert "Fragt @bne</textarea>" in page.text


def test_htmx_gets_the_comments_alone_so_that_the_form_beside_them_stays(case: Case, browser: Browser):
    part = {"HX-Request": "true"}
    anna = browser("anna")
    done = anna.post(f"/cases/{case.number}/comments", headers=part, data={"text": "Erst einmal warten."})
    assert (done.status_code, "<html" in done.text, "Erst einmal warten." in done.text) == (200, False, True)
    wrong = anna.post(f"/cases/{case.number}/comments", headers=part, data={"text": "@bne"})
    assert (wrong.status_code, "aria-invalid" in wrong.text) == (200, True)
    gone = anna.post(f"/cases/{case.number}/comments/1/taken-back", headers=part)
    assert "Erst einmal warten." not in gone.text


def test_a_comment_belongs_to_its_case(firm: World, case: Case, browser: Browser):
    other = firm.receive(mail(message_id="<2@example.org>"))
    assert other is not None
    anna = browser("anna")
    anna.post(f"/cases/{case.number}/comments", data={"text": "Hier."})
    assert anna.post(f"/cases/{other.number}/comments/1/taken-back").status_code == 404
    assert anna.post(f"/cases/{case.number}/comments/1/taken-back").status_code == 303


def test_an_address_for_mail_is_kept_in_the_account(browser: Browser):
    ben = browser("ben")
    saved = {"language": "de", "email": "ben@firm.example"}
    assert ben.post("/account", data=saved).status_code == 303
    assert 'value="ben@firm.example"' in ben.get("/account").text
    wrong = ben.post("/account", headers=GERMAN, data={**saved, "email": "ben"})
    assert (wrong.status_code, "Bitte eine Adresse wie" in wrong.text) == (422, True)
