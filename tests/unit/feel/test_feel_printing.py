"""A tree prints as a person would write it: with brackets where they matter, and nowhere else."""

import pytest

from rules.feel.parser import parse_expression, parse_unary_tests
from rules.feel.printing import print_expression, print_unary_tests

NAMES = ("first name",)


@pytest.mark.parametrize(
    "text",
    [
        "a + b * c ** -d",
        "(a + b) * c - (d - e)",
        "(a + b) + c",
        "-(a ** b) ** c",
        "-a.b[1](c)",
        "(-a).b",
        "a and (b or c) and not(d)",
        "a = b != c",
        "a = (b = c)",
        "a between b + 1 and c and d",
        "a in (1, < 2, [3..4))",
        "a in (1..2]",
        "a in ((< 2))",
        "a in < 2",
        "a in (b = c)",
        "(a in b) + 1",
        "(a instance of list) < 5",
        "a instance of list<number> and b",
        "a instance of function<number, list<string>>->context<a: Any, b: range<date>>",
        "(if a then b else c) + (if d then e else f)",
        "for i in 1..3, j in xs[item > 1] return i * j",
        "(some i in xs satisfies i) and (every j in xs satisfies j)",
        '{a: 1, "b c": {}, "d\\"": first name}.a',
        "function(x: number, y) x + y",
        "(function(x) x)(1)",
        "function() (external)",
        "f(x: 1, first name: 2)",
        "(> 1) = (<= 2)",
        '@"2026-11-21" + @"P1D"',
        '"a\\\\b"',
        "1.50 + 1E+6000",
        "xs[1].b",
        "null",
    ],
)
def test_a_text_without_needless_brackets_prints_as_it_was_written(text):
    assert print_expression(parse_expression(text, NAMES)) == text


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("((a)) + (b * (c))", "a + b * c"),
        ("]1..2[", "(1..2)"),
        ("(=2)", "(= 2)"),
        ("a in (1)", "a in 1"),
        ("[1,2 , 3]//", "[1, 2, 3]"),
        ('"\\u0041"', '"A"'),
    ],
)
def test_what_can_be_written_in_several_ways_prints_in_one(text, printed):
    assert print_expression(parse_expression(text)) == printed


@pytest.mark.parametrize(
    "text", ["-", "1, 2", "< 5, > 7", "not(1, [2..3])", "(not(a))", "not(a) and b", "? > 1"]
)
def test_cells_print_as_they_were_written(text):
    assert print_unary_tests(parse_unary_tests(text)) == text
