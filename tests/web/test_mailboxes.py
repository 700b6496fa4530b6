"""Operators set up mailboxes, see how they do, and look after what could not be filed."""

import pytest
from sqlalchemy import select

from cpm.commands import fetching, interactions, mailboxes
from cpm.model import Arrival, ArrivalState, AuditEntry, Mailbox, Unfetched
from tests.web.conftest import Browser
from tests.world import World, mail

pytestmark = pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
ENGLISH = {"Accept-Language": "en"}
FORM = {
    "name": "service",
    "host": "imap.firm.example",
    "user": "service@firm.example",
    "security": "tls",
    "folder": "INBOX",
    "process": "complaint",
    "addresses": "service@firm.example, info@firm.example",
    "afterwards": "move",
    "move_to": "Archiv",
    "keep_days": "0",
    "every": "120",
    "idle": "on",
}
UNREADABLE = b"no header <script>alert(1)</script>"


def quarantined(firm: World, raw: bytes = UNREADABLE) -> int:
    with firm.engine.begin("mailbox") as uow:
        arrival = interactions.store(uow, raw, process="complaint").id
        uow.session.flush()
        interactions.quarantine(uow, arrival, "It cannot be read.")
    return arrival


def failing(firm: World) -> None:
    with firm.engine.begin("mailbox") as uow:
        turn = fetching.lease(uow, uow.session.scalars(select(Mailbox.id)).one(), "host:1")
        assert turn is not None
        fetching.progress(uow, turn, 1)
        fetching.could_not(uow, turn, 17, "Expected it to come, but it did not.")
        fetching.failed(uow, turn, english="Expected to sign in.", german="Die Anmeldung wurde abgelehnt.")


def test_a_mailbox_is_set_up_changed_paused_resumed_and_removed(firm: World, browser: Browser):
    client = browser("otto")
    assert client.post("/admin/mailboxes", data=FORM).status_code == 303
    page = client.get("/admin/mailboxes/service", headers=ENGLISH).text
    assert "not fetched yet" in client.get("/admin/mailboxes", headers=ENGLISH).text or "mailbox new" in page
    assert 'value="info@firm.example service@firm.example"' in page
    changed = {**FORM, "every": "300", "only_new": "on"}
    assert client.post("/admin/mailboxes/service", data=changed).status_code == 303
    with firm.engine.read() as look:
        box = mailboxes.named(look, "service")
        assert (box.every, box.reads_from, box.port) == (300, look.now, 993)
    assert client.post("/admin/mailboxes/service/pause", data={"why": "Umzug"}).status_code == 303
    assert "angehalten" in client.get("/admin/mailboxes").text
    assert client.post("/admin/mailboxes/service/pause", data={"why": "Umzug"}).status_code == 409
    assert client.post("/admin/mailboxes/service/resumption").status_code == 303
    assert client.post("/admin/mailboxes/service/removal").status_code == 303
    assert client.get("/admin/mailboxes/service").status_code == 404
    with firm.engine.read() as look:
        told = look.session.scalars(select(AuditEntry.what).order_by(AuditEntry.id)).all()
    assert told[-4:] == ["mailbox.put", "mailbox.paused", "mailbox.resumed", "mailbox.removed"]


@pytest.mark.parametrize(
    ("wrong", "status", "said"),
    [
        ({"host": " "}, 422, "imap"),
        ({"security": "none"}, 422, "nur zu diesem Rechner"),
        ({"security": "magic"}, 422, ""),
        ({"every": "abc"}, 422, "Zwischen zwei Abrufen"),
        ({"move_to": ""}, 422, "anderen Ordner"),
        ({"addresses": "kein-at"}, 422, "keine Mailadresse"),
    ],
)
def test_what_does_not_fit_comes_back_with_what_was_typed(
    firm: World, browser: Browser, wrong: dict[str, str], status: int, said: str
):
    answer = browser("otto").post("/admin/mailboxes", data={**FORM, **wrong})
    assert answer.status_code == status
    assert said in answer.text or said == "imap"
    assert 'value="service@firm.example"' in answer.text


def test_a_failing_mailbox_says_why_in_the_readers_language_and_in_figures(firm: World, browser: Browser):
    client = browser("otto")
    client.post("/admin/mailboxes", data=FORM)
    failing(firm)
    assert "Die Anmeldung wurde abgelehnt." in client.get("/admin/mailboxes").text
    page = client.get("/admin/mailboxes/service", headers=ENGLISH).text
    assert "Expected to sign in." in page
    assert "Expected it to come, but it did not." in page
    with firm.engine.read() as look:
        [one] = look.session.scalars(select(Unfetched))
    assert client.post(f"/admin/mailboxes/service/unfetched/{one.id}").status_code == 303
    with firm.engine.read() as look:
        assert look.session.scalars(select(Unfetched.due_at)).one() == look.now


def test_all_that_is_quarantined_is_tried_again_and_what_can_be_filed_is(firm: World, browser: Browser):
    """As after a release that reads more."""
    quarantined(firm)
    quarantined(firm, mail())
    answer = browser("otto").post("/admin/messages/filing", follow_redirects=True, headers=ENGLISH)
    assert "Messages filed: 1 of 2." in answer.text


def test_a_discarded_message_is_kept_with_who_why_and_what_was_wrong(firm: World, browser: Browser):
    arrival, client = quarantined(firm), browser("otto")
    assert client.post(f"/admin/messages/{arrival}/discarding", data={"why": " "}).status_code == 422
    assert client.post(f"/admin/messages/{arrival}/discarding", data={"why": "Werbung"}).status_code == 303
    with firm.engine.read() as look:
        assert look.session.scalars(select(Arrival.state)).one() == ArrivalState.DISCARDED
    assert client.get(f"/admin/messages/{arrival}/raw").data == UNREADABLE
    audit = client.get("/admin/audit?what=message", headers=ENGLISH).text
    assert "discarded: Werbung It was quarantined: It cannot be read." in audit


def test_a_message_is_downloaded_as_bytes_that_no_browser_runs_and_only_while_it_is_on_no_case(
    firm: World, browser: Browser
):
    arrival, client = quarantined(firm), browser("otto")
    answer = client.get(f"/admin/messages/{arrival}/raw")
    assert (answer.data, answer.content_type) == (UNREADABLE, "application/octet-stream")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert browser("anna").get(f"/admin/messages/{arrival}/raw").status_code == 403
    firm.receive(mail())
    with firm.engine.read() as look:
        filed = look.session.scalars(select(Arrival.id).where(Arrival.state == ArrivalState.FILED)).one()
    assert client.get(f"/admin/messages/{filed}/raw").status_code == 403
