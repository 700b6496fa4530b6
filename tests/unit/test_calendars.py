"""Business time: the test days of the specification, the edges of the year, and laws that always hold."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpm.calendars import CALENDARS, TEAMS, Calendar, add_open, calendar, due, hours, open_seconds
from cpm.calendars.due import counts_business_time

BERLIN = ZoneInfo("Europe/Berlin")


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def due_in_berlin(start: str, text: str, name: str = "office", **site: object) -> str:
    found = due(berlin(start), text, calendar(name, **site))  # type: ignore[arg-type]
    assert found.tzinfo is UTC
    return found.astimezone(BERLIN).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("start", "text", "name", "expected"),
    [
        # The specification's own day: Thursday, then 1 May, then a weekend.
        ("2026-04-30 16:30", "2bh", "office", "2026-05-04 09:30"),
        # The break is not worked.
        ("2026-03-03 11:30", "1bh", "office", "2026-03-03 13:15"),
        ("2026-03-03 11:30", "1bh", "service", "2026-03-03 12:30"),
        ("2026-03-03 11:30", "1bh", "field", "2026-03-03 13:00"),
        # Early Friday, decimals, night, before opening.
        ("2026-03-06 14:30", "1bh", "office", "2026-03-09 08:30"),
        ("2026-03-03 09:00", "0.5bh", "office", "2026-03-03 09:30"),
        ("2026-03-03 22:00", "0.5bh", "office", "2026-03-04 08:30"),
        ("2026-03-03 05:00", "2bh", "office", "2026-03-03 10:00"),
        # An amount that fits exactly ends with the service, not the next morning.
        ("2026-03-03 16:00", "1bh", "office", "2026-03-03 17:00"),
        # Christmas: the 24th closes at noon, 25 and 26 are holidays, 27 is a Sunday.
        ("2026-12-24 11:00", "2bh", "office", "2026-12-28 09:00"),
        ("2026-12-24 11:00", "2bh", "service", "2026-12-28 09:00"),
        ("2026-12-31 11:30", "1bh", "office", "2027-01-04 08:30"),
        # Easter 2026: Good Friday 3 April to Monday 6 April.
        ("2026-04-02 16:30", "1bh", "office", "2026-04-07 08:30"),
    ],
)
def test_business_hours_count_only_open_time(start, text, name, expected):
    assert due_in_berlin(start, text, name) == expected


@pytest.mark.parametrize("change", ["2026-03-28", "2026-10-24"])
def test_a_clock_change_on_sunday_moves_no_deadline_of_the_office(change):
    """Friday 14:00 is one hour before closing; whatever the clock does, Monday 09:00 is the second."""
    friday = date.fromisoformat(change) - timedelta(days=1)
    monday = friday + timedelta(days=3)
    assert due_in_berlin(f"{friday} 14:00", "2bh") == f"{monday} 09:00"
    assert due_in_berlin(f"{friday} 14:00", "1bd") == f"{monday} 17:00"


def test_around_the_clock_the_shorter_and_the_longer_day_really_are_so():
    always = calendar("always")
    assert open_seconds(berlin("2026-03-29 00:00"), berlin("2026-03-30 00:00"), always) == 23 * 3600
    assert open_seconds(berlin("2026-10-25 00:00"), berlin("2026-10-26 00:00"), always) == 25 * 3600
    assert due_in_berlin("2026-03-28 12:00", "24bh", "always") == "2026-03-29 13:00"
    assert due_in_berlin("2026-10-24 12:00", "24bh", "always") == "2026-10-25 11:00"
    assert due_in_berlin("2026-12-25 02:30", "1bh", "always") == "2026-12-25 03:30"


@pytest.mark.parametrize(
    ("start", "text", "expected"),
    [
        ("2026-03-03 09:00", "1bd", "2026-03-04 17:00"),
        ("2026-03-03 22:00", "1bd", "2026-03-04 17:00"),
        ("2026-03-05 09:00", "1bd", "2026-03-06 15:00"),
        ("2026-03-07 09:00", "1bd", "2026-03-09 17:00"),
        ("2026-04-30 16:30", "2bd", "2026-05-05 17:00"),
        ("2026-12-23 09:00", "1bd", "2026-12-24 12:00"),
        ("2026-12-23 09:00", "2bd", "2026-12-28 17:00"),
        ("2026-03-03 09:00", "0bd", "2026-03-03 17:00"),
        ("2026-03-03 18:00", "0bd", "2026-03-04 17:00"),
    ],
)
def test_business_days_end_with_the_service_of_an_open_day(start, text, expected):
    assert due_in_berlin(start, text) == expected


@pytest.mark.parametrize(
    ("start", "text", "expected"),
    [
        ("2026-03-03 09:00", "14d", "2026-03-17 17:00"),
        # § 193 BGB: Saturday, holiday, and the long way round Christmas.
        ("2026-03-07 09:00", "14d", "2026-03-23 17:00"),
        ("2026-04-17 09:00", "14d", "2026-05-04 17:00"),
        ("2026-12-11 09:00", "14d", "2026-12-28 17:00"),
        # 23:30 in Berlin is still that day, although UTC is not far from the next.
        ("2026-03-03 23:30", "1d", "2026-03-04 17:00"),
        ("2026-06-30 00:30", "1d", "2026-07-01 17:00"),
    ],
)
def test_calendar_days_end_on_a_working_day(start, text, expected):
    assert due_in_berlin(start, text) == expected


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("at once", timedelta()),
        ("1h", timedelta(hours=1)),
        ("P3D", timedelta(days=3)),
        ("P2W", timedelta(weeks=2)),
        ("PT30M", timedelta(minutes=30)),
        ("P1DT2H3M4.5S", timedelta(days=1, hours=2, minutes=3, seconds=4.5)),
        (" 1h ", timedelta(hours=1)),
    ],
)
def test_plain_time_runs_at_night_too(text, after):
    start = berlin("2026-12-25 23:00")
    assert due(start, text, calendar("office")) == start.astimezone(UTC) + after


@pytest.mark.parametrize(
    "text",
    [
        "",
        "4",
        "bh",
        "4 bananas",
        "-4bh",
        "4,5bh",
        "1e9bh",
        "999999bh",
        "٤bh",
        "NaNbh",
        "4bh\n4bh",
        "at once or later",
        "1.5bd",
        "2.5d",
        "P",
        "PT",
        "P1DT",
        "P1M",
        "P1Y",
        "-P1D",
        "P3D P3D",
        "PT1H30",
        "9" * 10_000 + "d",
    ],
)
def test_a_text_that_is_no_time_is_refused_with_a_sentence(text):
    with pytest.raises(ValueError, match=r"^Expected to .*, but ") as refused:
        due(berlin("2026-03-03 09:00"), text, calendar("office"))
    assert len(str(refused.value)) < 250


def test_an_instant_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        due(datetime(2026, 3, 3, 9), "at once", calendar("office"))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("day", "closed_in", "open_in"),
    [
        ("2026-01-06", "BW BY ST Augsburg", "NW HE BE SN"),
        ("2027-03-08", "BE MV", "NW BY"),
        ("2026-06-04", "BW BY HE NW RP SL", "BE SN TH"),
        ("2028-08-08", "Augsburg", "BY NW"),
        ("2028-08-15", "SL Augsburg", "BY NW"),
        ("2027-09-20", "TH", "NW BY"),
        ("2028-10-31", "BB HB HH MV NI SN ST SH TH", "NW BY BE"),
        ("2027-11-01", "BW BY NW RP SL", "HE BE SN"),
        ("2026-11-18", "SN", "NW BY TH"),
        ("2028-10-03", "BB BE BW BY HB HE HH MV NI NW RP SH SL SN ST TH", ""),
    ],
)
def test_holidays_follow_the_land(day, closed_in, open_in):
    for land in closed_in.split():
        assert calendar("office", land=land).spans(date.fromisoformat(day)) == (), land
    for land in open_in.split():
        assert calendar("office", land=land).spans(date.fromisoformat(day)) != (), land


def test_catholic_communes_keep_their_own_holidays():
    for land, day in {"BY": "2028-08-15", "TH": "2026-06-04", "SN": "2026-06-04"}.items():
        assert calendar("office", land=land).spans(date.fromisoformat(day))
        assert not calendar("office", land=land, catholic=True).spans(date.fromisoformat(day))


def test_every_team_has_a_shipped_calendar():
    assert set(TEAMS.values()) == {"service", "office", "field"}
    assert calendar("always", land="BY").land is None


def test_a_calendar_that_cannot_be_is_refused():
    with pytest.raises(ValueError, match="Land XX"):
        calendar("office", land="XX")
    with pytest.raises(ValueError, match="calendar 'night'"):
        calendar("night")
    with pytest.raises(ValueError, match="never open"):
        Calendar("shut", ((),) * 7, land=None)
    for wrong in (("12:00-10:00",), ("08:00-12:00", "11:00-13:00"), ("20:00-25:00",), ("09:00-09:00",)):
        with pytest.raises(ValueError, match="in order"):
            Calendar("crossed", (hours(*wrong),) * 7, land=None)


def test_a_stretch_in_the_hour_that_spring_leaves_out_neither_overlaps_nor_runs_backwards():
    night = Calendar("night", (hours("01:00-02:30", "02:45-02:50", "03:00-05:00"),) * 7, land=None)
    spans = night.spans(date(2026, 3, 29))
    edges = [edge for span in spans for edge in span]
    assert edges == sorted(edges)
    assert all(opens < closes for opens, closes in spans)


def test_only_business_time_pauses_while_the_customer_thinks():
    assert counts_business_time("4bh")
    assert counts_business_time("2bd")
    assert not any(map(counts_business_time, ["14d", "1h", "P3D", "at once"]))


calendars = st.sampled_from(
    [*CALENDARS.values(), *(replace(CALENDARS["office"], land=land) for land in ("BY", "SN", "Augsburg"))]
)
instants = st.datetimes(datetime(2019, 12, 1), datetime(2031, 2, 1), timezones=st.just(UTC))  # noqa: DTZ001
amounts = st.decimals(Decimal("0.001"), Decimal(120), places=3)


@given(calendars, instants, instants, amounts)
def test_a_later_start_is_never_due_earlier(site, one, other, amount):
    first, second = sorted((one, other))
    for unit, number in (("bh", amount), ("bd", int(amount)), ("d", int(amount))):
        text = f"{number}{unit}"
        assert first <= due(first, text, site) <= due(second, text, site)


@given(calendars, instants, amounts, amounts)
def test_business_hours_add_up(site, start, one, other):
    by_steps = due(due(start, f"{one}bh", site), f"{other}bh", site)
    assert by_steps == due(start, f"{one + other}bh", site)


@given(calendars, instants, amounts)
def test_an_end_always_lies_in_open_time_or_on_its_closing(site, start, amount):
    end = due(start, f"{amount}bh", site)
    assert site.is_open(end - timedelta(microseconds=1))
    for unit in ("bd", "d"):
        closing = due(start, f"{int(amount)}{unit}", site)
        assert closing == site.closing(site.local_day(closing - timedelta(microseconds=1)))


@given(calendars, instants, st.timedeltas(timedelta(), timedelta(days=20)))
def test_measuring_is_the_inverse_of_adding(site, start, amount):
    end = add_open(start, amount, site)
    assert open_seconds(start, end, site) == amount.total_seconds()
    assert open_seconds(end, start, site) == -amount.total_seconds()


def test_nothing_to_wait_for_is_now_even_at_night():
    night = berlin("2026-12-25 03:00")
    assert add_open(night, timedelta(), calendar("office")) == night
    assert add_open(night, timedelta(hours=-1), calendar("office")) == night


@given(calendars, instants, instants)
def test_adding_what_was_measured_leads_to_the_last_open_moment(site, one, other):
    start, end = sorted((one, other))
    passed = timedelta(seconds=open_seconds(start, end, site))
    reached = add_open(start, passed, site)
    assert reached <= end
    assert open_seconds(reached, end, site) == 0


@given(st.text(max_size=20))
def test_any_text_is_either_a_time_or_refused(text):
    start = berlin("2026-03-03 09:00")
    try:
        assert due(start, text, calendar("office")) >= start
    except ValueError as refused:
        assert str(refused).startswith("Expected to ")  # noqa: PT017 - both outcomes are right
