"""The telephone at the desk: the hook of a telephone system, the strip, the page of a call, notes and what is for later."""

import hashlib
import hmac
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from cpm.commands import follow_ups, identifier_facts, joining, tasks, users
from cpm.connectors.http import signatures
from cpm.model import Case, FollowUp, Interaction, Talk
from cpm.outgoing_settings import OutgoingSettings
from tests.clock import FakeClock
from tests.office import FACTS
from tests.web.conftest import Browser
from tests.world import World, mail
from web import app as web_app
from web import hooks

SECRET = "a secret of the pbx alone"
NUMBER = "+492214710123"
Tell = Callable[..., TestResponse]


@pytest.fixture
def case(firm: World, complaint: Case) -> Case:
    secrets = OutgoingSettings(secrets={"CTI_PBX": SECRET})
    firm.engine.settings = replace(firm.engine.settings, outgoing=secrets)
    with firm.engine.begin("otto") as uow:
        users.change_user(uow, "anna", extensions=["21"])
    with firm.engine.begin("anna") as uow:
        identifier_facts.add(uow, complaint.customer_id, "phone", NUMBER)
    return complaint


@pytest.fixture
def tell(firm: World, case: Case, clock: FakeClock) -> Tell:
    hooks.forget()
    client = web_app.create_app(firm.engine, TESTING=True).test_client()

    def told(
        event: str, *, system: str = "pbx", headers: dict[str, str] | None = None, **more: Any
    ) -> TestResponse:
        said = {"event": event, "call_id": "a", "from": "0221 4710123", "to": "100", "user": ["21"], **more}
        raw = json.dumps(said).encode()
        if headers is None:
            headers = signatures.signed(signatures.key_of(SECRET), "msg_1", clock(), raw)
        return client.post(f"/hooks/cti/{system}", data=raw, headers=headers, content_type="application/json")

    return told


def test_who_knows_the_secret_is_believed_and_nobody_else(tell: Tell):
    assert tell("newCall").status_code == 204
    assert tell("newCall", headers={"Authorization": f"Bearer {SECRET}"}).status_code == 204
    assert tell("newCall", headers={"Authorization": "Bearer guess"}).status_code == 401
    assert tell("newCall", headers={}).status_code == 401
    assert tell("newCall", system="other").status_code == 404
    assert tell("dance").status_code == 422
    assert tell("newCall", call_id="").status_code == 422


@pytest.mark.parametrize(
    ("minutes", "status"), [(0, 204), (4, 204), (6, 401), (-6, 401)], ids=["now", "late", "old", "ahead"]
)
def test_what_was_overheard_cannot_be_said_again(
    firm: World, tell: Tell, clock: FakeClock, minutes: int, status: int
):
    """A signature over the body alone would be good for ever."""
    assert tell("newCall").status_code == 204
    client = web_app.create_app(firm.engine, TESTING=True).test_client()
    raw = b'{"event": "newCall", "call_id": "z", "from": "0221 4710123", "to": "100", "user": ["21"]}'
    at = str(int((clock() - timedelta(minutes=minutes)).timestamp()))

    def told(signed: bytes, **headers: str) -> int:
        mark = hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
        given = {"X-CPM-Signature": mark, **headers}
        return client.post("/hooks/cti/pbx", data=raw, headers=given).status_code

    assert told(at.encode() + b"." + raw, **{"X-CPM-Timestamp": at}) == status
    assert told(raw) == 401
    assert told(raw, **{"X-CPM-Timestamp": at}) == 401
    assert told(at.encode() + b"." + raw, **{"X-CPM-Timestamp": str(int(at) + 1)}) == 401


