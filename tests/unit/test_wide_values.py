"""Dates and durations that Python lacks pass all doors: cut where a clock is needed, else as FEEL writes them."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from cpm.attributes.kind import Kind
from cpm.attributes.typed import Typed, typed
from cpm.bpmn.formula import Trouble
from cpm.bpmn.timing.timers import due
from cpm.forms.messages import Misfit
from cpm.forms.show import show
from cpm.forms.take.moments import take_date, take_datetime, take_time
from cpm.plain import plain
from cpm.writing import written
from rules.feel import compile_expression, read_temporal

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
FINE = read_temporal("2026-11-21T10:00:00.123456789+01:00")
FAR = read_temporal("12026-11-21T10:00:00Z")


def test_a_timer_rings_to_the_microsecond():
    third = compile_expression('duration("PT1S") / 3')({})
    assert due("timeDuration", third, NOW).at == NOW + timedelta(microseconds=333_333)
    assert due("timeDate", FINE, NOW).at == datetime(2026, 11, 21, 9, 0, 0, 123_456, UTC)


@pytest.mark.parametrize(
    ("kind", "value"), [("timeDate", FAR), ("timeDuration", read_temporal("P1000000000D"))]
)
def test_a_timer_beyond_the_calendar_is_trouble(kind, value):
    with pytest.raises(Trouble, match="Expected a d"):
        due(kind, value, NOW)


def test_an_attribute_keeps_the_day():
    assert typed(Kind.DATE, FINE, BERLIN) == Typed(day=date(2026, 11, 21))
    assert typed(Kind.DATE, FAR, BERLIN) == Typed()


def test_a_field_takes_the_moment_cut_to_the_microsecond():
    assert take_datetime(FINE, BERLIN) == datetime(2026, 11, 21, 9, 0, 0, 123_456, UTC)
    assert take_time(read_temporal("10:00:00.123456789")) == time(10, 0, 0, 123_456)
    for take, value in (
        (take_date, read_temporal("12026-11-21")),
        (lambda raw: take_datetime(raw, BERLIN), FAR),
    ):
        with pytest.raises(Misfit):
            take(value)


@pytest.mark.parametrize("language", ["de", "en"])
def test_people_read_what_feel_writes(language):
    assert show(FAR, language, BERLIN) == written(FAR, language, BERLIN) == "12026-11-21T10:00:00Z"


def test_json_has_what_feel_writes():
    values = [FAR, FINE, read_temporal("-0044-03-15"), read_temporal("PT0.000000001S")]
    assert plain(values) == [
        "12026-11-21T10:00:00Z", "2026-11-21T10:00:00.123456789+01:00", "-0044-03-15", "PT0.000000001S",
    ]  # fmt: skip
