"""From the desk one goes over to practise, is somebody there at once, and every page there says what it is."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from cpm import installation
from cpm.engine import Engine
from cpm.settings import Settings
from cpm.training_settings import TrainingSettings
from tests.clock import FakeClock
from tests.databases import Sqlite
from tests.web.conftest import Browser, signed_in
from tests.world import World
from web.app import create_app
from web.visitor import SIGN_IN

KEY = b"a key of the tests"
BANNER = "nichts verlässt das Haus"
GERMAN = {"Accept-Language": "de"}


@pytest.fixture
def databases(sqlite: Sqlite) -> Sqlite:
    return sqlite


def over(firm: World, **training: object) -> Engine:
    """The same database as a place to practise: what is asked here is who gets where."""
    found: Settings = replace(firm.engine.settings, training=TrainingSettings(key=KEY, **training))  # type: ignore[arg-type]
    return Engine(
        found, firm.engine.database, firm.engine.library, installation.registry(found), firm.engine.clock
    )


@pytest.fixture
def desk(firm: World) -> Flask:
    return create_app(over(firm, url="http://training.firm.example"), TESTING=True, WTF_CSRF_ENABLED=False)


@pytest.fixture
def there(firm: World) -> Iterator[FlaskClient]:
    engine = over(firm, here=True, desk="http://desk.firm.example")
    return create_app(engine, TESTING=True, WTF_CSRF_ENABLED=False).test_client()


def at(desk: Flask, firm: World, login: str) -> FlaskClient:
    client = desk.test_client()
    token = signed_in(firm, login)
    with client.session_transaction() as session:
        session[SIGN_IN] = token
    return client


def test_one_goes_over_from_the_desk_and_is_oneself_there(firm: World, desk: Flask, there: FlaskClient):
    anna = at(desk, firm, "anna")
    assert 'href="/practise"' in anna.get("/inbox").text
    assert BANNER not in anna.get("/inbox", headers=GERMAN).text
    way = urlsplit(anna.get("/practise/over-there").location)
    assert way.netloc == "training.firm.example"
    entered = there.get(f"{way.path}?{way.query}")
    assert (entered.status_code, entered.location) == (303, "/")
    page = there.get("/inbox", headers=GERMAN).text
    assert "Anna" in page
    assert BANNER in page
    assert 'href="http://desk.firm.example"' in page


def test_a_ticket_of_yesterday_opens_nothing(firm: World, desk: Flask, there: FlaskClient, clock: FakeClock):
    way = urlsplit(at(desk, firm, "anna").get("/practise/over-there").location)
    clock.advance(timedelta(days=1))
    late = there.get(f"{way.path}?{way.query}", headers=GERMAN)
    assert (late.status_code, "noch einmal auf „Üben“" in late.text) == (401, True)
    assert there.get("/practise/enter?ticket=x").status_code == 401
    page = there.get("/sign-in", headers=GERMAN).text
    assert BANNER in page
    assert 'href="http://desk.firm.example/practise/over-there"' in page
    assert 'name="password"' not in page


def test_where_no_training_is_set_up_there_is_no_way_to_it(browser: Browser):
    anna = browser("anna")
    assert "/practise" not in anna.get("/inbox").text
    for page in ("/practise", "/practise/over-there", "/practise/enter?ticket=x"):
        assert anna.get(page).status_code == 404
    assert anna.post("/practise/more").status_code == 404
    assert browser("sue").post("/practise/over", data={"sure": "yes"}).status_code == 404


def test_only_who_leads_starts_over_and_only_after_saying_so(firm: World, desk: Flask, there: FlaskClient):
    for login in ("anna", "sue"):
        way = urlsplit(at(desk, firm, login).get("/practise/over-there").location)
        there.get(f"{way.path}?{way.query}")
        page = there.get("/practise", headers=GERMAN).text
        assert ("Training zurücksetzen" in page) == (login == "sue")
        assert there.post("/practise/over").status_code == (303 if login == "sue" else 403)
    assert there.post("/practise/over", data={"sure": "yes"}).status_code == 303
    assert "Neue Vorgänge kommen herein" in there.get("/inbox", headers=GERMAN).text


def test_both_sides_of_one_machine_keep_their_own_sign_ins(firm: World, desk: Flask, there: FlaskClient):
    """Two ports of one host share their cookies."""
    names = {desk.config["SESSION_COOKIE_NAME"], there.application.config["SESSION_COOKIE_NAME"]}
    assert names == {"cpm", "cpm_training"}
