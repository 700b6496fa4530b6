"""The functions and properties of dates, times and durations: each way to call them, and each way not to."""

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.feel import Function, WideDate, YearsMonths, compile_expression, to_python, to_string
from rules.feel.temporal.make import make_date_time

CALLS = [
    # date
    ('date("2026-11-21")', "2026-11-21"),
    ('date(from: "-0044-03-15")', "-0044-03-15"),
    ('date(@"2026-11-21T23:00:00-05:00")', "2026-11-21"),
    ('date(@"12026-11-21T23:00:00.000000001Z")', "12026-11-21"),
    ('date(["2026-11-21"])', "2026-11-21"),
    ("date(-2017, 12, 31)", "-2017-12-31"),
    ("date(0, 2, 29)", "0000-02-29"),
    ("date(year: 2026, day: 21, month: 11)", "2026-11-21"),
    ("date(999999999, 12, 31)", "999999999-12-31"),
    ("date(1000000000, 1, 1)", "null"),
    ("date(-1000000000, 1, 1)", "null"),
    ("date(1E+30, 1, 1)", "null"),
    ("date(2026, 2, 29)", "null"),
    ("date(2026, 0, 1)", "null"),
    ("date(2026, 1)", "null"),
    ("date(2026, 1, 1, 1)", "null"),
    ("date(2026, null, 1)", "null"),
    ('date("2026", 1, 1)', "null"),
    ("date(null)", "null"),
    ("date(2026)", "null"),
    ('date(@"10:00:00")', "null"),
    ('date(@"P1D")', "null"),
    ('date(text: "2026-11-21")', "null"),
    # time
    ('time("10:00:00.000000001@Europe/Berlin")', "10:00:00.000000001@Europe/Berlin"),
    ('time(from: @"2026-11-21T10:00:00.000000001+01:00")', "10:00:00.000000001+01:00"),
    ('time(@"2026-11-21T10:00:00@Europe/Berlin")', "10:00:00@Europe/Berlin"),
    ('time(@"2026-11-21")', "00:00:00Z"),
    ('time(@"12026-11-21")', "00:00:00Z"),
    ('time(@"10:00:00")', "10:00:00"),
    ("time(10, 30, 1.123456789)", "10:30:01.123456789"),
    ("time(10, 30, 59.9999999999)", "10:30:59.999999999"),
    ('time(10, 30, 0, duration("-PT5H30M"))', "10:30:00-05:30"),
    ('time(10, 30, 0, duration("PT1H2M3S"))', "10:30:00+01:02:03"),
    ('time(10, 30, 0, duration("PT0S"))', "10:30:00Z"),
    ('time("23:59:00z")', "23:59:00Z"),
    ("time(10, 30, 0, null)", "10:30:00"),
    ('time(hour: 10, minute: 30, second: 0, offset: @"PT1H")', "10:30:00+01:00"),
    ("time(hour: 10, minute: 30, second: 0)", "10:30:00"),
    ('time(10, 30, 0, @"PT14H1M")', "null"),
    ('time(10, 30, 0, @"PT0.5S")', "null"),
    ('time(10, 30, 0, @"P1Y")', "null"),
    ("time(10, 30, 0, 1)", "null"),
    ("time(24, 0, 0)", "null"),
    ("time(-1, 0, 0)", "null"),
    ("time(10, 60, 0)", "null"),
    ("time(10, 30, 60)", "null"),
    ("time(10, 30, -0.5)", "null"),
    ("time(10, 30)", "null"),
    ("time(10, null, 0)", "null"),
    ("time(null)", "null"),
    ("time(10)", "null"),
    ("time()", "null"),
    # date and time
    ('date and time(@"2026-11-21", @"10:00:00.5@Europe/Berlin")', "2026-11-21T10:00:00.5@Europe/Berlin"),
    ('date and time(@"2026-11-21T01:00:00Z", @"10:00:00")', "2026-11-21T10:00:00"),
    ('date and time(date: @"12026-11-21", time: @"10:00:00")', "12026-11-21T10:00:00"),
    ('date and time(@"2026-11-21T10:00:00")', "2026-11-21T10:00:00"),
    ('date and time(@"2026-11-21T10:00:00Z", "Europe/Berlin")', "2026-11-21T11:00:00@Europe/Berlin"),
    ('date and time(@"2026-07-31T14:27:30@Europe/Berlin", "America/Los_Angeles")', "2026-07-31T05:27:30@America/Los_Angeles"),
    ('date and time(@"2026-11-21T10:00:00", "Europe/Berlin")', "2026-11-21T10:00:00@Europe/Berlin"),
    ('date and time(@"9999-12-31T23:30:00Z", "Europe/Berlin")', "10000-01-01T00:30:00@Europe/Berlin"),
    ('date and time(date: @"12026-07-01T10:00:00.000000001Z", timezone: "Europe/Berlin")', "12026-07-01T12:00:00.000000001@Europe/Berlin"),
    ('date and time(@"2026-11-21T10:00:00Z", "Nowhere")', "null"),
    ('date and time(@"2026-11-21", "Europe/Berlin")', "null"),
    ('date and time(@"10:00:00", @"10:00:00")', "null"),
    ('date and time(@"2026-11-21", @"2026-11-21")', "null"),
    ('date and time(@"2026-11-21", null)', "null"),
    ('date and time(null, @"10:00:00")', "null"),
    ('date and time("2026-11-21", "10:00:00")', "null"),
    ("date and time(-1, 1, 1, 0, 0, 0.000000001)", "-0001-01-01T00:00:00.000000001"),
    ('date and time(2026, 11, 21, 10, 0, 0, @"PT1H")', "2026-11-21T10:00:00+01:00"),
    ('date and time(2026, 11, 21, 10, 0, 0, "Europe/Berlin")', "2026-11-21T10:00:00@Europe/Berlin"),
    ("date and time(2026, 11, 31, 10, 0, 0)", "null"),
    ("date and time(2026, 11, 21, 10, 0)", "null"),
    ("date and time(2026)", "null"),
    # durations
    ('duration(from: "-P1DT0.000000001S")', "-P1DT0.000000001S"),
    ('duration(@"P1Y")', "P1Y"),
    ("duration(1)", "null"),
    ("duration(null)", "null"),
    ('duration("P1D", "P1D")', "null"),
    ('years and months duration(@"2011-12-22", @"2013-08-24")', "P1Y8M"),
    ('years and months duration(@"2013-08-24", @"2011-12-22")', "-P1Y8M"),
    ('years and months duration(@"2026-01-31", @"2026-02-28")', "P0M"),
    ('years and months duration(@"2026-03-01", @"2026-01-31")', "-P1M"),
    ('years and months duration(@"2026-03-31", @"2026-02-28")', "-P1M"),
    ('years and months duration(@"-2016-01-30", @"-2017-02-28")', "-P11M"),
    ('years and months duration(@"2014-12-31T23:59:59", @"-2019-10-01")', "-P4033Y2M"),
    ('years and months duration(from: @"-999999999-01-01", to: @"999999999-12-31")', "P1999999998Y11M"),
    ('years and months duration(@"2026-01-31", @"10:00:00")', "null"),
    ('years and months duration("2026-01-31", "2026-02-28")', "null"),
    ('years and months duration(@"2026-01-31")', "null"),
    # days
    ('day of week(@"-0044-03-15")', "Thursday"),
    ('day of week(@"2026-11-21T23:00:00-05:00")', "Saturday"),
    ('day of week(date: @"12026-11-21")', "Saturday"),
    ('day of week("2026-11-21")', "null"),
    ('month of year(@"12026-11-21")', "November"),
    ('day of year(@"2024-12-31")', "366"),
    ('day of year(@"-0001-12-31")', "365"),
    ('week of year(@"2003-12-29")', "1"),
    ('week of year(@"2005-01-01")', "53"),
    ('week of year(@"12003-12-29")', "1"),
    ('week of year(@"10:00:00")', "null"),
    ('last day of month(@"0000-02-01")', "0000-02-29"),
    ('last day of month(@"2026-12-01T10:00:00")', "2026-12-31"),
    ("today(1)", "null"),
    ("now(null)", "null"),
    # identity
    ('is(@"10:00:00.1", @"10:00:00.2")', "false"),
    ('is(@"10:00:00Z", @"10:00:00@UTC")', "false"),
    ('is(@"10:00:00Z", @"10:00:00+00:00")', "true"),
    ('is(@"10:00:00", @"10:00:00Z")', "false"),
    ('is(@"2026-07-01T10:00:00@Europe/Berlin", @"2026-07-01T10:00:00+02:00")', "false"),
    ('is(@"12026-07-01T10:00:00@Europe/Berlin", @"12026-07-01T10:00:00@Europe/Berlin")', "true"),
    ('is(@"12026-07-01", @"12026-07-01T00:00:00Z")', "false"),
    ('is(@"P1D", @"PT24H")', "true"),
    ('is(@"P0Y", @"P0D")', "false"),
    # types
    ('@"12026-07-01" instance of date', "true"),
    ('@"12026-07-01T10:00:00" instance of date', "false"),
    ('@"12026-07-01T10:00:00" instance of date and time', "true"),
    ('@"10:00:00.000000001" instance of time', "true"),
    ('@"PT0.000000001S" instance of days and time duration', "true"),
    ('[@"12026-07-01"..@"12026-07-02"] instance of range<date>', "true"),
    ('(function(d: date and time) d)(@"12026-07-01")', "12026-07-01T00:00:00Z"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "result"), CALLS)
