"""Calendars are written by people who know when they work and no Python."""

from datetime import date, datetime, timedelta
from time import process_time
from zoneinfo import ZoneInfo

import pytest

from cpm import calendars
from cpm.calendars import SHIPPED, Unreadable, due, read

BERLIN = ZoneInfo("Europe/Berlin")
ALWAYS = (
    "\n[always]\n"
    + "".join(
        f'{day} = ["00:00-24:00"]\n'
        for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    )
    + "holidays = false\n"
)
EVERY_DAY = [f"{date(2028, 1, 1) + timedelta(days=day):%m-%d}" for day in range(366)]


def written(text: str) -> calendars.Calendars:
    return read((text + ALWAYS).encode())


def test_hours_breaks_land_and_days_off_come_from_the_file():
    found = written(
        """
        [shop]
        monday = ["09:00-13:00", "14:00-18:00"]
        saturday = ["10:00-14:00"]
        land = "BY"
        catholic = true
        half_days = ["02-29"]
        closed = ["2026-03-02"]
        """
    )
    shop = found.named("shop", land="NW")
    assert (shop.land, shop.catholic, shop.half_days) == ("BY", True, frozenset({(2, 29)}))
    assert not shop.spans(date(2026, 3, 2))
    start = datetime(2026, 3, 7, 13, 0, tzinfo=BERLIN)
    assert due(start, "3bh", shop) == datetime(2026, 3, 9, 11, 0, tzinfo=BERLIN)


def test_the_holidays_are_those_of_the_site_unless_the_file_names_a_land():
    corpus_christi = date(2026, 6, 4)
    for land, is_open in (("NW", False), ("HH", True)):
        assert bool(SHIPPED.named("office", land=land).spans(corpus_christi)) is is_open
        assert SHIPPED.named("always", land=land).spans(corpus_christi)


def test_a_promise_that_a_calendar_never_keeps_is_refused_soon():
    """An open minute a week, and a table that promises years of open time: a case must not wait for the sum."""
    minute = written('[minute]\nmonday = ["13:00-13:01"]\n').named("minute", land="NW")
    begun = process_time()
    with pytest.raises(ValueError, match="open long enough"):
        due(datetime(2026, 3, 2, tzinfo=BERLIN), "99999bh", minute)
    assert process_time() - begun < 3


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[shop\n", "Expected TOML"),
        ('[shop]\nmonday = ["9-17"]', "monday is no list of stretches"),
        ('[shop]\nmonday = ["17:00-09:00"]', "in order"),
        ('[shop]\nmonday = ["08:00-25:00"]', "in order"),
        ('[shop]\nmontag = ["08:00-17:00"]', "montag means nothing"),
        ("[shop]\nmonday = []", "never open"),
        (f'[shop]\nmonday = ["13:00-14:00"]\nhalf_days = {EVERY_DAY}', "never open"),
        ('[shop]\nmonday = ["08:00-17:00"]\nland = "XX"', "Land XX"),
        ('[shop]\nmonday = ["08:00-17:00"]\nholidays = "no"', "holidays is not true or false"),
        ('[shop]\nmonday = ["08:00-17:00"]\nhalf_days = ["24.12."]', "'24.12.' is no day of the year"),
        ('[shop]\nmonday = ["08:00-17:00"]\nhalf_days = ["02-30"]', "'02-30' is no day of the year"),
        (f"{'a.' * 20}b = 1", "more than 16 parts"),
        ('[shop]\nmonday = ["08:00-17:00"]\nclosed = ["2026-02-30"]', "shop"),
        ('[shop]\nmonday = ["08:00-17:00"]\nzone = "Europe/Atlantis"', "Atlantis"),
        ('shop = "open"', "a table for each calendar"),
    ],
)
def test_what_cannot_be_read_is_told(text: str, reason: str):
    with pytest.raises(Unreadable) as error:
        read(f"{text}\n{ALWAYS}".encode())
    assert any(reason in said for said, _ in error.value.reasons), error.value.reasons
    assert not [german for _, german in error.value.reasons if "xpected" in german or " is " in german]


def test_all_reasons_are_told_at_once():
    with pytest.raises(Unreadable) as error:
        read(b'[shop]\nmontag = []\nfriday = "x"\n')
    assert len(error.value.reasons) == 3


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
def test_a_night_shift_over_a_clock_change_is_as_long_as_it_is(day: str):
    """Open around the clock, the day of the change has 23 or 25 hours, and a promise of 24 open hours knows it."""
    noon = datetime.fromisoformat(f"{day}T00:00").replace(tzinfo=BERLIN)
    always = SHIPPED.named("always", land="NW")
    found = due(noon, "24bh", always).astimezone(BERLIN)
    assert (found.hour, found.day != noon.day) == ((1, True) if day == "2026-03-29" else (23, False))
    assert calendars.open_seconds(noon, due(noon, "24bh", always), always) == 24 * 3600
