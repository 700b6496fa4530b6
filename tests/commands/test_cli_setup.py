"""Setting up: the database, what is deployed, who works here; and that programs can read every answer."""

import json
import re
import shutil
from pathlib import Path

import pytest

from cpm import calendars
from cpm.cli import shipped
from cpm.settings import SHIPPED
from tests.commands.cli import DEMO, Cpm, ready
from tests.databases import Databases

COMPLAINT = SHIPPED / "processes" / "complaint"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def databases(request: pytest.FixtureRequest) -> Databases:
    """Both kinds, but only one of them when it must be quick."""
    found: Databases = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def cpm(database_url: str, tmp_path: Path) -> Cpm:
    return ready(database_url, tmp_path)


def test_init_makes_everything_and_a_second_time_nothing(empty_database_url: str, tmp_path: Path) -> None:
    (tmp_path / "cpm.db").touch()
    cpm = Cpm(empty_database_url, tmp_path)

    first, second = cpm.json("init"), cpm.json("init")

    assert {made["key"] for made in first["processes"]} == {
        *("complaint", "approval", "intake", "order", "order_ways", "dunning"),
    }
    assert set(first["teams"]) == set(calendars.TEAMS)
    assert (second["processes"], second["resources"], second["teams"]) == ([], [], [])


def test_init_makes_the_folder_of_its_database(tmp_path: Path) -> None:
    file = tmp_path / "some" / "where" / "cpm.db"

    Cpm(f"sqlite:///{file}", tmp_path)("init")

    assert file.exists()


def test_init_counts_what_it_put_in_force(tmp_path: Path) -> None:
    told = Cpm(f"sqlite:///{tmp_path / 'cpm.db'}", tmp_path)("init")

    assert "Put in force: 6 processes, " in told
    assert len(told.splitlines()) == 2


def test_every_team_that_has_hours_has_its_names() -> None:
    assert set(shipped.TEAM_NAMES) == set(calendars.TEAMS)


def test_a_team_keeps_the_name_it_was_given(cpm: Cpm) -> None:
    cpm("team", "add", "service", "--de", "Hotline", "--en", "Hotline", "--calendar", "service")
    cpm("init")

    assert [team["name"] for team in cpm.json("team", "list") if team["key"] == "service"] == ["Hotline"]


def test_a_changed_process_is_deployed_as_its_next_version(cpm: Cpm, tmp_path: Path) -> None:
    folder = tmp_path / "complaint"
    shutil.copytree(COMPLAINT, folder)
    texts = folder / "texts" / "en.toml"
    texts.write_text(texts.read_text().replace('name = "Check the facts"', 'name = "Look closely"'))

    deployed = cpm.json("deploy", folder)

    assert deployed["processes"] == [{"key": "complaint", "version": 2}]
    assert deployed["resources"] == [{"kind": "texts", "key": "complaint.en", "version": 2}]
    cpm("receive", DEMO / "complaint-german.eml")
    assert [line["title"] for line in cpm.json("tasks")] == ["Look closely"]
    assert "in force already" in cpm("deploy", folder)


def test_texts_are_known_by_their_place_even_when_named_alone(cpm: Cpm) -> None:
    assert "in force already" in cpm("deploy", COMPLAINT / "texts" / "de.toml")


def test_files_are_checked_without_a_database(tmp_path: Path) -> None:
    cpm = Cpm(f"sqlite:///{tmp_path}/none.db", tmp_path)
    assert "Nothing speaks against it" in cpm("check", COMPLAINT)

    model = tmp_path / "complaint.bpmn"
    model.write_text(
        (COMPLAINT / "complaint.bpmn").read_text().replace('formId="check_facts"', 'formId="gone"')
    )

    assert "form 'gone'" in cpm("check", model, code=1)
    assert not (tmp_path / "none.db").exists()


def test_users_come_change_and_leave(cpm: Cpm) -> None:
    cpm("user", "change", "anna", "--role", "supervisor", "--team", "finance", "--team", "privacy")

    [anna] = [user for user in cpm.json("user", "list") if user["login"] == "anna"]
    assert (anna["roles"], anna["teams"], anna["active"]) == (["supervisor"], ["finance", "privacy"], True)

    cpm("user", "change", "anna", "--inactive")
    cpm("receive", DEMO / "complaint-german.eml")
    cpm("claim", 1, "--as", "anna", code=1)
    assert "Expected an active user" in cpm.complaint


