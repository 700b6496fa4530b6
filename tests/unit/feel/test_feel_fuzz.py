"""Whatever somebody writes and whatever the data are: an answer, null or an error of ours, always the same, and soon."""

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from time import process_time

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.feel import (
    FeelError,
    compile_expression,
    compile_unary_tests,
    explain_cell,
    explain_expression,
    to_string,
)
from rules.feel.parser import parse_expression, parse_unary_tests
from rules.feel.printing import print_expression, print_unary_tests
from tests.unit.feel import trees

SOAK = bool(os.environ.get("CPM_SOAK"))
KNOWN = ("first name",)
NOW = datetime(2030, 1, 1, tzinfo=UTC)
LONGEST = 6.0  #: CPU seconds of one evaluation; the limit of steps stops most after half a second

fuzz = settings(
    max_examples=10_000 if SOAK else 150,
    deadline=None,
    derandomize=not SOAK,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def outcome(evaluate, *arguments):
    """The value, or the class of the error."""
    begun = process_time()
    try:
        return evaluate(*arguments)
    except FeelError as error:
        return type(error)
    finally:
        assert process_time() - begun < LONGEST


@fuzz
@given(trees.trees)
def test_a_printed_tree_reads_back_as_the_same_tree(tree):
    assert parse_expression(print_expression(tree), KNOWN) == tree


@fuzz
@given(trees.cells)
def test_a_printed_cell_reads_back_as_the_same_cell(cell):
    assert parse_unary_tests(print_unary_tests(cell), KNOWN) == cell


@fuzz
@given(trees.trees, trees.scopes)
def test_an_expression_has_one_value_in_every_thread_watched_or_not(tree, scope):
    text = print_expression(tree)
    compiled = outcome(compile_expression, text, KNOWN)
    if isinstance(compiled, type):
        return
    value = outcome(compiled, scope, NOW)
    with ThreadPoolExecutor(2) as pool:
        again = [pool.submit(outcome, compiled, scope, NOW) for _ in range(2)]
        assert all(trees.same(value, each.result()) for each in again)
    watched = outcome(explain_expression, text, scope, NOW, KNOWN)
    assert trees.same(value, watched if isinstance(watched, type) else watched.value)


@fuzz
@given(trees.fitting_calls(), trees.scopes)
def test_a_call_that_fits_its_function_has_one_value(call, scope):
    compiled = compile_expression(print_expression(call), KNOWN)
    value = outcome(compiled, scope, NOW)
    assert trees.same(value, outcome(compiled, scope, NOW))
    watched = outcome(explain_expression, compiled.text, scope, NOW, KNOWN)
    assert trees.same(value, watched if isinstance(watched, type) else watched.value)
    if not isinstance(value, type):
        to_string(value)


@fuzz
@given(trees.cells, trees.values, trees.scopes)
def test_a_cell_has_one_verdict_watched_or_not(cell, value, scope):
    text = print_unary_tests(cell)
    compiled = outcome(compile_unary_tests, text, KNOWN)
    if isinstance(compiled, type):
        return
    verdict = outcome(compiled, value, scope, NOW)
    assert isinstance(verdict, bool | type | None)
    watched = outcome(explain_cell, text, value, scope, NOW, KNOWN)
    assert trees.same(verdict, watched if isinstance(watched, type) else watched.value)


@fuzz
@given(trees.trees, st.data())
def test_a_text_with_mistakes_is_refused_or_means_what_it_prints(tree, data):
    text = print_expression(tree)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text)))
        new = data.draw(
            st.sampled_from(
                ("", "", *"()[]{},:.\"'\\-+*/=<>@?#5x \n", "..", " in ", " of ", "/*", "𝄞", "\x00")
            )
        )
        text = text[:at] + new + text[at + data.draw(st.integers(0, 3)) :]
    node = outcome(parse_expression, text, KNOWN)
    if not isinstance(node, type):
        assert parse_expression(print_expression(node), KNOWN) == node
        outcome(lambda: compile_expression(text, KNOWN)({"a": 1}))


@fuzz
@given(st.text(max_size=60))
def test_any_text_at_all_is_read_or_refused(text):
    for build in (compile_expression, compile_unary_tests):
        outcome(build, text)
