"""Cases and customers in a browser: found by whatever is known of them, whole, and opened by hand."""

import re
from decimal import Decimal
from typing import Any

import pytest
from lxml import html
from sqlalchemy import func, select

from cpm.commands import identifier_facts, tasks
from cpm.model import Case, Customer, Identifier, Interaction
from tests.commands.test_cost import statements
from tests.web.conftest import Browser
from tests.world import World, mail

ENGLISH = {"Accept-Language": "en"}
MOST = 14  #: statements of a case's page, where it has nothing but its steps and what was written
CALL = {
    "customer": "new",
    "kind": "person",
    "last_name": "Beispiel",
    "first_name": "Mara",
    "phone": "0221 5550100",
    "process": "complaint",
    "channel": "phone",
    "spoken": "de",
    "subject": "Kessel kaputt",
    "text": "Der gelieferte Kessel hat einen Riss.",
    "unique_id": "one-and-the-same",
}


@pytest.fixture
def case(firm: World) -> Case:
    return firm.receive(mail())


def test_a_case_shows_what_is_open_and_what_was_said(browser: Browser, case: Case):
    page = browser("anna").get(f"/cases/{case.number}", headers=ENGLISH)
    assert page.status_code == 200
    for words in ("Der Kessel ist kaputt", "hat einen Riss", "mara@example.org", "Journal", "Mara Beispiel"):
        assert words in page.text


def test_a_case_looks_again_by_itself_while_another_system_is_asked(
    firm: World, browser: Browser, case: Case
):
    again = f'id="open" data-hx-get="/cases/{case.number}" data-hx-trigger="every 2s"'
    assert again in browser("anna").get(f"/cases/{case.number}").text
    firm.drain()
    assert again not in browser("anna").get(f"/cases/{case.number}").text


def test_a_case_shows_what_was_entered_as_the_form_calls_it(firm: World, browser: Browser, case: Case):
    with firm.engine.begin("anna") as uow:
        task = tasks.claim(uow, firm.step(case, "check_facts").id)
        facts = {"cause": "late", "damage_text": "Kam drei Wochen zu spät", "claim_amount": Decimal(1200)}
        tasks.complete(uow, task.id, facts)
    page = browser("anna").get(f"/cases/{case.number}", headers={"Accept-Language": "de"}).text
    for label, words in {"Ursache": "Verspätung", "Forderung des Kunden": "1.200,00\u00a0€"}.items():
        assert f"<dt>{label}</dt><dd>{words}</dd>" in page


def test_how_a_case_was_steered_is_told_when_its_whole_journal_is_asked_for(browser: Browser, case: Case):
    steered = "<p>Decided by the table “deadlines” (row 7)"
    short = browser("anna").get(f"/cases/{case.number}", headers=ENGLISH).text
    whole = browser("anna").get(f"/cases/{case.number}?all=1", headers=ENGLISH).text
    assert "<p>Task “Check the facts” is waiting" in short
    assert "also how team and time were decided" in short
    assert steered not in short.partition("<h2>Journal</h2>")[2].partition("</section>")[0]
    assert steered in whole.partition("<h2>Journal</h2>")[2].partition("</section>")[0]


def test_what_a_stranger_wrote_is_no_markup(firm: World, browser: Browser):
    evil = firm.receive(mail(subject="<img src=x>", text="<script>alert(1)</script> {{ 7*7 }}"))
    for path in (f"/cases/{evil.number}", f"/customers/{evil.customer_id}", "/search?q=<img"):
        page = browser("anna").get(path).text
        assert "<img src=x>" not in page
        assert "<script>alert" not in page
        assert "&lt;img src=x&gt;" in page


@pytest.mark.parametrize("number", ["C-999999-9", "C-000001-1", "nothing", "9" * 60])
def test_a_number_that_is_none_is_not_found(browser: Browser, case: Case, number: str):
    assert browser("anna").get(f"/cases/{number}").status_code == 404


