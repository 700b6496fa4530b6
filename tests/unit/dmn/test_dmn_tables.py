"""Decision tables: what matches, what comes out, and what the evidence says."""

import datetime as dt
from decimal import Decimal

import pytest

from rules.dmn import EvaluationError, Evidence, Fired, Written, read
from tests.unit.dmn.documents import document, literal, table

AGES = [["&lt; 18", '"child"'], ["[18..65)", '"adult"'], ["&gt;= 65", '"senior"', "!Born early"]]


def evaluate(xml, **facts):
    return read(xml).evaluate("d", facts)


def value(inputs, outputs, rules, facts, **options):
    return evaluate(document(table(inputs, outputs, rules, **options)), **facts).value


def test_a_rule_matches_when_all_its_cells_do():
    rules = [["&lt; 18", "-", '"a"'], ["-", "true", '"b"'], ["&gt;= 18", "false, null", '"c"']]
    assert value(["age", "member"], ["x"], rules, {"age": 20, "member": True}) == "b"
    assert value(["age", "member"], ["x"], rules, {"age": 20}) == "c"
    assert value(["age", "member"], ["x"], rules, {"age": 3, "member": False}) == "a"


def test_no_rule_gives_null_without_rules():
    result = evaluate(document(table(["age"], ["x"], AGES)))
    assert result.value is None
    assert result.evidence == (Evidence("d", "D", (), (("age", None),)),)


def test_the_evidence_names_rules_annotations_and_inputs():
    result = evaluate(
        document(table(["age", "age + 1"], ["x"], [["&gt; 60", "-", "1", "!Old", "!Wise"]])), age=70
    )
    assert result.evidence == (
        Evidence(
            "d",
            "D",
            (Fired(1, "d_1", "Old; Wise", (("x", 1),)),),
            (("age", Decimal(70)), ("age + 1", Decimal(71))),
            "decisionTable",
            Decimal(1),
        ),
    )


def test_one_output_is_bare_and_several_are_a_context():
    assert value(["a"], ["x"], [["-", "1"]], {}) == 1
    assert value(["a"], ["x", "y"], [["-", "1", "a"]], {"a": "q"}) == {"x": 1, "y": "q"}


TWICE = [["&gt; 1", '"low"'], ["&gt; 5", '"high"'], ["&gt; 9", '"high"']]
ORDERED = ("x", '<outputValues><text>"high","low"</text></outputValues>')


@pytest.mark.parametrize(
    ("policy", "aggregation", "output", "result", "fired"),
    [
        ("FIRST", "", "x", "low", [1]),
        ("RULE ORDER", "", "x", ["low", "high"], [1, 2]),
        ("COLLECT", "", "x", ["low", "high"], [1, 2]),
        ("PRIORITY", "", ORDERED, "high", [2]),
        ("OUTPUT ORDER", "", ORDERED, ["high", "low"], [2, 1]),
        ("COLLECT", "COUNT", "x", 2, [1, 2]),
        ("COLLECT", "MIN", "x", "high", [1, 2]),
        ("COLLECT", "MAX", "x", "low", [1, 2]),
    ],
)
def test_hit_policies(policy, aggregation, output, result, fired):
    xml = document(table(["a"], [output], TWICE, policy=policy, aggregation=aggregation))
    found = evaluate(xml, a=6)
    assert found.value == result
    assert [rule.number for rule in found.evidence[0].rules] == fired
    assert evaluate(xml, a=0).value == (0 if aggregation == "COUNT" else None)


def test_collected_numbers_add_up():
    rules = [["&gt; 1", "10"], ["&gt; 5", "a * 0.1"], ["&gt; 9", "1"]]
    assert value(["a"], ["x"], rules, {"a": 6}, policy="COLLECT", aggregation="SUM") == Decimal("10.6")


def test_unique_refuses_two_rules():
    with pytest.raises(EvaluationError, match="“D” to match, but rules 1, 2 and 3 do"):
        value(["a"], ["x"], TWICE, {"a": 10})


def test_any_wants_the_same_outputs():
    assert value(["a"], ["x"], [["&gt; 5", "1"], ["&gt; 9", "1"]], {"a": 10}, policy="ANY") == 1
    with pytest.raises(EvaluationError, match="rules 1, 2 and 3"):
        value(["a"], ["x"], TWICE, {"a": 10}, policy="ANY")


def test_default_outputs_stand_in_when_no_rule_matches():
    outputs = [("x", '<defaultOutputEntry><text>"none"</text></defaultOutputEntry>'), "y"]
    result = evaluate(document(table(["a"], outputs, [["1", '"one"', "1"]])), a=2)
    assert result.value == {"x": "none", "y": None}
    assert result.evidence[0].rules == ()


