from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from cpm.queries.said_times import day_written_out, time_written_out, written_out

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 27, 15, 20, 30, tzinfo=BERLIN)  # a Friday; that Sunday clocks are put forward


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("morgen 9 Uhr", "28.03.2026 9:00"),
        ("tomorrow", "28.03.2026 8:00"),
        ("gestern 9 Uhr", "26.03.2026 9:00"),
        ("Übermorgen, um 14.30 Uhr", "29.03.2026 14:30"),
        ("heute 17:45", "27.03.2026 17:45"),
        ("14:30", "27.03.2026 14:30"),
        ("um 16", "27.03.2026 16:00"),
        ("3 pm", "27.03.2026 15:00"),
        ("12 am", "27.03.2026 0:00"),
        ("Montag 9 Uhr", "30.03.2026 9:00"),
        ("on Friday at 10:15", "03.04.2026 10:15"),
        ("Samstag", "28.03.2026 8:00"),
        ("in einer Stunde", "27.03.2026 16:21"),
        ("in 30 minutes", "27.03.2026 15:51"),
        ("in 36 Stunden", "29.03.2026 04:21"),
        ("in 3 Tagen", "30.03.2026 15:20"),
        ("in a week", "03.04.2026 15:20"),
        ("1.12.2026, 9 Uhr", "1.12.2026 9:00"),
        ("1.12. 9 Uhr", "01.12.2026 9:00"),
        ("26.3. 9:30", "26.03.2027 9:30"),
        ("27.3.", "27.03.2026 8:00"),
        ("1 Dec 9 am", "01.12.2026 9:00"),
        ("nächsten Freitag, 10 Uhr", "03.04.2026 10:00"),
        ("last Friday", "20.03.2026 8:00"),
        ("1 Dez 26", "1 Dez 26"),
        ("29.2.", "29.2."),
    ],
)
def test_what_people_say(said: str, meant: str):
    assert written_out(said, NOW, "de", to_come=True) == meant


@pytest.mark.parametrize("said", ["", "9", "1.12", "soon", "in ein paar Tagen", "morgen früh", "at 9 or 10"])
def test_what_is_not_said_so_stays(said: str):
    assert written_out(said, NOW, "de") == said


def test_a_time_that_no_clock_shows_is_left_to_who_reads_it():
    assert written_out("morgen 25:00", NOW, "de") == "28.03.2026 25:00"


@pytest.mark.parametrize(
    ("said", "german", "english"),
    [
        ("Gestern", "26.03.2026", "26 Mar 2026"),
        ("tomorrow", "28.03.2026", "28 Mar 2026"),
        ("vor 3 Tagen", "24.03.2026", "24 Mar 2026"),
        ("a week ago", "20.03.2026", "20 Mar 2026"),
        ("in 2 weeks", "10.04.2026", "10 Apr 2026"),
        ("letzten Freitag", "20.03.2026", "20 Mar 2026"),
        ("next Monday", "30.03.2026", "30 Mar 2026"),
        ("5.12.", "05.12.2025", "5 Dec 2025"),
        ("5.4", "05.04.2026", "5 Apr 2026"),
        ("Dec 1st", "01.12.2025", "1 Dec 2025"),
        ("1. April", "01.04.2026", "1 Apr 2026"),
    ],
)
def test_days_are_said_too_and_the_nearest_is_meant(said: str, german: str, english: str):
    assert day_written_out(said, NOW, "de") == german
    assert day_written_out(said, NOW, "en") == english


@pytest.mark.parametrize("said", ["", "Freitag", "in 2 hours", "next week", "1.12.26", "9 Uhr", "neulich"])
def test_what_is_no_one_day_stays(said: str):
    assert day_written_out(said, NOW, "de") == said


def test_a_day_that_no_calendar_has_is_told_with_its_year():
    """For *there is no such day*, not *write day, month and year*."""
    assert day_written_out("31.2.", NOW, "de") == "31.2.2026"
    assert day_written_out("29.2", NOW, "de") == "29.2.2026"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("9.30", "9:30"),
        ("9:30 pm", "21:30"),
        ("um 9", "9:00"),
        ("9 Uhr", "9:00"),
        ("14:30", "14:30"),
        ("9", "9"),
        ("bald", "bald"),
    ],
)
def test_times_of_day_as_people_say_them(said: str, meant: str):
    assert time_written_out(said) == meant


def test_a_moment_without_its_year_is_the_nearest_where_it_need_not_be_to_come():
    assert written_out("26.3. 9:30", NOW, "de") == "26.03.2026 9:30"
    assert written_out("26.3. 9:30", NOW, "de", to_come=True) == "26.03.2027 9:30"
