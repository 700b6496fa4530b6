"""What a mail is about decides which process begins, for which team and how urgently; who is not sure says so."""

import pytest

from cpm.commands import intake, notes
from cpm.commands.notes import Said
from cpm.model import Case
from cpm.queries import journal, why
from cpm.queries.why import Ground
from tests.commands.test_robust_library import in_force
from tests.commands.test_robust_steering import of_one_row
from tests.world import World, mail

ORDER = "Ich möchte meinen Auftrag stornieren."


def received(firm: World, text: str, *, subject: str = "Guten Tag") -> Case:
    case = firm.receive(mail(subject=subject, text=text))
    assert case is not None
    return case


def heard(firm: World, case: Case) -> Ground:
    with firm.engine.read() as look:
        [found] = [each for each in why.of_case(look, case, "en").grounds if each.decision == "intake"]
        return found


def sentence(firm: World, case: Case, language: str = "de") -> str:
    with firm.engine.read() as look:
        entries = journal.journal(look, case.id, language).entries
    return next(each.sentence for each in entries if each.particulars.get("decision") == "intake")


@pytest.mark.parametrize(
    ("subject", "text", "found"),
    [
        ("Re: Kessel", "Größe: 3 m², „Rauch“!", " re kessel groesse 3 m² rauch "),
        ("", "Straße\n\tÄrger  usw.", " strasse aerger usw "),
        ("A\u0308rger", "Rauch\u00admelder_a", " aerger rauchmelder a "),
        ("", "", "  "),
    ],
)
def test_words_are_plain(subject: str, text: str, found: str):
    assert intake.words(subject, text) == found


def test_words_of_a_long_letter_are_those_of_its_beginning():
    assert len(intake.words("", "ä " * 50_000)) <= 15_002


def test_smoke_is_urgent_and_the_case_of_those_who_come_by(firm: World):
    case = received(firm, "Es riecht nach Rauch. Bitte helfen Sie.")
    assert (case.process, case.team, case.priority) == ("complaint", "field_service", 100)
    found = heard(firm, case)
    assert (found.rows[0].number, found.result["topic"], found.version) == (4, "safety", 1)
    assert " rauch " in found.facts["words"]


def test_a_consumer_is_no_smoke(firm: World):
    case = received(firm, "Der Verbraucher braucht Rat.")
    assert heard(firm, case).rows[0].number == 16
    assert (case.process, case.team) == ("intake", "service")


def test_who_is_not_sure_lets_a_person_look_and_says_so(firm: World):
    case = received(firm, "Hallo, ich bin es.")
    assert case.process == "intake"
    assert "nicht sicher erkannt (0 %): bitte ansehen." in sentence(firm, case).replace("\u00a0", " ")
    assert "not surely recognised (0%): please look." in sentence(firm, case, "en")


def test_a_process_that_is_not_in_force_is_named_and_the_usual_one_begins(firm: World):
    case = received(firm, "Bitte senden Sie mir einen Prospekt.")
    assert (case.process, case.team) == ("complaint", "service")
    assert "Der Prozess „lead“ ist nicht in Kraft. Es bleibt bei „complaint“." in sentence(firm, case)


def test_a_mail_about_a_reminder_begins_no_dunning_and_a_person_looks(firm: World):
    """It says nothing of the invoice; only an ERP or an order begins one."""
    case = received(firm, "Zu Ihrer Zahlungserinnerung: Ich habe schon überwiesen.")
    assert case.process == "intake"
    assert "bitte ansehen." in sentence(firm, case)


def test_a_process_in_force_begins_for_its_team(firm: World):
    case = received(firm, ORDER)
    assert (case.process, case.team, case.priority) == ("order", "order_desk", 75)
    assert "in Kraft" not in sentence(firm, case)


def test_whoever_names_a_process_gets_it(firm: World):
    with firm.engine.begin("anna") as uow:
        said = Said(channel="chat", subject="Storno", text=ORDER)
        case = notes.receive(uow, said, email="mara@example.org", process="complaint").case
    assert case is not None
    assert (case.process, case.team) == ("complaint", "service")
    assert "Es bleibt bei „complaint“." in sentence(firm, case)


def test_the_more_urgent_of_both_counts(firm: World):
    """An angry key customer's complaint is urgent whatever words it has."""
    first = received(firm, "Der Kessel ist kaputt.")
    with firm.engine.begin("anna") as uow:
        uow.get(Case, first.id).customer.key_account = True
    second = firm.receive(mail(message_id="<2@example.org>", text="Wieder kaputt."))
    assert second is not None
    assert (heard(firm, second).result["priority"], second.priority) == (60, 90)
    assert heard(firm, second).facts["customer_value"] == "A"


def test_a_table_that_fails_stops_no_mail(firm: World):
    in_force(
        firm, "intake", of_one_row("intake", process='"complaint"', team='"nobody"', priority="1", sure="1")
    )
    case = received(firm, "Der Kessel ist kaputt.")
    assert (case.process, case.team) == ("complaint", "service")
    assert "intake failed" in heard(firm, case).sentence


def test_a_reply_to_a_case_asks_no_table(firm: World):
    case = received(firm, "Der Kessel ist kaputt.")
    reply = mail(message_id="<2@example.org>", text="Es brennt!", headers={"References": "<1@example.org>"})
    assert (again := firm.receive(reply)) is not None
    assert again.id == case.id
    assert len([each for each in firm.story(case) if each == "case.opened"]) == 1
    heard(firm, case)  # the one of its opening
