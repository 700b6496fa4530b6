"""What the journal keeps of a decision: short, exact, and all of it data."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from cpm import values
from cpm.commands import evidence, steering_tables
from cpm.steering_facts import FACTS, FACTS_VERSION
from rules import dmn
from rules.dmn import Evidence, Fired, Result

RULES = Path(__file__).parents[2] / "rules"


def table(name: str) -> dmn.Model:
    return dmn.read((RULES / f"{name}.dmn").read_bytes(), f"{name}.dmn")


def test_evidence_names_version_rules_facts_and_outcome() -> None:
    facts = {"process": "complaint", "customer_value": "A", "mood": None}
    told = evidence.told("assignment", 3, table("assignment").evaluate("assignment", facts))
    assert (told["decision"], told["version"]) == ("assignment", 3)
    assert told["rules"] == [{"number": 5, "id": "assignment_6", "note": ""}]
    assert told["facts"] == {"process": "complaint", "customer_value": "A"}
    assert told["result"]["team"] == "service"


def test_what_is_no_data_is_kept_as_its_text() -> None:
    seen = (
        ("text", "x" * 1000),
        ("tests", object()),
        ("list", [Decimal("1.50"), {"a": datetime.min.replace(tzinfo=UTC)}]),
    )
    told = evidence.told("d", None, Result(None, (Evidence("d", "D", (Fired(1, "r", "why"),), seen),)))
    assert len(told["facts"]["text"]) == 500
    assert told["facts"]["list"][0] == Decimal("1.50")
    assert values.loads(values.dumps(told)) == told


def test_every_decision_that_the_engine_asks_has_its_facts() -> None:
    """And every fact has a name once, a type and a meaning in both languages."""
    assert steering_tables.COLUMNS.keys() <= FACTS.keys()
    for decision, facts in FACTS.items():
        names = [fact.name for fact in facts]
        assert len(names) == len(set(names)), decision
        assert all(fact.type and fact.de and fact.en and 1 <= fact.since <= FACTS_VERSION for fact in facts)


def test_the_shipped_tables_ask_for_nothing_that_nobody_gives() -> None:
    for decision, facts in FACTS.items():
        asked = set(table(decision).decisions[decision].inputs)
        assert asked <= {fact.name for fact in facts}, decision


def test_a_table_that_fails_when_nothing_is_known_is_told_in_one_language_at_a_time() -> None:
    drawn = (RULES / "deadlines.dmn").read_text()
    begin, end = drawn.rindex("<rule id="), drawn.rindex("</rule>") + len("</rule>")
    again = drawn[begin:end].replace(' id="', ' id="again_')
    twice = (drawn[:end] + again + drawn[end:]).replace('"FIRST"', '"UNIQUE"')
    told, *_ = steering_tables.shortcomings(
        dmn.read(twice.encode(), "deadlines.dmn"), frozenset(), frozenset()
    )
    assert "Expected one rule of" in told.en
    assert told.de.startswith(
        "Die Entscheidung deadlines muss auch antworten, wenn nichts bekannt ist; das tut sie nicht: Nur eine Regel"
    )
    assert "xpected" not in told.de