@pytest.mark.parametrize("sought", ["Kessel", "mara@example.org", "Beispiel", "mara beispiel"])
def test_a_case_is_found_by_what_is_known_of_it(browser: Browser, case: Case, sought: str):
    page = browser("anna").get("/search", query_string={"q": sought})
    assert case.number in page.text


def test_a_case_number_leads_straight_to_it(browser: Browser, case: Case):
    found = browser("anna").get("/search", query_string={"q": case.number.lower().replace("-", " ")})
    assert found.location == f"/cases/{case.number}"


def test_a_mistyped_number_is_told(browser: Browser, case: Case):
    wrong = case.number[:-1] + str((int(case.number[-1]) + 1) % 10)
    assert "perhaps it is mistyped" in browser("anna").get(f"/search?q={wrong}", headers=ENGLISH).text


@pytest.mark.parametrize("sought", ["%", "_", "'", "\\", "x" * 5000, "ä" * 300])
def test_whatever_is_sought_is_no_crash(browser: Browser, case: Case, sought: str):
    for path in ("/search", "/cases/new"):
        answer = browser("anna").get(path, query_string={"q": sought})
        assert answer.status_code == 200
        assert case.number not in answer.text


def opened(client: Any, **said: str) -> str:
    """The number of the case that the form has opened, whose first step is in hand."""
    answer = client.post("/cases/new", data={**CALL, **said})
    assert answer.status_code == 303
    found = re.fullmatch(r"/cases/([^/]+)/tasks/\d+", answer.location)
    assert found, answer.location
    return found[1]


def test_a_call_becomes_a_case_of_a_new_customer(firm: World, browser: Browser):
    client = browser("anna")
    page = client.get(f"/cases/{opened(client)}").text
    assert "+492215550100" in page
    assert "Kessel kaputt" in page


def test_who_opens_a_case_has_its_first_step_in_hand_where_nothing_speaks_against_it(
    firm: World, browser: Browser
):
    """Their form is that of the step; whose team it is not is led to the case."""
    anna = browser("anna")
    step = anna.post("/cases/new", data=CALL).location
    assert step == anna.post("/cases/new", data=CALL).location
    assert 'id="step-form"' in anna.get(step).text
    other = {**CALL, "unique_id": "another", "phone": "0221 5550101"}
    assert re.fullmatch(r"/cases/[^/]+", browser("sue").post("/cases/new", data=other).location)


def test_nothing_is_opened_before_somebody_says_what_it_is_about(firm: World, browser: Browser):
    client = browser("anna")
    page = html.document_fromstring(client.get("/cases/new").text)
    assert page.xpath("//select[@name='process']/option/@value")[0] == ""
    assert page.xpath("//select[@name='process']/option[@selected]") == []
    refused = client.post("/cases/new", data={**CALL, "process": ""}, headers={"Accept-Language": "de"})
    assert refused.status_code == 422
    named = html.document_fromstring(refused.text).get_element_by_id("process-more").text_content()
    assert named == "Bitte auswählen, worum es geht."
    nobody = client.post("/cases/new", data={**CALL, "process": "", "last_name": ""})
    assert [each in nobody.text for each in ('href="#process"', 'href="#last_name"')] == [True, True], (
        "at once"
    )
    assert 'name="language"' in client.get("/cases/new").text
    assert 'name="language"' not in refused.text, "it would lead away from what was typed"
    assert CALL["text"] in refused.text
    with firm.engine.read() as look:
        assert look.session.scalar(select(func.count()).select_from(Case)) == 0


def test_the_same_form_sent_twice_opens_one_case(firm: World, browser: Browser):
    client = browser("anna")
    first, second = client.post("/cases/new", data=CALL), client.post("/cases/new", data=CALL)
    assert first.location == second.location
    with firm.engine.read() as look:
        assert look.session.scalar(select(func.count(Case.id))) == 1


