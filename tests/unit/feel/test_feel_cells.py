"""Unary tests, the language of the cells of decision tables."""

import datetime as dt

import pytest

from rules.feel import FeelError, YearsMonths, compile_unary_tests

SCOPE = {"limit": 10, "names": ["a", "b"], "flag": True, "span": None, "text": "abc"}


@pytest.mark.parametrize(
    ("cell", "value", "result"),
    [
        ("-", None, True),
        ("  - ", 1, True),
        ("- // whatever", 1, True),
        ("- /* less */ 5", -5, True),
        ('"a"', "a", True),
        ('"a"', "b", False),
        ('"a"', None, False),
        ('"a"', 1, None),
        ("null", None, True),
        ("null", 1, False),
        ("true", True, True),
        ("true", None, False),
        ("5", 5, True),
        ("-5", -5, True),
        ("5, 6", 6, True),
        ('"a", "b"', "c", False),
        ("< 5", 4, True),
        ("<= 5", 5, True),
        ("> limit", 11, True),
        (">= limit * 2", 11, False),
        ("< 5", None, None),
        ('< "b"', "a", True),
        ("= 5", 5, True),
        ("!= 5", 6, True),
        ("!= null", None, False),
        ("[1..5]", 5, True),
        ("[1..5)", 5, False),
        ("]1..5]", 1, False),
        ("[1..limit]", 7, True),
        ("[1..5]", "a", None),
        ("< 1, > 9", 10, True),
        ("not(5)", 5, False),
        ("not(5, 6)", 7, True),
        ('not("a")', None, True),
        ("not(< 5)", None, None),
        ("not(null)", 1, True),
        ("names", "b", True),
        ("names", "c", False),
        ('["x", "y"]', "y", True),
        ("span", None, True),
        ("span", 1, False),
        ("? > 5 and ? < limit", 7, True),
        ("? > 5 and ? < limit", 3, False),
        ('contains(?, "b")', "abc", True),
        ("? in names", "a", True),
        ("not(? > 5)", 7, False),
        ("not(flag) and ? > 5", 7, False),
        ("limit > 5", "whatever", True),
        ("limit > 5", None, True),
        ("limit > 5", False, False),
        ("flag", True, True),
        ("flag", None, False),
        ('date("2026-01-01")', dt.date(2026, 1, 1), True),
        ('< @"2026-01-01"', dt.date(2025, 1, 1), True),
        ('[@"P1M"..@"P1Y"]', YearsMonths(6), True),
        ("[null..5]", 3, None),
    ],
)
def test_a_cell_says_true_false_or_null(cell, value, result):
    assert compile_unary_tests(cell)(value, SCOPE) is result


@pytest.mark.parametrize("cell", ["", "5,", "< ", "not(5", "5 6", "-, 5", "[1..5"])
def test_a_cell_that_cannot_be_read_is_an_error(cell):
    with pytest.raises(FeelError):
        compile_unary_tests(cell)


def test_the_value_is_no_variable():
    assert compile_unary_tests("? > limit and x").variables == {"limit", "x"}


def test_a_cell_may_read_the_clock():
    assert (
        compile_unary_tests("< today()")(dt.date(2026, 1, 1), {}, dt.datetime(2026, 1, 2, tzinfo=dt.UTC))
        is True
    )
