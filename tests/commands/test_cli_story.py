"""The whole straight way, typed: a mail comes in, people work, the answer leaves, the customer agrees."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from pathlib import Path

import pytest

from cpm.channels.smtp_sink import sink
from tests.commands.cli import COMPLAINT, DEMO, Cpm, ready
from tests.databases import Databases


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def databases(request: pytest.FixtureRequest) -> Databases:
    """Both kinds, but only one of them when it must be quick."""
    found: Databases = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def post(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """The port of a mail sink and the folder it fills."""
    folder = tmp_path / "mail"
    with sink(folder) as server:
        yield server.port, folder


@pytest.fixture
def cpm(database_url: str, tmp_path: Path, post: tuple[int, Path]) -> Cpm:
    return ready(database_url, tmp_path, {"CPM_SMTP_PORT": str(post[0])})


@pytest.fixture
def answered(cpm: Cpm) -> Cpm:
    """A voucher is offered, and its answer has left."""
    assert cpm("receive", DEMO / "complaint-german.eml") == "Filed: C-000001-3\n"
    cpm("work", "--once")
    cpm.do("Check the facts", "anna", "--set", "cause=service_conduct", "--set", "damage_text=Kam zu spät")
    offer = ("--set", "remedy=voucher", "--set", "goodwill_amount=50", "--set", "reason=Als kleine Geste")
    cpm.do("Choose the remedy", "anna", *offer)
    cpm.do("Write the answer", "anna", "--set", "answer_channel=email", "--prefilled")
    cpm("work", "--once")
    return cpm


def reply(folder: Path) -> str:
    """The customer's answer to the newest mail that went out."""
    newest = message_from_bytes(max(folder.glob("*.eml")).read_bytes())
    text = (DEMO / "reply-template.eml").read_text()
    filled = {"message_id": newest["Message-ID"], "subject": "Ihr Angebot", "number": "1"}
    for name, value in {**filled, "date": "Mon, 23 Nov 2026 09:00:00 +0100"}.items():
        text = text.replace(f"{{{{{name}}}}}", value)
    return text


def test_a_complaint_goes_all_the_way(answered: Cpm, post: tuple[int, Path]) -> None:
    assert answered("receive", "-", given=reply(post[1])) == "Filed: C-000001-3\n"
    answered.do("Read the reply", "anna", "--set", "reply_kind=accepted")

    case = answered.json("case", "show", "C-000001-3")
    assert (case["case"]["state"], case["case"]["outcome"]) == ("closed", "settled")
    assert [message["direction"] for message in case["messages"]] == ["in", "out", "out", "in"]
    assert (case["tasks"], case["waiting"], case["incidents"]) == ([], [], [])


def test_the_journal_tells_it_to_somebody_who_speaks_german(answered: Cpm, post: tuple[int, Path]) -> None:
    answered("receive", "-", given=reply(post[1]))
    answered.do("Read the reply", "anna", "--set", "reply_kind=accepted")

    told = " ".join(answered("journal", "C-000001-3", "--lang", "de").split())

    for sentence in (
        "Posteingang: Nachricht von mara.beispiel@example.org eingegangen (E-Mail): „Beschwerde über Ihren Techniker“.",
        "Anna Agentin: Aufgabe „Sachverhalt prüfen“ übernommen.",
        "Ursache: Verhalten Was ist passiert?: Kam zu spät",
        "System: Die Tabelle „Kulanzgrenzen“ hat entschieden (Zeile 7): Freigabe: nicht nötig",
        "Betrag: 50,00 €",
        "System: „Antwort senden“ ist erledigt (Mailserver).",
        "System: Frist gesetzt: „3 Tage ohne Nachricht“",
        "Posteingang: Darauf hat der Vorgang gewartet: „Kunde meldet sich“.",
        "System: Der Vorgang ist abgeschlossen: gelöst.",
    ):
        assert sentence in told
    assert "{" not in told


def test_the_journal_tells_it_in_english_too(answered: Cpm) -> None:
    told = " ".join(answered("journal", "C-000001-3").split())

    assert "Inbox: Case “Beschwerde über Ihren Techniker” opened for" in told
    assert "Anna Agentin: Completed the task “Choose the remedy”. Remedy: Voucher Amount: €50.00" in told
    assert "System: The table “Limits of goodwill” decided (row 7): Approval: not needed" in told


def test_a_step_that_the_demo_connector_did_says_so(cpm: Cpm) -> None:
    cpm("receive", "-", given=COMPLAINT)
    facts = ("--set", "cause=missing_item", "--set", "damage_text=Two filters", "--set", "order_no=100235")
    cpm.do("Check the facts", "anna", *facts)
    cpm.do("Choose the remedy", "anna", "--set", "remedy=deliver", "--set", "reason=Delivery note agrees")
    cpm("work", "--once")

    told = " ".join(cpm("journal", "C-000001-3").split())

    assert "“Order the replacement” is done (ERP: demo connector, no real system)." in told


def test_a_task_says_what_to_say_and_what_is_asked(cpm: Cpm) -> None:
    cpm("receive", DEMO / "complaint-german.eml")

    page = cpm("task", cpm.task("Check the facts", who="anna"))

    assert "danke, dass Sie uns das sagen" in page
    assert "see photos and delivery note" in page
    assert "cause*  Cause" in page
    assert "service_conduct=Conduct" in page
    assert "Er war um\n" in page
    assert "legal_threat  Lawyer, press or authority" in page


