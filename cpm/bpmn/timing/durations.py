"""ISO 8601 durations: years to days by the calendar of a zone, hours to seconds exactly."""

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cpm.bpmn.timing.not_a_time import NotATime
from rules.feel import YearsMonths, to_python

_ISO = re.compile(
    r"(?P<sign>-?)P(?=.)(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?=.)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d{1,6})?)S)?)?"
)


@dataclass(frozen=True, slots=True)
class Duration:
    months: int = 0
    days: int = 0
    rest: timedelta = timedelta()

    def after(self, since: datetime, times: int = 1) -> datetime:
        """`times` times the duration after that moment, in UTC; raises OverflowError beyond the year 9999.

        A day is one of the calendar, so that 9 o'clock stays 9 o'clock across a change of the clock (as in Camunda 8,
        whose zone is the server's). A local time that the clock leaves out is as many minutes later as it jumps.
        """
        if self.months or self.days:
            since = _add_months(since, times * self.months) + timedelta(days=times * self.days)
        return since.astimezone(UTC) + times * self.rest


def duration(value: Any) -> Duration:
    """From ISO text or a FEEL duration, whose days have 24 hours each; raises NotATime."""
    match to_python(value):
        case timedelta() as span:
            return Duration(rest=span)
        case YearsMonths(months):
            return Duration(months)
        case str(text) if len(text) < 100 and (parts := _ISO.fullmatch(text.strip())):
            return _parsed(parts)
    raise NotATime(f"got {value!r:.80}", f"da steht {value!r:.80}")


def _parsed(parts: re.Match[str]) -> Duration:
    number = {name: text or "0" for name, text in parts.groupdict().items()}
    rest = timedelta(
        hours=int(number["hours"]),
        minutes=int(number["minutes"]),
        microseconds=round(float(number["seconds"]) * 1_000_000),
    )
    sign = -1 if parts["sign"] else 1
    months = 12 * int(number["years"]) + int(number["months"])
    return Duration(sign * months, sign * (7 * int(number["weeks"]) + int(number["days"])), sign * rest)


def _add_months(since: datetime, months: int) -> datetime:
    """The same day of a later month, or that month's last day (XML Schema 1.0, part 2, appendix E)."""
    years, month = divmod(since.month - 1 + months, 12)
    year = since.year + years
    if not 1 <= year <= 9999:
        raise OverflowError(f"the year {year} is out of range")
    day = min(since.day, calendar.monthrange(year, month + 1)[1])
    return since.replace(year=year, month=month + 1, day=day)
