"""The facts that tables may ask for are a promise: documented, named in both languages, and never taken back."""

from pathlib import Path

import pytest

from cpm import facts_page
from cpm.commands import facts, incidents
from cpm.model import Case, Customer, CustomerStatus, Origin
from cpm.queries import steering_words
from cpm.steering_facts import FACTS, FACTS_VERSION, names

#: What version 1 of the facts promised. Nothing may ever be taken out of it or get another type.
FIRST = {
    "assignment": {
        "process": "string",
        "element": "string",
        "channel": "string",
        "customer_value": "string",
        "language": "string",
        "mood": "string",
        "amount": "number",
        "approval": "string",
        "business_field": "string",
        "topic_team": "string",
        "owner_team": "string",
        "owner_available": "boolean",
        "data": "context",
    },
    "deadlines": {
        "process": "string",
        "element": "string",
        "channel": "string",
        "customer_value": "string",
        "window_from": "date and time",
        "window_to": "date and time",
        "data": "context",
    },
    "exceptions": {
        "origin": "string",
        "connector": "string",
        "code": "string",
        "approver": "string",
        "process": "string",
        "element": "string",
        "attempts": "number",
        "customer_value": "string",
        "amount": "number",
        "data": "context",
    },
    "customer_value": {"key_account": "boolean", "customer_status": "string", "revenue_12m": "number"},
}


def test_the_page_is_as_make_facts_makes_it() -> None:
    written = Path(__file__).parents[2] / "docs" / "facts.md"
    assert written.read_text() == facts_page.page(), "run `make facts`"


@pytest.mark.parametrize("decision", FIRST)
def test_no_fact_is_taken_back(decision: str) -> None:
    given = {fact.name: fact.type for fact in FACTS[decision]}
    assert FIRST[decision].items() <= given.items()
    later = given.keys() - FIRST[decision].keys()
    assert all(1 < fact.since <= FACTS_VERSION for fact in FACTS[decision] if fact.name in later)


def test_the_engine_gives_exactly_these() -> None:
    case = Case(process="complaint", channel="email", language="de")
    trouble = incidents._facts(incidents.Trouble(Origin.MODEL, "case", "overdue", "late", None))
    given = {
        "assignment": facts.of_assignment(case, None, {}, owner_available=None),
        "deadlines": facts.of_deadline(case, None, {}),
        "exceptions": facts.of_exception(case, trouble, {}),
        "customer_value": facts.of_customer(Customer(status=CustomerStatus.PROSPECT), None),
    }
    assert {decision: frozenset(each) for decision, each in given.items()} == {
        decision: names(decision) for decision in given
    }


def test_screens_have_a_word_for_each_fact() -> None:
    asked = {name for decision in FACTS for name in names(decision)}
    nameless = {name for name in asked if not all(steering_words.fact(name, word) for word in ("de", "en"))}
    assert nameless == set()
