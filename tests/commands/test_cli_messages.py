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
    for name, content in (("order.bpmn", begun("order")), ("watch.bpmn", begun_by_storm("watch"))):
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
