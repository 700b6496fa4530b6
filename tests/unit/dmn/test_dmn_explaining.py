"""Asked why, a model says which part was null, where it stands and for what reason, in both languages."""

from rules.dmn import read
from tests.unit.dmn.documents import document, fact, literal, needs, table

FEES = table(["amount"], ["fee"], [["&gt; 10", "amount + surcharge"], ["&lt; 5", "1"]], name="Fees")


def told(xml, facts, language="en", decision="d"):
    explained = read(xml).explain(decision, facts)
    assert explained.explanation is not None
    return explained.explanation.sentences(language)


def test_an_explanation_has_the_value_and_the_evidence_of_the_plain_answer():
    model = read(document(FEES))
    plain, explained = model.evaluate("d", {"amount": 3}), model.explain("d", {"amount": 3})
    assert plain.explanation is None
    assert (explained.value, explained.evidence) == (plain.value, plain.evidence)
    assert explained.explanation is not None
    assert explained.explanation.value == plain.value
    assert [(part.spot.where.en, part.spot.text, part.value) for part in explained.explanation.parts] == [
        ("Fees, Input 1", "amount", "3"),
        ("Fees, Rule 1, input 1", "> 10", "false"),
        ("Fees, Rule 2, input 1", "< 5", "true"),
    ]


def test_a_missing_fact_in_a_cell_is_named_with_its_row_and_column():
    assert told(document(FEES), {"amount": 11}) == (
        "Fees, Rule 1, output 1: surcharge is null: it has no value",
        "Fees, Rule 1, output 1: amount + surcharge is null: surcharge is null",
    )
    assert told(document(FEES), {"amount": 11}, "de")[0] == (
        "Fees, Zeile 1, Ausgabe 1: surcharge ist null: ohne Wert"
    )


def test_a_table_without_a_hit_says_so():
    assert told(document(FEES), {"amount": 7}) == ("Fees is null: no rule of the table holds",)
    assert told(document(FEES), {"amount": 7}, "de") == ("Fees ist null: keine Regel der Tabelle trifft zu",)


def test_a_value_that_is_not_of_its_type_is_shown():
    facts = document(fact("a", type_="number"), literal("d", "a + 1", requires=needs("a")))
    assert told(facts, {"a": "x"})[0] == 'a: "x" is null: Expected a number, but got "x"'
    result = document(literal("d", '"x"', type_="number"))
    assert told(result, {}) == ('d: "x" is null: Expected a number, but got "x"',)


def test_a_value_that_its_column_does_not_allow_is_shown():
    allowed = ("x", "<outputValues><text>1, 2</text></outputValues>")
    assert told(document(table(["a"], [allowed], [["-", "3"]])), {"a": 1}) == (
        "3 is null: Expected one of the values that are allowed there, but got 3",
    )


def test_a_required_decision_tells_what_it_was_null_for():
    inner = literal("e", "b + 1")
    needed = needs("e", kind="Decision")
    assert told(document(inner, literal("d", "e + 1", requires=needed)), {})[0].startswith("e: b is null")


def test_an_explanation_without_a_null_is_empty():
    assert told(document(FEES), {"amount": 1}) == ()
