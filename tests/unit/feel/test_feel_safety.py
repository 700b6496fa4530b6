"""Hostile expressions and hostile data: each ends soon, with a value, null, or an error of ours."""

import contextlib
import datetime as dt
import itertools
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from time import process_time

import pytest

from rules.feel import FeelError, FeelLimit, compile_expression, compile_unary_tests, to_feel
from tests.unit.feel.hostile import HOSTILE

LONGEST = 6.0  #: CPU seconds; the limit of steps stops an evaluation after half a second

#: `n`, `m` and `big` are numbers at and far beyond the ends of decimal128, which JSON may bring.
SCOPE = {
    "n": Decimal("1E+999999999"),
    "m": Decimal("1E-999999999"),
    "big": Decimal("1E+6144"),
    "digits": "9" * 100_000,
    "xs": [Decimal(number) for number in range(20_000)],
    "t": "x" * 300_000,
    "ß": "ß" * 100_000,
    "d": dt.date(2026, 1, 1),
    "dt": dt.datetime(2026, 1, 1),  # noqa: DTZ001 a local one
    "tm": dt.time(1, 1),
}


def outcome(text, scope):
    """The value, or the class of the error; nothing else may leave."""
    begun = process_time()
    try:
        return compile_expression(text)(scope)
    except (FeelError, TypeError) as error:
        return type(error)
    finally:
        assert process_time() - begun < LONGEST


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_expression_ends_soon(text):
    outcome(text, SCOPE)


def test_an_evaluation_leaves_nothing_behind_for_another_thread():
    """Budgets and names belong to one evaluation: one that runs dry does not stop those beside it."""
    endless, quick = (
        compile_expression("count(for i in 1..1e9 return i)"),
        compile_expression("for i in 1..n return i"),
    )

    def run(number):
        if number % 20 == 0:
            with pytest.raises(FeelLimit):
                endless({})
            return True
        return quick({"n": number}) == list(range(1, number + 1))

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(run, range(1, 41)))


def nested(depth, make):
    value = Decimal(1)
    for _ in range(depth):
        value = make(value)
    return value


@pytest.mark.parametrize(
    "make", [lambda value: [value], lambda value: {"a": value}, lambda value: (value, 2)]
)
@pytest.mark.parametrize(
    "text", ["x", "string(x)", "x = x", "flatten(x)", "x instance of Any", "x[1]", "x.a.a", "[x][item = x]"]
)
def test_data_nested_too_deep_are_refused_and_those_within_the_limit_work(make, text):
    outcome(text, {"x": nested(90, make)})
    with pytest.raises(FeelLimit):
        compile_expression(text)({"x": nested(5_000, make)})
    with pytest.raises(FeelLimit):
        compile_unary_tests("?")(nested(5_000, make), {})


def test_data_that_hold_themselves_are_refused():
    """No JSON has them; a mistake of the host must not hang it."""
    once, context = [], {}
    once.append(once)
    context["a"] = [context, context]
    for value in (once, context, nested(80, lambda value: [value] * 2)):
        with pytest.raises(FeelLimit):
            to_feel(value)


@pytest.mark.parametrize(
    "name",
    ["__class__", "__dict__", "real", "year.__class__", "tzinfo", "call", "append", "keys", "_now", "names"],
)
def test_no_attribute_of_a_python_object_is_reached(name):
    for value in (*SCOPE.values(), {"a": 1}, [1], None):
        found = compile_expression(f"v.{name}")({"v": value})
        assert found is None or found == [None] * len(SCOPE["xs"]) or found == [None]


@pytest.mark.parametrize(
    "text",
    [
        "+".join(["a"] * 16_000),
        "{" + ",".join(f"a{number}:1" for number in range(4_000)) + "}",
        "for " + ",".join(f"a{number} in x" for number in range(2_500)) + " return 1",
        "some " + ",".join(f"a{number} in [1]" for number in range(2_000)) + " satisfies true",
        "function(" + ",".join(f"a{number}" for number in range(4_500)) + ") 1",
        "x in (" + ",".join(["<1"] * 9_000) + ")",
        "f(" * 90 + ",".join(["a b c d"] * 2_000) + ")" * 90,
        '"' + "\\u0041" * 5_000 + '"',
        "/*" * 16_000,
        "//" * 16_000,
        "a " * 16_000,
        "a." * 16_000,
        "a-" * 16_000 + "a",
        "9" * 32_000,
        "1E" + "9" * 32_000,
        '@"P' + "9" * 32_000 + 'Y"',
    ],
)  # fmt: skip
def test_the_longest_texts_are_read_or_refused_soon(text):
    outcome(text, {"x": [1]})


@pytest.mark.parametrize(
    "text", ["<1," * 9_000 + "1", "not(" + ",".join(["not(a)"] * 3_000) + ")", "a " * 16_000, "[" * 16_000]
)
def test_the_longest_cells_are_read_or_refused_soon(text):
    begun = process_time()
    with contextlib.suppress(FeelError):
        compile_unary_tests(text)(1, {"x": [1]})
    assert process_time() - begun < LONGEST


def test_a_function_may_call_itself_often_enough():
    text = "{f: function(n) if n = 0 then 0 else 1 + f(n - 1), result: f(80)}.result"
    assert compile_expression(text)({}) == 80


def test_a_function_that_orders_anything_before_anything_ends():
    for verdict in ("true", "false", "y < x"):
        assert (
            len(compile_expression(f"sort(xs, function(x, y) {verdict})")({"xs": SCOPE["xs"][:500]})) == 500
        )


def test_a_context_of_many_entries_works():
    entries = [{"key": f"k{number}", "value": number} for number in range(20_000)]
    assert compile_expression("context(entries).k19999")({"entries": entries}) == 19_999
    assert list(itertools.islice(compile_expression("context(entries)")({"entries": entries}), 2)) == [
        "k0",
        "k1",
    ]
