"""Notes on the customer's page and beside a step; nowhere a customer reads."""

import re

import pytest

from cpm.model import Case
from tests.databases import Sqlite
from tests.web.conftest import Browser
from tests.world import World

GERMAN = {"Accept-Language": "de"}


@pytest.fixture
def databases(sqlite: Sqlite) -> Sqlite:
    """One kind is enough here: what the commands do is tested on both."""
    return sqlite


def leads(page: str) -> str:
    """The field to which the summary of a refusal leads."""
    (field,) = re.findall(r'<li><a href="#([^"]*-note)">', page)
    assert re.search(rf'<textarea id="{field}" [^>]*aria-invalid="true"', page)
    return field


def test_a_note_is_written_changed_and_withdrawn_on_the_customers_page(
    firm: World, case: Case, browser: Browser
):
    anna, page = browser("anna"), f"/customers/{case.customer_id}"
    empty = anna.post(f"{page}/notes", headers=GERMAN, data={"note": " "})
    assert (empty.status_code, 'id="note-error"' in empty.text, leads(empty.text)) == (422, True, "new-note")
    there = anna.post(f"{page}/notes", data={"note": "Bitte <b>duzen</b>."}).location
    assert there == f"{page}#notes"
    step = f"/cases/{case.number}/tasks/{firm.open_tasks(case)[0].id}"
    for shown in (page, f"{page}/notes", f"{page}/timeline?kind=note", step):
        assert "Bitte &lt;b&gt;duzen&lt;/b&gt;." in anna.get(shown, headers=GERMAN).text, shown
    assert "Notiz von Anna" in anna.get(step, headers=GERMAN).text
    assert "/notes/1" not in browser("ben").get(page).text, "nothing of hers is offered to him"
    assert browser("ben").post(f"{page}/notes/1/taken-back").status_code == 403
    changed = {"note": "Bitte siezen.", "seen": "1"}
    assert anna.post(f"{page}/notes/1", data=changed).status_code == 303
    late = browser("sue").post(f"{page}/notes/1", headers=GERMAN, data={"note": "Egal.", "seen": "1"})
    assert late.status_code == 409
    assert re.search(r"<details open><summary>Ändern.*?>Egal\.</textarea>", late.text, re.DOTALL)
    assert "inzwischen jemand geändert" in late.text
    assert leads(late.text) == "note-1-note"
    assert leads(anna.post(f"{page}/notes/1", data={"note": ""}).text) == "note-1-note"
    assert "Bitte siezen." in late.text
    assert anna.post(f"{page}/notes/1/taken-back").location == f"{page}#notes"
    gone = anna.get(page, headers=GERMAN).text
    assert "siezen" not in gone
    assert "Zurückgenommen." in gone
    changed = browser("sue").post(f"{page}/notes/1", headers=GERMAN, data={"note": "Zu spät.", "seen": "2"})
    assert (changed.status_code, leads(changed.text)) == (409, "new-note"), "what was typed is not lost"
    assert ">Zu spät.</textarea>" in changed.text
    assert anna.get(f"{page}/notes/1").location == f"{page}#note-1"
    assert browser("sue").post("/customers/99/notes/1/taken-back").status_code == 404


def test_what_was_done_stands_where_one_is_led(case: Case, browser: Browser):
    """The page goes to the part at once: a line at its top would be read by nobody."""
    anna, page = browser("anna"), f"/customers/{case.customer_id}"
    anna.post(f"{page}/notes", data={"note": "Bitte siezen."})
    shown = anna.get(page, headers=GERMAN).text
    assert re.search(
        r'<section [^>]*id="notes"[^>]*>\s*<h2.*</h2>\s*<p class="notice" role="status">[^<]+</p>', shown
    )
    assert shown.count('<p class="notice" role="status">') == 1
    anna.post(f"{page}/words", data={})
    top = anna.get(page, headers=GERMAN).text
    assert re.search(r'<div id="problem"></div>\s*<p class="notice" role="status">', top), (
        "a part without a place"
    )
