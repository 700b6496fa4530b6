from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from cpm.queries.said_times import written_out

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 27, 15, 20, 30, tzinfo=BERLIN)  # a Friday; that Sunday clocks are put forward


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("morgen 9 Uhr", "2026-03-28 9:00"),
        ("tomorrow", "2026-03-28 8:00"),
        ("gestern 9 Uhr", "2026-03-26 9:00"),
        ("Übermorgen, um 14.30 Uhr", "2026-03-29 14:30"),
        ("heute 17:45", "2026-03-27 17:45"),
        ("14:30", "2026-03-27 14:30"),
        ("um 16", "2026-03-27 16:00"),
        ("3 pm", "2026-03-27 15:00"),
        ("12 am", "2026-03-27 0:00"),
        ("Montag 9 Uhr", "2026-03-30 9:00"),
        ("on Friday at 10:15", "2026-04-03 10:15"),
        ("Samstag", "2026-03-28 8:00"),
        ("in einer Stunde", "2026-03-27 16:21"),
        ("in 30 minutes", "2026-03-27 15:51"),
        ("in 36 Stunden", "2026-03-29 04:21"),
        ("in 3 Tagen", "2026-03-30 15:20"),
        ("in a week", "2026-04-03 15:20"),
        ("1.12.2026, 9 Uhr", "1.12.2026 9:00"),
    ],
)
def test_what_people_say(said: str, meant: str):
    assert written_out(said, NOW) == meant


@pytest.mark.parametrize("said", ["", "9", "1.12", "soon", "in ein paar Tagen", "morgen früh", "at 9 or 10"])
def test_what_is_not_said_so_stays(said: str):
    assert written_out(said, NOW) == said


def test_a_time_that_no_clock_shows_is_left_to_who_reads_it():
    assert written_out("morgen 25:00", NOW) == "2026-03-28 25:00"