def test_a_login_that_does_not_fit_or_is_taken_is_refused(cpm: Cpm) -> None:
    cpm("user", "add", "Anna!", code=1)
    assert "Expected a login" in cpm.complaint
    cpm("user", "add", "anna", code=1)
    assert "there is one already" in cpm.complaint
    cpm("user", "add", "dan", "--team", "nobodys", code=1)
    assert "Expected to find team nobodys" in cpm.complaint


def test_the_demo_data_are_loaded_once(cpm: Cpm) -> None:
    first, second = cpm.json("demo", "--load-only"), cpm.json("demo", "--load-only")

    assert first == second
    assert {"agent", "supervisor", "task", "case", "incident"} <= first.keys()
    assert len(cpm.json("case", "list")) == 7
    assert len(cpm.json("mail", "quarantined")) == 1
    addresses = [address for line in cpm.json("case", "list") for address in _addresses(cpm, line["case"])]
    nobodys = re.compile(r".*@example\.(com|org)|\+492214710\d{3}")  # numbers kept free for films
    assert all(nobodys.fullmatch(address) for address in addresses)
    assert list(first["web_forms"]) == ["order", "complaint"]
    assert first["web_forms"]["order"] in cpm("demo", "--load-only"), "its address is printed"
    demo_users = [user for user in cpm.json("user", "list") if user["login"].startswith("demo.")]
    assert len(demo_users) == 9
    assert all("Demo" in user["name"] for user in demo_users)


def _addresses(cpm: Cpm, number: str) -> list[str]:
    found: list[str] = cpm.json("case", "show", number)["addresses"]
    return found


def test_every_answer_can_be_read_by_a_program(cpm: Cpm, tmp_path: Path) -> None:
    cpm("demo", "--load-only")
    quarantined = cpm.json("mail", "quarantined")[0]["id"]
    user, case, incident = ("--as", "demo.agent"), "C-000001-3", 1

    for command in (
        ("init",),
        ("deploy", COMPLAINT),
        ("check", COMPLAINT),
        ("receive", DEMO / "complaint-german.eml"),
        ("tasks",),
        ("tasks", *user),
        ("task", 1),
        ("claim", 1, *user),
        ("release", 1, *user),
        ("case", "list"),
        ("case", "show", case),
        ("journal", case),
        ("journal", case, "--lang", "de"),
        ("incident", "list"),
        ("incident", "show", incident),
        ("mail", "quarantined"),
        ("mail", "show", quarantined),
        ("user", "list"),
        ("user", "add", "new.user"),
        ("user", "change", "new.user", "--name", "New"),
        ("user", "password", "new.user"),
        ("user", "unlock", "new.user"),
        ("absence", "add", "new.user", "--from", "2030-01-01", "--until", "2030-01-01"),
        ("absence", "list"),
        ("absence", "remove", 1),
        ("token", "create", "new.user", "--name", "x", "--scope", "cases:read"),
        ("token", "list"),
        ("token", "revoke", 1),
        ("audit",),
        ("team", "list"),
        ("team", "add", "roof", "--de", "Dach", "--en", "Roof"),
        ("team", "remove", "roof"),
        ("demo", "--load-only"),
    ):
        json.loads(cpm(*command, "--json"))


def test_everything_is_said_in_german_too(cpm: Cpm) -> None:
    cpm("demo", "--load-only")
    german = ("--lang", "de")

    assert "Vorgang" in cpm("tasks", *german)
    assert "Sagen" in cpm("task", 1, *german)
    assert "Gefahr beim Kunden" in cpm("incident", "list", *german)
    assert "Ein anderes Team übernimmt" in cpm("incident", "show", 1, *german)
    assert "Kundenservice" in cpm("team", "list", *german)
    assert "Kunde" in cpm("case", "show", "C-000001-3", *german)
    assert "Abgelegt" not in cpm("receive", DEMO / "complaint-german.eml", *german)


def test_initialising_again_keeps_what_somebody_deployed(cpm: Cpm, tmp_path: Path) -> None:
    table = tmp_path / "goodwill.dmn"
    table.write_bytes((SHIPPED / "rules" / "goodwill.dmn").read_bytes() + b"\n")
    cpm("deploy", table)
    assert "your version stays: rules/goodwill.dmn" in cpm("init")
    assert cpm.json("init")["kept"] == ["rules/goodwill.dmn"]
