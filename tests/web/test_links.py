"""Agents merge a case on its page after a preview, take it back, and go on in what is open already."""

import pytest

from cpm.model import CaseState
from tests.databases import Sqlite
from tests.web.conftest import Browser
from tests.world import World, mail

GERMAN = {"Accept-Language": "de"}


@pytest.fixture
def databases(sqlite: Sqlite) -> Sqlite:
    """One kind is enough here: what the commands do is tested on both."""
    return sqlite


def test_two_cases_are_merged_after_a_preview_and_taken_apart_again(firm: World, browser: Browser):
    first, second = firm.receive(mail()), firm.receive(mail(message_id="<2@example.org>"))
    assert first is not None
    assert second is not None
    anna, here = browser("anna"), f"/cases/{second.number}/links"
    assert here in anna.get(f"/cases/{second.number}").text
    assert first.number in anna.get(here).text  # it is the customer's other open one
    asked = {"act": "merge", "other": first.number, "why": "Derselbe Kessel."}
    preview = anna.post(here, headers=GERMAN, data=asked).text
    assert f"Mit {first.number} zusammengeführt" in preview
    assert firm.now(second).state == CaseState.OPEN
    seen = preview.split('name="seen" value="')[1].split('"')[0]
    done = anna.post(
        here, headers=GERMAN, data={**asked, "confirmed": "1", "seen": seen}, follow_redirects=True
    )
    assert "hat übernommen" in done.text
    assert firm.now(second).outcome == "merged"
    there = f"/cases/{first.number}/links"
    link = done.text.split('name="link" value="')[1].split('"')[0]
    back = {"act": "undo", "link": link, "why": "Doch nicht."}
    assert "wieder offen" in anna.post(there, headers=GERMAN, data=back).text
    anna.post(there, headers=GERMAN, data={**back, "confirmed": "1"})
    assert firm.now(second).state == CaseState.OPEN


def test_what_cannot_be_is_said_on_the_page(firm: World, browser: Browser):
    case = firm.receive(mail())
    assert case is not None
    anna, here = browser("anna"), f"/cases/{case.number}/links"
    page = anna.post(here, headers=GERMAN, data={"act": "merge", "other": "C-000099-9", "why": "x"})
    assert (page.status_code, "Einen Vorgang mit dieser Nummer gibt es nicht." in page.text) == (422, True)
    page = anna.post(here, headers=GERMAN, data={"act": "merge", "other": case.number, "why": "x"})
    assert "nicht mit sich selbst" in page.text
    page = anna.post(here, headers=GERMAN, data={"act": "split", "why": "x", "process": "complaint"})
    assert "mindestens eine Nachricht" in page.text
    for link in (10**30, -(10**30), "x"):
        assert anna.post(here, data={"act": "undo", "link": link, "why": "x"}).status_code == 404
    other = firm.receive(mail(message_id="<2@example.org>"))
    assert other is not None
    merged = {"act": "merge", "other": other.number, "why": "x", "confirmed": "1"}
    for seen in (10**30, -(10**30)):
        assert anna.post(here, data={**merged, "seen": seen}).status_code == 409


def test_what_the_customer_has_open_is_offered_before_another_case_is_opened(firm: World, browser: Browser):
    case = firm.receive(mail())
    assert case is not None
    page = browser("anna").get("/cases/new?q=mara@example.org", headers=GERMAN).text
    assert "Offene Vorgänge dieses Kunden" in page
    assert f'href="/cases/{case.number}"' in page
