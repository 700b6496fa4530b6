"""What goes wrong is a plain sentence on stderr and an exit code, and never a traceback."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from cpm.cli.mail import ACTOR
from cpm.commands import interactions
from cpm.engine import open_engine
from tests.commands.cli import DEMO, Cpm, ready
from tests.databases import Sqlite, opened
from tests.world import settings


@pytest.fixture
def databases(sqlite: Sqlite) -> Sqlite:
    """One kind is enough here: the story is told on both."""
    return sqlite


@pytest.fixture
def cpm(database_url: str, tmp_path: Path) -> Cpm:
    """A task of Anna's waits; Cleo is a colleague of hers, Ben is none."""
    cpm = ready(database_url, tmp_path)
    cpm("receive", DEMO / "complaint-german.eml")
    return cpm


def refused(cpm: Cpm, *arguments: object, code: int = 1, given: str | None = None) -> str:
    cpm(*arguments, code=code, given=given)
    assert "Traceback" not in cpm.complaint
    return " ".join(cpm.complaint.split())


def test_nobody_acts_without_a_name(cpm: Cpm) -> None:
    assert "give --as USER or set CPM_USER" in refused(cpm, "claim", 1, code=2)


def test_a_user_whom_nobody_knows_may_nothing(cpm: Cpm) -> None:
    assert "Expected an active user to act, but 'eve' is none" in refused(cpm, "claim", 1, "--as", "eve")
    assert "Expected to find user eve" in refused(cpm, "tasks", "--as", "eve")


def test_another_teams_task_stays_theirs(cpm: Cpm) -> None:
    assert "Expected ben to be in team service" in refused(cpm, "claim", 1, "--as", "ben")


def test_a_task_that_is_not_there(cpm: Cpm) -> None:
    for command in (
        ("claim", 99, "--as", "anna"),
        ("task", 99),
        ("incident", "show", 99),
        ("mail", "show", 99),
    ):
        assert "99" in refused(cpm, *command)


def test_two_people_want_one_task(cpm: Cpm) -> None:
    cpm("claim", 1, "--as", "anna")

    assert "anna holds it" in refused(cpm, "claim", 1, "--as", "cleo")


def test_a_mistyped_case_number_is_noticed(cpm: Cpm) -> None:
    assert "its check digit does not fit: mistyped?" in refused(cpm, "journal", "C-000001-4", code=2)
    assert "Expected a case number like C-000042-7" in refused(cpm, "journal", "first", code=2)
    assert "Expected to find case" in refused(cpm, "journal", "C-000042-7")
    assert cpm("journal", "c 0000013")


def test_each_field_that_does_not_fit_has_its_line(cpm: Cpm) -> None:
    cpm("claim", 1, "--as", "anna")

    cpm("complete", 1, "--as", "anna", "--set", "cause=magic", "--set", "claim_amount=much", code=1)

    lines = cpm.complaint.splitlines()
    assert [line.split(":")[0].strip() for line in lines[1:]] == ["cause", "damage_text", "claim_amount"]
    assert "“Amount claimed” must be a number" in cpm.complaint


def test_a_field_that_the_form_lacks_is_named(cpm: Cpm) -> None:
    cpm("claim", 1, "--as", "anna")

    complaint = refused(cpm, "complete", 1, "--as", "anna", "--set", "couse=late", "--lang", "de")

    assert "couse" in complaint


def test_data_that_are_no_json_are_wrong_usage(cpm: Cpm) -> None:
    for given in ("{", "[1]", '{"a": NaN}', "[" * 100_000):
        assert "Expected" in refused(cpm, "complete", 1, "--as", "anna", "--data", "-", code=2, given=given)
    assert "NAME=VALUE" in refused(cpm, "complete", 1, "--as", "anna", "--set", "cause", code=2)


def test_a_malformed_mail_is_kept_with_its_reason_and_can_be_retried(cpm: Cpm) -> None:
    said = cpm("receive", DEMO / "malformed.eml", code=1)
    assert "quarantined: The message does not say who sent it" in said

    [line] = cpm.json("mail", "quarantined")
    assert line["state"] == "quarantined"
    assert "Wer hat das geschrieben?" in cpm("mail", "show", line["id"])
    assert "is quarantined" in cpm("mail", "retry", line["id"], code=1)
    assert "is quarantined" in cpm("receive", DEMO / "malformed.eml", code=1)


