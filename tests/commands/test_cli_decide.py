"""`cpm decide`: a deployed decision on any facts, from the command line."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands.cli import Cpm
from tests.databases import Kind, Sqlite


@pytest.fixture
def cpm(sqlite: Sqlite, tmp_path: Path) -> Iterator[Cpm]:
    with sqlite.fresh(tmp_path, Kind.FURNISHED) as url:
        yield Cpm(url, tmp_path)


def test_it_says_value_row_and_what_was_seen(cpm: Cpm, tmp_path: Path) -> None:
    facts = tmp_path / "facts.json"
    facts.write_text('{"revenue_12m": 50000.00, "key_account": false}')
    said = cpm("decide", "customer_value", "--facts", facts)
    assert 'customer_value, version 1: "A"' in said
    assert "Kundenwert: row 2" in said
    assert "key_account = false" in said


def test_programs_get_all_of_it(cpm: Cpm) -> None:
    found = cpm.json("decide", "intake", "--facts", "-", given='{"words": " rauch "}')
    assert (found["value"]["topic"], found["evidence"][0]["rules"][0]["number"]) == ("safety", 4)


def test_an_unknown_decision_or_version_is_refused(cpm: Cpm) -> None:
    cpm("decide", "nonsense", code=1)
    assert "Expected decision nonsense to be deployed, but it is not" in cpm.complaint
    cpm("decide", "intake", "--version", "2", code=1)
    assert "Expected decision intake to have a version 2, but it has none" in cpm.complaint


def test_it_explains_what_was_null_if_asked(cpm: Cpm) -> None:
    assert "null, and why" not in cpm("decide", "guidance")
    told = cpm("decide", "guidance", "--explain", "--lang", "de")
    assert "Was null war, und warum:" in told
    assert "Zeile 1, Eingabe 2" not in told
    assert "mood: ohne Wert" in told


def test_it_says_that_nothing_was_null(cpm: Cpm) -> None:
    facts = '{"customer_value": "A", "mood": "upset", "complaints_90d": 0, "customer_status": "", "overdue_amount": 0,'
    facts += ' "data": {"safety": false, "safety_raised": false}}'
    assert "Nothing was null." in cpm("decide", "guidance", "--explain", "--facts", "-", given=facts)


def test_it_says_which_facts_it_never_looks_at(cpm: Cpm) -> None:
    said = cpm("decide", "customer_value", "--facts", "-", given='{"revenu_12m": 1, "key_account": true}')
    assert "It never looks at revenu_12m." in said
