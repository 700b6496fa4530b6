"""A designer reads these messages: where it is, and what was expected there."""

import itertools
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.feel import FeelAssertion, FeelError, FeelLimit, compile_expression, compile_unary_tests


def error_of(text):
    with pytest.raises(FeelError) as caught:
        compile_expression(text)
    return caught.value


@pytest.mark.parametrize(
    ("text", "line", "column", "expected"),
    [
        ("", 1, 1, "an expression"),
        ("1 +", 1, 4, "an expression"),
        ("1 +\n  * 2", 2, 3, "an expression"),
        ("(1 + 2", 1, 7, "“)”"),
        ("[1, 2", 1, 6, "“]”"),
        ("if a then b", 1, 12, "“else”"),
        ("for i in x", 1, 11, "“return”"),
        ("some i in x", 1, 12, "“satisfies”"),
        ("x between 1 or 2", 1, 13, "“and”"),
        ("a b", 1, 3, "the end or an operator"),
        ("1 2", 1, 3, "the end or an operator"),
        ("{a: 1, a: 2}", 1, 8, "another name than “a”, which is there already"),
        ("{: 1}", 1, 2, "a name"),
        ('"abc', 1, 1, "an expression"),
        ("1 /* 2", 1, 3, "*/"),
        ("a.1", 1, 2, "the end or an operator"),
        ('@"yesterday"', 1, 2, "a date, time or duration"),
        ("@1", 1, 2, "a text in quotation marks"),
        ("1E99999", 1, 1, "a number below 1E+6145"),
        ("a and then", 1, 7, "an expression"),
        ("#", 1, 1, "an expression"),
        ("f(1", 1, 4, "“)”"),
        ("[1..5", 1, 6, "“]” or “)”"),
        ("1 instance of 5", 1, 15, "the name of a type"),
        ("function(x) external {}", 1, 13, "a function body in FEEL"),
        ("function(x, x) x", 1, 14, "parameters with different names"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_what_was_expected(text, line, column, expected):
    error = error_of(text)
    assert (error.line, error.column, error.expected) == (line, column, expected)
    assert str(error).startswith(f"Expected {expected} at line {line}, column {column}, but found ")


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("a == b", "FEEL compares with a single “=”."),
        ("a => b", "FEEL writes “at least” as “>=”."),
        ("a =< b", "FEEL writes “at most” as “<=”."),
        ("a <> b", "FEEL writes “not equal” as “!=”."),
        ("a && b", "FEEL writes “and” for “&&”."),
        ("a || b", "FEEL writes “or” for “||”."),
        ("!a", "FEEL writes “not(...)” for “!”."),
        ("not a", "“not” takes brackets: not(...)."),
        ("a = 'x'", 'FEEL writes texts in straight double quotes: "like this".'),
        ("a = „offen“", 'FEEL writes texts in straight double quotes: "like this".'),
        ("a > 1,5 and b", "If this is a decimal number, FEEL writes it with a point: 1.5."),
        ("a ^ 2", "FEEL writes powers as “**”."),
        ("a % 2", "FEEL has “modulo(a, b)” for the remainder."),
        ("a ? b : c", "FEEL writes a choice as “if ... then ... else ...”."),
        ("a AND b", "FEEL writes its words in small letters."),
        ("a is null", "FEEL compares with “=”, also with null."),
        ("if a then b", "An “if” needs a “then” and an “else”."),
        ("if a > 5 { b }", "An “if” needs a “then” and an “else”."),
        ("if a then b elseif c then d else e", "FEEL writes “else if”."),
        ("a then b", "A “then” needs an “if” before its condition."),
        ("for x in y", "A “for” needs a “return”: for x in list return x."),
        ("{a = 1}", "An entry is written as name: value."),
        ("(a +\n [b", "The “[” at line 2, column 2 still needs its “]”."),
        ('f(")", a', "The “(” at line 1, column 2 still needs its “)”."),
        ("f(a b", "The “(” at line 1, column 2 still needs its “)”."),
        ("[1, 2)", "The “[” at line 1, column 1 still needs its “]”."),
        ("a + b)", "No “(” is open for it."),
        ("status = in progress", "“in” is a word of FEEL itself; a text stands in double quotes."),
        ("status = open case", 'A text stands in double quotes: "like this"; a name of several words must be known here.'),
        ("a +", ""),
    ],
)  # fmt: skip
def test_a_common_mistake_is_told_with_what_feel_has_for_it(text, hint):
    error = error_of(text)
    assert error.hint == hint
    assert str(error).endswith(hint or ".")


def test_a_type_that_nobody_defines_is_a_mistake():
    assert "tPerson" in str(error_of("1 instance of tPerson"))


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5000 + "1" + ")" * 5000,
        "(" * 5000,
        "1 + (" * 5000,
        "[" * 5000,
        "{a: " * 5000,
        "f(" * 5000,
        "x in (" * 5000,
        "-" * 5000 + "1",
        "if 1 then 1 else " * 1500 + "1",
        "for i in " * 2000,
        "not(" * 5000,
        "function() " * 2000 + "1",
        "a instance of " + "list<" * 5000,
        "a" + ".b" * 5000,
        "a" + "[1]" * 5000,
        "a" + "()" * 5000,
        "1" + " = 1" * 5000,
        "1" * 40_000,
    ],
)
def test_what_is_nested_too_deep_or_too_long_is_refused_quickly(text):
    with pytest.raises(FeelError):
        compile_expression(text)
    with pytest.raises(FeelError):
        compile_unary_tests(text)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        (" + ".join(["1"] * 5000), 5000),
        (" and ".join(["true"] * 3000), True),
        ("(" * 99 + "1" + ")" * 99, 1),
        ("[" + ",".join(["1"] * 5000) + "][5000]", 1),
    ],
)
def test_what_is_only_long_works(text, result):
    assert compile_expression(text)({}) == result


