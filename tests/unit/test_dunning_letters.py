"""What a customer reads of a dunning: days and amounts as people write them, in both languages, and no word of the machine."""

import datetime as dt
import json
import re
import tomllib
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from pypdf import PdfReader

from cpm import writing
from cpm.cli import main

DUNNING = Path(__file__).parents[2] / "processes" / "dunning"
MACHINES = re.compile(r"\d{4}-\d\d-\d\d|\{\{|\b[a-z]+_[a-z0-9_]+\b|\b(?:posted|null|None|true|false)\b")
DUE, UNTIL = {"de": "2. März 2026", "en": "2 March 2026"}, {"de": "16. März 2026", "en": "16 March 2026"}
#: What the process hands to a notice, with the types it has there.
VALUES = {
    "due": dt.date(2026, 3, 2),
    "date": dt.date(2026, 3, 16),
    "amount": Decimal("690.50"),
    "fee": Decimal("2.50"),
    "credit_amount": Decimal(120),
}


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("level", [1, 2, 3])
def test_a_letter_names_its_days_as_people_write_them(level: int, language: str, tmp_path: Path) -> None:
    letter, made = DUNNING / "letters" / f"dunning_{level}.{language}.typ", tmp_path / "letter.pdf"
    result = CliRunner().invoke(main, ["template", "preview", str(letter), "--file", str(made)])
    assert result.exit_code == 0, result.output
    text = "\n".join(page.extract_text() for page in PdfReader(made).pages).replace("\u00a0", " ")

    assert DUE[language] in text
    assert UNTIL[language] in text
    assert "IBAN: DE02 1203 0000 0000 2020 51" in text
    assert MACHINES.findall(text) == []


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_notice_names_its_days_and_amounts_as_people_write_them(language: str) -> None:
    notices = tomllib.loads((DUNNING / "texts" / f"{language}.toml").read_text())["notices"]
    sample = json.loads((DUNNING / "letters" / "texts.json").read_text()) | VALUES
    for event, notice in notices.items():
        text = writing.render(notice["text"], sample, language, ZoneInfo("Europe/Berlin"))
        assert MACHINES.findall(text) == [], event
        if event.startswith("dunning_"):
            assert {"de": "16.03.2026", "en": "16 Mar 2026"}[language] in text
            assert {"de": "690,50\u00a0€", "en": "€690.50"}[language] in text
