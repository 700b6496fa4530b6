"""The decision tables as they ship: the tests beside them pass and reach every row, and no table ever stays silent."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from rules import dmn, testing

RULES = Path(__file__).parents[2] / "rules"
TABLES = sorted(file.stem for file in RULES.glob("*.dmn"))
TEAMS = {
    *("service", "order_desk", "sales", "marketing", "field_service", "finance"),
    *("master_data", "privacy", "supervisors", "management", "operations"),
}
CALENDARS = {"service", "office", "field", "always"}
#: By process, the ids in its model.
MODELS = {
    file.stem: set(re.findall(r'\bid="(\w+)"', file.read_text()))
    for file in RULES.parent.glob("processes/*/*.bpmn")
}
#: The tables are ready for them: what comes in about it is known by them already.
DRAWN_BY_A_FIRM = {"after_sales", "call_back", "campaign", "lead", "master_data", "privacy"}
DMN = "{https://www.omg.org/spec/DMN/20191111/MODEL/}"
REMEDIES = {"retry", "correct", "supply", "skip", "move", "handover", "end"}


@cache
def model(table: str) -> dmn.Model:
    return dmn.read((RULES / f"{table}.dmn").read_bytes(), f"{table}.dmn")


@cache
def report(table: str) -> testing.Report:
    tests = RULES / f"{table}.test.yaml"
    cases = testing.read(tests.read_bytes(), tests.name, model(table))
    return testing.run((RULES / f"{table}.dmn").read_bytes(), model(table), cases)


def answers(table: str) -> list[Any]:
    return [outcome.value for outcome in report(table).outcomes]


@pytest.mark.parametrize("table", TABLES)
def test_the_tests_beside_a_table_pass(table: str) -> None:
    assert [(o.case.name, [str(f) for f in o.faults]) for o in report(table).outcomes if o.faults] == []


@pytest.mark.parametrize("table", TABLES)
def test_every_row_has_its_example(table: str) -> None:
    assert [(each.table, each.missing) for each in report(table).coverage if each.missing] == []


@pytest.mark.parametrize("table", TABLES)
def test_with_all_facts_null_the_last_row_answers(table: str) -> None:
    decided = model(table).evaluate(table, {})

    assert [rule.number for rule in decided.evidence[-1].rules] == [report(table).coverage[-1].rules]
    assert decided.value is not None


@pytest.mark.parametrize("table", TABLES)
def test_a_table_is_named_like_its_file(table: str) -> None:
    """Others in the file are there for it to ask; it stands last."""
    decisions = list(model(table).decisions)
    assert decisions[-1] == table
    assert set(decisions) == {key for key in model(table).nodes[table].needs if key in decisions} | {table}


def test_an_exception_goes_to_a_team_with_remedies_and_a_title_in_both_languages() -> None:
    for routed in answers("exceptions"):
        assert routed["team"] in TEAMS
        assert routed["calendar"] in CALENDARS
        assert (routed["calendar"] == "always") == (routed["severity"] == "critical")
        assert routed["remedies"]
        assert set(routed["remedies"]) <= REMEDIES
        assert routed["title_de"]
        assert routed["title_en"]


def test_a_step_goes_to_a_team_that_is_there() -> None:
    for assigned in answers("assignment"):
        assert assigned["team"] in TEAMS
        assert isinstance(assigned["keep_owner"], bool)


def test_no_row_waits_for_a_step_that_no_process_has() -> None:
    """A row for a process that a firm may draw itself can name its steps; all others are of the processes that ship."""
    named = [row for table in TABLES for row in rows(table)]
    assert set().union(*(processes for processes, _ in named)) <= MODELS.keys() | DRAWN_BY_A_FIRM
    steps = set().union(*MODELS.values())
    asked = [elements for processes, elements in named if not processes or processes & MODELS.keys()]
    assert "check_facts" in set().union(*asked)
    assert set().union(*asked) <= steps | {"customer"}, "what of the ERP differs stands in no model"


def rows(table: str) -> Iterator[tuple[set[str], set[str]]]:
    """Of each row the processes and the steps that it names, each in its column."""
    root = ET.parse(RULES / f"{table}.dmn").getroot()
    for drawn in root.iter(f"{DMN}decisionTable"):
        asked = [each.findtext(f"{DMN}inputExpression/{DMN}text") for each in drawn.findall(f"{DMN}input")]
        for row in drawn.findall(f"{DMN}rule"):
            said = [each.findtext(f"{DMN}text") or "" for each in row.findall(f"{DMN}inputEntry")]
            named = {
                name: set(re.findall('(?<!element = )"([^"]+)"', text))
                for name, text in zip(asked, said, strict=True)
            }
            yield named.get("process", set()), named.get("element", set())


def test_a_promise_is_kept_by_a_calendar_and_a_team() -> None:
    for promised in answers("deadlines"):
        assert promised["escalate_to"] in TEAMS
        assert promised["calendar"] in CALENDARS
