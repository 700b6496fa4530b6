"""Bad input from anybody ends as a clear answer in their language, and never as a crash."""

import logging

import pytest
from flask import Flask

from cpm.errors import Unavailable
from cpm.model import Team
from tests.web.conftest import Browser
from tests.world import World
from web import access

GERMAN, ENGLISH = {"Accept-Language": "de-AT,de;q=0.9"}, {"Accept-Language": "en-GB"}


@pytest.mark.parametrize(
    ("headers", "words"), [(GERMAN, "gibt es nichts"), (ENGLISH, "There is nothing")], ids=["de", "en"]
)
def test_an_address_without_a_page_says_so_in_the_readers_language(browser: Browser, headers, words):
    answer = browser("anna").get("/nothing/here", headers=headers)
    assert answer.status_code == 404
    assert words in answer.text


def test_a_body_that_is_too_large_is_refused_before_it_is_read(browser: Browser):
    answer = browser(None).post("/sign-in", data={"login": "x" * 2_000_000}, headers=ENGLISH)
    assert answer.status_code == 413
    assert "larger than we take" in answer.text
    assert "Back to where you were" not in answer.text
    step = {**ENGLISH, "Referer": "http://localhost/cases/new"}
    led = browser("anna").post("/cases/new", data={"text": "x" * 2_000_000}, headers=step)
    assert led.status_code == 413
    assert '<a class="button primary" href="/cases/new">Back to where you were</a>' in led.text


def test_a_form_with_thousands_of_parts_is_refused(browser: Browser):
    parts = {f"field{number}": "x" for number in range(3_000)}
    answer = browser(None).post("/sign-in", data=parts, content_type="multipart/form-data")
    assert answer.status_code == 413


@pytest.mark.parametrize("number", ["9" * 20, str(2**63), "1" * 5_000])
@pytest.mark.parametrize(
    "path", ["/customers/{}", "/cases/C-000001-3/tasks/{}", "/cases/C-000001-3/documents/{}"]
)
def test_a_number_that_no_database_counts_up_to_leads_nowhere(browser: Browser, path: str, number: str):
    assert browser("anna").get(path.format(number)).status_code == 404


@pytest.mark.parametrize("header", ["Origin", "Referer"])
def test_a_header_that_is_no_address_does_no_harm(browser: Browser, header: str):
    answer = browser(None).post("/customers/1", headers={header: "http://[", **ENGLISH})
    assert answer.status_code == 401


def test_a_stranger_is_asked_to_sign_in_whatever_the_size_of_what_they_send(browser: Browser):
    posted = {"data": {"x": "x" * 2_000_000}, "headers": {"Origin": "http://localhost"}}
    assert browser(None).post("/customers/1", **posted).status_code == 401


@pytest.mark.parametrize("path", ["/customers/1", "/sign-in", "/nothing/here"])
def test_no_page_is_kept_for_whoever_uses_the_browser_next(browser: Browser, path: str):
    client = browser(None)
    client.get(path)  # the first one sets a cookie
    assert client.get(path).headers["Cache-Control"] == "no-store"


def test_a_host_that_is_not_ours_is_refused(browser: Browser):
    """Or else somebody's link could make our pages point to them."""
    assert browser(None).get("/sign-in", headers={"Host": "evil.example"}).status_code == 400


def test_a_crash_shows_a_number_and_logs_the_cause(own_app: Flask, own_browser: Browser, caplog):
    @access.public
    def crash() -> str:
        raise ZeroDivisionError("a detail for us alone")

    own_app.add_url_rule("/crash", "crash", crash)
    with caplog.at_level(logging.ERROR):
        answer = own_browser(None).get("/crash", headers=ENGLISH)
    assert answer.status_code == 500
    assert answer.headers["X-Request-ID"] in answer.text
    assert "a detail for us alone" not in answer.text
    assert "a detail for us alone" in caplog.text


def test_a_database_that_is_gone_is_no_crash(own_app: Flask, own_browser: Browser):
    @access.public
    def wait() -> str:
        raise Unavailable("Expected to use the database, but it is locked")

    own_app.add_url_rule("/wait", "wait", wait)
    answer = own_browser(None).get("/wait", headers=GERMAN)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert "gleich noch einmal" in answer.text


@pytest.mark.parametrize("path", ["/wait", "/api/wait"])
def test_what_a_driver_says_of_our_hosts_is_for_the_log_alone(
    own_app: Flask, own_browser: Browser, caplog, path: str
):
    """A stranger at a public form would read where the database is."""

    @access.public
    def wait() -> str:
        raise Unavailable("Expected to use the database, but it said: no socket /run/secret-place")

    own_app.add_url_rule(path, "wait", wait)
    for headers, words in ((ENGLISH, "The database does not answer"), (GERMAN, "Die Datenbank antwortet")):
        answer = own_browser(None).get(path, headers=headers)
        assert answer.status_code == 503
        assert words in answer.text
        assert "secret-place" not in answer.text
    assert "secret-place" in caplog.text


def test_two_who_do_the_same_at_once_are_told_and_do_not_crash(
    own_app: Flask, firm: World, own_browser: Browser
):
    @access.public
    def clash() -> str:
        with firm.engine.begin("cpm test") as uow:
            uow.session.add_all(
                Team(key="twin", name_de="x", name_en="x", calendar="office") for _ in range(2)
            )
        return "never"

    own_app.add_url_rule("/clash", "clash", clash)
    answer = own_browser(None).get("/clash", headers=ENGLISH)
    assert answer.status_code == 409
    assert "Somebody else was just doing the same" in answer.text


def test_what_htmx_asked_for_is_answered_with_a_notice_and_not_a_page(app: Flask, browser: Browser):
    answer = browser("anna").get("/nothing", headers={"HX-Request": "true"})
    assert answer.status_code == 404
    assert answer.headers["HX-Retarget"] == "#problem"
    assert "<html" not in answer.text


@pytest.mark.parametrize("query", ["?lang=fr", "?lang=de&lang=en", "?lang=" + "x" * 5000])
def test_a_language_that_is_none_changes_nothing(browser: Browser, query: str):
    assert browser(None).get(f"/sign-in{query}", headers=ENGLISH).status_code == 200


@pytest.mark.parametrize("cookie", ["", "x", "eyJ4IjoxfQ.x.y", "\x01" * 10, "a" * 4000])
def test_a_session_cookie_of_nobodys_making_is_nobody(app: Flask, cookie: str):
    client = app.test_client()
    client.set_cookie("cpm", cookie)
    assert client.get("/account").status_code == 401


def test_programs_get_problem_json_with_the_same_status(browser: Browser):
    answer = browser(None).get("/metrics", headers=ENGLISH)
    assert answer.status_code == 401
    assert answer.mimetype == "application/problem+json"
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.json["title"] == "Not signed in"


def test_a_character_that_no_database_keeps_is_refused_everywhere(browser: Browser):
    client = browser("anna")
    for path in ("/search?q=a%00b", "/cases/%00", "/search?%00=b"):
        assert client.get(path).status_code == 400
    assert client.post("/account", data={"language": "d\x00e"}).status_code == 400