def test_priorities_of_two_outputs():
    outputs = [("a", "<outputValues><text>1, 2</text></outputValues>"), ("b", ORDERED[1])]
    rules = [["-", "2", '"high"'], ["-", "1", '"low"'], ["-", "1", '"high"'], ["-", "7", '"high"']]
    found = value(["z"], outputs, rules, {}, policy="OUTPUT ORDER")
    assert [(row["a"], row["b"]) for row in found] == [(1, "high"), (1, "low"), (2, "high"), (None, "high")]


def test_an_output_that_is_not_among_the_output_values_is_null():
    output = ("x", "<outputValues><text>1, [5..7]</text></outputValues>")
    rules = [["1", "1"], ["2", "6"], ["3", "3"], ["4", "[1, 6]"], ["5", "[1, 3]"]]
    found = [value(["a"], [output], rules, {"a": a}) for a in range(1, 6)]
    assert found == [1, 6, None, [1, 6], None]


@pytest.mark.parametrize("aggregation", ["SUM", "MIN", "MAX", "COUNT"])
def test_a_default_output_stands_in_for_an_aggregate_of_nothing(aggregation):
    output = ("x", "<defaultOutputEntry><text>7</text></defaultOutputEntry>")
    options = {"policy": "COLLECT", "aggregation": aggregation}
    assert value(["a"], [output], [["1", "1"]], {"a": 2}, **options) == 7


def test_priorities_may_come_from_the_type_of_the_output():
    item = '<itemDefinition name="tX"><typeRef>string</typeRef><allowedValues><text>"high","low"</text></allowedValues></itemDefinition>'
    xml = document(
        item,
        table(["a"], ["x"], TWICE, policy="PRIORITY").replace(
            'output name="x"', 'output name="x" typeRef="tX"'
        ),
    )
    assert evaluate(xml, a=10).value == "high"


def test_an_input_outside_of_its_values_matches_nothing():
    inner = "</inputExpression><inputValues><text>1, 2</text></inputValues>"
    xml = document(table(["a"], ["x"], [["-", "1"]])).replace(b"</inputExpression>", inner.encode())
    assert evaluate(xml, a=2).value == 1
    assert evaluate(xml, a=3).value is None


def test_cells_may_read_other_facts_and_the_clock():
    rules = [["&lt; limit", '"below"'], ["&lt; today()", '"before"'], ["? = limit", '"at"']]
    model = read(document(table(["a"], ["x"], rules, policy="FIRST")))
    now = dt.datetime(2026, 11, 21, tzinfo=dt.UTC)
    assert model.decisions["d"].inputs == ("a", "limit")
    assert model.evaluate("d", {"a": 1, "limit": 2}).value == "below"
    assert model.evaluate("d", {"a": dt.date(2026, 1, 1)}, now).value == "before"
    assert model.evaluate("d", {"a": 2, "limit": 2}).value == "at"


def test_a_type_of_the_input_makes_other_values_null():
    xml = document(table(["a"], ["x"], [["null", '"none"'], ["-", '"some"']], policy="FIRST"))
    xml = xml.replace(b"<inputExpression>", b'<inputExpression typeRef="number">')
    assert [evaluate(xml, a=a).value for a in (1, "1", None)] == ["some", "none", "none"]


def test_ten_thousand_rules_are_read_and_evaluated_quickly():
    rules = [[str(at), f'"{at}"'] for at in range(10_000)]
    assert value(["a"], ["x"], rules, {"a": 9_999}) == "9999"


def test_what_the_rows_say_outright_can_be_listed():
    """Whoever checks a table before it decides asks for that; what is worked out is not among it."""
    outputs = ["team", ("ways", "<defaultOutputEntry><text>[]</text></defaultOutputEntry>")]
    rules = [
        ["1", '"a"', '["x", "y"]'],
        ["2", "known", "[known]"],
        ["-", 'if known = 1 then "b" else null', ""],
    ]
    model = read(document(table(["known"], outputs, rules, policy="FIRST")))
    assert model.literals["d"] == {
        "team": (Written(1, "a"),),
        "ways": (Written(1, ["x", "y"]), Written(3, None), Written(None, [])),
    }


def test_a_decision_without_a_table_lists_nothing():
    assert read(document(literal("d", '"a"'))).literals == {"d": {}}


def test_a_fact_that_no_cell_comes_to_look_at_is_never_asked_for():
    """Callers look some facts up in a database when they are asked for them."""

    class Costly(dict):
        def get(self, name, default=None):
            asked.append(name)
            return super().get(name, default)

    asked = []
    model = read(
        document(
            table(["a", "true"], ["x"], [['"end"', "b &gt; 1", '"no"'], ["-", "-", '"yes"']], policy="FIRST")
        )
    )
    assert model.evaluate("d", Costly(a="claim", b=2)).value == "yes"
    assert asked == ["a"]
    assert model.evaluate("d", Costly(a="end", b=0)).value == "yes"
    assert asked == ["a", "a", "b"]
