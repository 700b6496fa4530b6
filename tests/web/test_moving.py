"""A supervisor moves or ends a case on its page: choose, see what would happen, confirm."""

import pytest

from tests.databases import Sqlite
from tests.web.conftest import Browser
from tests.world import World, mail

ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def databases(sqlite: Sqlite) -> Sqlite:
    """One kind is enough here: what the commands do is tested on both."""
    return sqlite


@pytest.fixture
def number(firm: World) -> str:
    case = firm.receive(mail())
    assert case is not None
    firm.drain()
    return case.number


def test_a_case_is_moved_after_a_preview_without_a_script(firm: World, browser: Browser, number: str):
    sue = browser("sue")
    page = sue.get(f"/cases/{number}", headers=ENGLISH).text
    assert f"/cases/{number}/move" in page
    page = sue.get(f"/cases/{number}/move", headers=ENGLISH).text
    assert "Check the facts" in page
    assert 'value="write_answer">Write the answer</option>' in page
    assert "Danger reported (safety_ticked)" in page  # there are three of that name
    node = page.split('name="cancel" value="')[1].split('"')[0]
    asked = {"cancel": node, "to": "write_answer", "why": "The facts are known."}
    preview = sue.post(f"/cases/{number}/move", headers=ENGLISH, data=asked)
    assert preview.status_code == 200
    assert "Write the answer" in preview.text.split("What would happen")[1]
    seen = preview.text.split('name="seen" value="')[1].split('"')[0]
    done = sue.post(
        f"/cases/{number}/move",
        headers=ENGLISH,
        data={**asked, "seen": seen, "confirmed": "1"},
        follow_redirects=True,
    )
    assert "The case is moved." in done.text
    assert "Before" in done.text
    again = sue.post(f"/cases/{number}/move", headers=ENGLISH, data={**asked, "seen": seen, "confirmed": "1"})
    assert again.status_code == 409
    assert "moved on since" in again.text


def test_what_cannot_be_is_said_on_the_page_and_others_are_kept_out(browser: Browser, number: str):
    sue = browser("sue")
    refused = sue.post(f"/cases/{number}/move", headers=ENGLISH, data={"why": "x"})
    assert refused.status_code == 422
    assert "nothing is named" in refused.text
    anna = browser("anna")
    assert f"/cases/{number}/move" not in anna.get(f"/cases/{number}", headers=ENGLISH).text
    assert anna.post(f"/cases/{number}/end", data={"why": "x", "outcome": "refused"}).status_code == 403


def test_a_case_is_ended_after_a_preview(firm: World, browser: Browser, number: str):
    sue = browser("sue")
    asked = {"outcome": "withdrawn", "why": "Nothing more is wanted."}
    preview = sue.post(f"/cases/{number}/end", headers=ENGLISH, data=asked)
    assert "The case is closed then." in preview.text
    seen = preview.text.split('name="seen" value="')[1].split('"')[0]
    done = sue.post(
        f"/cases/{number}/end",
        headers=ENGLISH,
        data={**asked, "seen": seen, "confirmed": "1"},
        follow_redirects=True,
    )
    assert "The case is ended." in done.text
    assert "Nothing is open any more." in done.text
