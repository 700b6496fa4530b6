"""What a customer reads of an order: quantities, days and amounts as people write them, in the language of the letter."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from pypdf import PdfReader

from cpm.cli import main

LETTERS = Path(__file__).parents[2] / "processes" / "order" / "letters"
MACHINES = re.compile(r"\d{4}-\d\d-\d\d|\{\{|\b[a-z]+_[a-z0-9_]+\b|\b(?:null|None|true|false)\b")
LINE = {"de": ("10 Stück", "30.11.2026", "1.290,00 €"), "en": ("10 pcs", "30 Nov 2026", "€1,290.00")}


def made(letter: str, language: str, tmp_path: Path) -> str:
    source, paper = LETTERS / f"{letter}.{language}.typ", tmp_path / "letter.pdf"
    result = CliRunner().invoke(main, ["template", "preview", str(source), "--file", str(paper)])
    assert result.exit_code == 0, result.output
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in PdfReader(paper).pages))


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("letter", ["confirmation", "quote"])
def test_a_line_is_told_as_people_write_it(letter: str, language: str, tmp_path: Path) -> None:
    text = made(letter, language, tmp_path)

    for part in LINE[language]:
        assert part in text
    assert MACHINES.findall(text) == []


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("letter", ["confirmation_prepay", "confirmation_consumer_prepay"])
def test_who_is_to_pay_in_advance_reads_where_to(letter: str, language: str, tmp_path: Path) -> None:
    text = made(letter, language, tmp_path)

    assert "IBAN: DE02 1203 0000 0000 2020 51 BIC: BYLADEM1001" in text
    assert text.count("Sonnenschein AG · IBAN DE02 1203 0000 0000 2020 51 · BIC") >= 1, "in the footer too"
