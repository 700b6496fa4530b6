"""The ERP on the desk: known at once, asked within a budget, and in a sentence what still works when it does not answer."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from importlib import import_module
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from cpm import erp_views
from cpm.commands import adopting, contacts, customers, identifier_facts, tokens
from cpm.commands import erp_views as kept
from cpm.commands.customers import Facts
from cpm.connectors.erp import Line, Party, Wanted
from cpm.connectors.erp.demo import faults
from cpm.following import Follower
from cpm.model import (
    Case,
    CaseState,
    Customer,
    CustomerKind,
    Definition,
    ErpErrand,
    ErpLink,
    ErpView,
    Errand,
    LinkedKind,
)
from cpm.queries.erp_views import ORDER, Want
from tests.clock import FakeClock
from tests.commands.test_cost import statements
from tests.web.conftest import Browser
from tests.web.test_guidance import MOST
from tests.world import World, mail

ENGLISH, GERMAN = {"Accept-Language": "en"}, {"Accept-Language": "de"}


@pytest.fixture(autouse=True)
def _no_clock_but_the_events(monkeypatch: pytest.MonkeyPatch) -> None:
    """What answers is waited for as long as it takes; who is frozen is let go by the test."""
    monkeypatch.setattr(erp_views, "BUDGET", timedelta(seconds=20))
    monkeypatch.setattr(import_module("web.erp.strip"), "_WITHIN", timedelta(seconds=20))


@pytest.fixture
def case(firm: World) -> Case:
    """Of a customer who has ordered in the demo ERP."""
    found = firm.receive(mail())
    assert found is not None
    demo = firm.engine.erp.of("demo")
    with firm.engine.begin("anna") as uow:
        customers.change(uow, found.customer_id, {"first_name": "Mara", "last_name": "Beispiel"})
        number = uow.get(Customer, found.customer_id).number
        adopting.link(uow, found.customer_id, "demo", number, make=True)
    firm.drain()
    sku = demo.products(most=1)[0].sku
    made = demo.save_order(found.number, Wanted(number, (Line(sku, Decimal(2)),)))
    with firm.engine.begin("worker") as uow:
        uow.session.add(
            ErpLink(
                system="demo",
                kind=LinkedKind.ORDER,
                key=found.number,
                number=made.number,
                case_id=found.id,
                customer_id=found.customer_id,
                seen_at=uow.now,
            )
        )
    return found


@pytest.fixture
def anna(browser: Browser, case: Case) -> FlaskClient:
    return browser("anna")


@pytest.fixture
def frozen(firm: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """An ERP that is asked and does not answer until the test lets it; no page waits for it."""
    go, asked, done = threading.Event(), threading.Event(), threading.Event()
    real = erp_views._all

    def slow(*given: object) -> None:
        asked.set()
        go.wait(30)
        real(*given)
        done.set()

    monkeypatch.setattr(erp_views, "_all", slow)
    monkeypatch.setattr(erp_views, "BUDGET", timedelta(0))

    def thaw() -> None:
        go.set()
        assert asked.is_set()
        assert done.wait(30)

    yield thaw
    go.set()
    if asked.is_set():
        done.wait(30)


def test_a_customers_page_has_what_was_heard_last_and_asks_for_more(
    firm: World, anna: FlaskClient, case: Case
):
    page = f"/customers/{case.customer_id}"
    first = anna.get(page, headers=ENGLISH).text
    assert "nothing was heard yet" in first
    assert f'data-hx-get="{page}/erp?attempt=1"' in first
    panel = anna.get(f"{page}/erp", headers=ENGLISH).text
    assert "DEMO-AU-" in panel
    assert f'<a href="/cases/{case.number}">DEMO-AU-' in panel
    assert "Demo: no real data" in panel
    assert ", 0 s ago" in panel
    told = anna.get(page, headers=GERMAN).text
    assert "DEMO-AU-" in told
    assert "Demo: keine echten Daten" in told
    assert 'data-hx-trigger="load' not in told.partition('id="erp"')[2].partition("</section>")[0]


def test_the_age_is_said_and_after_a_while_it_is_asked_again(
    firm: World, anna: FlaskClient, case: Case, clock
):
    page = f"/customers/{case.customer_id}"
    anna.get(f"{page}/erp")
    clock.advance(timedelta(seconds=12))
    told = anna.get(page, headers=GERMAN).text
    assert "vor 12 s" in told
    assert 'data-hx-trigger="load"' in told


def test_who_does_not_answer_is_not_waited_for_and_an_answer_that_comes_late_is_seen_next(
    firm: World, anna: FlaskClient, case: Case, frozen
):
    page = f"/customers/{case.customer_id}"
    told = anna.get(f"{page}/erp", headers=GERMAN).text
    assert "braucht für die Antwort länger, als diese Seite wartet" in told
    assert "attempt=1" in told
    frozen()
    assert "DEMO-AU-" in anna.get(page).text


def test_one_that_is_away_is_not_asked_and_every_page_says_what_still_works(
    firm: World, anna: FlaskClient, case: Case, clock
):
    page = f"/customers/{case.customer_id}"
    anna.get(f"{page}/erp")
    assert 'id="erp-strip" class="strip" role="status"></div>' in anna.get("/inbox").text.replace("\n", "")
    with firm.engine.begin("feed") as uow:
        uow.session.add(
            ErpErrand(
                system="demo",
                errand=Errand.CATALOGUE,
                due_at=uow.now,
                succeeded_at=uow.now - timedelta(minutes=7),
            )
        )
    faults.order(firm.engine.settings.erp.demo, "away")
    clock.advance(timedelta(seconds=30))
    for _ in range(3):
        anna.get(f"{page}/erp")
    told = anna.get("/inbox", headers=GERMAN).text
    assert "Die Warenwirtschaft (ERP) antwortet seit 09:00 nicht." in told
    assert (
        "Aufträge werden mit der Kopie des Katalogs von 08:53 aufgenommen; geprüft und bestätigt werden sie, sobald sie wieder da ist."
        in told
    )
    assert "DEMO-AU-" in anna.get(page).text
    assert "What was heard last is shown." in anna.get(page, headers=ENGLISH).text
    assert anna.get("/erp/standing?tone=away").status_code == 204
    faults.mend(firm.engine.settings.erp.demo)
    clock.advance(timedelta(seconds=30))
    back = anna.get("/erp/standing?tone=away", headers=GERMAN)
    assert "Die Warenwirtschaft (ERP) ist seit 09:01 wieder da." in back.text
    assert "every 4s" not in back.text
    clock.advance(timedelta(minutes=6))
    assert "wieder da" not in anna.get("/inbox", headers=GERMAN).text


def test_what_a_worker_does_not_hear_all_pages_say_and_stop_to_say(
    firm: World, anna: FlaskClient, clock: FakeClock
):
    """A worker is another process, with a breaker of its own: only what it writes down reaches the pages."""
    demo, worker = firm.engine.settings.erp.demo, Follower(replace(firm.engine, connectors={}))
    worker.turn("demo", Errand.FEED)
    assert "antwortet seit" not in anna.get("/inbox", headers=GERMAN).text
    faults.order(demo, "away")
    clock.advance(timedelta(minutes=1))
    worker.turn("demo", Errand.FEED)
    clock.advance(timedelta(seconds=4))
    assert "(ERP) antwortet seit 09:01 nicht." in anna.get("/inbox", headers=GERMAN).text
    for _ in range(3):  # looking does not put off the next question
        clock.advance(timedelta(seconds=4))
        assert "(ERP) antwortet seit 09:01 nicht." in anna.get("/cases", headers=GERMAN).text
    faults.mend(demo)
    clock.advance(timedelta(seconds=10))
    assert "(ERP) ist seit 09:01 wieder da." in anna.get("/inbox", headers=GERMAN).text


def test_a_worker_that_fails_at_something_else_is_no_erp_that_is_away(
    firm: World, anna: FlaskClient, clock: FakeClock
):
    worker = Follower(replace(firm.engine, connectors={}))
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr("cpm.commands.erp_feed.since", lambda *_: 1 / 0)
        worker.turn("demo", Errand.FEED)
    clock.advance(timedelta(seconds=6))
    assert "antwortet seit" not in anna.get("/inbox", headers=GERMAN).text


def test_a_case_shows_its_order_here_and_there_and_costs_no_more_than_it_may(
    firm: World, anna: FlaskClient, case: Case
):
    anna.get(f"/cases/{case.number}/erp")
    told = anna.get(f"/cases/{case.number}", headers=GERMAN).text
    assert "Auftrag im ERP" in told
    assert "Stand dort</dt><dd>Angebot" in told
    task = firm.step(case, "check_facts")
    at = f"/cases/{case.number}/tasks/{task.id}"
    assert "Demo: no real data" in anna.get(at, headers=ENGLISH).text
    with statements(firm.engine.database) as seen:
        anna.get(at)
    assert len(seen) <= MOST + 1, "\n".join(seen)  # its order


def test_how_a_case_ended_stands_there_in_words(firm: World, anna: FlaskClient, case: Case):
    with firm.engine.begin("test") as uow:
        ended = uow.get(Case, case.id)
        ended.state, ended.outcome = CaseState.CLOSED, "settled"

    anna.get(f"/cases/{case.number}/erp")
    told = anna.get(f"/cases/{case.number}", headers=GERMAN).text

    assert "<dt>Stand hier</dt><dd>gelöst</dd>" in told


def test_a_company_has_the_orders_of_its_contact_persons_and_those_made_over_there(
    firm: World, anna: FlaskClient, case: Case
):
    demo = firm.engine.erp.of("demo")
    with firm.engine.begin("anna") as uow:
        sun = customers.create(uow, Facts(CustomerKind.COMPANY, company_name="Sonnenschein AG"))
        contacts.add(uow, sun.id, case.customer_id)
        adopting.link(uow, sun.id, "demo", sun.number, make=True)
        company, number = sun.id, sun.number
    firm.drain()
    demo.save_order("THEIRS-1", Wanted(number, (Line(demo.products(most=1)[0].sku, Decimal(1)),)))
    told = anna.get(f"/customers/{company}/erp", headers=ENGLISH).text
    assert told.count("DEMO-AU-") == 2
    assert "not from here" in told
    assert "<small>Mara Beispiel</small>" in told


def test_both_sides_stand_side_by_side_and_one_click_writes_both(firm: World, anna: FlaskClient, case: Case):
    demo, page = firm.engine.erp.of("demo"), f"/customers/{case.customer_id}"
    _differ(firm, case)
    told = anna.get(page, headers=GERMAN).text
    assert "Unser Stand: Mara Muster" in told
    assert "ERP: Mara Meister" in told
    assert page in anna.get("/customers/in-the-erp").text
    seen = told.partition('name="seen" value="')[2].partition('"')[0]
    assert anna.post(f"{page}/erp/demo/data", data={"seen": seen}).status_code == 422
    assert anna.post(f"{page}/erp/demo/data", data={"seen": "no", "whose.name": "ours"}).status_code == 409
    sent = anna.post(f"{page}/erp/demo/data", data={"seen": seen, "whose.name": "theirs"})
    assert sent.status_code == 303
    firm.drain()
    assert "Mara Meister</h1>" in anna.get(page).text
    assert "which counts?" not in anna.get(page, headers=ENGLISH).text
    with firm.engine.read() as look:
        number = look.get(Customer, case.customer_id).number
    assert demo.party(number).name == "Mara Meister"


def test_what_is_not_there_yet_is_said(firm: World, anna: FlaskClient, case: Case):
    faults.order(firm.engine.settings.erp.demo, "away")
    page = f"/customers/{case.customer_id}"
    with firm.engine.begin("anna") as uow:
        customers.change(uow, case.customer_id, {"last_name": "Muster"})
    firm.drain()
    told = anna.get(page, headers=ENGLISH).text
    assert "Our data are not there yet" in told
    assert "It does not answer just now." in told


def test_one_who_is_known_there_is_offered_before_a_second_is_made(firm: World, anna: FlaskClient):
    demo = firm.engine.erp.of("demo")
    demo.save_party(Party("D-77", "M. Probe", company=False, email="probe@example.org"))
    with firm.engine.begin("anna") as uow:
        made = customers.create(uow, Facts(first_name="Jonas", last_name="Probe"), email="probe@example.org")
        identifier_facts.add(uow, made.id, "phone", "+492115550100")
        page, who = f"/customers/{made.id}", made.id
    assert "not linked there" in anna.get(page, headers=ENGLISH).text
    told = anna.get(f"{page}/erp/candidates", headers=ENGLISH).text
    assert "M. Probe" in told
    assert "<strong>probe@example.org</strong>" in told
    assert anna.post(f"{page}/erp/link", data={"key": "D-77"}).status_code == 303
    firm.drain()
    assert demo.party("D-77").phone == "+492115550100"
    assert "Ours: Jonas Probe" in anna.get(page, headers=ENGLISH).text
    with firm.engine.read() as look:
        assert look.session.scalars(select(ErpLink.key).where(ErpLink.customer_id == who)).all() == ["D-77"]


def test_a_link_is_undone_with_a_reason_by_a_supervisor(
    firm: World, anna: FlaskClient, browser: Browser, case: Case
):
    with firm.engine.read() as look:
        links = select(ErpLink.id).where(ErpLink.kind == LinkedKind.CUSTOMER)
        link = look.session.scalars(links).one()
    end = f"/customers/{case.customer_id}/erp/links/{link}/end"
    assert anna.get(end).status_code == 403
    sue = browser("sue")
    assert sue.get(end).status_code == 200
    assert sue.post(end, data={"why": ""}).status_code == 422
    assert sue.post(end, data={"why": "Verwechselt"}).status_code == 303
    assert sue.get(end).status_code == 404


def test_programs_read_the_same_with_its_age_and_how_it_stands(firm: World, app: Flask, case: Case, clock):
    with firm.engine.begin("cpm test") as uow:
        until = uow.now + timedelta(days=1)
        scopes = ["customers:read", "cases:read"]
        text = tokens.create(uow, "anna", name="a test", scopes=scopes, expires_at=until).text

    def get(path: str) -> Any:
        signed = {"Authorization": f"Bearer {text}"}
        return app.test_client().get(f"/api/v1{path}", headers=signed).json

    side = get(f"/customers/{case.customer_id}/erp")["systems"][0]
    assert (side["system"], side["linked"], side["age"], side["standing"]["why"]) == ("demo", True, 0, "")
    assert side["orders"][0]["case"] == case.number
    order = get(f"/cases/{case.number}/erp")["orders"][0]
    assert (order["order"]["state"], order["order"]["shipments"]) == ("quotation", [])
    faults.order(firm.engine.settings.erp.demo, "away")
    clock.advance(timedelta(seconds=30))
    late = get(f"/cases/{case.number}/erp")["orders"][0]
    assert (late["age"], late["standing"]["why"], late["order"]["state"]) == (30, "unreachable", "quotation")


@pytest.mark.parametrize("linked", [True, False])
def test_an_order_does_not_tell_the_number_of_a_case_that_its_reader_may_not_see(
    firm: World, app: Flask, browser: Browser, case: Case, linked: bool
):
    """Its key there is that number, whether we still have a link of it or not."""
    page = f"/customers/{case.customer_id}/erp"
    if not linked:
        with firm.engine.begin("test") as uow:
            uow.session.execute(delete(ErpLink).where(ErpLink.key == case.number))
    fay = browser("fay")
    assert case.number in fay.get(page).text if linked else "DEMO-AU-" in fay.get(page).text
    _make_confidential(firm, case)
    assert case.number not in fay.get(page).text
    assert "DEMO-AU-" in fay.get(page).text
    with firm.engine.begin("cpm test") as uow:
        until = uow.now + timedelta(days=1)
        texts = [
            tokens.create(uow, who, name="a test", scopes=["customers:read"], expires_at=until).text
            for who in ("fay", "anna")
        ]
    keys = [
        app.test_client()
        .get(f"/api/v1{page}", headers={"Authorization": f"Bearer {text}"})
        .json["systems"][0]["orders"][0]["key"]
        for text in texts
    ]
    assert keys == ["", case.number]


def test_what_was_asked_later_counts_whichever_answer_comes_last(firm: World):
    want = Want(ORDER, "C-1")
    with firm.engine.begin("ERP") as uow:
        kept.keep(uow, "demo", want, {"order": None}, at=uow.now)
        kept.keep(uow, "demo", want, {"order": {"on": date(2026, 3, 1)}}, at=uow.now - timedelta(seconds=3))
    with firm.engine.read() as look:
        assert look.session.get(ErpView, ("demo", want.name)).value == {"order": None}


def _make_confidential(firm: World, case: Case) -> None:
    with firm.engine.begin("test") as uow:
        uow.get(Definition, uow.get(Case, case.id).definition_id).confidential = True
    firm.engine.library.refresh(now=True)


def _differ(firm: World, case: Case) -> None:
    demo = firm.engine.erp.of("demo")
    with firm.engine.begin("anna") as uow:
        customers.change(uow, case.customer_id, {"last_name": "Muster"})
        number = uow.get(Customer, case.customer_id).number
    theirs = demo.party(number)
    assert theirs is not None
    demo.save_party(replace(theirs, name="Mara Meister"))
    firm.drain()