@pytest.mark.parametrize(
    ("scheme", "address", "proxies", "passed_on", "status"),
    [
        ("http", "192.0.2.7", 0, {}, 401),
        ("https", "192.0.2.7", 0, {}, 204),
        ("http", "127.0.0.1", 0, {}, 204),
        ("http", "127.0.0.1", 0, {"X-Forwarded-For": "192.0.2.7"}, 401),
        ("https", "127.0.0.1", 0, {"X-Forwarded-Proto": "https"}, 401),
        ("http", "127.0.0.1", 0, {"Forwarded": "for=192.0.2.7"}, 401),
        ("http", "127.0.0.1", 1, {"X-Forwarded-For": "192.0.2.7"}, 401),
        ("http", "127.0.0.1", 1, {"X-Forwarded-For": "192.0.2.7", "X-Forwarded-Proto": "https"}, 204),
    ],
)
def test_the_secret_itself_counts_only_where_nobody_can_read_it(
    firm: World,
    tell: Tell,
    *,
    scheme: str,
    address: str,
    proxies: int,
    passed_on: dict[str, str],
    status: int,
):
    """Behind a proxy that nobody has told us of, everybody seems to come from this machine."""
    assert tell("newCall").status_code == 204
    firm.engine.settings = replace(firm.engine.settings, http_proxies=proxies)
    client = web_app.create_app(firm.engine, TESTING=True).test_client()
    answer = client.post(
        "/hooks/cti/pbx",
        json={"event": "newCall", "call_id": "z", "from": "1", "to": "2"},
        headers={"Authorization": f"Bearer {SECRET}", **passed_on},
        base_url=f"{scheme}://localhost",
        environ_base={"REMOTE_ADDR": address},
    )
    assert answer.status_code == status
    assert status == 204 or "CPM_HTTP_PROXIES" in answer.text


def test_a_form_is_read_as_well(firm: World, tell: Tell, case: Case):
    client = web_app.create_app(firm.engine, TESTING=True).test_client()
    form = {
        "event": "newCall",
        "callId": "b",
        "from": "492214710123",
        "to": "49211100",
        "user[]": ["21", "Probe"],
    }
    form["from"] = "+" + form["from"]
    assert (
        client.post("/hooks/cti/pbx", data=form, headers={"Authorization": f"Bearer {SECRET}"}).status_code
        == 204
    )
    with firm.engine.read() as look:
        assert look.session.scalars(select(Talk)).one().number == NUMBER


def test_every_page_of_who_is_called_says_who_calls(browser: Browser, tell: Tell, case: Case):
    tell("newCall")
    for page in ("/inbox", f"/cases/{case.number}", "/customers"):
        assert "Anruf: " in browser("anna").get(page).text
    assert "Anruf: " not in browser("ben").get("/inbox").text
    anna = browser("anna")
    shown = anna.get("/talk/strip?seen=none")
    assert shown.status_code == 200
    seen = shown.text.split("seen=")[1].split('"')[0]
    assert anna.get(f"/talk/strip?seen={seen}").status_code == 204
    tell("hangup")
    assert anna.get(f"/talk/strip?seen={seen}").status_code == 200


def test_one_key_leads_on_in_the_callers_case_and_the_note_is_filed_there(
    firm: World, browser: Browser, tell: Tell, case: Case
):
    tell("newCall")
    tell("answer")
    anna, talk = browser("anna"), 1
    page = anna.get(f"/talk/{talk}").text
    assert f'value="{case.number}"' in page
    assert 'data-key="1"' in page
    gone = anna.post(f"/talk/{talk}/case", data={"case": case.number})
    assert "/tasks/" in gone.location
    there = anna.get(gone.location).text
    assert "Gesprächsnotiz" in there
    assert "weiter telefonieren" in there
    tell("hangup")
    assert "weiter telefonieren" not in anna.get(gone.location).text
    assert "Festgehalten" in anna.post(f"/talk/{talk}/kept", data={"note": "Der Riss"}).text
    assert "Der Riss</textarea>" in anna.get(gone.location).text
    done = anna.post(f"/talk/{talk}/done", data={"note": "Der Riss ist größer."}, follow_redirects=True).text
    assert "Das Gespräch ist abgeschlossen." in done
    with firm.engine.read() as look:
        assert look.session.scalars(select(Interaction.text).where(Interaction.channel == "phone")).all() == [
            "Der Riss ist größer."
        ]


