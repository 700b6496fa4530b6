"""Dates, times and durations: read from text, written to text, set on the time line.

Years run from 1 to 9999 and seconds to the microsecond, as in Python. A local date and time has no zone.
"""

import datetime as dt
import re
from functools import lru_cache
from zoneinfo import ZoneInfo

from rules.feel.errors import Unfit
from rules.feel.values import YearsMonths

UTC = dt.UTC
EPOCH = dt.datetime(1970, 1, 1)  # noqa: DTZ001 the zero of local times and of UTC alike
_DAY = dt.timedelta(days=1)
_END_OF_DAY = "24:00:00"
_WIDEST_OFFSET = dt.timedelta(hours=18)

_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)
_TIME = re.compile(
    r"(\d\d):(\d\d):(\d\d)(?:\.(\d+))?"
    r"(?:(Z)|([+-])(\d\d):(\d\d)(?::(\d\d))?|@([A-Za-z_][A-Za-z0-9_+\-]*(?:/[A-Za-z0-9_+\-]+)*))?",
    re.ASCII,
)
_YEARS_MONTHS = re.compile(r"(-)?P(?=\d)(?:(\d{1,9})Y)?(?:(\d{1,9})M)?", re.ASCII)
_DAYS_TIME = re.compile(
    r"(-)?P(?=.)(?:(\d{1,12})D)?(?:T(?=[\d.])(?:(\d{1,15})H)?(?:(\d{1,15})M)?(?:(\d{1,18})(?:\.(\d*))?S)?)?",
    re.ASCII,
)


def read_date(text: str) -> dt.date:
    found = _DATE.fullmatch(text)
    if not found:
        raise Unfit
    return dt.date(int(found[1]), int(found[2]), int(found[3]))


def read_time(text: str) -> dt.time:
    found = _TIME.fullmatch(text)
    if not found:
        raise Unfit
    hour, minute, second = int(found[1]), int(found[2]), int(found[3])
    return dt.time(hour, minute, second, _micros(found[4]), tzinfo=_zone_of(found))


def read_date_time(text: str) -> dt.datetime:
    """Without a time it is midnight; 24:00:00 is the next day's."""
    day, letter, time = text.partition("T")
    if time.startswith(_END_OF_DAY):
        return dt.datetime.combine(read_date(day) + _DAY, read_time("00" + time[2:]))
    return dt.datetime.combine(read_date(day), read_time(time) if letter else dt.time())


def read_duration(text: str) -> YearsMonths | dt.timedelta:
    if found := _YEARS_MONTHS.fullmatch(text):
        months = int(found[2] or 0) * 12 + int(found[3] or 0)
        return YearsMonths(-months if found[1] else months)
    found = _DAYS_TIME.fullmatch(text)
    if not found:
        raise Unfit
    days, hours, minutes, seconds = (int(found[group] or 0) for group in range(2, 6))
    span = dt.timedelta(days, seconds, _micros(found[6]), minutes=minutes, hours=hours)
    return -span if found[1] else span


def read_any(text: str) -> object:
    """What `@"..."` means: its form tells the type."""
    if text.lstrip("-").startswith("P"):
        return read_duration(text)
    if "T" in text.partition("@")[0]:
        return read_date_time(text)
    return read_date(text) if _DATE.fullmatch(text) else read_time(text)


@lru_cache(maxsize=1024)
def zone(name: str) -> dt.tzinfo:
    """The zone of the IANA database. Raises Unfit if there is none of that name."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:  # OSError: the name of a folder
        raise Unfit from error


def fixed_zone(offset: dt.timedelta) -> dt.tzinfo:
    if abs(offset) > _WIDEST_OFFSET:
        raise Unfit
    return dt.timezone(offset) if offset else UTC


def _zone_of(found: re.Match[str]) -> dt.tzinfo | None:
    if found[5]:
        return UTC
    if found[10]:
        return zone(found[10])
    if not found[6]:
        return None
    offset = dt.timedelta(hours=int(found[7]), minutes=int(found[8]), seconds=int(found[9] or 0))
    if int(found[8]) > 59:
        raise Unfit
    return fixed_zone(-offset if found[6] == "-" else offset)


def _micros(fraction: str | None) -> int:
    return int(((fraction or "") + "000000")[:6])


def offset_of(value: dt.datetime | dt.time) -> dt.timedelta | None:
    """A time in a zone of daylight saving counts as one of 1 January 1970, for want of a date."""
    offset = value.utcoffset()
    if offset is None and value.tzinfo is not None and isinstance(value, dt.time):
        return dt.datetime.combine(EPOCH, value).utcoffset()
    return offset


def instant(value: dt.datetime) -> dt.timedelta:
    """The distance from EPOCH, in UTC if the value has a zone.

    Python compares and subtracts two values of one zone by the clock on the wall, which is wrong by an
    hour across a change of the clocks.
    """
    return value.replace(tzinfo=None) - EPOCH - (value.utcoffset() or dt.timedelta())


def time_of_day(value: dt.time) -> dt.timedelta:
    """The distance from midnight, in UTC if the value has a zone; then it may lie outside of one day."""
    wall = dt.timedelta(0, value.second, value.microsecond, minutes=value.minute, hours=value.hour)
    return wall - (offset_of(value) or dt.timedelta())


def later(value: dt.datetime, by: dt.timedelta) -> dt.datetime:
    """On the time line: an hour is an hour even in the night when the clocks change."""
    if not isinstance(value.tzinfo, ZoneInfo):
        return value + by
    return (value.astimezone(UTC) + by).astimezone(value.tzinfo)


def later_time(value: dt.time, by: dt.timedelta) -> dt.time:
    """Round the clock."""
    wall = dt.timedelta(0, value.second, value.microsecond, minutes=value.minute, hours=value.hour)
    return (EPOCH + (wall + by) % _DAY).time().replace(tzinfo=value.tzinfo)


def later_months(value: dt.date, months: int) -> dt.date:
    """The same day of another month, or that month's last day; a datetime stays one."""
    year, month = divmod(value.year * 12 + value.month - 1 + months, 12)
    if not dt.MINYEAR <= year <= dt.MAXYEAR:
        raise Unfit
    return value.replace(year=year, month=month + 1, day=min(value.day, last_day(year, month + 1)))


def last_day(year: int, month: int) -> int:
    if month == 12:
        return 31
    return (dt.date(year, month + 1, 1) - _DAY).day
