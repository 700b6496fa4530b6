"""Dates, times and durations as texts: what is one, what is none, and that each text reads back."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.feel import (
    WideDate,
    WideDuration,
    WideTime,
    YearsMonths,
    compile_expression,
    read_temporal,
    to_string,
)
from rules.feel.temporal.make import make_date, make_date_time, make_duration, make_time

BERLIN = ZoneInfo("Europe/Berlin")


def of(function, text):
    return compile_expression(f"{function}(text)")({"text": text})


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2026-11-21", dt.date(2026, 11, 21)),
        ("0001-01-01", dt.date(1, 1, 1)),
        ("9999-12-31", dt.date(9999, 12, 31)),
        ("0000-02-29", WideDate(0, 2, 29)),
        ("-0004-02-29", WideDate(-4, 2, 29)),
        ("-2017-12-31", WideDate(-2017, 12, 31)),
        ("10000-01-01", WideDate(10000, 1, 1)),
        ("999999999-12-31", WideDate(999_999_999, 12, 31)),
        ("-999999999-01-01", WideDate(-999_999_999, 1, 1)),
    ],
)
def test_a_date_has_any_year_of_up_to_nine_digits(text, value):
    assert of("date", text) == value
    assert type(of("date", text)) is type(value)
    assert to_string(value) == str(value) == text


@pytest.mark.parametrize(
    "text",
    [
        "", " 2026-11-21", "2026-11-21 ", "2026-11-21Z", "2026-11-21T", "+2026-11-21", "--2026-11-21", "226-11-21",
        "02026-11-21", "-02026-11-21", "1000000000-01-01", "-1000000000-01-01", "2026-1-21", "2026-11-1",
        "2026/11/21", "20261121", "2026-13-01", "2026-00-01", "2026-11-00", "2026-11-31", "2026-02-29",
        "1900-02-29", "-0001-02-29", "12026-02-29", "\uff12026-11-21", "2026-W47-6", "2026-325", "2026-11",
    ],
)  # fmt: skip
def test_other_texts_are_no_date(text):
    assert of("date", text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("10:00:00", dt.time(10)),
        ("10:00:00.5", dt.time(10, 0, 0, 500_000)),
        ("10:00:00.123456789", WideTime(10, 0, 0, 123_456_789)),
        ("10:00:00.000000001Z", WideTime(10, 0, 0, 1, dt.UTC)),
        ("10:00:00Z", dt.time(10, tzinfo=dt.UTC)),
        ("10:00:00+14:00", dt.time(10, tzinfo=dt.timezone(dt.timedelta(hours=14)))),
        ("10:00:00-05:30", dt.time(10, tzinfo=dt.timezone(-dt.timedelta(hours=5, minutes=30)))),
        ("10:00:00+01:02:03", dt.time(10, tzinfo=dt.timezone(dt.timedelta(hours=1, minutes=2, seconds=3)))),
        ("10:00:00@Europe/Berlin", dt.time(10, tzinfo=BERLIN)),
        ("10:00:00@Etc/GMT+5", dt.time(10, tzinfo=ZoneInfo("Etc/GMT+5"))),
    ],
)
def test_a_time_has_nanoseconds_and_a_zone_or_offset(text, value):
    assert of("time", text) == value
    assert of("time", text).tzinfo is value.tzinfo or of("time", text).tzinfo == value.tzinfo
    assert to_string(value) == text


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("10:00:00+00:00", "10:00:00Z"),
        ("10:00:00-00:00", "10:00:00Z"),
        ("10:00:00.000", "10:00:00"),
        ("10:00:00.1234567899", "10:00:00.123456789"),
        ("24:00:00", "00:00:00"),
        ("24:00:00.000Z", "00:00:00Z"),
    ],
)
def test_one_time_may_have_several_texts(text, same):
    assert to_string(of("time", text)) == same


@pytest.mark.parametrize(
    "text",
    [
        "", "7:00:00", "07:0:00", "07:00:0", "07:00", "07", "T07:00:00", "070000", "07:00:00.", "07:00:00,5",
        "25:00:00", "24:00:01", "24:01:00", "24:00:00.1", "00:60:00", "00:00:60", "-07:00:00",
        "07:00:00+1:00", "07:00:00+01", "07:00:00+0100", "07:00:00+01:60", "07:00:00+01:00:60",
        "07:00:00+14:01", "07:00:00-19:00", "07:00:00+01:00@Europe/Berlin", "07:00:00Z@Europe/Berlin",
        "07:00:00@", "07:00:00@Nowhere/Land", "07:00:00@Europe", "07:00:00@../../etc/passwd", "07:00:00@/etc",
        "07:00:00@localtime", "07:00:00 @Europe/Berlin", "2026-11-21T07:00:00",
    ],
)  # fmt: skip
def test_other_texts_are_no_time(text):
    assert of("time", text) is None


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("2026-11-21T10:00:00", "2026-11-21T10:00:00"),
        ("2026-11-21", "2026-11-21T00:00:00"),
        ("2026-12-31T24:00:00Z", "2027-01-01T00:00:00Z"),
        ("9999-12-31T24:00:00", "10000-01-01T00:00:00"),
        ("-0001-12-31T24:00:00", "0000-01-01T00:00:00"),
        ("2026-11-21T10:00:00.000000001@Europe/Berlin", "2026-11-21T10:00:00.000000001@Europe/Berlin"),
        ("-999999999-01-01T00:00:00.5+02:00", "-999999999-01-01T00:00:00.5+02:00"),
        ("2026-03-29T02:30:00@Europe/Berlin", "2026-03-29T02:30:00@Europe/Berlin"),
    ],
)
def test_a_date_and_time_is_both_with_a_letter_between(text, same):
    assert to_string(of("date and time", text)) == same


@pytest.mark.parametrize(
    "text",
    [
        "", "10:00:00", "2026-11-21T", "2026-11-21T10:00", "2026-11-21 10:00:00", "2026-11-21t10:00:00",
        "2026-11-2110:00:00", "2026-11-21TT10:00:00", "2026-02-29T10:00:00", "2026-11-21T24:00:01",
        "999999999-12-31T24:00:00", "12026-11-31T10:00:00", "2026-11-21T10:00:00+01:00@Europe/Berlin",
        "2026-11-21Z", "2026-11-21@Europe/Berlin",
    ],
)  # fmt: skip
def test_other_texts_are_no_date_and_time(text):
    assert of("date and time", text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("P1D", dt.timedelta(1)),
        ("P0D", dt.timedelta()),
        ("-PT0S", dt.timedelta()),
        ("PT0.S", dt.timedelta()),
        ("-P1DT2H3M4.5S", -dt.timedelta(1, 4.5, hours=2, minutes=3)),
        ("PT36H", dt.timedelta(1.5)),
        ("PT0.123456789S", WideDuration(123_456_789)),
        ("-PT0.000000001S", WideDuration(-1)),
        ("P1000000000D", WideDuration(86_400 * 10**18)),
        ("PT0.0000000001S", dt.timedelta()),
        ("P1Y2M", YearsMonths(14)),
        ("-P26M", YearsMonths(-26)),
        ("P0Y", YearsMonths(0)),
        ("P1999999998Y", YearsMonths(12 * 1_999_999_998)),
    ],
)
def test_a_duration_is_of_days_and_time_or_of_years_and_months(text, value):
    assert of("duration", text) == value
    assert type(of("duration", text)) is type(value)
    assert of("duration", to_string(value)) == value


@pytest.mark.parametrize(
    "text",
    [
        "", "P", "-P", "PT", "P1DT", "+P1D", "P-1D", "P1", "1D", "1Y", "P1W", "P1H", "P1S", "PT1D", "P1.5D", "PT1.5H",
        "PT.5S", "P1Y1D", "P1M1DT1H", "P1M1Y", "PT1M1H", "P1D ", "p1d", "P1YT1H", "--P1D", "P٣D",
        "P9999999999999999999D", "P999999999999999999D",
    ],
)  # fmt: skip
def test_other_texts_are_no_duration(text):
    assert of("duration", text) is None


@pytest.mark.parametrize("text", ["foo", "", "2026-02-30", "P", "10:00", "2026-11-21T"])
def test_a_literal_must_be_one_of_them(text):
    with pytest.raises(ValueError, match="Expected a date, time or duration"):
        read_temporal(text)
    with pytest.raises(ValueError, match="Expected"):
        compile_expression(f'@"{text}"')


ZONES = st.none() | st.sampled_from(
    [dt.UTC, BERLIN, ZoneInfo("America/St_Johns"), dt.timezone(-dt.timedelta(hours=3, minutes=7, seconds=11))]
)
DATES = st.builds(
    make_date,
    st.integers(1, 9999) | st.integers(-999_999_999, 999_999_999),
    st.integers(1, 12),
    st.integers(1, 28),
)
TIMES = st.builds(
    make_time,
    st.integers(0, 23),
    st.integers(0, 59),
    st.integers(0, 59),
    st.integers(0, 999_999).map(lambda micros: micros * 1000) | st.integers(0, 999_999_999),
    ZONES,
)
DURATIONS = st.integers(-(10**30), 10**30).map(make_duration) | st.timedeltas()
MONTHS = st.integers(-(10**11), 10**11).map(YearsMonths)


@given(DATES | TIMES | st.builds(make_date_time, DATES, TIMES) | DURATIONS | MONTHS)
def test_the_text_of_a_value_is_its_literal(value):
    found = read_temporal(to_string(value))
    assert found == value
    assert repr(found) == repr(value)
    assert compile_expression(f'string(@"{to_string(value)}")')({}) == to_string(value)


def test_the_second_of_two_moments_with_one_time_on_the_wall_has_its_offset_in_the_text():
    first = of("date and time", "2026-10-25T02:30:00@Europe/Berlin")
    second = compile_expression('t + duration("PT1H")')({"t": first})
    assert to_string(first) == "2026-10-25T02:30:00@Europe/Berlin"
    assert to_string(second) == "2026-10-25T02:30:00+01:00"
    assert compile_expression("a = b")({"a": second, "b": read_temporal(to_string(second))}) is True
