"""A large table looks its rules up, and answers as if it had tried one after the other."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.dmn import EvaluationError, read, tables
from rules.dmn.index import numbers_in
from tests.unit.dmn.documents import document, table

NUMBERS = st.sampled_from(["1", "2", "2.0", "-3", "5.5"])
CELLS = st.one_of(
    st.sampled_from(['"a"', '"b", "c"', '"a", 1', "true", "false", "-", "null", '"a", null', 'not("a")', "not(1)", " != 1",
                     "? > 2", "limit", "[1..3]", "(1..3]", "[2..2]", "(2..2)", "[1..3], [2..5.5)", "[3..1]", '["a".."b"]', '= "a"', "= 2", "= true", "< 2, > 5"]),
    st.builds(lambda sign, number: f"{sign} {number}", st.sampled_from(["<", "<=", ">", ">="]), NUMBERS),
    NUMBERS,
)  # fmt: skip
RULES = st.lists(st.tuples(CELLS, CELLS, st.sampled_from(["1", "2"])), min_size=16, max_size=24)
VALUES = st.sampled_from(
    [None, "a", "b", "z", True, False, 1, 2, Decimal("2.5"), 3, -3, 99, ["a"], [1, 2], {"a": 1}]
)
POLICIES = [("UNIQUE", ""), ("ANY", ""), ("FIRST", ""), ("PRIORITY", ""), ("RULE ORDER", ""), ("OUTPUT ORDER", ""), ("COLLECT", ""),
            ("COLLECT", "SUM"), ("COLLECT", "MIN"), ("COLLECT", "MAX"), ("COLLECT", "COUNT")]  # fmt: skip


def outcome(model, facts):
    try:
        return model.evaluate("d", facts)
    except EvaluationError as error:
        return str(error)


@pytest.mark.parametrize(("policy", "aggregation"), POLICIES)
@settings(max_examples=25, deadline=None)
@given(rules=RULES, facts=st.lists(st.tuples(VALUES, VALUES), min_size=1, max_size=8))
def test_what_is_looked_up_is_what_would_have_been_found(policy, aggregation, rules, facts):
    escaped = [[cell.replace("<", "&lt;") for cell in rule] for rule in rules]
    output = ("x", "<outputValues><text>2, 1</text></outputValues>")
    xml = document(table(["a", "b"], [output], escaped, policy=policy, aggregation=aggregation))
    indexed = read(xml)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(tables, "FEWEST_RULES", 1000)
        plain = read(xml)
    for a, b in facts:
        known = {"a": a, "b": b, "limit": 2}
        assert outcome(indexed, known) == outcome(plain, known)


def test_a_set_of_rules_is_gone_through_in_order():
    assert list(numbers_in(0b1011)) == [0, 1, 3]
    assert list(numbers_in(0)) == []