@pytest.mark.parametrize("more", ["", "\nUnd der Deckel fehlt."])
def test_words_that_became_the_subject_are_not_said_twice(firm: World, browser: Browser, more: str):
    anna, said = browser("anna"), "Der Kessel hat einen Riss."
    number = opened(anna, subject="", text=said + more)
    page = html.document_fromstring(anna.get(f"/cases/{number}", headers=ENGLISH).text)
    [panel] = [each for each in page.xpath("//section") if each.findtext("h2") == "Messages"]
    assert panel.text_content().count(said) == 1
    assert more.strip() in panel.text_content()


def test_a_vat_number_is_no_way_to_reach_somebody(firm: World, browser: Browser, case: Case):
    with firm.engine.begin("anna") as uow:
        identifier_facts.add(uow, case.customer_id, "vat_id", "DE136695976")
    anna, number = browser("anna"), "DE136695976"
    shown = [f"/cases/{case.number}", f"/cases/{case.number}/tasks/{firm.step(case, 'check_facts').id}"]
    shown += ["/cases/new?q=Mara", f"/cases/new?customer={case.customer_id}"]
    for page in shown:
        told = anna.get(page).text
        assert ("mara@example.org" in told, number in told) == (True, False), page
    assert number in anna.get(f"/customers/{case.customer_id}").text


def test_a_caller_who_is_known_is_offered_and_not_entered_twice(firm: World, browser: Browser):
    client = browser("anna")
    client.post("/cases/new", data=CALL)
    again = client.post("/cases/new", data={**CALL, "unique_id": "another"}, headers=ENGLISH)
    assert again.status_code == 409
    assert "This customer is known already" in again.text
    assert "hat einen Riss" in again.text
    with firm.engine.read() as look:
        [customer] = look.session.scalars(select(Customer.id))
    chosen = client.post("/cases/new", data={**CALL, "unique_id": "another", "customer": customer})
    assert chosen.status_code == 303


def test_a_call_about_an_open_case_is_noted_on_it_and_not_on_another(firm: World, browser: Browser):
    client = browser("anna")
    number = opened(client)
    again = {**CALL, "unique_id": "second", "text": "Er tropft jetzt auch.", "case": number}
    first, second = client.post("/cases/new", data=again), client.post("/cases/new", data=again)
    assert (first.status_code, first.location, second.location) == (
        303,
        f"/cases/{number}",
        f"/cases/{number}",
    )
    with firm.engine.read() as look:
        assert look.session.scalar(select(func.count(Interaction.id))) == 2
        assert look.session.scalar(select(func.count(Case.id))) == 1


def test_open_cases_are_offered_also_where_several_customers_are_found(browser: Browser):
    client = browser("anna")
    first = opened(client)
    client.post("/cases/new", data={**CALL, "phone": "0221 5550101", "unique_id": "second"})
    assert first in client.get("/cases/new?q=Beispiel").text


def test_a_case_shows_the_other_open_cases_of_its_customer(browser: Browser, case: Case):
    client = browser("anna")
    other = opened(client, customer=str(case.customer_id), subject="Noch eine Sache")
    assert case.number in client.get(f"/cases/{other}").text
    assert "Noch eine Sache" in client.get(f"/cases/{case.number}").text


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"phone": "call me"}, "phone"),
        ({"email": "nobody"}, "email"),
        ({"last_name": ""}, "last_name"),
        ({"channel": "pigeon"}, "channel"),
        ({"customer": ""}, "customer"),
    ],
)
def test_what_does_not_fit_comes_back_with_what_was_typed(
    browser: Browser, wrong: dict[str, str], words: str
):
    answer = browser("anna").post("/cases/new", data={**CALL, **wrong})
    assert answer.status_code == 422
    assert f'href="#{words}"' in answer.text
    assert "Kessel" in answer.text


