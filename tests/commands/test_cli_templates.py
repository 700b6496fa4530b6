"""`cpm template`: what is in force, what speaks against a file, and how it looks."""

from pathlib import Path

import pytest

from tests.commands.cli import Cpm

LETTERS = Path(__file__).parents[2] / "processes" / "complaint" / "letters"


@pytest.fixture
def cpm(tmp_path: Path) -> Cpm:
    return Cpm(f"sqlite:///{tmp_path}/cpm.db", tmp_path)


def test_a_letter_is_made_with_data_from_a_file(cpm: Cpm, tmp_path: Path) -> None:
    target, letter = tmp_path / "a.pdf", tmp_path / "complaint" / "letters" / "note.de.txt"
    assert cpm.json("template", "preview", LETTERS / "answer.de.typ", "--file", target)["bytes"] > 10_000
    assert target.read_bytes().startswith(b"%PDF")

    letter.parent.mkdir(parents=True)
    letter.write_text("Bis {{due|long_date}}: {{amount|money}}", encoding="utf-8")
    (tmp_path / "data.json").write_text('{"due": "2026-03-01", "amount": 0.125}')
    cpm("template", "preview", letter, "--data", tmp_path / "data.json", "--file", tmp_path / "a.txt")
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == "Bis 1.\u00a0März 2026: 0,13\u00a0€"

    (tmp_path / "data.json").write_text("{}")
    cpm("template", "preview", letter, "--data", tmp_path / "data.json", "--file", tmp_path / "a.txt", code=1)
    assert "{{due}}" in cpm.complaint


def test_templates_in_force_are_listed(cpm: Cpm) -> None:
    cpm("init")
    listed = [line["file"] for line in cpm.json("template", "list")]

    assert {"firm/texts/de.toml", "firm/letters/head.typ", "complaint/letters/answer.de.typ"} <= set(listed)
