"""Numbers of callers and numbers in texts, as those who wrote them down for Zammad expect them: digit for digit."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cpm import phone_numbers


def corpus(corpora: Path) -> Mapping[str, Any]:
    return json.loads((corpora / "phone" / "zammad_caller_id.json").read_text())


def test_a_callers_number_is_read_exactly(corpora: Path):
    given = corpus(corpora)["normalize"]
    assert len(given) >= 18
    assert {written: phone_numbers.of_caller(written).removeprefix("+") for written, _ in given} == dict(
        given
    )


def test_numbers_are_found_in_texts(corpora: Path):
    given = corpus(corpora)["extract"]
    found = [[number.removeprefix("+") for number in phone_numbers.found_in(each["text"])] for each in given]
    assert found == [each["expected"] for each in given]
