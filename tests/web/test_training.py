"""From the desk one goes over to practise, is somebody there at once, and every page there says what it is."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from cpm import installation, phone_numbers
from cpm.commands import identifier_facts
from cpm.engine import Engine
from cpm.settings import Settings
from cpm.training_settings import TrainingSettings
from tests.clock import FakeClock
from tests.databases import Sqlite
from tests.web.conftest import Browser, signed_in
from tests.world import World, mail
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


def ticket(desk: FlaskClient, there: FlaskClient) -> str:
    """The address that a browser ends at, as it goes from the desk over there and is asked who it is."""
    away = urlsplit(desk.get("/practise/over-there").location)
    assert (away.netloc, away.query) == ("training.firm.example", "")
    back = urlsplit(there.get(away.path).location)
    assert back.netloc == "desk.firm.example"
    way = urlsplit(desk.get(f"{back.path}?{back.query}").location)
    assert way.netloc == "training.firm.example"
    return f"{way.path}?{way.query}"


def test_one_goes_over_from_the_desk_and_is_oneself_there(firm: World, desk: Flask, there: FlaskClient):
    anna = at(desk, firm, "anna")
    assert 'href="/practise"' in anna.get("/inbox").text
    assert BANNER not in anna.get("/inbox", headers=GERMAN).text
    entered = there.get(ticket(anna, there))
    assert (entered.status_code, entered.location) == (303, "/")
    page = there.get("/inbox", headers=GERMAN).text
    assert "Anna" in page
    assert BANNER in page
    assert 'href="http://desk.firm.example"' in page


def test_a_ticket_of_yesterday_opens_nothing(firm: World, desk: Flask, there: FlaskClient, clock: FakeClock):
    way = ticket(at(desk, firm, "anna"), there)
    clock.advance(timedelta(days=1))
    late = there.get(way, headers=GERMAN)
    assert (late.status_code, "noch einmal auf „Üben“" in late.text) == (401, True)
    assert there.get("/practise/enter?ticket=x").status_code == 401
    page = there.get("/sign-in", headers=GERMAN).text
    assert BANNER in page
    assert 'href="/practise/come"' in page
    assert 'name="password"' not in page


def test_a_ticket_from_a_log_or_a_history_opens_nothing(firm: World, desk: Flask, there: FlaskClient):
    """It stands in an address. Whoever reads it there has not the cookie of the browser that asked for it."""
    way = ticket(at(desk, firm, "anna"), there)
    other = there.application.test_client()
    assert other.get(way).status_code == 401
    other.get("/practise/come")
    assert other.get(way).status_code == 401
    assert there.get(way).status_code == 303


def test_a_ticket_opens_once_even_for_who_has_kept_the_cookie(firm: World, desk: Flask, there: FlaskClient):
    way = ticket(at(desk, firm, "anna"), there)
    with there.session_transaction() as before:
        kept = dict(before)
    assert there.get(way).status_code == 303
    other = there.application.test_client()
    with other.session_transaction() as session:
        session.update(kept)
    again = other.get(way, headers=GERMAN)
    assert (again.status_code, "schon benutzt" in again.text) == (401, True)
    assert other.get("/inbox").status_code in (302, 303, 401)


def test_nobody_is_let_in_as_somebody_else(firm: World, desk: Flask, there: FlaskClient):
    """With a ticket of one's own, sent to a colleague as a link."""
    mine, colleague = there.application.test_client(), there.application.test_client()
    way = ticket(at(desk, firm, "ben"), mine)
    colleague.get("/practise/come")
    assert colleague.get(way).status_code == 401
    forged = at(desk, firm, "ben").get("/practise/over-there?word=https://elsewhere.example")
    assert forged.location == "http://training.firm.example/practise/come"


def test_no_click_dials_where_people_practise(firm: World, desk: Flask, there: FlaskClient):
    """A link to a number rings the telephone of whoever really has it."""
    case = firm.receive(mail())
    assert case is not None
    with firm.engine.begin("anna") as uow:
        identifier_facts.add(uow, case.customer_id, "phone", "+492214710123")
    real, page = at(desk, firm, "anna"), f"/customers/{case.customer_id}"
    there.get(ticket(real, there))
    assert 'href="tel:+492214710123"' in real.get(page).text
    shown = there.get(page, headers=GERMAN).text
    assert phone_numbers.shown("+492214710123") in shown
    assert "tel:" not in shown


def test_where_no_training_is_set_up_there_is_no_way_to_it(browser: Browser):
    anna = browser("anna")
    assert "/practise" not in anna.get("/inbox").text
    for page in ("/practise", "/practise/over-there", "/practise/come", "/practise/enter?ticket=x"):
        assert anna.get(page).status_code == 404
    assert anna.post("/practise/more").status_code == 404
    assert browser("sue").post("/practise/over", data={"sure": "yes"}).status_code == 404


def test_only_who_leads_starts_over_and_only_after_saying_so(firm: World, desk: Flask, there: FlaskClient):
    for login in ("anna", "sue"):
        there.get(ticket(at(desk, firm, login), there))
        page = there.get("/practise", headers=GERMAN).text
        assert ("Training zurücksetzen" in page) == (login == "sue")
        assert there.post("/practise/over").status_code == (303 if login == "sue" else 403)
    assert there.post("/practise/over", data={"sure": "yes"}).status_code == 303
    assert "Neue Vorgänge kommen herein" in there.get("/inbox", headers=GERMAN).text


def test_both_sides_of_one_machine_keep_their_own_sign_ins(firm: World, desk: Flask, there: FlaskClient):
    """Two ports of one host share their cookies."""
    names = {desk.config["SESSION_COOKIE_NAME"], there.application.config["SESSION_COOKIE_NAME"]}
    assert names == {"cpm", "cpm_training"}
