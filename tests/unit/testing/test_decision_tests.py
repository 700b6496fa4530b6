"""Tests of decisions are files: read safely, run exactly, and honest about what they leave out."""

import pytest

from rules import dmn, testing
from rules.xml import Refused
from tests.unit.dmn.documents import document, fact, needs, table

RULES = [
    ['"gold"', "&gt;= 100", "10"],
    ['"gold"', "-", "5"],
    ["-", "-", "0"],
]
DISCOUNT = document(
    fact("kind", type_="string"),
    fact("amount", type_="number"),
    table(
        ["kind", "amount"], ["discount"], RULES, policy="FIRST", id_="discount", extra=needs("kind", "amount")
    ),
)
MODEL = dmn.read(DISCOUNT, "discount.dmn")


def report(text, content=DISCOUNT, name="discount"):
    model = dmn.read(content, f"{name}.dmn")
    return testing.run(content, model, testing.read(text.encode(), f"{name}.test.yaml", model))


def faults(text, **of):
    return [fault.en for outcome in report(text, **of).outcomes for fault in outcome.faults]


def refusals(text):
    with pytest.raises(Refused) as caught:
        testing.read(text.encode() if isinstance(text, str) else text, "discount.test.yaml", MODEL)
    return [(finding.line, finding.reason) for finding in caught.value.findings]


def test_a_test_passes_with_the_rules_that_fired_and_the_answer_they_gave():
    assert faults("- {name: a, facts: {kind: gold, amount: 100.00}, rules: [1], result: 10}") == []


def test_a_failure_says_what_was_expected_and_what_came():
    assert faults("- {name: a, facts: {kind: gold}, rules: [1], result: 10}") == [
        "Expected rule 1 of “discount” to fire, but rule 2 did.",
        "Expected 10, but got 5.",
    ]


def test_german_designers_read_german():
    [outcome] = report("- {name: a, facts: {kind: gold}, rules: [1]}").outcomes

    assert outcome.faults[0].de == "Erwartet: Regel 1 von „discount“; es trifft aber Regel 2 zu."


def test_numbers_stay_exact():
    """0.1 + 0.2 is 0.3 for a table, so it must be for its tests."""
    sum_ = document(table(["1"], ["s"], [["-", "0.1 + 0.2"]], id_="discount"))

    assert faults("- {name: a, result: 0.3}", content=sum_) == []
    assert faults("- {name: a, result: 0.30000000000000004}", content=sum_) != []


def test_a_fact_that_nobody_reads_is_a_mistake_in_writing():
    [said] = faults("- {name: a, facts: {amuont: 100}, rules: [3]}")

    assert said.endswith("“amuont” is none; did you mean “amount”?")


def test_some_entries_of_an_answer_are_enough():
    two = document(table(["1"], ["a", "b"], [["-", "1", '"x"']], id_="discount"))

    assert faults("- {name: a, contains: {a: 1}}", content=two) == []
    assert faults("- {name: a, contains: {b: y, c: 1}}", content=two) == [
        'Expected b = "y", but got "x".',
        "Expected c = 1, but got nothing of that name.",
    ]
    assert faults("- {name: a, result: {a: 1}}", content=two) != []


def test_a_refusal_can_be_expected():
    unique = document(table(["1"], ["a"], [["1", "1"], ["1", "2"]], id_="discount"))

    assert faults("- {name: a, error: Expected one rule}", content=unique) == []
    assert faults("- {name: a, error: die Regeln 1 und 2}", content=unique) == []
    (other,) = report("- {name: a, error: another}", content=unique).outcomes[0].faults
    assert other.en.endswith("but rules 1 and 2 do.")
    assert other.de.endswith(
        "sie lautet aber: Nur eine Regel von „D“ darf zutreffen, die Regeln 1 und 2 tun es."
    )
    assert faults("- {name: a, result: 1}", content=unique) != []
    assert faults("- {name: a, facts: {kind: gold}, error: Expected}") == [
        "Expected a refusal with “Expected”, but the answer is 5."
    ]


