"""What the standard path did not foresee, typed: look, ask, hand over, correct, and the case goes on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cpm.channels.smtp_sink import sink
from tests.commands.cli import DEMO, Cpm, ready
from tests.databases import Sqlite


@pytest.fixture
def databases(sqlite: Sqlite) -> Sqlite:
    """One kind is enough here: the story is told on both."""
    return sqlite


@pytest.fixture
def cpm(database_url: str, tmp_path: Path) -> Iterator[Cpm]:
    with sink(tmp_path / "mail") as server:
        yield ready(database_url, tmp_path, {"CPM_SMTP_PORT": str(server.port)})


@pytest.fixture
def refused(cpm: Cpm) -> int:
    """The customer's address does not take our mail; the id of the incident."""
    cpm("receive", DEMO / "complaint-refused.eml")
    cpm("work", "--once")
    [line] = cpm.json("incident", "list")
    return int(line["id"])


@pytest.fixture
def held(cpm: Cpm, tmp_path: Path) -> int:
    """Anna's task does not fit; the id of the incident."""
    cpm("receive", DEMO / "complaint-german.eml")
    task = cpm.task("Check the facts", who="anna")
    cpm("claim", task, "--as", "anna")
    photo = tmp_path / "photo.png"
    photo.write_bytes(b"a picture")
    special = ("--kind", "third_party", "--note", "The carrier's insurer wrote", "--set", "insurer=Demo AG")
    said = cpm.json("incident", "declare", task, *special, "--attach", photo, "--as", "anna")
    assert [entry["what"] for entry in said["entries"]] == [
        "case.steered",
        "incident.raised",
        "document.added",
    ]
    return int(said["incident"])


def test_an_incident_says_what_happened_and_what_each_remedy_does(cpm: Cpm, refused: int) -> None:
    page = cpm("incident", "show", refused)

    assert "The mail server does not take this address" in page
    assert "550 5.1.1" in page
    assert "correct: Put data right; then the step is done again with them." in page
    behind = cpm.json("incident", "show", refused)["correctable"]
    assert behind["email"] == "refuse.ruecklauf@example.org"


def test_a_corrected_address_lets_the_mail_leave(cpm: Cpm, refused: int, tmp_path: Path) -> None:
    right = ("--remedy", "correct", "--set", "email=rita@example.org", "--as", "sue")

    preview = cpm("incident", "resolve", refused, *right, "--preview")
    assert "E-mail address: rita@example.org" in preview
    assert "“Confirm receipt” is under way" in preview
    assert len(cpm.json("incident", "list")) == 1

    assert cpm("incident", "resolve", refused, *right) == preview
    cpm("work", "--once")
    assert cpm.json("incident", "list") == []
    [mail] = (tmp_path / "mail").glob("*.eml")
    assert "rita@example.org" in mail.read_text()


def test_what_is_typed_for_a_variable_is_checked_by_its_form(cpm: Cpm, refused: int) -> None:
    cpm(
        "incident",
        "resolve",
        refused,
        "--remedy",
        "correct",
        "--set",
        "claim_amount=much",
        "--as",
        "sue",
        code=1,
    )
    assert "claim_amount: “Amount claimed” must be a number" in cpm.complaint

    supply = ("incident", "resolve", refused, "--remedy", "supply", "--note", "Told by phone", "--as", "sue")
    cpm(*supply, "--set", "goodwill_count_12m=3", code=1)
    assert "goodwill_count_12m: is the engine's own" in cpm.complaint
    cpm(*supply, "--set", "claim_amount=12.5")
    assert cpm.json("case", "show", "C-000001-3")["data"]["claim_amount"] == "12.5"


def test_a_remedy_that_is_not_offered_or_lacks_its_note_is_refused(cpm: Cpm, refused: int) -> None:
    cpm("incident", "resolve", refused, "--remedy", "retry", "--as", "sue", code=1)
    assert "Expected one of the remedies of incident" in cpm.complaint
    cpm("incident", "resolve", refused, "--remedy", "skip", "--as", "sue", code=1)
    assert "Expected a note" in cpm.complaint
    cpm("incident", "resolve", refused, "--remedy", "skip", "--note", "Told by phone", "--as", "tom", code=1)
    assert "Expected tom to be in team" in cpm.complaint
    cpm("incident", "resolve", refused, "--remedy", "magic", "--as", "sue", code=2)


def test_a_case_is_ended_by_hand_with_its_reason(cpm: Cpm, refused: int) -> None:
    end = ("--remedy", "end", "--note", "Customer withdrew by phone", "--outcome", "withdrawn")
    cpm("incident", "resolve", refused, *end, "--as", "sue")

    told = " ".join(cpm("journal", "C-000001-3").split())
    assert "The case was ended by hand. Reason: Customer withdrew by phone." in told
    assert "System: The case is closed: withdrawn." in told


def test_an_agent_declares_what_does_not_fit_and_goes_on_where_they_left(cpm: Cpm, held: int) -> None:
    view = cpm.json("incident", "show", held)
    assert (
        view["what"] == "Reported as a special case: Third party involved (insurer, carrier, representative)."
    )
    assert view["message"] == "The carrier's insurer wrote"
    assert view["facts"]["insurer"] == "Demo AG"
    assert view["documents"] == ["photo.png"]

    cpm("incident", "resolve", held, "--remedy", "retry", "--as", "sue")

    facts = ("--set", "cause=service_conduct", "--set", "damage_text=Frech")
    [line] = cpm.json("tasks", "--as", "anna")
    cpm("complete", line["id"], *facts, "--as", "anna")
    told = " ".join(cpm("journal", "C-000001-3").split())
    assert "The task “Check the facts” goes on where it left, with Anna Agentin." in told


def test_others_are_asked_and_their_answer_is_there(cpm: Cpm, held: int) -> None:
    cpm("incident", "ask", held, "--title", "Was the van late?", "--team", "field_service", "--as", "sue")
    cpm("incident", "resolve", held, "--remedy", "retry", "--as", "sue", code=1)
    assert "is still open for field_service" in cpm.complaint

    cpm.do("Was the van late?", "tom", "--set", "note=By three hours")

    assert "By three hours" in cpm("incident", "show", held)
    assert "Answered “Was the van late?”: By three hours." in " ".join(cpm("journal", "C-000001-3").split())
    cpm("incident", "resolve", held, "--remedy", "retry", "--as", "sue")


def test_another_team_takes_over(cpm: Cpm, held: int) -> None:
    view = cpm.json("incident", "show", held)
    if "handover" not in dict(view["remedies"]):
        pytest.fail("exceptions.dmn should offer to hand over a special case")

    cpm(
        "incident",
        "resolve",
        held,
        "--remedy",
        "handover",
        "--team",
        "finance",
        "--note",
        "Money",
        "--as",
        "sue",
    )

    assert [line["team"] for line in cpm.json("incident", "list")] == ["finance"]
    assert cpm.json("incident", "list", "--as", "tom") == []
    assert "handed over from" in " ".join(cpm("journal", "C-000001-3").split())


def test_a_task_for_an_incident_leads_to_it(cpm: Cpm, refused: int) -> None:
    task = cpm.task("Address does not accept mail", who="anna")

    assert f"cpm incident show {refused}" in cpm("task", task)
    cpm("claim", task, "--as", "anna")
    cpm("complete", task, "--as", "anna", code=1)
    assert f"cpm incident resolve {refused}" in cpm.complaint