def test_what_is_kept_for_somebody_is_in_hand_as_they_go_on_and_nothing_else(
    firm: World, browser: Browser, tell: Tell, case: Case
):
    """What is anybody's is not theirs because a customer called about it."""
    tell("newCall")
    anna = browser("anna")
    gone = anna.post("/talk/1/case", data={"case": case.number}).location
    assert 'id="step-form"' not in anna.get(gone).text
    firm.do(case, "check_facts", "anna", FACTS)
    gone = anna.post("/talk/1/case", data={"case": case.number}).location
    assert gone.endswith(f"/tasks/{firm.step(case, 'decide_remedy').id}")
    assert 'id="step-form"' in anna.get(gone).text


def test_the_page_of_another_case_offers_to_take_the_call_there(browser: Browser, tell: Tell, case: Case):
    tell("newCall")
    anna = browser("anna")
    assert "Das Gespräch gehört zu diesem Vorgang" in anna.get(f"/cases/{case.number}").text
    anna.post("/talk/1/case", data={"case": case.number})
    page = anna.get(f"/cases/{case.number}").text
    assert "Gesprächsnotiz" in page
    assert re.search(r'<a class="button" href="#talk-note" data-key="t"', page)
    asked = {"HX-Current-URL": f"http://localhost/cases/{case.number}"}
    again = re.search(r'data-hx-get="([^"]*noted=1)"', page)
    assert again
    assert (
        'href="#talk-note"'
        in anna.get(again[1].replace("&amp;", "&").replace("seen=", "seen=x"), headers=asked).text
    )
    before = anna.get("/talk/strip?seen=none", headers=asked).text  # the page is older than the note on it
    assert ('href="/talk/1"' in before, "#talk-note" in before, "noted=" in before) == (True, False, False)
    # Who speaks about it begins its free step from here.
    assert page.count('<button class="primary" data-key="s">') == 1
    assert '<button class="primary" data-key="s">' not in browser("ben").get(f"/cases/{case.number}").text
    assert 'data-key="t"' not in anna.get("/talk/1").text


def test_a_new_customer_calls_and_gets_a_case(browser: Browser, tell: Tell):
    tell("newCall", **{"from": "0221 4710200"})
    anna = browser("anna")
    assert "bei niemandem hinterlegt" in anna.get("/talk/1").text
    without = anna.post("/talk/1/new-case", data={"process": "complaint", "text": "Kalt"})
    assert without.status_code == 422
    said = "Bitte sagen, wer anruft: den Namen eingeben oder oben nach dem Kunden suchen."
    assert f'<p class="error">{said}</p>' in without.text
    english = anna.post("/language", data={"language": "en"})
    assert english.status_code == 303
    without = anna.post("/talk/1/new-case", data={"process": "complaint", "text": "Kalt"})
    assert (
        '<p class="error">Please say who calls: enter a name, or look for the customer above.</p>'
        in without.text
    )
    assert "Expected" not in without.text
    anna.post("/language", data={"language": "de"})
    assert ">\nKalt</textarea>" in without.text
    at_once = {"email": "mara@", "phone": "abc"}
    for name, faulty in (("last_name", ""), ("title", "x" * 121)):
        wrong = {"last_name": "Probe", **at_once, name: faulty}
        refused = anna.post("/talk/1/new-case", data={"process": "complaint", "text": "Kalt", **wrong})
        assert refused.status_code == 422
        for each in (name, *at_once):
            assert f'<a href="#{each}">' in refused.text
            assert re.search(rf'id="{each}"[^>]* aria-invalid="true"', refused.text)
    who = {"kind": "person", "last_name": "Probe", "phone": "0221 4710200"}
    made = anna.post("/talk/1/new-case", data={"process": "complaint", "text": "Kalt", **who})
    assert 'id="step-form"' in anna.get(made.location).text, "its first step is in hand"
    assert "Probe" in anna.get("/talk/1").text


