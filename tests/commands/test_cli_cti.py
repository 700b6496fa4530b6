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
