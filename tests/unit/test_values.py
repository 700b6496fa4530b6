"""Values survive storage exactly: type, digits, offset, zone, and keys that look like ours."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpm.values import MAX_DEPTH, dumps, loads
from rules.feel import WideDate, WideDateTime, WideDuration, WideTime, YearsMonths
from rules.feel.temporal.line import in_zone
from rules.feel.temporal.make import make_date, make_duration

BERLIN = ZoneInfo("Europe/Berlin")
ODD = timezone(timedelta(hours=5, minutes=45, seconds=30))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        ('Größe "7"', '"Größe \\"7\\""'),
        (Decimal("1.50"), "1.50"),
        (Decimal("1E+3"), "1E+3"),
        (Decimal("-0"), "-0"),
        (Decimal("0E-10"), "0E-10"),
        (date(2030, 1, 2), '{"@date":"2030-01-02"}'),
        (datetime(2030, 1, 2, 3, 4, 5, 6, UTC), '{"@datetime":"2030-01-02T03:04:05.000006+00:00"}'),
        (datetime(2030, 7, 1, 12, tzinfo=BERLIN), '{"@datetime":"2030-07-01T12:00:00+02:00[Europe/Berlin]"}'),
        (time(8, 30, tzinfo=UTC), '{"@time":"08:30:00+00:00"}'),
        (timedelta(days=-1, microseconds=5), '{"@duration":"-P0DT86399.999995S"}'),
        (YearsMonths(-14), '{"@months":"-14"}'),
        (WideDate(-44, 3, 15), '{"@wide":"-0044-03-15"}'),
        (WideTime(8, 30, 0, 1, UTC), '{"@wide":"08:30:00.000000001Z"}'),
        (
            WideDateTime(12026, 7, 1, 12, 0, 0, 0, BERLIN),
            '{"@wide":"12026-07-01T12:00:00@Europe/Berlin"}',
        ),
        (
            WideDateTime(2030, 10, 27, 2, 30, 0, 1, BERLIN, fold=1),
            '{"@wide":"2030-10-27T02:30:00.000000001@Europe/Berlin~"}',
        ),
        (WideDuration(-1), '{"@wide":"-PT0.000000001S"}'),
        ({"b": [Decimal(1), {"a": None}], "a": "x"}, '{"b":[1,{"a":null}],"a":"x"}'),
        ({"@date": "no date"}, '{"@@date":"no date"}'),
        ({"@@": "x"}, '{"@@@":"x"}'),
    ],
)
def test_a_value_has_one_text_and_comes_back_from_it(value, text):
    assert dumps(value) == text
    assert repr(loads(text)) == repr(value)


CLOCKS = [
    datetime(2030, 1, 1),  # noqa: DTZ001 FEEL has times of day without an offset
    datetime(2030, 10, 27, 2, 30, tzinfo=BERLIN, fold=1),
    datetime(2030, 10, 27, 2, 30, tzinfo=BERLIN),
    datetime(2030, 1, 1, tzinfo=ODD),
    time(2, 30, tzinfo=BERLIN),
    time(1),
    time(1, tzinfo=ODD),
]


@pytest.mark.parametrize("value", CLOCKS)
def test_clock_times_keep_offset_zone_and_the_second_pass_of_an_hour(value):
    found = loads(dumps(value))
    assert repr(found) == repr(value)
    assert found.utcoffset() == value.utcoffset()


def test_whole_numbers_come_back_as_decimals():
    assert repr(loads(dumps([1, 10**30]))) == repr([Decimal(1), Decimal(10**30)])


@pytest.mark.parametrize("value", [1.5, {"a": [2.0]}, object(), (1, 2), {1: "x"}, b"x", {1, 2}])
def test_what_is_no_feel_value_is_refused(value):
    with pytest.raises(TypeError, match="Expected"):
        dumps(value)


def test_numbers_that_are_none_are_refused():
    for value in (Decimal("NaN"), Decimal("Infinity")):
        with pytest.raises(ValueError, match="finite"):
            dumps(value)
    with pytest.raises(ValueError, match="finite"):
        loads("[NaN]")


@pytest.mark.parametrize("text", ["foo", "2026-02-30", "", "~"])
def test_a_wide_value_that_is_none_is_refused(text):
    with pytest.raises(ValueError, match="Expected"):
        loads(f'{{"@wide":"{text}"}}')


def test_depth_is_limited():
    value: list = []
    for _ in range(MAX_DEPTH - 1):
        value = [value]
    assert loads(dumps(value)) == value
    with pytest.raises(ValueError, match="levels"):
        dumps([value])


def test_halves_of_characters_can_be_stored_as_utf_8():
    assert loads(dumps("a\ud800\n").encode().decode()) == "a\ud800\n"


ZONES = st.sampled_from([UTC, BERLIN, ODD, ZoneInfo("America/New_York"), ZoneInfo("Asia/Kolkata")])
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.text(),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.dates(),
    st.datetimes(timezones=ZONES),
    st.times(timezones=st.just(UTC)),
    st.timedeltas(),
    st.integers(-(10**6), 10**6).map(YearsMonths),
    st.builds(make_date, st.integers(-(10**6), 10**6), st.integers(1, 12), st.integers(1, 28)),
    st.integers(-(10**30), 10**30).map(make_duration),
    st.builds(in_zone, st.integers(-(10**25), 10**25), ZONES),
)
KEYS = st.one_of(st.text(), st.sampled_from(["@date", "@", "@@time", "@months", "@wide", "typename"]))
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_any_value_comes_back_as_it_was(value):
    text = dumps(value)
    found = loads(text.encode().decode())
    assert repr(found) == repr(value)
    assert dumps(found) == text
