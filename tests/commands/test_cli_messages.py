"""`cpm message` and `cpm signal`."""

from pathlib import Path

import pytest

from tests.commands.cli import Cpm, ready
from tests.commands.conversing import begun, begun_by_storm
from tests.databases import Sqlite


@pytest.fixture
def databases(sqlite: Sqlite) -> Sqlite:
    """One kind is enough here: the commands are tested on both."""
    return sqlite


@pytest.fixture
def cpm(database_url: str, tmp_path: Path) -> Cpm:
    cpm = ready(database_url, tmp_path, {})
    for name, content in (("purchase.bpmn", begun("purchase")), ("watch.bpmn", begun_by_storm("watch"))):
        (tmp_path / name).write_bytes(content)
        cpm("deploy", tmp_path / name)
    return cpm


def test_a_message_opens_a_case_with_its_key(cpm: Cpm):
    told = ("message", "ordered", "--key", "A-1", "--email", "mara@example.org", "--set", "pieces=2")
    assert cpm.json(*told, "--id", "1") == {"correlated": True}
    assert cpm.json(*told, "--id", "2", "--seconds", "60") == {"correlated": False}
    [case] = cpm.json("case", "list")
    assert cpm.json("case", "show", case["case"])["case"]["business_key"] == "A-1"


def test_who_it_is_about_has_to_be_said(cpm: Cpm):
    cpm("message", "ordered", "--id", "1", code=1)
    assert "whose case this opens" in cpm.complaint
    cpm("message", "customer_replied", "--key", "C-000001-2", "--id", "1", code=1)
    assert "only the engine says" in cpm.complaint


def test_a_signal_is_broadcast(cpm: Cpm):
    assert cpm.json("signal", "nothing") == {"cases": 0}
    assert "hear it: 1" in cpm("signal", "storm", "--phone", "0211 5550100")


def test_a_customer_is_written_to_but_not_where_nobody_reads(cpm: Cpm, tmp_path: Path):
    cpm("message", "ordered", "--key", "A-1", "--email", "mara@example.org", "--id", "1")
    [case] = cpm.json("case", "list")
    text = tmp_path / "text"
    text.write_text("Guten Tag,\nIhr Kessel kommt morgen.\n", encoding="utf-8")
    letter = ("case", "write", case["case"], "--subject", "Ihr Kessel", "--text", text, "--as", "anna")
    told = cpm.json(*letter, "--to", "mara@example.org")
    assert (told["state"], told["to"]) == ("leaving", "mara@example.org")
    cpm(*letter, "--to", "noreply@example.org", code=1)
    assert "nobody reads at noreply@example.org" in cpm.complaint
