"""What those who watch the machine may ask: alive, ready, figures, one log line a request."""

import logging

import pytest
from flask import Flask
from sqlalchemy import text

from cpm.commands import tokens, users
from cpm.model import Role
from tests.clock import FakeClock
from tests.web.conftest import Browser
from tests.world import World, mail
from web import metrics
from web.request_log import RequestIds


@pytest.fixture
def watcher(firm: World, clock: FakeClock) -> dict[str, str]:
    """The header that a scraper brings."""
    with firm.engine.begin("cpm test") as uow:
        users.add_user(uow, "scraper", name="Scraper", roles=[Role.OPERATOR], teams=[])
        uow.session.flush()
        made = tokens.create(
            uow,
            "scraper",
            name="figures",
            scopes=["metrics:read"],
            expires_at=uow.now + tokens.LONGEST,
        )
    return {"Authorization": f"Bearer {made.text}"}


def test_alive_asks_nobody_and_ready_asks_the_database(firm: World, browser: Browser):
    client = browser(None)
    assert client.get("/readyz").json == {"status": "ok"}
    with firm.engine.database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 200


def test_figures_tell_how_much_waits(firm: World, browser: Browser, watcher: dict[str, str]):
    firm.receive(mail())
    said = browser(None).get("/metrics", headers=watcher).text
    assert "cpm_open_cases 1.0" in said
    assert "cpm_open_incidents 0.0" in said
    assert "cpm_http_requests_total" in said
    assert 'cpm_erp_up{system="demo"} 1.0' in said
    metrics.listen(firm.engine)  # the application was made for another one
    firm.engine.erp.of("demo").party("K-1")
    said = browser(None).get("/metrics", headers=watcher).text
    assert 'cpm_erp_questions_total{outcome="answered",question="party",system="demo"}' in said


def test_methods_that_somebody_invents_are_one_figure(browser: Browser, watcher: dict[str, str]):
    for method in ("BREW", "FROTH"):
        assert browser(None).open("/sign-in", method=method).status_code == 405
    said = browser(None).get("/metrics", headers=watcher).text
    assert 'method="other"' in said
    assert "BREW" not in said


def test_figures_are_for_whoever_has_the_scope(firm: World, browser: Browser, watcher: dict[str, str]):
    assert browser("otto").get("/metrics").status_code == 401
    assert browser(None).get("/metrics", headers={"Authorization": "Bearer cpm_1_x"}).status_code == 401
    assert browser(None).get("/account", headers=watcher).status_code == 401


def test_a_token_in_use_is_written_down(firm: World, browser: Browser, watcher: dict[str, str]):
    browser(None).get("/metrics", headers=watcher)
    with firm.engine.read() as look:
        assert tokens.find(look, watcher["Authorization"].removeprefix("Bearer "))[1].last_used_at == look.now


def test_each_request_is_one_line_that_names_nobody_but_the_login(
    app: Flask, browser: Browser, caplog: pytest.LogCaptureFixture
):
    caplog.handler.addFilter(RequestIds())
    with caplog.at_level(logging.INFO, logger="web.request_log"):
        answer = browser("anna").get("/account?secret=nobody-reads-it")
    [record] = [record for record in caplog.records if record.message == "request"]
    assert record.request == answer.headers["X-Request-ID"]
    assert (record.login, record.endpoint, record.status) == ("anna", "account.profile", 200)
    assert "nobody-reads-it" not in str(vars(record))


def test_a_request_id_of_a_stranger_is_not_believed(browser: Browser):
    answer = browser(None).get("/healthz", headers={"X-Request-ID": "chosen-by-them"})
    assert answer.headers["X-Request-ID"] != "chosen-by-them"
