"""Customers who may be one, typed: found, merged, and two again."""

from pathlib import Path

import pytest

from tests.commands.cli import Cpm, ready
from tests.databases import Sqlite
from tests.world import mail

ANNA = ("--as", "anna")


@pytest.fixture
def databases(sqlite: Sqlite) -> Sqlite:
    """One kind is enough here: the commands are tested on both."""
    return sqlite


@pytest.fixture
def cpm(database_url: str, tmp_path: Path) -> Cpm:
    made = ready(database_url, tmp_path)
    for number, sender in enumerate(("mara@example.org", "mara@gmx.test")):
        file = tmp_path / f"{number}.eml"
        file.write_bytes(mail(sender=f"Mara Beispiel <{sender}>", message_id=f"<{number}@x>"))
        made("receive", file)
    return made


def test_two_are_found_merged_and_two_again(cpm: Cpm):
    cpm("duplicates", "scan", *ANNA)
    [pair] = cpm.json("duplicates", "list", *ANNA)
    assert (pair["one"], pair["other"], "name.same" in pair["reasons"]) == (1, 2, True)
    assert cpm.json("duplicates", "list", "--reason", "phone", *ANNA) == []
    stays, goes = "K-000001-3", "K-000002-1"
    shown = cpm("duplicates", "merge", stays, goes, "--preview", *ANNA)
    assert "cases.customer_id: 1" in shown
    merge = cpm.json("duplicates", "merge", stays, goes, *ANNA)["merge"]
    assert [row["merge"] for row in cpm.json("duplicates", "merged", *ANNA)] == [merge]
    assert cpm.json("duplicates", "undo", merge, *ANNA)["merged"] == 2
    cpm("duplicates", "undo", merge, *ANNA, code=1)
    assert "undone" in cpm.complaint