def test_who_calls_is_looked_for_and_remembered(firm: World, browser: Browser, tell: Tell, case: Case):
    tell("newCall", **{"from": "0221 4710300"})
    anna = browser("anna")
    found = anna.get(f"/talk/1?q={case.customer.last_name}").text
    assert '<h2 id="caller-h" tabindex="-1" autofocus>' in found  # a second Enter chooses nobody
    assert f'name="customer" value="{case.customer_id}" data-key="1">' in found
    anna.post("/talk/1/customer", data={"customer": case.customer_id, "remember": "yes"})
    tell("hangup")
    tell("newCall", call_id="b", **{"from": "0221 4710300"})
    with firm.engine.read() as look:
        assert look.get(Talk, 2).customer_id == case.customer_id


def test_a_call_is_nobody_elses_to_see(browser: Browser, tell: Tell):
    tell("newCall")
    assert browser("ben").get("/talk/1").status_code == 404
    assert browser("ben").post("/talk/1/done", data={"note": "x"}).status_code == 404
    assert browser("sue").get("/talk/1").status_code == 200
    assert browser("otto").get("/talk/1").status_code == 403


def test_a_call_back_is_promised_put_off_and_answered(
    firm: World, browser: Browser, tell: Tell, case: Case, clock: FakeClock
):
    tell("newCall")
    anna = browser("anna")
    anna.post("/talk/1/case", data={"case": case.number})
    wrong = anna.post("/talk/1/call-back", data={"what": "", "due": "bald"})
    assert wrong.status_code == 422
    assert "Bitte Tag und Uhrzeit eingeben" in wrong.text
    assert "Bitte eingeben, was zu tun ist, etwa: nach den Fotos fragen." in wrong.text
    assert "2 Angaben passen noch nicht" in wrong.text
    assert 'href="#back-due"' in wrong.text
    step = f"/cases/{case.number}/tasks/{firm.step(case, 'check_facts').id}"
    for page, on in ((step, {"on_task": step.rpartition("/")[2]}), (f"/cases/{case.number}", {})):
        own = anna.get(page).text
        assert 'name="on_case"' in own
        assert ('name="on_task"' in own) == bool(on)
        posted = {"what": "Fotos da?", "due": "bald", "on_case": case.number, **on}
        wrong = anna.post("/talk/1/call-back", data=posted)
        assert wrong.status_code == 422
        assert "#talk-note" in wrong.text.partition("<main")[0], "the note stands on this page, too"
        assert ('id="back-due-hint"' in own, 'id="back-due-hint"' in wrong.text) == (True, False)
        assert (
            wrong.text.partition("<h1")[2].partition("</h1>")[0]
            == own.partition("<h1")[2].partition("</h1>")[0]
        )
        assert "<details open><summary>Später zurückrufen" in wrong.text
        assert 'value="Fotos da?"' in wrong.text
        assert 'href="#back-due"' in wrong.text
        assert 'id="back-due-more">Bitte Tag und Uhrzeit eingeben' in wrong.text
    due = "03.03.2026 10:00"
    assert anna.post("/talk/1/call-back", data={"what": "Fotos da?", "due": due}).status_code == 303
    with firm.engine.read() as look:
        promised = look.session.scalars(select(FollowUp)).one()
        assert promised.call == NUMBER
    parked = anna.get("/inbox?view=parked").text
    assert "zurückgestellt bis" in parked
    assert "<small>Fotos da?</small>" not in parked  # it is its title already
    assert "Schon versprochen:" in anna.get(f"/cases/{case.number}/wrap-up").text
    address = f"/cases/{case.number}/tasks/{promised.task_id}"
    page = anna.get(address).text
    assert f"tel:{NUMBER}" in page
    assert "Fotos da?" in page
    for typed in ("", "gestern", "01.01.2020 09:00"):
        wrong = anna.post(f"{address}/put-off", data={"reason": "", "due": typed})
        assert wrong.status_code == 422
        assert "2 Angaben passen noch nicht" in wrong.text
        for at, words in (("reason", "Bitte eingeben, was war, etwa: niemand erreicht."), ("due", ", etwa ")):
            said = wrong.text.partition(f'id="put-{at}-error">')[2].partition("</p>")[0]
            assert words in said
    later = {"reason": "Niemand da", "due": "04.03.2026 10:00"}
    assert anna.post(f"{address}/put-off", data=later).location.endswith("/inbox")
    begun = anna.post(
        "/talks", data={"direction": "out", "number": NUMBER, "case": case.number, "task": promised.task_id}
    )
    assert begun.location == address
    done = anna.post(address, data={"note": "Fotos sind da."}, follow_redirects=True)
    assert done.status_code == 200
    assert "Fotos sind da." in anna.get(f"/cases/{case.number}/follow-ups").text


