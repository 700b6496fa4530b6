"""Dates, times and durations from their texts, which are those of XML Schema 1.1 with a few of FEEL's own.

Years have four digits, or more without a nought in front; years before 1 count from 0 down. Seconds have
any number of digits, of which nine count. UTC may be a small z, as in the standard's example (DMN 1.5 10.3.4.1). Each function raises Unfit or ValueError for what does not fit.
"""

import datetime as dt
import re

from rules.feel.errors import Unfit
from rules.feel.temporal.line import later_day
from rules.feel.temporal.make import DAY, SECOND, make_date, make_date_time, make_duration, make_time
from rules.feel.temporal.wide import Date, DateTime, Duration, Time
from rules.feel.temporal.zones import UTC, fixed_zone, zone
from rules.feel.values import YearsMonths

_DATE = re.compile(r"(-?(?:[1-9]\d{4,8}|\d{4}))-(\d\d)-(\d\d)", re.ASCII)
_TIME = re.compile(
    r"(\d\d):(\d\d):(\d\d)(?:\.(\d+))?"
    r"(?:([Zz])|([+-])(\d\d):([0-5]\d)(?::([0-5]\d))?|@([A-Za-z_][A-Za-z0-9_+\-]*(?:/[A-Za-z0-9_+\-]+)*))?",
    re.ASCII,
)
_YEARS_MONTHS = re.compile(r"(-)?P(?=\d)(?:(\d{1,12})Y)?(?:(\d{1,12})M)?", re.ASCII)
_DAYS_TIME = re.compile(
    r"(-)?P(?=.)(?:(\d{1,18})D)?(?:T(?=\d)(?:(\d{1,18})H)?(?:(\d{1,18})M)?(?:(\d{1,18})(?:\.(\d*))?S)?)?",
    re.ASCII,
)


def read_date(text: str) -> Date:
    found = _DATE.fullmatch(text)
    if not found:
        raise Unfit
    return make_date(int(found[1]), int(found[2]), int(found[3]))


def read_time(text: str) -> Time:
    """The end of a day, 24:00:00, is the midnight of the next."""
    found = _TIME.fullmatch(text)
    if not found:
        raise Unfit
    hour, minute, second, nanosecond = (int(found[1]), int(found[2]), int(found[3]), _nanoseconds(found[4]))
    if hour == 24 and not (minute or second or nanosecond):
        hour = 0
    return make_time(hour, minute, second, nanosecond, _zone_of(found))


def read_date_time(text: str) -> DateTime:
    """Without a time it is midnight."""
    date, letter, time = text.partition("T")
    day, at = read_date(date), read_time(time) if letter else dt.time()
    return make_date_time(later_day(day, DAY) if time.startswith("24") else day, at)


def read_duration(text: str) -> YearsMonths | Duration:
    if found := _YEARS_MONTHS.fullmatch(text):
        months = int(found[2] or 0) * 12 + int(found[3] or 0)
        return YearsMonths(-months if found[1] else months)
    found = _DAYS_TIME.fullmatch(text)
    if not found:
        raise Unfit
    days, hours, minutes, seconds = (int(found[group] or 0) for group in range(2, 6))
    length = (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * SECOND + _nanoseconds(found[6])
    return make_duration(-length if found[1] else length)


def read_temporal(text: str) -> object:
    """As `read_any`, for the outside. Raises ValueError if there is none."""
    try:
        return read_any(text)
    except (Unfit, ValueError):
        raise ValueError(f"Expected a date, time or duration, but got “{text:.80}”.") from None


def read_any(text: str) -> object:
    """What `@"..."` means: its form tells the type."""
    if text.lstrip("-").startswith("P"):
        return read_duration(text)
    if "T" in text.partition("@")[0]:
        return read_date_time(text)
    return read_date(text) if _DATE.fullmatch(text) else read_time(text)


def _zone_of(found: re.Match[str]) -> dt.tzinfo | None:
    if found[5]:
        return UTC
    if found[10]:
        return zone(found[10])
    if not found[6]:
        return None
    offset = dt.timedelta(hours=int(found[7]), minutes=int(found[8]), seconds=int(found[9] or 0))
    return fixed_zone(-offset if found[6] == "-" else offset)


def _nanoseconds(fraction: str | None) -> int:
    return int(((fraction or "") + "000000000")[:9])
