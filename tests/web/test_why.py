"""Why is this on my desk? The decisions behind a task, a case and an exception, in plain words."""

import re
from datetime import timedelta

import pytest

from cpm.commands import definitions
from cpm.model import Case, Event
from cpm.queries import due_words
from tests.clock import FakeClock
from tests.commands.test_incidents import about_to_answer
from tests.commands.test_robust_steering import of_one_row
from tests.commands.test_spine import FACTS, answered, reply
from tests.commands.test_triage import begun, choose, vague
from tests.office import REFUSED
from tests.web.conftest import Browser
from tests.world import World, mail

GERMAN, ENGLISH = {"Accept-Language": "de"}, {"Accept-Language": "en"}


@pytest.fixture
def case(firm: World) -> Case:
    found = firm.receive(mail())
    assert found is not None
    return found


def reasons(page: str) -> str:
    """The text of the disclosure, blanks joined."""
    [found] = re.findall(r'<details class="panel why">(.*?)</details>', page, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", found).replace("\u00a0", " ").split())


def task_page(firm: World, case: Case, element: str = "check_facts") -> str:
    return f"/cases/{case.number}/tasks/{firm.step(case, element).id}"


def test_a_task_tells_table_row_facts_outcome_and_how_its_time_was_counted(
    firm: World, browser: Browser, case: Case
):
    found = reasons(browser("anna").get(task_page(firm, case), headers=GERMAN).text)
    assert found.startswith("Warum liegt das bei mir?")
    assert "Entschieden nach der Tabelle „Zuständigkeit“ (Zeile 6)." in found
    assert "Team service" in found
    assert "Dringlichkeit 55" in found
    assert "Frist 3 Geschäftstage" in found
    assert (
        "Gezählt ab 02.03.2026, 09:00 Uhr: 3 Geschäftstage (Servicezeiten); fällig 05.03.2026, 18:00 Uhr."
        in found
    )
    assert "Schritt Sachverhalt" in found
    assert "Version 1 der Tabelle" in found


def test_and_so_in_english(firm: World, browser: Browser, case: Case):
    found = reasons(browser("anna").get(task_page(firm, case), headers=ENGLISH).text)
    assert found.startswith("Why is this on my desk?")
    assert "Counted from 2 Mar 2026, 09:00: 3 business days (service hours); due 5 Mar 2026, 18:00." in found


def test_the_designers_note_at_the_row_is_told(firm: World, browser: Browser):
    case = firm.receive(mail(text="Es riecht nach Rauch"))
    found = reasons(browser("anna").get(f"/cases/{case.number}", headers=GERMAN).text)
    assert "Anmerkung zu Zeile 4: Gefahr geht vor. „rauch“ trifft nicht „Verbraucher“." in found
    assert "Entschieden nach der Tabelle „Kundenwert“" in found


def test_what_the_process_decided_stands_on_the_page_of_the_case(firm: World, browser: Browser, case: Case):
    firm.do(case, "check_facts", "anna", FACTS)
    found = reasons(browser("anna").get(f"/cases/{case.number}", headers=GERMAN).text)
    decided = [one for one in firm.journal(case) if one.what == "decision.made"]
    assert decided
    assert found.count("hat entschieden") == len(decided)


def test_an_exception_tells_which_row_routed_it(firm: World, browser: Browser):
    case = about_to_answer(firm)
    firm.post.outcomes = [REFUSED]
    firm.drain()
    incident = firm.incident(case)
    found = reasons(browser("anna").get(f"/exceptions/{incident.id}", headers=GERMAN).text)
    assert "Entschieden nach der Tabelle „Ausnahmen“ (Zeile 5)" in found
    assert "4 Geschäftsstunden" in found


def test_what_no_table_decided_says_so(firm: World, browser: Browser, case: Case):
    with firm.engine.begin("test") as uow:
        uow.session.query(Event).where(Event.what == "case.steered").delete()
    found = reasons(browser("anna").get(task_page(firm, case), headers=ENGLISH).text)
    assert "No table has decided this" in found


def test_a_table_that_could_not_be_applied_is_told(firm: World, browser: Browser):
    with firm.engine.begin("test") as uow:
        table = of_one_row("deadlines", first_answer="null", due='element + "x"', calendar='"service"')
        definitions.deploy(uow, {"deadlines.dmn": table})
    firm.engine.library.refresh(now=True)
    case = firm.receive(mail())
    found = reasons(browser("anna").get(task_page(firm, case), headers=GERMAN).text)
    assert "Sie war nicht anwendbar, es gilt die sichere Vorgabe" in found


def test_who_is_not_sure_what_it_is_about_says_so_until_somebody_has_looked(firm: World, browser: Browser):
    case, anna = vague(firm), browser("anna")
    page = anna.get(task_page(firm, case, "triage"), headers=ENGLISH).text
    assert "What this is about was not surely recognised" in page
    choose(firm, case, case_choice="new", concern="complaint", urgency="usual")
    page = anna.get(task_page(firm, begun(firm, case)), headers=ENGLISH).text
    assert "surely recognised" not in page


def test_a_sure_message_needs_no_second_look(firm: World, browser: Browser, case: Case):
    assert "surely recognised" not in browser("anna").get(task_page(firm, case), headers=ENGLISH).text


def test_time_that_the_customer_took_is_told_where_it_does_not_count(
    firm: World, browser: Browser, clock: FakeClock
):
    case = answered(firm)
    sentence = "Die Zeit, in der der Kunde antworten musste, zählt nicht mit."
    assert sentence not in reasons(browser("anna").get(f"/cases/{case.number}", headers=GERMAN).text)
    clock.advance(timedelta(days=1))
    firm.receive(reply(firm, case))
    assert sentence in reasons(browser("anna").get(f"/cases/{case.number}", headers=GERMAN).text)


@pytest.mark.parametrize(
    ("text", "german", "english"),
    [
        ("at once", "sofort", "at once"),
        ("1bh", "1 Geschäftsstunde", "1 business hour"),
        ("0.5bh", "0,5 Geschäftsstunden", "0.5 business hours"),
        ("2bd", "2 Geschäftstage", "2 business days"),
        ("28d", "28 Tage", "28 days"),
        ("1h", "1 Stunde", "1 hour"),
        ("PT15M", "15 Minuten", "15 minutes"),
        ("P1DT2H", "1 Tag 2 Stunden", "1 day 2 hours"),
        ("P", "P", "P"),
        ("soon", "soon", "soon"),
    ],
)
def test_a_span_is_spoken(text: str, german: str, english: str):
    assert (due_words.spoken(text, "de"), due_words.spoken(text, "en")) == (german, english)


def test_a_try_by_itself_is_told_in_words():
    told = [due_words.again("retry after PT45M", language) for language in ("de", "en")]
    assert told == ["noch ein Versuch nach Ablauf von: 45 Minuten", "one more try after 45 minutes"]
    assert due_words.again("soon", "de") == "soon"