def test_what_is_sent_again_because_the_answer_was_lost_is_done_once(
    firm: World, browser: Browser, tell: Tell, case: Case, clock: FakeClock
):
    """A page without a connection sends again until an answer comes; other words under its key are something else."""
    anna, due, key = browser("anna"), "03.03.2026 10:00", "0123456789abcdef" * 2
    begun = {"direction": "in", "number": NUMBER, "case": case.number, "_key": key}
    for _ in range(2):
        assert anna.post("/talks", data=begun).status_code == 303
    assert re.search(
        'id="talk-notes">.*?name="_key" value="[0-9a-f]{32}"', anna.get("/talk/1").text, re.DOTALL
    )
    for words in ("Der Riss", "Der Riss", "Auch außen"):
        clock.advance(timedelta(seconds=1))
        assert anna.post("/talk/1/note", data={"note": words, "_key": key}).status_code == 303
    for address in ("/talk/1/call-back", f"/cases/{case.number}/follow-ups"):
        for _ in range(2):
            asked = anna.post(address, data={"what": "Fotos da?", "due": due, "_key": key})
            assert asked.status_code == 303
    with firm.engine.read() as look:
        assert len(look.session.scalars(select(Talk)).all()) == 1
        said = select(Interaction.text).where(Interaction.channel == "phone").order_by(Interaction.id)
        assert look.session.scalars(said).all() == ["Der Riss", "Auch außen"]
        assert len(look.session.scalars(select(FollowUp)).all()) == 2


def test_a_call_back_is_promised_in_the_case_that_stands_for_the_merged_one(
    firm: World, browser: Browser, tell: Tell, case: Case
):
    other = firm.receive(mail(message_id="<again@example.org>", text="Immer noch kaputt."))
    assert other is not None
    tell("newCall")
    anna = browser("anna")
    anna.post("/talk/1/case", data={"case": case.number})
    with firm.engine.begin("anna") as uow:
        joining.merge(uow, case.id, other.id, why="Derselbe Kessel.")
    anna.post("/talk/1/call-back", data={"what": "Fotos da?", "due": "03.03.2026 10:00"})
    with firm.engine.read() as look:
        assert look.session.scalars(select(FollowUp.case_id)).all() == [other.id]


def test_what_was_typed_stays_when_the_call_or_its_case_has_gone_meanwhile(
    browser: Browser, tell: Tell, case: Case
):
    tell("newCall")
    anna = browser("anna")
    anna.post("/talk/1/case", data={"case": case.number})
    typed = {"what": "Fotos da?", "due": "bald", "on_case": case.number}
    for on in ({"on_task": "1" + "0" * 30}, {"on_task": "99999"}, {"on_case": "V-0"}):
        wrong = anna.post("/talk/1/call-back", data={**typed, **on})
        assert (wrong.status_code, 'value="Fotos da?"' in wrong.text) == (422, True)
    assert anna.post("/talk/1/customer", data={"customer": "1" + "0" * 30}).status_code == 404
    begun = anna.post("/talks", data={"case": case.number, "task": "1" + "0" * 30})
    assert anna.get(begun.location).status_code == 200
    anna.post("/talk/1/done", data={"note": ""})  # in another window
    wrong = anna.post("/talk/1/call-back", data=typed)
    assert wrong.status_code == 422
    assert 'href="#back-due"' in wrong.text
    assert 'id="back-what" tabindex="-1">Fotos da?<' in wrong.text
    assert 'id="back-due" tabindex="-1">bald<' in wrong.text
    long = anna.post("/talk/1/note", data={"note": "Der Riss. " * 1001, "on_case": case.number})
    assert (long.status_code, "Der Riss. Der Riss." in long.text) == (422, True)