def test_a_call_gives_what_the_standard_says(text, result):
    assert to_string(compile_expression(text)({})) == result


PROPERTIES = [
    ("2026-11-21", "[year, month, day, weekday]", "[2026, 11, 21, 6]"),
    ("-0044-03-15", "[year, month, day, weekday]", "[-44, 3, 15, 4]"),
    ("2026-11-21", "[hour, minute, second, time offset, timezone]", "[null, null, null, null, null]"),
    ("2026-11-21T10:20:30.123456789+01:00", "[weekday, hour, minute, second]", "[6, 10, 20, 30.123456789]"),
    ("2026-07-01T10:20:30@Europe/Berlin", "[time offset, timezone]", '[PT2H, "Europe/Berlin"]'),
    ("12026-07-01T10:20:30@Europe/Berlin", "[year, time offset, timezone]", '[12026, PT2H, "Europe/Berlin"]'),
    ("2026-07-01T10:20:30-01:00", "[time offset, timezone]", "[-PT1H, null]"),
    ("2026-07-01T10:20:30", "[time offset, timezone]", "[null, null]"),
    ("10:20:30.000000001Z", "[hour, second, time offset, timezone]", "[10, 30.000000001, PT0S, null]"),
    ("10:20:30@Europe/London", "[time offset, timezone]", '[PT0S, "Europe/London"]'),
    ("10:20:30", "[year, weekday, days, years]", "[null, null, null, null]"),
    ("-P1DT2H3M4.000000005S", "[days, hours, minutes, seconds]", "[-1, -2, -3, -4.000000005]"),
    ("P1000000000DT1H", "[days, hours]", "[1000000000, 1]"),
    ("-P3Y2M", "[years, months, days]", "[-3, -2, null]"),
    ("1970-01-02", "[value]", "[86400]"),
    ("1970-01-01T01:00:00.5+01:00", "[value]", "[0.5]"),
    ("0001-01-01T00:00:00", "[value]", "[-62135596800]"),
    ("10:00:00+01:00", "[value]", "[32400]"),
    ("-PT1M0.5S", "[value]", "[-60.5]"),
    ("P1Y2M", "[value]", "[14]"),
]