def doubling(first, step, result):
    """A context whose entries a to z are each made of the one before."""
    names = [chr(code) for code in range(ord("a"), ord("z") + 1)]
    entries = [f"a: {first}", *(f"{b}: {step.format(a)}" for a, b in itertools.pairwise(names))]
    return f"{{{', '.join(entries)}, result: {result}}}.result"


@pytest.mark.parametrize(
    "text",
    [
        "count(for i in 1..1000000000 return i)",
        "count(for i in 1..100000, j in 1..100000 return i * j)",
        "for i in 1..1E+6000 return i",
        "some i in 1..1000000000 satisfies i < 0",
        "{f: function(x) f(x + 1), r: f(1)}.r",
        "{f: function(x) f(x) + f(x), r: f(1)}.r",
        doubling('"xxxxxxxxxx"', "{0} + {0}", "z"),
        doubling("[1, 2, 3, 4]", "concatenate({0}, {0})", "z"),
        doubling("[1, 2]", "[{0}, {0}]", "z"),
        doubling("[1, 2]", "[{0}, {0}]", "flatten(z)"),
        doubling("[1, 2]", "[{0}, {0}]", "string(z)"),
        "for i in 1..1000 return partial",
        "distinct values(for i in 1..5000 return {x: i})",
        'string join(for i in 1..100000 return string join(for j in 1..1000 return "xxxxxxxxxx"))',
    ],
)  # fmt: skip
def test_an_evaluation_that_takes_too_much_is_stopped(text):
    with pytest.raises(FeelLimit):
        compile_expression(text)({})


def test_equality_of_values_that_hold_themselves_many_times_over_is_stopped():
    one = doubling("[1, 2]", "[{0}, {0}]", "[z]")
    with pytest.raises(FeelLimit):
        compile_expression(f"{one}[1] = {one}[1]")({})


@pytest.mark.parametrize(
    "text",
    [
        'matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "^(a+)+$")',
        'matches(string join(for i in 1..2000 return "xxxxxxxxxx"), "(x+x+)+y")',
        'replace("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "(a|aa)+$", "b")',
        'split("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "(.*)*b")',
        'matches("a", "((a{100}){100}){100}")',
    ],
)
def test_no_pattern_hangs(text):
    assert compile_expression(text)({}) is not True


@pytest.mark.parametrize(
    "text",
    [
        'matches(t, "(([ab]?){30}){30}c")',
        'replace(t, "b.*c|b|a.*c|a", "x")',
        'split(t, "b.*c|b|a.*c|a")',
        'extract(t, "(a?){900}b")',
    ],
)
def test_a_pattern_that_is_much_work_for_a_long_text_is_stopped(text):
    with pytest.raises(FeelLimit):
        compile_expression(text)({"t": "ab" * 50_000})


def test_a_long_text_can_be_taken_apart():
    assert len(compile_expression('split(t, "\n")')({"t": "a line of a mail\n" * 5_000})) == 5_001
    assert (
        compile_expression('matches(t, "[a-z]+@example[.]com")')({"t": "x " * 50_000 + "jo@example.com"})
        is True
    )


def test_numbers_of_absurd_size_do_no_harm():
    scope = {"n": Decimal("1E+999999999")}
    for text in ("n > 5", "n + n", "n * n", "string(n)", 'substring("a", n)', "[1][n]", "floor(n)", "odd(n)",
                 "n ** n", "date(n, 1, 1)", '@"P1D" * n', '@"P1M" * n', "modulo(n, 3)", "decimal(1, n)"):  # fmt: skip
        compile_expression(text)(scope)


def test_an_assertion_fails_the_evaluation():
    assert compile_expression("assert(a, a > 1)")({"a": 2}) == 2
    with pytest.raises(FeelAssertion, match="too small"):
        compile_expression('[assert(a, a > 1, "too small")]')({"a": 1})


@pytest.mark.parametrize("value", [1.5, object(), {1: 2}, [object()], float("nan"), b"x", {"a": {1}}])
def test_objects_of_the_host_never_enter(value):
    with pytest.raises(TypeError, match="Expected"):
        compile_expression("a = a")({"a": value})


def test_what_is_not_read_does_not_matter():
    assert compile_expression("1")({"a": object()}) == 1


WORDS = ["1", "a", '"x"', "+", "-", "(", ")", "[", "]", "{", "}", ":", ",", ".", "..", "if", "then", "else", "for",
         "in", "return", "some", "satisfies", "and", "or", "not", "function", "between", "instance", "of", "null",
         "@", "?", "<", "=", "count", "item", "date and time", "**", "//", "/*", "'"]  # fmt: skip


@given(st.lists(st.sampled_from(WORDS), max_size=25), st.text(max_size=10))
def test_no_text_crashes_the_compiler_or_an_evaluation(words, rest):
    for build in (compile_expression, compile_unary_tests):
        try:
            compiled = build(" ".join(words) + rest)
        except FeelError:
            continue
        try:
            compiled({"a": 1}) if build is compile_expression else compiled(1, {"a": 1})
        except FeelError:
            continue