def test_something_for_later_is_noted_on_the_page_of_the_case(firm: World, browser: Browser, case: Case):
    anna = browser("anna")
    address = f"/cases/{case.number}/follow-ups"
    assert anna.post(address, data={"what": "Nachfassen", "due": "x"}).status_code == 422
    assert anna.post(
        address, data={"what": "Nachfassen", "due": "2026-03-09 09:00", "team": "service"}
    ).location
    assert "Nachfassen" in anna.get(address).text
    with firm.engine.begin("anna") as uow:
        assert follow_ups.of_task(uow, uow.session.scalars(select(FollowUp)).one().task) is not None


def test_who_has_no_telephone_system_says_that_somebody_calls(browser: Browser, case: Case):
    anna = browser("anna")
    begun = anna.post("/talks", data={"direction": "in", "number": "0221 4710123"})
    assert begun.location == "/talk/1"
    assert case.number in anna.get("/talk/1").text
    assert "+49 221 4710123" in anna.get("/talks").text
    assert anna.post("/talks", data={"direction": "in", "number": "keine"}).status_code == 422
    begun = anna.post("/talks", data={"direction": "in", "number": "21", "_key": "2" * 32})
    assert "Anruf von 21" in anna.get(begun.location).text


@pytest.mark.parametrize("number", ["abc", "12", "0221", "0" * 23, ""])
def test_whoever_calls_nobody_is_told_so_at_the_field(browser: Browser, case: Case, number: str):
    """From the page of a case it goes on there once the number is right."""
    anna = browser("anna")
    wrong = anna.post("/talks", data={"direction": "out", "number": number, "case": case.number})
    assert wrong.status_code == 422
    assert '<a href="#call-number">' in wrong.text
    assert re.search(
        r'id="call-number"[^>]* aria-invalid="true" aria-describedby="call-number-more"', wrong.text
    )
    assert re.search(r'<p class="error">Bitte [^<]*, etwa 0211 5550100', wrong.text)
    assert f'name="case" value="{case.number}"' in wrong.text
    with_it = {"direction": "out", "number": "0221 4710123", "case": case.number}
    assert f"/cases/{case.number}" in anna.post("/talks", data=with_it).location


def test_who_was_promised_a_call_at_an_extension_is_called_there(
    firm: World, browser: Browser, tell: Tell, case: Case
):
    tell("newCall", **{"from": "33"})
    anna = browser("anna")
    assert "Anruf von 33" in anna.get("/talk/1").text
    anna.post("/talk/1/case", data={"case": case.number})
    anna.post("/talk/1/call-back", data={"what": "Fotos da?", "due": "03.03.2026 10:00"})
    with firm.engine.read() as look:
        promised = look.session.scalars(select(FollowUp)).one()
        assert promised.call == "33"
    begun = {"direction": "out", "number": "33", "case": case.number, "task": promised.task_id}
    assert anna.post("/talks", data=begun).status_code == 303


def test_what_no_number_is_whole_is_neither_called_back_nor_remembered(
    firm: World, browser: Browser, tell: Tell, case: Case
):
    tell("newCall", **{"from": "0221"})
    anna = browser("anna")
    page = anna.get(f"/talk/1?q={case.customer.last_name}").text
    assert 'name="remember"' not in page
    assert re.search(r'id="phone"[^>]* value=""', page)
    anna.post("/talk/1/customer", data={"customer": case.customer_id, "remember": "yes"})
    anna.post("/talk/1/case", data={"case": case.number})
    assert (
        anna.post("/talk/1/call-back", data={"what": "Fotos?", "due": "03.03.2026 10:00"}).status_code == 303
    )
    with firm.engine.read() as look:
        assert look.session.scalars(select(FollowUp)).one().call is None