@pytest.mark.parametrize(("text", "names", "result"), PROPERTIES)
def test_values_have_the_properties_of_their_type_and_no_others(text, names, result):
    parts = ", ".join(f"v.{name}" for name in names.strip("[]").split(", "))
    assert to_string(compile_expression(f'{{v: @"{text}", r: [{parts}]}}.r')({})) == result


@given(st.datetimes(timezones=st.none() | st.timezones().filter(lambda zone: zone.key != "localtime")))
def test_a_date_and_time_is_made_of_its_parts(value):
    made = compile_expression("date and time(date(t.year, t.month, t.day), time(t.hour, t.minute, t.second))")
    assert made({"t": value}) == value.replace(tzinfo=None)
    assert compile_expression("date and time(date(t), time(t))")({"t": value}) == value


@given(st.dates())
def test_days_are_those_of_python_and_of_its_twin_far_away(day):
    asked = compile_expression("[day of year(d), week of year(d), d.weekday, last day of month(d).day]")
    calendar = day.isocalendar()
    last = (
        (day.replace(day=28) + dt.timedelta(4)).replace(day=1) - dt.timedelta(1)
        if day < dt.date(9999, 12, 1)
        else dt.date(9999, 12, 31)
    )
    expected = [
        Decimal(day.timetuple().tm_yday),
        Decimal(calendar.week),
        Decimal(calendar.weekday),
        Decimal(last.day),
    ]
    assert asked({"d": day}) == expected
    assert asked({"d": WideDate(day.year + 400_000, day.month, day.day)}) == expected
    assert asked({"d": WideDate(day.year - 400_000, day.month, day.day)}) == expected