def test_a_retry_files_what_has_become_readable(cpm: Cpm) -> None:
    """As after an update that reads what the release before could not."""
    engine = open_engine(settings(cpm.home, database_url=cpm.database_url), {})
    with engine.begin(ACTOR) as uow:
        arrival = interactions.store(uow, (DEMO / "complaint-english.eml").read_bytes(), process="complaint")
        interactions.quarantine(uow, arrival.id, "too hard for us")
    engine.database.engine.dispose()

    assert cpm("mail", "retry", arrival.id) == "Filed: C-000002-1\n"
    assert "Expected message 2 to be quarantined" in refused(cpm, "mail", "retry", arrival.id)


def test_the_same_mail_again_changes_nothing(cpm: Cpm) -> None:
    again = (DEMO / "complaint-german.eml").read_bytes()

    assert cpm("receive", "-", given=again) == "Already filed: C-000001-3\n"
    relayed = b"Received: by relay.example.org\r\n" + again
    assert cpm("receive", "-", given=relayed) == "Already filed: C-000001-3\n"
    assert len(cpm.json("case", "list")) == 1


def test_a_machines_mail_opens_no_case(cpm: Cpm) -> None:
    assert "came from a machine" in cpm("receive", DEMO / "out-of-office.eml")
    assert len(cpm.json("case", "list")) == 1


def test_what_cannot_be_deployed_is_refused_with_file_and_line(cpm: Cpm, tmp_path: Path) -> None:
    broken = tmp_path / "broken.dmn"
    broken.write_text("<definitions>\n<decision>\n</definitions>")

    complaint = refused(cpm, "deploy", broken)

    assert "broken.dmn:3" in complaint
    assert "broken.dmn:3" in cpm("check", broken, code=1)
    assert cpm.json("check", broken, code=1)["findings"][0]["line"] == 3


def test_an_old_a_new_and_an_empty_database_are_told_apart(empty_database_url: str, tmp_path: Path) -> None:
    (tmp_path / "cpm.db").touch()
    cpm = Cpm(empty_database_url, tmp_path)
    assert "it is empty: run `cpm init`" in refused(cpm, "tasks", code=3)
    cpm("init")

    _set_version(empty_database_url, "0001")
    assert "too old, run `cpm init`" in refused(cpm, "tasks", code=3)

    _set_version(empty_database_url, "9999")
    assert "too new" in refused(cpm, "tasks", code=3)
    assert "too new" in refused(cpm, "init", code=3)


def test_a_missing_database_is_not_made_by_looking_at_it(tmp_path: Path) -> None:
    file = tmp_path / "none.db"
    cpm = Cpm(f"sqlite:///{file}", tmp_path)

    assert "there is none: run `cpm init`" in refused(cpm, "tasks", code=3)
    assert not file.exists()


def test_a_file_that_is_no_database_is_a_plain_sentence(tmp_path: Path) -> None:
    file = tmp_path / "letter.db"
    file.write_text("Dear Sir or Madam, " * 100)
    cpm = Cpm(f"sqlite:///{file}", tmp_path)

    assert "should not have happened" not in refused(cpm, "tasks", code=3)


def test_a_server_that_is_away_is_a_plain_sentence(tmp_path: Path) -> None:
    cpm = Cpm("postgresql+psycopg://nobody@127.0.0.1:1/none", tmp_path)

    assert "Expected to use the database" in refused(cpm, "tasks", code=3)


def test_a_locked_database_is_a_plain_sentence(
    sqlite: Sqlite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cpm.database.LOCK_TIMEOUT", timedelta(milliseconds=50))
    with sqlite.fresh(tmp_path) as url, opened(url) as theirs, theirs.write() as other:
        other.execute(text("SELECT 1"))

        complaint = refused(Cpm(url, tmp_path), "claim", 1, "--as", "anna", code=3)

    assert "somebody else has kept it locked" in complaint


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CPM_ZONE", "Mars/Olympus"),
        ("CPM_SMTP_PORT", "http"),
        ("CPM_MAIL_FROM", "nobody"),
        ("CPM_SECRET", "short"),
    ],
)
def test_a_setting_that_does_not_fit_is_named(tmp_path: Path, name: str, value: str) -> None:
    cpm = Cpm(f"sqlite:///{tmp_path}/cpm.db", tmp_path, {name: value})

    assert name in refused(cpm, "init")


def _set_version(url: str, version: str) -> None:
    with opened(url) as database, database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = :version"), {"version": version})


def test_data_that_are_no_file(cpm: Cpm, tmp_path: Path) -> None:
    cpm("claim", 1, "--as", "anna")
    for file, sentence in ((tmp_path, "is a directory"), (tmp_path / "none.json", "does not exist")):
        for command in (("complete", 1), ("incident", "resolve", 1, "--remedy", "retry")):
            assert sentence in refused(cpm, *command, "--as", "anna", "--data", file, code=2)
