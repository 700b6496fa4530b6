"""People from the command line: passwords, absences, tokens and the audit."""

import stat
import tomllib
from pathlib import Path

import pytest

from cpm import signing_in
from cpm.engine import Engine, open_engine
from cpm.errors import Unauthorized
from tests.commands.cli import Cpm, ready
from tests.databases import Databases
from tests.world import settings


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def databases(request: pytest.FixtureRequest) -> Databases:
    found: Databases = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def cpm(database_url: str, tmp_path: Path) -> Cpm:
    return ready(database_url, tmp_path)


@pytest.fixture
def engine(cpm: Cpm, tmp_path: Path):
    opened = open_engine(settings(tmp_path, database_url=cpm.database_url), {})
    yield opened
    opened.database.close()


def comes(engine: Engine, login: str, password: str) -> signing_in.SignedIn:
    return signing_in.sign_in(engine, login, password, address="192.0.2.1")


def test_a_new_user_gets_a_password_that_is_good_for_once(cpm: Cpm, engine: Engine) -> None:
    made = cpm.json("user", "add", "dan", "--skill", "Solar", "--language", "en")

    assert comes(engine, "dan", made["password"]).must_change
    [dan] = [user for user in cpm.json("user", "list") if user["login"] == "dan"]
    assert (dan["skills"], dan["language"], dan["can_sign_in"]) == (["Solar"], "en", True)
    assert made["password"] not in cpm("user", "list", "--json")
    assert "shown only now" in cpm("user", "add", "eve")


def test_a_password_may_come_from_standard_input(cpm: Cpm, engine: Engine) -> None:
    cpm("user", "add", "dan", "--password-stdin", "--permanent", given="three red kites\n")
    assert not comes(engine, "dan", "three red kites").must_change
    assert "three red kites" not in cpm(
        "user", "password", "dan", "--password-stdin", given="two red kites \n"
    )
    assert comes(engine, "dan", "two red kites ").must_change
    cpm("user", "password", "dan", "--password-stdin", given="dan\n", code=1)
    assert "hard to guess" in cpm.complaint
    cpm("user", "password", "dan", "--password-stdin", given="", code=1)
    cpm("user", "password", "nobody", code=1)


def test_without_a_password_nobody_signs_in(cpm: Cpm, engine: Engine) -> None:
    assert "assword" not in cpm("user", "add", "dan", "--no-password")
    with pytest.raises(Unauthorized):
        comes(engine, "dan", "")
    assert "no password" in cpm("user", "list")


def test_a_locked_user_is_listed_and_unlocked(cpm: Cpm, engine: Engine) -> None:
    for _ in range(5):
        with pytest.raises(Unauthorized):
            comes(engine, "anna", "wrong")
    assert "locked" in cpm("user", "list")
    cpm("user", "unlock", "anna")
    assert "locked" not in cpm("user", "list")


def test_the_last_day_of_an_absence_belongs_to_it(cpm: Cpm) -> None:
    cpm("absence", "add", "anna", "--from", "2030-03-04", "--until", "2030-03-05", "--substitute", "ben")
    cpm("absence", "add", "cleo", "--from", "2030-03-04 12:00", "--until", "2030-03-04 14:30")

    anna, cleo = cpm.json("absence", "list")
    assert (anna["from_at"], anna["until_at"]) == ("2030-03-03T23:00:00+00:00", "2030-03-05T23:00:00+00:00")
    assert cleo["until_at"] == "2030-03-04T13:30:00+00:00"
    assert "ben" in cpm("absence", "list")
    cpm("absence", "add", "ben", "--from", "2030-03-05", "--until", "2030-03-01", code=1)


def test_a_token_is_shown_once(cpm: Cpm) -> None:
    text = cpm.json("token", "create", "anna", "--name", "Report", "--scope", "cases:read")["text"]
    assert text.startswith("cpm_1_")
    assert text not in cpm("token", "list", "--json")
    assert "valid" in cpm("token", "list", "--user", "anna")
    cpm("token", "revoke", 1)
    assert "revoked" in cpm("token", "list")
    cpm("token", "create", "anna", "--name", "x", "--scope", "definitions:write", code=1)


def test_the_audit_tells_who_did_it_at_this_machine(cpm: Cpm) -> None:
    cpm("user", "change", "anna", "--role", "supervisor", "--as", "anna")

    [line] = cpm.json("audit", "--what", "user.changed")["lines"]
    assert line["actor"] == "cpm user (anna)"
    assert "Anna Agentin geändert; Rollen: supervisor." in cpm("audit", "--lang", "de")
    assert "Older: cpm audit --before" in cpm("audit", "--limit", 1)


def test_the_demo_says_how_to_sign_in_each_time(cpm: Cpm, engine: Engine, tmp_path: Path) -> None:
    first = {person["login"]: person["password"] for person in cpm.json("demo", "--load-only")["people"]}
    second = {person["login"]: person["password"] for person in cpm.json("demo", "--load-only")["people"]}

    assert first == second
    file = tmp_path / "demo-sign-in.toml"
    assert tomllib.loads(file.read_text()) == first
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert not comes(engine, "demo.designer", first["demo.designer"]).must_change
    page = cpm("demo", "--load-only", "--lang", "de")
    assert first["demo.integrator"] in page
    assert "http://127.0.0.1:8080" in page


def test_the_demo_makes_new_passwords_when_theirs_are_lost(cpm: Cpm, engine: Engine, tmp_path: Path) -> None:
    first = {person["login"]: person["password"] for person in cpm.json("demo", "--load-only")["people"]}
    (tmp_path / "demo-sign-in.toml").write_text("not = toml = at all")
    second = {person["login"]: person["password"] for person in cpm.json("demo", "--load-only")["people"]}

    assert not set(first.values()) & set(second.values())
    assert comes(engine, "demo.agent", second["demo.agent"])


def test_the_demo_does_not_print_a_password_that_was_changed(cpm: Cpm) -> None:
    cpm("demo", "--load-only")
    cpm("user", "password", "demo.agent")

    agent = cpm.json("demo", "--load-only")["people"][0]
    assert (agent["login"], agent["password"]) == ("demo.agent", None)
    assert "their own choice" in cpm("demo", "--load-only")
