"""Whoever intervenes leaves a journal that says, to anybody, how it was before and how it is after."""

from datetime import timedelta

from cpm.commands import incidents, resolutions, tasks
from cpm.connectors import Failed
from cpm.model import Case, Remedy
from cpm.queries import journal
from cpm.queries.journal import Entry
from tests.commands import test_policies as policies
from tests.commands.test_incidents import about_to_answer, refused, resolve
from tests.world import World, mail

DAY = timedelta(days=1)
REPLIES = "Wartet auf eine Nachricht: „Kunde schreibt“"


def told(firm: World, case: Case, what: str, language: str = "de") -> Entry:
    with firm.engine.read() as look:
        found = [each for each in journal.part(look, case, language=language) if each.what == what]
    assert len(found) == 1, f"expected one entry {what}, but there are {len(found)}"
    return found[0]


def test_a_remedy_tells_how_it_was_how_it_is_and_which_data_it_changed(firm: World):
    case, incident = refused(firm)
    resolve(firm, incident, Remedy.CORRECT, data={"email": "mara@example.com"})
    entry = told(firm, case, "incident.resolved")
    assert entry.before == (
        "Ausnahme „Adresse nimmt keine Post an“ (service, fällig 02.03.2026, 13:00 Uhr)",
        "Automatischer Schritt „Antwort senden“ (Mailserver, steht still)",
        REPLIES,
    )
    assert entry.after == ("Automatischer Schritt „Antwort senden“ (Mailserver, steht an)", REPLIES)
    assert entry.details == (("E-Mail-Adresse", "mara@example.com (bisher mara@example.org)"),)
    english = told(firm, case, "incident.resolved", "en")
    assert english.before[1] == "Automatic step “Send the answer” (mail server, stands still)"
    assert english.details == (("E-mail address", "mara@example.com (before: mara@example.org)"),)


def test_handing_over_and_asking_are_told_like_that_too(firm: World):
    case = about_to_answer(firm)
    firm.post.outcomes = [Failed("auth_failed", "535 no")]
    firm.drain()
    incident = firm.incident(case)
    resolve(firm, incident, Remedy.HANDOVER, team="field_service", note="Dort kennt man sich aus.")
    with firm.engine.begin("sue") as uow:
        resolutions.ask(uow, incident.id, title="Adresse nachschlagen", team="service")
    was, becomes = told(firm, case, "incident.handed_over").before, told(firm, case, "task.asked").before
    assert "(operations," in was[0]
    assert "(field_service," in becomes[0]
    asked = set(told(firm, case, "task.asked").after) - set(becomes)
    assert asked == {"Bitte um „Adresse nachschlagen“ (service, fällig 02.03.2026, 10:00 Uhr)"}


def test_after_a_case_is_ended_nothing_is_open(firm: World):
    case, incident = refused(firm)
    resolve(firm, incident, Remedy.END, note="Der Kunde ist verzogen.")
    assert told(firm, case, "incident.resolved").after == ("Nichts ist mehr offen.",)
    assert told(firm, case, "incident.resolved", "en").after == ("Nothing is open any more.",)


def test_a_held_and_a_parked_task_are_told_with_who_has_it(firm: World):
    case = firm.receive(mail())
    firm.drain()
    task = firm.step(case, "check_facts")
    with firm.engine.begin("anna") as uow:
        tasks.claim(uow, task.id)
        tasks.park(uow, task.id, reason="Wartet auf den Fahrer", until=uow.now + DAY)
    with firm.engine.begin("anna") as uow:
        tasks.unpark(uow, task.id)
        incidents.declare(uow, task.id, kind="legal_threat", note="Der Anwalt hat geschrieben.")
    assert ", in Arbeit bei Anna, " in told(firm, case, "task.parked").before[0]
    parked = told(firm, case, "task.parked").after[0]
    assert ", zurückgestellt bis 03.03.2026, 09:00 Uhr bei Anna, " in parked
    assert parked == told(firm, case, "task.unparked").before[0]
    assert ", angehalten bei Anna, " in told(firm, case, "incident.raised").after[0]
    assert ", on hold with Anna, " in told(firm, case, "incident.raised", "en").after[0]


def test_what_a_policy_let_through_shows_what_came_of_it(firm: World):
    """The policy speaks before the act, so its entry is completed when the command is over."""
    case = policies.to_answer(firm)
    task = policies.claimed(firm, case, "write_answer")
    policies.complete(firm, task, policies.BANK, confirmed=frozenset({"bank_data"}))
    warned = told(firm, case, "policy.warned")
    assert warned.before[0].startswith("Aufgabe „Antwort schreiben“ (service, in Arbeit bei Anna")
    assert warned.after == ("Automatischer Schritt „Antwort senden“ (Mailserver, steht an)", REPLIES)


def test_the_ordinary_way_tells_no_before_and_after(firm: World):
    case = about_to_answer(firm)
    with firm.engine.read() as look:
        assert all(entry.before is None for entry in journal.part(look, case))
