"""Comments at the command line."""

from pathlib import Path

import pytest

from tests.commands.cli import DEMO, ready


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
def test_a_comment_is_written_and_read(empty_database_url: str, tmp_path: Path):
    cpm = ready(empty_database_url, tmp_path)
    cpm("deploy", "processes/complaint", "rules")
    case = cpm.json("receive", str(DEMO / "complaint-danger.eml"))["case"]
    said = cpm("case", "comment", case, "@cleo, bitte anrufen", "--as", "anna")
    assert "Cleo Kollegin" in said
    assert "@cleo, bitte anrufen" in cpm("case", "comments", case, "--as", "cleo")
    assert "@clea" in cpm.run("case", "comment", case, "@clea", "--as", "anna").stderr