@given(st.dates(), st.dates())
def test_years_and_months_between_days_turn_their_sign_with_the_order(one, other):
    between = compile_expression("years and months duration(a, b)")
    span = between({"a": one, "b": other})
    assert between({"a": other, "b": one}) == YearsMonths(-span.months)
    reached = compile_expression("a + s")({"a": one, "s": span})
    assert reached <= other if one <= other else reached >= other


def test_the_clock_is_that_of_the_caller():
    now = dt.datetime(2026, 11, 21, 23, 30, tzinfo=ZoneInfo("America/New_York"))
    found = compile_expression('[now(), today(), now() - @"2026-11-22T04:30:00Z"]')({}, now)
    assert found == [now, dt.date(2026, 11, 21), dt.timedelta()]


def test_a_value_made_of_a_literal_is_made_once():
    once = compile_expression('date("2026-11-21")')
    assert once({}) is once({})
    assert compile_expression("date(2026, 2, 30)")({}) is None


def test_a_variable_may_hold_another_function_of_the_name():
    other = Function("date", None, lambda _run, values: values[0], lambda _run, names: None)
    asked = compile_expression('date("2026-11-21")')
    assert asked({"date": other}) == "2026-11-21"
    assert asked({"date": "no function"}) == dt.date(2026, 11, 21)
    assert compile_expression('{date: function(a) 1, r: date("2026-11-21")}.r')({}) == 1


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("10:00:00.123456789", dt.time(10, 0, 0, 123_456)),
        ("2026-11-21T10:00:00.123456789Z", dt.datetime(2026, 11, 21, 10, 0, 0, 123_456, dt.UTC)),
        ("PT0.0000019S", dt.timedelta(microseconds=1)),
        ("-PT0.0000019S", dt.timedelta(microseconds=-1)),
        ("2026-11-21", dt.date(2026, 11, 21)),
    ],
)
def test_python_has_nearly_the_same_value(text, value):
    assert to_python(compile_expression(f'@"{text}"')({})) == value


@pytest.mark.parametrize("text", ["12026-11-21", "12026-11-21T10:00:00", "P1000000000D"])
def test_values_for_which_python_has_nothing_stay(text):
    value = compile_expression(f'@"{text}"')({})
    assert to_python(value) is value or to_python(value) == value
    assert str(value) == text


def test_what_comes_in_from_python_is_taken_as_it_is():
    value = make_date_time(WideDate(12026, 1, 1), dt.time(10))
    assert compile_expression("v")({"v": [value]}) == [value]
