"""A telephone system played from the command line."""

from pathlib import Path

import pytest

from tests.commands.cli import Cpm, ready


@pytest.fixture
def cpm(database_url: str, tmp_path: Path) -> Cpm:
    return ready(database_url, tmp_path)


def test_it_rings_is_answered_and_over(cpm: Cpm) -> None:
    assert cpm.json("user", "add", "dan", "--extension", "0211 100-21")["extensions"] == ["+4921110021"]
    assert cpm.json("user", "change", "dan", "--extension", "21")["extensions"] == ["21"]
    rung = cpm.json("cti", "ring", "0221 4710101", "--to", "21")
    assert (rung["state"], rung["desks"], rung["number"]) == ("ringing", ["dan"], "+492214710101")
    assert cpm.json("cti", "answer")["with"] == "dan"
    assert cpm.json("cti", "hangup", rung["call"], "--cause", "normal")["state"] == "over"
    called = cpm.json("cti", "ring", "0221 4710102", "--to", "21", "--out")
    assert (called["direction"], called["with"]) == ("out", "dan")
    assert [one["number"] for one in cpm.json("cti", "list")] == ["+492214710102", "+492214710101"]


def test_it_is_told_in_the_language_that_was_asked_for(cpm: Cpm) -> None:
    """A trainer who plays the telephone reads German words, and what to do first."""
    cpm("cti", "answer", code=1)
    assert "`cpm cti ring 02214710101 --to 21`" in cpm.complaint
    cpm("user", "add", "dan", "--extension", "21")
    rung = cpm("cti", "ring", "anonymous", "--to", "21", "--call", "a1", "--lang", "de")
    assert rung == "Anruf a1: klingelt, bei dan.\n"
    assert cpm("cti", "answer", "--lang", "de") == "Anruf a1: am Telefon, bei dan.\n"
    listed = cpm("cti", "list", "--lang", "de").splitlines()[-1]
    assert all(word in listed for word in ("an uns", "unterdrückt", "am Telefon"))
