"""Values come in as Python has them, and go out as texts that read back."""

import enum
import threading
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.feel import FeelLimit, YearsMonths, compile_expression, to_feel, to_string

SCALARS = (
    st.none()
    | st.booleans()
    | st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**12), max_value=10**12)
    | st.text()
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(min_size=1), inner, max_size=4),
    max_leaves=12,
)


class Colour(enum.StrEnum):
    RED = "red"


def test_python_values_become_those_of_feel():
    assert to_feel((1, [2, {"a": 3}])) == [Decimal(1), [Decimal(2), {"a": Decimal(3)}]]
    assert type(to_feel(Colour.RED)) is str
    assert to_feel(True) is True


def test_a_value_that_is_feel_already_stays_the_same_object():
    value = {"a": [Decimal(1), {"b": "x"}]}
    assert to_feel(value) is value


@pytest.mark.parametrize("value", [1.0, Decimal("NaN"), Decimal("Infinity"), object(), {1: 1}, {1, 2}, b"a"])
def test_other_values_are_refused(value):
    with pytest.raises(TypeError, match="Expected"):
        to_feel([value])


def test_a_value_that_contains_itself_is_refused():
    value = []
    value.append(value)
    with pytest.raises(FeelLimit):
        to_feel(value)


@given(
    st.none()
    | st.booleans()
    | st.lists(VALUES, max_size=3)
    | st.dictionaries(st.text(min_size=1), VALUES, max_size=3)
)
def test_the_text_of_a_value_reads_back(value):
    assert compile_expression(to_string(value))({}) == value


@given(st.dates())
def test_dates_read_back(value):
    assert compile_expression(f'date("{to_string(value)}")')({}) == value


@given(st.datetimes(timezones=st.none() | st.timezones().filter(lambda zone: zone.key != "localtime")))
def test_dates_and_times_read_back(value):
    assert to_string(compile_expression(f'date and time("{to_string(value)}")')({})) == to_string(value)


@given(st.timedeltas() | st.integers(-10_000, 10_000).map(YearsMonths))
def test_durations_read_back(value):
    assert compile_expression(f'duration("{to_string(value)}")')({}) == value


@given(st.lists(st.decimals(allow_nan=False, allow_infinity=False, places=6), max_size=8))
def test_sorting_is_what_python_does(values):
    assert compile_expression("sort(l)")({"l": values}) == sorted(values)


@given(st.text(), st.integers(1, 5), st.integers(1, 5))
def test_substrings_are_what_python_slices(text, start, length):
    expected = text[start - 1 : start - 1 + length] if start <= len(text) + 1 else None
    assert compile_expression("substring(t, s, l)")({"t": text, "s": start, "l": length}) == expected


def test_an_expression_serves_many_threads():
    expression = compile_expression("sum(for i in 1..n return i * 1.1)")
    results = {}

    def work(n):
        results[n] = {expression({"n": n}) for _ in range(50)}

    threads = [threading.Thread(target=work, args=(n,)) for n in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == {n: {Decimal("1.1") * (n * (n + 1) // 2)} for n in range(1, 9)}


def test_compiling_again_gives_the_same_object():
    assert compile_expression("a + 1", ["b c"]) is compile_expression("a + 1", {"b c"})
