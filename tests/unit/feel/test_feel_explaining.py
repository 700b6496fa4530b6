"""An evaluation explains itself: which part was null, and why, in English and German."""

import datetime as dt
from decimal import Decimal

import pytest

from rules.feel import FeelLimit, compile_expression, explain_cell, explain_expression
from rules.feel.compiler import Place, Text
from rules.feel.explaining import Seen, Where, watched_expression
from rules.feel.explaining.phrases import PHRASES
from rules.feel.explaining.reasons import SENTENCES
from rules.feel.frames import Run, Top
from rules.feel.functions import FUNCTIONS


def first_null(text, scope=None):
    return explain_expression(text, scope or {}).sentences()[0]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("amount + fee", "fee is null: there is no value of that name"),
        ('date("x")', 'date("x") is null: Expected a date such as 2026-11-21, but got "x"'),
        ("amount / 0", "amount / 0 is null: Expected a divisor other than 0, but it is 0"),
        ("amount.net", "amount.net is null: Expected a value with a property “net”, but got a number"),
        ("order.net", "order.net is null: Expected an entry “net”, but the context has gross, empty"),
        ("order.empty", "order.empty is null: it has no value"),
        ("{}.x", "{}.x is null: Expected an entry “x”, but the context is empty"),
        ("list[7]", "list[7] is null: Expected a position from 1 to 3, but got 7"),
        ("[][1]", "[][1] is null: Expected a list with a position 1, but it is empty"),
        ('list["x"]', 'list["x"] is null: Expected a condition or a position as filter, but got a text'),
        ("shout(1)", "shout is null: there is no value of that name"),
        ("amount(1)", "amount(1) is null: Expected a function, but amount is a number"),
        ("date(1, 2)", "date(1, 2) is null: Expected date(from) / date(year, month, day), but got 2 arguments"),
        ("date(frm: 5)", "date(frm: 5) is null: Expected date(from) / date(year, month, day), but got arguments named frm"),
        ("substring(1, 2)", "substring(1, 2) is null: Expected a text for “string”, but got a number"),
        ('substring("abc", 7)', 'substring("abc", 7) is null: Expected a position inside it, from 1 at the start or from -1 at the end, but got "abc", 7'),
        ("now()", "now() is null: this evaluation has no clock"),
        ("-list", "-list is null: Expected a number or a duration, but got a list"),
        ('@"10:00:00" < @"10:00:00Z"', '@"10:00:00" < @"10:00:00Z" is null: Expected two times with zones or offsets, or two without, but got 10:00:00, 10:00:00Z'),
        ('@"10:00:00" - @"10:00:00Z"', '@"10:00:00" - @"10:00:00Z" is null: Expected two times with zones or offsets, or two without, but got 10:00:00, 10:00:00Z'),
        ("amount > list", "amount > list is null: Expected two values of one type, with an order for < and >, but got a number and a list"),
        ('amount between 1 and "x"', 'amount between 1 and "x" is null: Expected two values of one type, with an order for < and >, but got a number and a text'),
        ("true and amount", "true and amount is null: Expected true or false, but amount is a number"),
        ("if true then null else 1", "if true then null else 1 is null: null is written there"),
        ("[5..1]", "[5..1] is null: Expected two ends of one type, the lower one first, but got 5 … 1"),
        ("for i in [1..5]..2 return i", "for i in [1..5]..2 return i is null: Expected a list or a range with steps to go through, but [1..5] is a range"),
        ("every i in list satisfies i", "every i in list satisfies i is null: Expected true or false in every turn, but at least one had another value"),
        ('amount in (< "x")', '< "x" is null: Expected two values of one type, with an order for < and >, but got a number and a text'),
        ('{f: function(x: number) x, r: f("1")}.r', 'f("1") is null: Expected arguments of the declared types, but got "1"'),
        ("{f: function(x) x.y, r: f(1)}.r", "x.y is null: Expected a value with a property “y”, but got a number"),
        ("{f: function(x) x, r: f(1, 2)}.r", "f(1, 2) is null: Expected function(x), but got 2 arguments"),
        ("10 ** 6000 * 10 ** 6000", "10 ** 6000 * 10 ** 6000 is null: Expected a number, day or duration that FEEL has, but 1E+6000 * 1E+6000 is none"),
    ],
)  # fmt: skip
def test_the_first_null_says_why(text, sentence):
    scope = {"amount": 5, "list": [1, 2, 3], "order": {"gross": 3, "empty": None}}
    assert first_null(text, scope) == sentence


