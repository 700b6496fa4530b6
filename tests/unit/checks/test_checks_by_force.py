"""What the checks say of rules beside each other is what trying out every input says."""

import itertools
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from rules import checks, dmn
from tests.unit.dmn.documents import document, fact, needs, table

#: Every class that cells of small whole numbers and of the texts a, b, c can tell apart.
VALUES = {
    "amount": [None, *(Decimal(half) / 2 for half in range(-1, 18))],
    "kind": [None, "a", "b", "c", "zzz"],
    "known": [None, True, False],
}
NUMBERS = st.integers(0, 4)
TESTS = {
    "amount": st.one_of(
        st.builds(
            "{}{}".format, st.sampled_from(["", "&lt; ", "&lt;= ", "&gt; ", "&gt;= ", " != "]), NUMBERS
        ),
        st.builds(
            lambda low, more, left, right: f"{left}{low}..{low + more}{right}",
            NUMBERS,
            st.integers(1, 4),
            st.sampled_from("[(]"),
            st.sampled_from("])["),
        ),
        st.builds("? &gt; {} and ? &lt;= {}".format, NUMBERS, NUMBERS),
        st.just("null"),
    ),
    "kind": st.sampled_from(['"a"', '"b"', '"c"', "null", ' != "a"', '? in ["a", "b"]']),
    "known": st.sampled_from(["true", "false", "null"]),
}


def cell(name):
    one = TESTS[name]
    several = st.lists(one.filter(lambda text: "?" not in text), min_size=1, max_size=2).map(", ".join)
    return st.one_of(st.just("-"), one, several, several.map("not({})".format))


ROWS = st.lists(st.tuples(*map(cell, VALUES), st.sampled_from(["1", "2"])), min_size=1, max_size=5)


def made(rows, policy, *, last=False, outputs=("o",)):
    inputs = [
        fact("amount", type_="number"),
        fact("kind", type_="string"),
        fact("known", type_="boolean"),
    ]
    rows = [list(row) for row in rows] + ([["-", "-", "-", "9"]] if last else [])
    return document(*inputs, table(list(VALUES), outputs, rows, policy=policy, extra=needs(*VALUES)))


def tried(rows):
    """For every input, the numbers of all rules that match."""
    collecting = dmn.read(made(rows, "COLLECT"))
    for values in itertools.product(*VALUES.values()):
        evidence = collecting.evaluate("d", dict(zip(VALUES, values, strict=True))).evidence[-1]
        yield values, [rule.number for rule in evidence.rules]


def told(content, code):
    return [each for each in checks.check(content, "t.dmn") if each.code == code]


@settings(max_examples=25, deadline=None)
@given(ROWS)
def test_rules_that_never_fire_are_those_that_no_input_reaches(rows):
    first = {numbers[0] for _, numbers in tried(rows) if numbers}

    content = made(rows, "FIRST")
    silent = {each.rule for code in ("unreachable", "never", "range") for each in told(content, code)}

    assert silent == set(range(1, len(rows) + 1)) - first


@settings(max_examples=25, deadline=None)
@given(ROWS)
def test_rules_overlap_where_an_input_makes_both_fire(rows):
    pairs = {pair for _, numbers in tried(rows) for pair in itertools.combinations(numbers, 2)}

    found = told(made(rows, "UNIQUE"), "overlap")

    assert len(found) == len(pairs)
    assert {each.rule for each in found} == {later for _, later in pairs}


@settings(max_examples=25, deadline=None)
@given(ROWS)
def test_there_is_a_gap_where_no_rule_answers(rows):
    unanswered = any(not numbers for _, numbers in tried(rows))

    assert bool(told(made(rows, "FIRST"), "gap")) == unanswered
    assert told(made(rows, "FIRST", last=True), "gap") == []
