"""A word that nobody knows is null in FEEL; a designer is told so before anything is decided by it."""

import pytest

from rules.feel import FeelError, compile_expression, compile_unary_tests

KNOWN = {"amount", "order", "status", "items", "discount of"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("amuont > 5", ["Expected a known name at line 1, column 1, but found “amuont”; “amount” is known."]),
        (
            "1 +\n  nothing",
            ["Expected a known name at line 2, column 3, but found “nothing”."],
        ),
        (
            'contans("a", "b")',
            ["Expected a function at line 1, column 1, but found “contans”; “contains” is known."],
        ),
        (
            'contains("a")',
            ["Expected contains(string, match) at line 1, column 1, but found one argument."],
        ),
        (
            'substring(text: "a", start position: 1)',
            ["but found arguments named start position, text."],
        ),
        ("now(1)", ["Expected now() at line 1, column 1, but found one argument."]),
        ("x + now(1)", ["“x”", "now()"]),
        ("count()", ["no arguments"]),
    ],
)
def test_what_nobody_knows_is_told_with_its_place_and_what_is_near(text, found):
    told = [str(error) for error in compile_expression(text, KNOWN).mistakes(KNOWN)]
    assert len(told) == len(found)
    for sentence, part in zip(told, found, strict=True):
        assert part in sentence


@pytest.mark.parametrize(
    "text",
    [
        "amount > 5 and count(items) > 1",
        "items[price > 5 and item.price < 9]",
        "for i in items return i + amount",
        "{a: 1, b: a}.b",
        "(function(x) x + amount)(1)",
        "{f: function(x) x, r: f(1, 2, 3)}.r",
        "status(1, 2)",
        "discount of(1)",
        "min(1, 2, 3, 4)",
        "sort(items, before)",
        "order.anything",
        'date(year: 2026, month: 1, day: 1) > date("2026-01-01")',
    ],
)
def test_what_may_be_right_is_no_mistake(text):
    assert compile_expression(text, KNOWN).mistakes(KNOWN) == []


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ('string lenght("a")', "string length"),
        ('1 + substring befor("a", "b")', "substring before"),
        ("count(order vlaue)", "order value"),
    ],
)
def test_a_misspelt_name_of_several_words_is_told_with_what_is_near(text, known):
    with pytest.raises(FeelError, match=f"; “{known}” is known"):
        compile_expression(text, {"order value"})


def test_words_that_are_like_no_name_are_told_alone():
    with pytest.raises(FeelError, match=r"but found “b”\. "):
        compile_expression("a b")


def test_where_any_name_may_be_a_variable_only_calls_are_mistakes():
    (error,) = compile_expression("amount + contans(text)").mistakes(None)
    assert "“contains” is known" in str(error)


def test_a_word_in_a_cell_without_its_quotation_marks_is_noticed():
    (error,) = compile_unary_tests('"new", gold').mistakes(KNOWN)
    assert (error.line, error.column) == (1, 8)


def test_a_variable_with_the_name_of_a_function_counts_as_read_but_not_a_call_of_the_function():
    assert compile_expression("duration > 5").variables == {"duration"}
    assert compile_expression('duration("P1D")').variables == set()
    assert compile_expression("order(1)").variables == {"order"}