def test_an_answer_begins_with_its_block_in_the_customers_language(cpm: Cpm) -> None:
    cpm("receive", DEMO / "complaint-german.eml")
    cpm.do("Check the facts", "anna", "--set", "cause=service_conduct", "--set", "damage_text=Frech")
    cpm.do("Choose the remedy", "anna", "--set", "remedy=apology", "--set", "reason=Nur ein Wort fehlte")

    view = cpm.json("task", cpm.task("Write the answer", who="anna"))

    [answer] = [field for field in view["fields"] if field["key"] == "answer"]
    assert "danke für Ihre offenen Worte" in answer["shown"]
    assert "{{" not in answer["shown"]
    assert view["fields"][1]["shown"] == "Beschwerde über Ihren Techniker"


def test_above_the_limit_a_supervisor_decides(cpm: Cpm) -> None:
    cpm("receive", DEMO / "complaint-german.eml")
    cpm.do("Check the facts", "anna", "--set", "cause=service_conduct", "--set", "damage_text=Frech")
    offer = ("--set", "remedy=voucher", "--set", "goodwill_amount=120", "--set", "reason=Als große Geste")
    cpm.do("Choose the remedy", "anna", *offer)

    page = cpm("task", cpm.task("Approve", who="sue"))
    assert "€120.00" in page
    assert "Als große Geste" in page

    refusal = ("--set", "approved=no", "--set", "approval_reason=30 EUR genügen")
    cpm.do("Approve", "sue", *refusal)
    assert "30 EUR genügen" in cpm("task", cpm.task("Choose the remedy", who="anna"))


def test_a_worklist_has_ones_own_and_the_teams_work(cpm: Cpm) -> None:
    cpm("receive", DEMO / "complaint-german.eml")
    cpm("receive", DEMO / "complaint-english.eml")

    cpm("claim", 1, "--as", "anna")

    def mine(*options: str) -> list[int]:
        return [line["id"] for line in cpm.json("tasks", *options)]

    assert len(mine("--as", "anna")) == 2
    assert len(mine("--as", "cleo")) == 1
    assert mine("--as", "ben") == []
    assert len(mine("--as", "sue", "--all")) == len(mine()) == 2
    assert "Expected a supervisor" in cpm.run("tasks", "--as", "ben", "--all").stderr


def test_what_is_urgent_comes_first(cpm: Cpm) -> None:
    cpm("receive", DEMO / "complaint-german.eml")
    cpm("receive", DEMO / "complaint-danger.eml")

    titles = [line["title"] for line in cpm.json("tasks")]

    assert titles[-2:] == ["Check the facts", "Check the facts"]
    assert "Danger at the customer's" in titles[:2]


def test_a_released_task_is_free_again(cpm: Cpm) -> None:
    cpm("receive", DEMO / "complaint-german.eml")
    task = cpm.task("Check the facts", who="anna")
    cpm("claim", task, "--as", "anna")

    assert "Gave back the task" in cpm("release", task, "--as", "anna")

    [line] = cpm.json("tasks", "--as", "anna")
    assert (line["state"], line["assignee"]) == ("ready", None)


def test_data_come_from_a_file_and_are_outvoted_by_what_is_typed(cpm: Cpm) -> None:
    cpm("receive", DEMO / "complaint-german.eml")
    task = cpm.task("Check the facts", who="anna")
    cpm("claim", task, "--as", "anna")

    data = '{"cause": "late", "damage_text": "From the file", "claim_amount": 12.30}'
    cpm("complete", task, "--as", "anna", "--data", "-", "--set", "cause=service_conduct", given=data)

    case = cpm.json("case", "show", "C-000001-3")
    assert (case["data"]["cause"], case["data"]["damage_text"]) == ("service_conduct", "From the file")
    assert case["data"]["claim_amount"] == "12.30"


def test_cases_are_found_by_state_team_and_customer(cpm: Cpm) -> None:
    cpm("receive", DEMO / "complaint-german.eml")
    cpm("receive", DEMO / "complaint-english.eml")

    def found(*options: str) -> list[str]:
        return [line["case"] for line in cpm.json("case", "list", *options)]

    assert found() == ["C-000002-1", "C-000001-3"]
    assert found("--customer", "beispiel") == ["C-000001-3"]
    assert (
        found("--customer", "Kim Vorlage") == found("--customer", "kim.vorlage@example.org") == ["C-000002-1"]
    )
    assert found("--customer", "%") == found("--state", "closed") == found("--team", "finance") == []
    assert len(found("--state", "open", "--team", "service")) == 2


def test_a_parked_task_says_until_when(cpm: Cpm) -> None:
    cpm("receive", DEMO / "complaint-german.eml")
    cpm("work", "--once")
    cpm("claim", 1, "--as", "anna")
    day = datetime.now(UTC).date() + timedelta(days=30)  # the clock of the command line is the real one
    told = cpm("park", 1, "--until", f"{day} 09:00", "--reason", "The driver is back then", "--as", "anna")
    assert f"until {day.day} {day:%b %Y}, 09:00: The driver" in told
    assert "Took up the parked task" in cpm("unpark", 1, "--as", "anna")
