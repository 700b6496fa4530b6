"""Signing in and out through pages: what a stranger learns, what a session is worth, what is never lost."""

from datetime import timedelta

import pytest
from flask import Flask

from cpm import passwords
from cpm.commands import passwords as commands
from tests.clock import FakeClock
from tests.web.conftest import Browser
from tests.world import World
from web.app import create_app
from web.visitor import SIGN_IN

RIGHT = "correct horse battery"


@pytest.fixture(scope="module")
def hashed() -> str:
    return passwords.hash_(RIGHT)


@pytest.fixture
def anna(firm: World, hashed: str) -> str:
    with firm.engine.begin("cpm test") as uow:
        commands.put(uow, "anna", hashed)
    return "anna"


def test_whoever_signs_in_comes_to_their_first_page_and_out_again(browser: Browser, anna: str):
    client = browser(None)
    answer = client.post("/sign-in", data={"login": " Anna ", "password": RIGHT})
    assert (answer.status_code, answer.location) == (303, "/")
    assert client.get("/account").status_code == 200
    assert client.post("/sign-out").status_code == 303
    assert client.get("/account").status_code == 401


def test_signing_out_ends_the_session_on_the_server_too(browser: Browser, anna: str):
    """A cookie that somebody has copied is worth nothing afterwards."""
    client = browser("anna")
    cookie = client.get_cookie("cpm")
    client.post("/sign-out")
    client.set_cookie("cpm", cookie.value)
    assert client.get("/account").status_code == 401


@pytest.mark.parametrize("login", ["anna", "nobody", "<script>"])
def test_a_stranger_does_not_learn_which_logins_there_are(browser: Browser, anna: str, login: str):
    answer = browser(None).post("/sign-in", data={"login": login, "password": "wrong"}, headers=ENGLISH)
    assert answer.status_code == 401
    assert "they do not belong together" in answer.text
    assert "<script>" not in answer.text.replace("<script src", "")


def test_many_wrong_passwords_make_the_next_one_wait(browser: Browser, anna: str):
    client = browser(None)
    for _ in range(5):
        client.post("/sign-in", data={"login": anna, "password": "wrong"})
    answer = client.post("/sign-in", data={"login": anna, "password": RIGHT})
    assert answer.status_code == 429
    assert "Zu viele falsche Passwörter" in answer.text


def test_a_session_ends_when_nobody_uses_it(browser: Browser, clock: FakeClock):
    client = browser("anna")
    clock.advance(timedelta(minutes=59))
    assert client.get("/account").status_code == 200
    clock.advance(timedelta(minutes=59))
    assert client.get("/account").status_code == 200
    clock.advance(timedelta(minutes=61))
    assert client.get("/account").status_code == 401


def test_what_was_typed_when_the_session_ended_can_be_sent_after_signing_in(
    browser: Browser, anna: str, clock: FakeClock
):
    client = browser(anna)
    clock.advance(timedelta(hours=13))
    typed = {"language": "en", "_who": anna}
    posted = client.post("/account", data=typed, headers={"Origin": "http://localhost"})
    assert posted.status_code == 401
    kept = posted.text.split('name="kept" value="')[1].split('"')[0]
    assert kept
    answer = client.post("/sign-in", data={"login": anna, "password": RIGHT, "kept": kept})
    assert 'action="/account"' in answer.text
    assert 'name="language" value="en"' in answer.text


def test_what_was_typed_when_the_session_ended_is_shown_to_nobody_else(
    firm: World, browser: Browser, anna: str, hashed: str, clock: FakeClock
):
    """They sign in at the same window: it is not theirs to see, and not to send under their name."""
    with firm.engine.begin("otto") as uow:
        commands.put(uow, "ben", hashed)
    client = browser(anna)
    page = client.get("/account").text
    assert f'<input type="hidden" name="_who" value="{anna}">' in page
    clock.advance(timedelta(hours=13))
    typed = {"language": "en", "_who": anna}
    posted = client.post("/account", data=typed, headers={"Origin": "http://localhost"})
    kept = posted.text.split('name="kept" value="')[1].split('"')[0]
    answer = browser(None).post("/sign-in", data={"login": "ben", "password": RIGHT, "kept": kept})
    assert (answer.status_code, answer.location) == (303, "/")
    unsaid = client.post("/account", data={"language": "en"}, headers={"Origin": "http://localhost"})
    assert 'name="kept" value=""' in unsaid.text, "nobody knows whose it is"


def test_signing_in_again_ends_what_was_before_in_this_browser(browser: Browser, anna: str):
    client = browser("ben")
    with client.session_transaction() as session:
        before = session[SIGN_IN]
    assert client.post("/sign-in", data={"login": anna, "password": RIGHT}).status_code == 303
    thief = browser(None)
    with thief.session_transaction() as session:
        session[SIGN_IN] = before
    assert thief.get("/account").status_code == 401


def test_passwords_are_not_kept(browser: Browser):
    typed = {"present": RIGHT, "new": "another good one", "again": "another good one"}
    posted = browser(None).post("/account/password", data=typed, headers={"Origin": "http://localhost"})
    assert posted.status_code == 401
    assert 'name="kept" value=""' in posted.text


def test_what_another_site_posts_is_not_kept(browser: Browser):
    posted = browser(None).post(
        "/account", data={"language": "en"}, headers={"Origin": "http://evil.example"}
    )
    assert 'name="kept" value=""' in posted.text


@pytest.mark.parametrize(
    "away", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_signing_in_leads_to_no_other_site(browser: Browser, anna: str, away: str):
    answer = browser(None).post("/sign-in", data={"login": anna, "password": RIGHT, "next": away})
    assert answer.location == "/"


def test_a_password_that_somebody_else_set_must_be_changed_first(firm: World, browser: Browser, hashed: str):
    with firm.engine.begin("cpm test") as uow:
        commands.put(uow, "anna", hashed, must_change=True)
    client = browser(None)
    answer = client.post("/sign-in", data={"login": "anna", "password": RIGHT})
    assert answer.location == "/account/password"
    assert client.get("/account").location == "/account/password"
    new = "another horse battery"
    fields = {"present": RIGHT, "new": new, "again": new}
    assert client.post("/account/password", data=fields).status_code == 303
    assert client.get("/account").status_code == 200


def test_a_post_without_the_token_of_its_session_is_refused(firm: World, browser: Browser, anna: str):
    """Another site can make a browser post, but it cannot read our pages."""
    client = create_app(firm.engine, TESTING=True).test_client()
    answer = client.post("/sign-in", data={"login": anna, "password": RIGHT}, headers=ENGLISH)
    assert answer.status_code == 400
    assert "load it again" in answer.text


def test_every_answer_carries_the_headers_that_protect_it(app: Flask):
    for path in ("/sign-in", "/nothing", "/healthz", "/static/cpm.css"):
        with app.test_client() as client:
            answer = client.get(path)
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert len(answer.headers["X-Request-ID"]) == 32
        answer.close()


ENGLISH = {"Accept-Language": "en"}
