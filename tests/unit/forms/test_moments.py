"""Dates and times as people write them; an instant always knows its place."""

from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpm.errors import Invalid
from cpm.forms.messages import Misfit
from cpm.forms.show import show
from cpm.forms.take.moments import take_date, take_datetime, take_time

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
DAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    "typed",
    ["2026-11-21", "21.11.2026", "21. 11. 2026", " 21.11.2026 ", "21.11.26", "21. November 2026", "21 Nov 26",
     "21st november 2026", "Nov. 21, 2026", "November 21st 2026", "21Nov 2026", "21/11/2026", "11/21/26", DAY],
)  # fmt: skip
def test_a_date_is_read_as_people_write_it(typed):
    assert take_date(typed) == DAY


@pytest.mark.parametrize("typed", ["1. Mär. 26", "1 mar 2026", "1. Maerz 2026", "March 1, 2026", "1.3.26"])
def test_a_month_is_known_by_how_it_begins(typed):
    assert take_date(typed) == date(2026, 3, 1)


def test_years_of_two_digits_are_those_around_now():
    assert [take_date(f"1.1.{year}").year for year in ("00", "49", "50", "99")] == [2000, 2049, 1950, 1999]


@pytest.mark.parametrize("typed", ["1/12/2026", "12/01/26"])
def test_what_may_be_two_days_is_neither(typed):
    """Who writes 1/12 means December in London and January in Boston."""
    with pytest.raises(Misfit) as misfit:
        take_date(typed)
    assert misfit.value.code == "date_order"


def test_single_digits_are_what_germans_write():
    assert take_date("1.2.2026") == date(2026, 2, 1)


@pytest.mark.parametrize(
    "raw",
    [
        "2026-13-01",
        "21.11.226",
        "21 Nv 2026",
        "13/13/2026",
        "20261121",
        "morgen",
        "0000-00-00",
        "1899-12-31",
        "٢٠٢٦-11-21",
        "2026-11-21T00:00",
        "21.11.2026x",
        "2201-01-01",
        "9" * 100,
        20261121,
        True,
        [],
        {},
        datetime(2026, 11, 21, tzinfo=UTC),
        date(1, 1, 1),
    ],
)
def test_what_is_no_date_is_refused(raw):
    with pytest.raises(Misfit) as misfit:
        take_date(raw)
    assert misfit.value.code == "no_date"


@pytest.mark.parametrize("typed", ["31.02.2026", "31 Nov 2026", "2026-04-31"])
def test_a_day_that_the_calendar_lacks_is_named(typed):
    """Who reads that it must be a date looks for the slip in vain."""
    with pytest.raises(Misfit) as misfit:
        take_date(typed)
    assert (misfit.value.code, misfit.value.details["given"]) == ("no_day", typed)
    assert f"„{typed}“" in misfit.value.sentence("Geliefert am", "de")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("14:30", time(14, 30)),
        ("9:05", time(9, 5)),
        ("14:30 Uhr", time(14, 30)),
        ("9 Uhr", time(9)),
        ("14:30:15", time(14, 30, 15)),
        ("14:30:15.5", time(14, 30, 15, 500_000)),
        (time(8), time(8)),
    ],
)
def test_a_time_of_day_is_read(typed, expected):
    assert take_time(typed) == expected


@pytest.mark.parametrize("raw", ["24:00", "14", "14:60", "2pm", "14:30+01:00", 14, [], time(8, tzinfo=UTC)])
def test_what_is_no_time_of_day_is_refused(raw):
    with pytest.raises(Misfit) as misfit:
        take_time(raw)
    assert misfit.value.code == "no_time"


@pytest.mark.parametrize(
    "typed",
    [
        "2026-11-21T14:30",
        "2026-11-21 14:30:00",
        "21.11.2026 14:30",
        "21.11.2026, 14:30 Uhr",
        "2026-11-21T13:30Z",
        "2026-11-21T13:30:00+00:00",
        "2026-11-21T18:30-05:00".replace("18:30", "08:30"),
        datetime(2026, 11, 21, 14, 30),  # noqa: DTZ001
        datetime(2026, 11, 21, 13, 30, tzinfo=UTC),
    ],
)
def test_an_instant_without_an_offset_is_berlin_time(typed):
    taken = take_datetime(typed, BERLIN)
    assert taken == datetime(2026, 11, 21, 13, 30, tzinfo=UTC)
    assert taken.utcoffset() is not None


