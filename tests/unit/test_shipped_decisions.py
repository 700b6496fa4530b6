"""The decision tables as they ship: every row can be reached, and none of them ever stays silent."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from rules import dmn

RULES = Path(__file__).parents[2] / "rules"
SHIPPED = {
    "exceptions": 28,
    "assignment": 18,
    "deadlines": 18,
    "customer_value": 5,
    "remedy": 11,
    "goodwill": 11,
    "complaint_intake": 3,
    "guidance": 8,
    "next_action": 11,
    "intake": 16,
}
TEAMS = {
    *("service", "order_desk", "sales", "marketing", "field_service", "finance"),
    *("master_data", "privacy", "supervisors", "management", "operations"),
}
CALENDARS = {"service", "office", "field", "always"}
REMEDIES = {"retry", "correct", "supply", "skip", "move", "handover", "end"}
MODELS = {name: dmn.read((RULES / f"{name}.dmn").read_bytes(), f"{name}.dmn") for name in SHIPPED}


def decide(name: str, **facts: object) -> Any:
    return MODELS[name].evaluate(name, facts).value


def rows(name: str, **facts: object) -> list[int]:
    """The numbers of the rules that fired."""
    evidence = MODELS[name].evaluate(name, facts).evidence
    return [rule.number for decision in evidence if decision.decision == name for rule in decision.rules]


@pytest.mark.parametrize("name", SHIPPED)
def test_with_all_facts_null_the_last_row_answers(name: str) -> None:
    assert rows(name) == [SHIPPED[name]]
    assert decide(name) is not None


@pytest.mark.parametrize("name", SHIPPED)
def test_a_table_is_named_like_its_file(name: str) -> None:
    assert list(MODELS[name].decisions) == [name]


EXCEPTIONS = [
    (1, {"connector": "case", "code": "safety_risk"}, "field_service", "1h"),
    (2, {"connector": "case", "code": "legal_threat"}, "supervisors", "4bh"),
    (3, {"connector": "privacy", "code": "deadline_near"}, "privacy", "1bh"),
    (4, {"connector": "smtp", "code": "address_refused", "process": "privacy"}, "privacy", "4bh"),
    (5, {"connector": "smtp", "code": "address_refused", "process": "complaint"}, "service", "4bh"),
    (5, {"connector": "notice", "code": "undeliverable"}, "service", "4bh"),
    (5, {"connector": "post", "code": "bounced_hard"}, "service", "4bh"),
    (6, {"connector": "smtp", "code": "mailbox_full"}, "service", "1bd"),
    (7, {"connector": "notice", "code": "too_large"}, "service", "4bh"),
    (8, {"connector": "smtp", "code": "unreachable"}, "operations", "1bh"),
    (8, {"connector": "notice", "code": "exhausted"}, "operations", "1bh"),
    (9, {"connector": "erp", "code": "auth_failed"}, "operations", "1bh"),
    (10, {"connector": "erp", "code": "exhausted", "customer_value": "A"}, "operations", "1bh"),
    (
        10,
        {"connector": "erp", "code": "timeout", "customer_value": "C", "amount": 15000},
        "operations",
        "1bh",
    ),
    (
        11,
        {"connector": "erp", "code": "timeout", "customer_value": "C", "amount": 10000},
        "operations",
        "2bh",
    ),
    (11, {"connector": "erp", "code": "unreachable"}, "operations", "2bh"),
    (12, {"connector": "erp", "code": "unknown_outcome"}, "order_desk", "1bh"),
    (13, {"connector": "erp", "code": "conflict"}, "master_data", "4bh"),
    (14, {"connector": "erp", "code": "validation_refused"}, "order_desk", "2bh"),
    (15, {"connector": "erp", "code": "credit_refused"}, "finance", "4bh"),
    (16, {"connector": "erp", "code": "stock_changed"}, "order_desk", "2bh"),
    (17, {"connector": "erp", "code": "drift", "element": "customer"}, "master_data", "1bd"),
    (18, {"connector": "erp", "code": "drift", "element": "order"}, "finance", "4bh"),
    (19, {"connector": "document", "code": "template_error"}, "operations", "4bh"),
    (20, {"connector": "channel", "code": "unreadable"}, "service", "4bh"),
    (21, {"connector": "channel", "code": "virus_found"}, "operations", "2bh"),
    (22, {"connector": "message", "code": "not_correlated"}, "service", "4bh"),
    (23, {"connector": "rule", "code": "no_result"}, "operations", "2bh"),
    (24, {"connector": "worker", "code": "poisoned"}, "operations", "1bh"),
    (25, {"connector": "phone", "code": "dial_failed"}, "service", "1bd"),
    (26, {"connector": "case", "code": "overdue", "customer_value": "A"}, "management", "2bh"),
    (27, {"connector": "case", "code": "overdue", "customer_value": "B"}, "supervisors", "2bh"),
    (28, {"connector": "case", "code": "several_concerns"}, "supervisors", "8bh"),
]


@pytest.mark.parametrize(("row", "facts", "team", "due"), EXCEPTIONS)
def test_an_exception_goes_to_the_team_that_can_settle_it(
    row: int, facts: dict[str, object], team: str, due: str
) -> None:
    routed = decide("exceptions", **facts)

    assert rows("exceptions", **facts) == [row]
    assert (routed["team"], routed["due"]) == (team, due)
    assert routed["team"] in TEAMS
    assert routed["calendar"] in CALENDARS
    assert (routed["calendar"] == "always") == (routed["severity"] == "critical")
    assert routed["remedies"]
    assert set(routed["remedies"]) <= REMEDIES
    assert routed["title_de"]
    assert routed["title_en"]


def test_every_row_of_the_exceptions_has_its_example() -> None:
    assert {row for row, *_ in EXCEPTIONS} == set(range(1, 29))


ASSIGNMENTS = [
    (1, {"element": "approve", "approval": "management"}, "management", 70),
    (2, {"element": "approve", "approval": "finance"}, "finance", 65),
    (3, {"element": "approve", "approval": "master_data"}, "master_data", 60),
    (4, {"element": "approve", "process": "complaint"}, "supervisors", 65),
    (5, {"element": "wrap_up", "owner_team": "sales"}, "sales", 90),
    (5, {"element": "wrap_up"}, "service", 90),
    (6, {"process": "complaint", "mood": "upset"}, "service", 75),
    (6, {"process": "complaint", "customer_value": "A"}, "service", 75),
    (7, {"process": "complaint", "customer_value": "B", "mood": "good"}, "service", 55),
    (8, {"process": "order", "element": "change_order"}, "order_desk", 75),
    (9, {"process": "order"}, "order_desk", 65),
    (10, {"process": "lead", "amount": 25001}, "sales", 70),
    (10, {"process": "lead", "customer_value": "A"}, "sales", 70),
    (11, {"process": "lead", "amount": 25000}, "sales", 50),
    (12, {"process": "dunning"}, "finance", 45),
    (13, {"process": "campaign"}, "marketing", 30),
    (13, {"process": "after_sales", "element": "prepare_mailing"}, "marketing", 30),
    (14, {"process": "after_sales", "element": "book_visit"}, "field_service", 50),
    (15, {"process": "master_data"}, "master_data", 50),
    (16, {"process": "call_back", "topic_team": "finance"}, "finance", 70),
    (17, {"process": "privacy"}, "privacy", 60),
    (18, {"process": "intake"}, "service", 40),
]


@pytest.mark.parametrize(("row", "facts", "team", "priority"), ASSIGNMENTS)
def test_a_step_goes_to_its_team(row: int, facts: dict[str, object], team: str, priority: int) -> None:
    assigned = decide("assignment", language="de", **facts)

    assert rows("assignment", language="de", **facts) == [row]
    assert (assigned["team"], assigned["priority"]) == (team, priority)
    assert assigned["team"] in TEAMS
    assert isinstance(assigned["keep_owner"], bool)


def test_skills_name_the_language_of_the_case_if_it_is_known() -> None:
    assert decide("assignment", process="complaint", language="en")["skills"] == ["complaint", "en"]
    assert decide("assignment", process="complaint")["skills"] == ["complaint"]


DEADLINES = [
    (1, {"element": "approve", "customer_value": "A"}, None, "2bh", "management"),
    (2, {"element": "approve", "process": "complaint"}, None, "4bh", "supervisors"),
    (3, {"process": "complaint", "channel": "phone", "customer_value": "A"}, "at once", "1bd", "management"),
    (4, {"process": "complaint", "channel": "chat", "customer_value": "B"}, "at once", "2bd", "supervisors"),
    (5, {"process": "complaint", "channel": "social", "customer_value": "A"}, "2bh", "1bd", "supervisors"),
    (6, {"process": "complaint", "channel": "email", "customer_value": "A"}, "2bh", "1bd", "management"),
    (7, {"process": "complaint", "channel": "email", "customer_value": "C"}, "8bh", "3bd", "supervisors"),
    (8, {"process": "order", "element": "find_way", "channel": "phone"}, "at once", "4bh", "supervisors"),
    (9, {"process": "order", "element": "change_order"}, "2bh", "4bh", "supervisors"),
    (10, {"process": "order"}, "4bh", "1bd", "supervisors"),
    (11, {"process": "lead", "channel": "web"}, "4bh", "1bd", "supervisors"),
    (12, {"process": "lead"}, "1bd", "5bd", "supervisors"),
    (13, {"process": "dunning", "element": "settle_dispute"}, "1bd", "5bd", "supervisors"),
    (14, {"process": "master_data", "element": "bank"}, "4bh", "2bd", "supervisors"),
    (15, {"process": "call_back"}, "PT15M", "4bh", "supervisors"),
    (16, {"process": "privacy"}, "2bd", "28d", "management"),
    (17, {"process": "intake", "channel": "chat"}, "0.5bh", "1bh", "supervisors"),
    (18, {"process": "campaign"}, "4bh", "2bd", "supervisors"),
]


@pytest.mark.parametrize(("row", "facts", "first", "due", "to"), DEADLINES)
def test_a_promise_has_its_time(
    row: int, facts: dict[str, object], first: str | None, due: str, to: str
) -> None:
    promised = decide("deadlines", **facts)

    assert rows("deadlines", **facts) == [row]
    assert (promised["first_answer"], promised["due"], promised["escalate_to"]) == (first, due, to)
    assert promised["escalate_to"] in TEAMS
    assert promised["calendar"] in CALENDARS


@pytest.mark.parametrize(
    ("facts", "value"),
    [
        ({"key_account": True, "revenue_12m": 0}, "A"),
        ({"revenue_12m": 50000}, "A"),
        ({"revenue_12m": Decimal("49999.99")}, "B"),
        ({"revenue_12m": 5000, "key_account": False}, "B"),
        ({"revenue_12m": Decimal("4999.99"), "customer_status": "customer"}, "C"),
        ({"customer_status": "prospect"}, "B"),
        ({"customer_status": "former"}, "C"),
    ],
)
def test_a_customers_value_follows_revenue_and_standing(facts: dict[str, object], value: str) -> None:
    assert decide("customer_value", **facts) == value


@pytest.mark.parametrize(
    ("row", "facts", "basis", "ways", "proof"),
    [
        (1, {"cause": "invoice_error"}, "contract", ["correct_invoice"], None),
        (2, {"cause": "missing_item"}, "statutory", ["deliver", "replace", "refund"], "seller"),
        (3, {"cause": "transport_damage", "consumer": True}, "statutory", ["replace", "repair"], "seller"),
        (
            4,
            {"cause": "transport_damage", "consumer": False, "notified_in_time": "yes"},
            "contract",
            ["replace", "price_cut"],
            "buyer",
        ),
        (
            5,
            {"cause": "defect", "consumer": True, "months": 12},
            "statutory",
            ["repair", "replace"],
            "seller",
        ),
        (
            5,
            {"cause": "defect", "consumer": True, "months": 3, "failed_repairs": 2},
            "statutory",
            ["repair", "replace", "price_cut", "refund"],
            "seller",
        ),
        (6, {"cause": "defect", "consumer": True, "months": 13}, "statutory", ["repair", "replace"], "buyer"),
        (6, {"cause": "defect", "consumer": True, "months": 24}, "statutory", ["repair", "replace"], "buyer"),
        (11, {"cause": "defect", "consumer": True, "months": 25}, "none", ["explain", "voucher"], None),
        (
            7,
            {"cause": "defect", "consumer": False, "months": 12, "notified_in_time": "yes"},
            "statutory",
            ["repair", "replace"],
            "buyer",
        ),
        (
            8,
            {"cause": "defect", "consumer": False, "months": 1, "notified_in_time": "no"},
            "goodwill",
            ["repair", "price_cut"],
            None,
        ),
        (9, {"cause": "late"}, "goodwill", ["voucher", "price_cut"], None),
        (10, {"cause": "service_conduct"}, "goodwill", ["apology", "voucher"], None),
        (11, {"cause": "wear"}, "none", ["explain", "voucher"], None),
    ],
)
def test_a_claim_follows_from_cause_time_and_who_bought(
    row: int, facts: dict[str, object], basis: str, ways: list[str], proof: str | None
) -> None:
    assert rows("remedy", **facts) == [row]
    assert decide("remedy", **facts) == {"basis": basis, "ways": ways, "proof": proof}


@pytest.mark.parametrize(
    ("row", "basis", "value", "amount", "approval"),
    [
        (1, "statutory", "C", "1000", "none"),
        (2, "contract", "A", "1000.01", "supervisor"),
        (5, "goodwill", "A", "150", "none"),
        (6, "goodwill", "A", "150.01", "supervisor"),
        (6, "none", "A", "750", "supervisor"),
        (11, "none", "A", "750.01", "management"),
        (7, "goodwill", "B", "75", "none"),
        (8, "goodwill", "B", "75.01", "supervisor"),
        (8, "goodwill", "B", "400", "supervisor"),
        (11, "goodwill", "B", "400.01", "management"),
        (9, "none", "C", "30", "none"),
        (10, "goodwill", "C", "30.01", "supervisor"),
        (10, "goodwill", "C", "150", "supervisor"),
        (11, "goodwill", "C", "150.01", "management"),
    ],
)
def test_goodwill_keeps_its_limits_to_the_cent(
    row: int, basis: str, value: str, amount: str, approval: str
) -> None:
    facts = {"basis": basis, "customer_value": value, "amount": Decimal(amount), "order_value": Decimal(5000)}

    assert rows("goodwill", **facts) == [row]
    assert decide("goodwill", **facts)["approval"] == approval


def test_goodwill_never_exceeds_the_value_of_the_order() -> None:
    facts = {"basis": "goodwill", "customer_value": "A", "order_value": Decimal(100)}

    assert decide("goodwill", amount=Decimal("100.01"), **facts)["approval"] == "refused"
    assert decide("goodwill", amount=Decimal(100), **facts)["approval"] == "none"
    assert (
        decide("goodwill", amount=Decimal("100.01"), **facts | {"basis": "statutory"})["approval"] == "none"
    )


def test_the_third_goodwill_within_a_year_is_looked_at() -> None:
    facts = {"basis": "none", "customer_value": "A", "amount": Decimal(1)}

    assert rows("goodwill", goodwill_count_12m=3, **facts) == [4]
    assert rows("goodwill", goodwill_count_12m=2, **facts) == [5]


@pytest.mark.parametrize(
    ("words", "danger"),
    [
        ("Der Verbraucher braucht Rat", ["none"]),
        ("Es riecht nach Rauch", ["safety"]),
        ("GASGERUCH im Keller", ["safety"]),
        ("Die Heizung (leckt) wieder", ["safety"]),
        ("There is smoke, please help", ["safety"]),
        ("Otherwise I will see my lawyer.", ["legal"]),
        ("Ich gehe zum Rechtsanwalt", ["legal"]),
        ("Ich reiche Klage ein", ["legal"]),
        ("Ich werde klagen", ["legal"]),
        ("Ich wohne in Klagenfurt", ["none"]),
        ("Gasgeruch! Sonst gehe ich zum Anwalt.", ["safety", "legal"]),
        ("Ich beklage mich, sehr lecker war es nicht", ["none"]),
        ("Thanks for your courtesy and the firewall", ["none"]),
        ("", ["none"]),
        ("Ich habe zwei Stromschläge bekommen", ["safety"]),
        ("I smell gas in the kitchen", ["safety"]),
        ("Es riecht hier stark nach Gas", ["safety"]),
        ("Die Gasheizung riecht nicht mehr", ["none"]),
        ("Zwei Anwälte und die Presse wissen Bescheid", ["legal"]),
        ("I will go to the press", ["legal"]),
        ("Please press the button; the gasket is fine", ["none"]),
    ],
)
def test_words_of_danger_count_only_at_the_start_of_a_word(words: str, danger: list[str]) -> None:
    assert decide("complaint_intake", words=words) == danger