def test_who_was_chosen_by_mistake_is_chosen_anew(browser: Browser, tell: Tell, case: Case):
    """With the number that was remembered for them; what lies with a case already stays, and the page says what to do."""
    tell("newCall", **{"from": "0221 4710300"})
    anna = browser("anna")
    chosen = {"customer": case.customer_id, "remember": "yes"}
    anna.post("/talk/1/customer", data=chosen)
    assert "Es ist jemand anders" in anna.get("/talk/1").text
    assert anna.post("/talk/1/nobody").location == "/talk/1"
    assert "Wer ist es?" in anna.get("/talk/1").text
    assert (
        "+49 221 4710300"
        not in anna.get(f"/customers/{case.customer_id}")
        .text.partition('id="known"')[2]
        .partition("</section>")[0]
    )
    anna.post("/talk/1/customer", data=chosen)
    anna.post("/talk/1/case", data={"case": case.number})
    anna.post("/talk/1/nobody")
    page = anna.get("/talk/1").text
    assert "Wer ist es?" in page
    assert "Das Gespräch gehört doch nicht zu diesem Vorgang" in anna.get(f"/cases/{case.number}").text
    anna.post("/talk/1/new-case", data={"process": "complaint", "text": "Kalt", "customer": case.customer_id})
    refused = anna.post("/talk/1/nobody")
    assert refused.status_code == 409
    assert "und ein Vorgang behält seinen Kunden. Bitte das Gespräch abschließen" in refused.text
    assert browser("ben").post("/talk/1/nobody").status_code == 404


def test_a_number_that_nobody_tells_makes_whole_sentences(browser: Browser, tell: Tell):
    """German declines what stands for it."""
    tell("newCall", **{"from": "anonymous"})
    anna = browser("anna")
    assert "Anruf mit unterdrückter Nummer." in anna.get("/inbox").text
    assert "<h1>Anruf mit unterdrückter Nummer</h1>" in anna.get("/talk/1").text
    tell("answer", **{"from": "anonymous"})
    assert "Sie telefonieren; die Nummer ist nicht bekannt." in anna.get("/inbox").text
    tell("hangup")
    page = anna.get("/talks").text
    assert "Das Gespräch ist beendet; die Notiz ist noch offen." in page
    assert ">unterdrückte Nummer</a>" in page


def test_all_that_does_not_fit_of_something_for_later_is_said_at_once(browser: Browser, case: Case):
    anna = browser("anna")
    address = f"/cases/{case.number}/follow-ups"
    wrong = anna.post(address, data={"what": "", "due": "bald", "call": "0221"}).text
    assert re.findall(r'<a href="#(what|due|call)">', wrong) == ["what", "due", "call"]
    for name in ("what", "due", "call"):
        assert re.search(rf'id="{name}"[^>]* aria-invalid="true"', wrong)
    assert (
        "Das ist vorbei oder zu weit weg"
        in anna.post(address, data={"what": "", "due": "1.1.2020 9:00"}).text
    )
    wrapped = anna.post(f"/cases/{case.number}/wrap-up", data={"due": "bald", "key": "a"}).text
    assert "Bitte eingeben, was zu tun ist" in wrapped
    assert "Bitte Tag und Uhrzeit eingeben" in wrapped


def test_what_is_put_aside_says_until_when_and_has_a_tab_once_it_is_due(
    firm: World, browser: Browser, tell: Tell, case: Case, clock: FakeClock
):
    """Next case leads to it then."""
    anna = browser("anna")
    later = f"/cases/{case.number}/follow-ups"
    anna.post(later, data={"what": "Fotos da?", "due": "02.03.2026 09:15"})
    for page in (f"/cases/{case.number}", later, f"/customers/{case.customer_id}"):
        text = anna.get(page).text
        assert re.search(r">zurückgestellt bis</span> <time[^>]*>02.03.2026, 09:05 Uhr<", text)
        assert 'class="tabs"' not in text
    step = firm.step(case, "check_facts")
    with firm.engine.begin("anna") as uow:
        tasks.claim(uow, step.id).priority = 90
    clock.advance(timedelta(minutes=6))
    with firm.engine.read() as look:
        task = look.session.scalars(select(FollowUp.task_id)).one()
    text = anna.get(later).text
    assert '<span class="tag">in Arbeit</span>' in text
    tabs = text.partition('class="tabs"')[2].partition("</nav>")[0]
    assert f'href="/cases/{case.number}/tasks/{task}"' in tabs
    assert 'class="dot due"' in tabs