def test_what_is_null_because_of_another_part_names_that_part():
    told = explain_expression("2 * (amount + fee)", {"amount": 1}).sentences()
    assert told == (
        "fee is null: there is no value of that name",
        "(amount + fee) is null: fee is null",
        "2 * (amount + fee) is null: (amount + fee) is null",
    )


def test_a_null_says_where_it_stands():
    null, *_ = explain_expression("1 +\n  fee", {}).nulls
    assert (null.spot.text, null.spot.line, null.spot.column) == ("fee", 2, 3)


def test_reasons_are_told_in_german_too():
    null, *_ = explain_expression('date("x")', {}).nulls
    assert null.sentence("de") == 'date("x") ist null: Erwartet: ein Datum wie 2026-11-21; gefunden: "x"'
    assert all(len(both) == 2 and all(both) for both in (*SENTENCES.values(), *PHRASES.values()))


def test_every_part_shows_the_value_that_it_had():
    parts = explain_expression("if a > 5 then b else c", {"a": 7, "b": "x", "c": 1}).parts
    assert [(part.spot.text, part.value) for part in parts] == [
        ("a", "7"),
        ("a > 5", "true"),
        ("b", '"x"'),
        ("if a > 5 then b else c", '"x"'),
    ]


def test_the_value_is_that_of_plain_evaluation():
    text = "for x in xs[item > 1] return x * 2 + count(xs)"
    scope, now = {"xs": [1, 2, 3]}, dt.datetime(2030, 1, 1, tzinfo=dt.UTC)
    assert explain_expression(text, scope, now).value == compile_expression(text)(scope, now)


def test_a_cell_explains_which_of_its_tests_had_no_answer():
    explanation = explain_cell('< fee, "x"', "y", {})
    assert explanation.value is None
    assert explanation.sentences() == (
        "fee is null: there is no value of that name",
        "< fee is null: fee is null",
    )
    assert [(part.spot.text, part.value) for part in explanation.parts][-1] == ('"x"', "false")
    assert explain_cell("> 5", None, {}).sentences() == ("> 5 is null: ? is null",)


def test_an_explanation_stays_small():
    explanation = explain_expression(
        "for x in xs return for y in xs return x + y.z", {"xs": list(range(300))}
    )
    assert len(explanation.parts) < 100
    assert explanation.sentences() == (
        "y.z is null: Expected a value with a property “z”, but got a number",
        "x + y.z is null: y.z is null",
    )
    long = explain_expression("t", {"t": ["x" * 10_000] * 10_000})
    assert len(long.parts[0].value) <= 120
    assert explain_expression("n", {"n": Decimal("1E+6000")}).parts[0].value == "1E+6000"


def test_an_explanation_keeps_the_limits():
    with pytest.raises(FeelLimit):
        explain_expression("count(for i in 1..1000000000 return i)", {})


def test_several_texts_of_a_model_tell_one_record_what_they_belong_to():
    """As rules.dmn does it."""
    seen = Seen()
    for where, text in (("Rule 1, output 1", "1"), ("Rule 2, output 1", "fee")):
        watched_expression(text, (), Place(Text({})), Where(where, where))(Top({}, Run(seen=seen)))
    assert [null.sentence() for null in seen.nulls] == [
        "Rule 2, output 1: fee is null: there is no value of that name"
    ]


def test_watched_code_without_a_record_works_like_any_other():
    assert watched_expression("1 + a", (), Place(Text({})))(Top({"a": 2}, Run())) == 3


def test_phrases_are_about_functions_that_exist():
    operators = {"+", "-", "*", "/", "**", "declared types", "fitting values"}
    assert {key.partition("/")[0] for key in PHRASES} - operators - {""} <= FUNCTIONS.keys()
