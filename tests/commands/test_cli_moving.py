"""Moving and ending a case, typed: look where it stands, see what would come of it, do it."""

from pathlib import Path

import pytest

from tests.commands.cli import DEMO, Cpm, ready
from tests.databases import Sqlite

SUE = ("--as", "sue", "--why", "The facts are known")


@pytest.fixture
def databases(sqlite: Sqlite) -> Sqlite:
    """One kind is enough here: the commands are tested on both."""
    return sqlite


@pytest.fixture
def cpm(database_url: str, tmp_path: Path) -> Cpm:
    made = ready(database_url, tmp_path)
    made("receive", DEMO / "complaint-german.eml")
    return made


@pytest.fixture
def number(cpm: Cpm) -> str:
    [line] = cpm.json("case", "list", "--as", "sue")
    return str(line["case"])


def test_a_preview_changes_nothing_and_the_move_does_what_it_said(cpm: Cpm, number: str):
    move = ("case", "move", number, "--from", "check_facts", "--to", "write_answer", *SUE)
    assert "Write the answer" in cpm(*move, "--preview")
    assert cpm.task("Check the facts", who="anna")
    cpm(*move)
    assert cpm.task("Write the answer", who="anna")
    assert "The facts are known" in cpm("journal", number, "--as", "sue")


@pytest.mark.parametrize("place", ["nowhere", "999", "9" * 5_000], ids=["id", "number", "digits"])
def test_a_place_where_nothing_stands_is_named(cpm: Cpm, number: str, place: str):
    cpm("case", "move", number, "--from", place, "--to", "write_answer", *SUE, code=1)
    assert "name a number of `cpm case places`" in cpm.complaint
    assert cpm.task("Check the facts", who="anna")


def test_a_place_goes_by_its_number_too(cpm: Cpm, number: str):
    found = cpm.json("case", "places", number, "--as", "sue")
    [place] = [each["node"] for each in found["standing"] if each["element"] == "check_facts"]
    cpm("case", "move", number, "--from", place, "--to", "write_answer", *SUE)
    assert cpm.task("Write the answer", who="anna")


def test_a_case_is_ended(cpm: Cpm, number: str):
    end = ("case", "cancel", number, "--outcome", "withdrawn", "--as", "sue", "--why", "The customer called")
    cpm(*end, "--preview")
    assert cpm.task("Check the facts", who="anna")
    cpm(*end)
    assert cpm.json("tasks", "--as", "anna") == []