def test_dates_texts_and_times_are_what_they_look_like():
    values = document(table(["1"], ["s"], [["-", "[a, b, c, d, e, f]"]], id_="discount"))
    text = """
- name: a
  facts:
    a: 2026-03-02
    b: "2026-03-02"
    c: '@"PT4H"'
    d: yes
    e: ~
    f: 2026-03-02T10:00:00+01:00
  result: [2026-03-02, "2026-03-02", '@"PT4H"', "yes", null, 2026-03-02T10:00:00+01:00]
"""
    assert faults(text, content=values) == []
    assert faults(text.replace('"2026-03-02", ', "2026-03-02, "), content=values) != []


def test_the_clock_is_what_the_test_says():
    clock = document(table(["1"], ["s"], [["-", "string(today())"]], id_="discount"))

    assert faults("- {name: a, now: 2026-03-02T10:00:00+01:00, result: '2026-03-02'}", content=clock) == []
    assert refusals("- {name: a, now: 10, result: 1}")[0][1].startswith("Expected a date and time")


def test_rules_of_required_decisions_can_be_named():
    both = document(
        table(["kind"], ["o"], [["-", "1"]], id_="first", name="first"),
        table(
            ["first"],
            ["o"],
            [["2", "1"], ["1", "2"]],
            id_="discount",
            extra='<informationRequirement><requiredDecision href="#first"/></informationRequirement>',
        ),
    )
    tested = report("- {name: a, facts: {kind: x}, rules: {first: [1], discount: [2]}}", content=both)

    assert [outcome.faults for outcome in tested.outcomes] == [()]
    assert [(table.table, table.rules, table.missing) for table in tested.coverage] == [
        ("first", 1, ()),
        ("discount", 2, (1,)),
    ]


def test_coverage_names_the_rules_that_no_test_makes_fire():
    [table] = report("- {name: a, facts: {kind: gold}, rules: [2]}").coverage

    assert (table.table, table.rules, table.missing) == ("discount", 3, (1, 3))


def test_a_test_that_expects_nothing_is_refused():
    assert refusals("- {name: a, facts: {kind: gold}}") == [
        (1, "Expected the test to say what comes out, with rules, result, contains or error.")
    ]


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("- {name: a, rules: [3]}\n- {name: a, rules: [3]}", 2, "another test “a”"),
        ("- {name: a, ruels: [3], result: 1}", 1, "did you mean “rules”?"),
        ("- {rules: [3]}", 1, "there is none"),
        ("- {name: a, rules: [x]}", 1, "rule numbers such as [1, 3]"),
        ("- {name: a, decision: discuont, rules: [1]}", 1, "did you mean “discount”?"),
        ("- {name: a, rules: {discuont: [1]}}", 1, "did you mean “discount”?"),
        ("- {name: a, facts: 1, rules: [1]}", 1, "names with values in facts"),
        ("- a", 1, "a test with name, facts"),
        ("tests: 1", 1, "a list of tests"),
        ("", 1, "a list of tests"),
        ("- name: a\n  facts: {a: 1, a: 2}\n  rules: [1]", 2, "“a” once, but it is there twice"),
        ("- name: a\n  facts: {a: &x 1, b: *x}\n  rules: [1]", 2, "an anchor or alias"),
        ("- &x name", 1, "an anchor or alias"),
        ("- !!python/object:os.system {}", 1, "found the tag"),
        ("- name: a\n  facts: {a: @x}", 2, "with quotation marks around it"),
        ("- name: a\n  facts: {a: 2026-02-30}", 2, "is none"),
        ("- name: [", 1, "Expected YAML, but"),
        ("[" * 1000, 1, "30 deep"),
        ("? [a]\n: b", 1, "a name before the colon"),
        (b"- \xff", None, "UTF-8"),
        ("- \x07", None, "readable characters"),
        (b"#" * 2_000_000, None, "Expected at most"),
    ],
)
def test_what_is_no_test_is_refused_with_its_line(text, line, said):
    [(found, reason), *_] = refusals(text)

    assert found == line or "YAML" in reason
    assert said in reason


def test_a_document_of_several_decisions_asks_which_one():
    both = (table(["1"], ["o"], [["-", "1"]], id_=each, name=each) for each in ("a", "b"))
    two = document(*both)

    with pytest.raises(Refused, match="to name its decision, one of"):
        report("- {name: x, rules: [1]}", content=two)
    assert faults("- {name: x, decision: b, rules: [1]}", content=two) == []