@pytest.mark.parametrize("wrong", [{"process": "nothing"}, {"customer": "999999"}, {"customer": "9" * 40}])
def test_what_is_not_there_is_told_and_nothing_is_lost(browser: Browser, wrong: dict[str, str]):
    answer = browser("anna").post("/cases/new", data={**CALL, **wrong})
    assert answer.status_code in (404, 422)
    assert "hat einen Riss" in answer.text


def test_a_customers_data_are_changed_and_addresses_added_and_removed(
    firm: World, browser: Browser, case: Case
):
    client, page = browser("anna"), f"/customers/{case.customer_id}"
    data = {"kind": "person", "last_name": "Muster", "gender_address": "Frau", "language": "en"}
    assert client.post(page, data=data).status_code == 303
    assert client.post(f"{page}/addresses", data={"address": "0221 5550199"}).status_code == 303
    there = client.get(page).text
    assert "+492215550199" in there
    assert "Quelle: Anna" in there  # by name, not by login
    assert "das lässt sich nicht rückgängig machen" in there
    with firm.engine.read() as look:
        phone = look.session.scalar(select(Identifier.id).where(Identifier.kind == "phone"))
    assert client.post(f"{page}/addresses/{phone}/remove").status_code == 303
    assert client.post(f"{page}/addresses/{phone}/remove").status_code == 409
    assert "Muster" in client.get(page).text


def test_an_address_of_somebody_else_is_refused_by_name(firm: World, browser: Browser, case: Case):
    other = firm.receive(mail(sender="Otto Muster <otto@example.org>", message_id="<2@example.org>"))
    answer = browser("anna").post(
        f"/customers/{case.customer_id}/addresses", data={"address": "otto@example.org"}, headers=ENGLISH
    )
    assert answer.status_code == 409
    assert "Otto Muster" in answer.text
    assert other.customer_id != case.customer_id


def test_a_case_to_which_very_much_was_written_still_opens(firm: World, browser: Browser):
    case = firm.receive(mail(subject="Kessel 0"))
    for number in range(1, 21):
        again = {"subject": f"Kessel {number} {case.number}", "message_id": f"<again{number}@example.org>"}
        firm.receive(mail(**again))
    page = browser("anna").get(f"/cases/{case.number}", headers=ENGLISH).text
    assert page.count("<summary>Kessel") == 15
    assert "<summary>Kessel 20" in page
    assert "Show all messages" in page
    assert browser("anna").get(f"/cases/{case.number}?all=1").text.count("<summary>Kessel") == 21


def test_a_file_is_kept_and_never_shown(firm: World, browser: Browser):
    """A page that a customer sent must not run as one of ours."""
    raw = (
        b"From: Mara <mara@example.org>\r\nTo: service@firm.example\r\nSubject: Foto\r\n"
        b"Message-ID: <3@example.org>\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSiehe Anhang\r\n'
        b'--b\r\nContent-Type: text/html; name="x.html"\r\nContent-Disposition: attachment; filename="x.html"\r\n\r\n'
        b"<script>alert(1)</script>\r\n--b--\r\n"
    )
    case = firm.receive(raw)
    client = browser("anna")
    link = client.get(f"/cases/{case.number}").text.split("/documents/")[1].split('"')[0]
    answer = client.get(f"/cases/{case.number}/documents/{link}")
    assert answer.mimetype == "application/octet-stream"
    assert "attachment" in answer.headers["Content-Disposition"]
    other = firm.receive(mail())
    assert client.get(f"/cases/{other.number}/documents/{link}").status_code == 404


def test_a_page_reads_its_case_and_its_names_once(firm: World, browser: Browser, case: Case):
    anna = browser("anna")
    anna.get(f"/cases/{case.number}")
    firm.engine.library.refresh(now=True)
    with statements(firm.engine.database) as seen:
        anna.get(f"/cases/{case.number}")
    assert len(seen) <= MOST, "\n".join(seen)
    assert sum(" FROM users" in " ".join(each.split()) for each in seen) == 1  # who asks; names are known