def test_the_hour_that_spring_leaves_out_is_said_so():
    with pytest.raises(Misfit) as misfit:
        take_datetime("29.03.2026 02:30", BERLIN)
    assert misfit.value.code == "skipped_hour"


def test_the_hour_that_autumn_repeats_is_the_first_unless_an_offset_says_otherwise():
    assert take_datetime("25.10.2026 02:30", BERLIN).utcoffset() == timedelta(hours=2)
    assert take_datetime("2026-10-25T02:30+01:00", BERLIN) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "raw", ["21.11.2026", "2026-11-21T25:00", "2026-11-21T10:00+99:00", "now", 1e9, DAY, []]
)
def test_what_is_no_instant_is_refused(raw):
    with pytest.raises(Misfit) as misfit:
        take_datetime(raw, BERLIN)
    assert misfit.value.code == "no_datetime"


@pytest.mark.parametrize("taking", [take_date, take_time, partial(take_datetime, zone=BERLIN)])
def test_nothing_is_null(taking):
    assert taking(None) is taking("") is taking("  ") is None


minutes = st.datetimes(
    datetime(1981, 1, 1),  # noqa: DTZ001
    datetime(2199, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
).map(lambda instant: instant.replace(microsecond=0))


@given(minutes, st.sampled_from(["de", "en"]))
def test_what_is_shown_is_read_back_as_the_same_moment(instant, language):
    local = instant.astimezone(BERLIN)
    assert take_datetime(show(instant, language, BERLIN), BERLIN) == instant
    assert take_date(show(local.date(), language, BERLIN)) == local.date()
    assert take_time(show(local.time(), language, BERLIN)) == local.time()


@given(st.text(max_size=30))
def test_any_text_is_a_moment_or_refused(text):
    for taking in (take_date, take_time, partial(take_datetime, zone=BERLIN)):
        try:
            taking(text)
        except Misfit:
            continue


def test_wall_clocks_hang_in_the_zone_that_is_said():
    moment = datetime(2026, 11, 21, 19, 30, tzinfo=UTC)

    assert take_datetime("21.11.2026 14:30", NEW_YORK) == moment
    assert show(moment, "de", NEW_YORK) == "21.11.2026 14:30"


def test_a_form_reads_and_shows_the_clocks_of_now(form):
    asked = form({"type": "datetime", "key": "at", "subtype": "datetime"})
    now = datetime(2026, 11, 21, 9, tzinfo=NEW_YORK)

    taken = asked.validate({"at": "21.11.2026 14:30"}, {}, now=now)

    assert taken == {"at": datetime(2026, 11, 21, 19, 30, tzinfo=UTC)}
    assert [field["shown"] for field in asked.present(taken, now=now)] == ["21.11.2026 14:30"]


@pytest.mark.parametrize("locked", [False, True])
def test_a_default_without_an_offset_is_a_wall_clock_of_the_firm(form, locked):
    asked = form(
        {
            "type": "datetime",
            "key": "at",
            "subtype": "datetime",
            "defaultValue": "2026-11-21T14:30",
            "readonly": locked,
        }
    )
    now = datetime(2026, 11, 21, 9, tzinfo=NEW_YORK)

    (field,) = asked.present({}, now=now)

    assert (field["value"], field["shown"]) == (
        datetime(2026, 11, 21, 19, 30, tzinfo=UTC),
        "21.11.2026, 14:30 Uhr" if locked else "21.11.2026 14:30",
    )


def test_what_is_past_is_so_on_the_calendar_of_now(form):
    asked = form({"type": "datetime", "key": "day", "subtype": "date", "disallowPassedDates": True})
    now = datetime(2026, 11, 21, 3, tzinfo=UTC)

    assert asked.validate({"day": "2026-11-20"}, {}, now=now.astimezone(NEW_YORK))
    with pytest.raises(Invalid):
        asked.validate({"day": "2026-11-20"}, {}, now=now.astimezone(BERLIN))
