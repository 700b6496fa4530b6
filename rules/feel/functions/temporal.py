"""Functions on dates, times and durations; DMN 1.5 table 73, 80 and 81. Names of days are English there."""

import datetime as dt
from decimal import Decimal

from rules.feel.comparison import equal
from rules.feel.frames import Run
from rules.feel.functions.arguments import day as to_day
from rules.feel.functions.arguments import of_type
from rules.feel.functions.registry import builtin
from rules.feel.numbers import CONTEXT
from rules.feel.temporal import UTC, fixed_zone, read_date, read_date_time, read_duration, read_time, zone
from rules.feel.values import YearsMonths

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@builtin("date", "from: one")
def date(value: object) -> dt.date:
    return read_date(value) if isinstance(value, str) else to_day(value)


builtin("date", "year: integer, month: integer, day: integer")(dt.date)


@builtin("time", "from: one")
def time(value: object) -> dt.time:
    if isinstance(value, dt.datetime):
        return value.timetz()
    if type(value) is dt.date:
        return dt.time(tzinfo=UTC)
    return read_time(value) if isinstance(value, str) else of_type(value, dt.time)


@builtin("time", "hour: integer, minute: integer, second: number, offset: any?")
def time_of(hour: int, minute: int, second: Decimal, offset: object = None) -> dt.time:
    """The offset from UTC is a duration, or null for a local time."""
    micros = CONTEXT.multiply(CONTEXT.subtract(second, Decimal(int(second))), Decimal(1_000_000))
    return dt.time(hour, minute, int(second), int(micros), tzinfo=_zone(offset))


def _zone(offset: object) -> dt.tzinfo | None:
    if isinstance(offset, str):
        return zone(offset)
    return None if offset is None else fixed_zone(of_type(offset, dt.timedelta))


@builtin("date and time", "from: one")
def date_and_time(value: object) -> dt.datetime:
    if isinstance(value, str):
        return read_date_time(value)
    if type(value) is dt.date:
        return dt.datetime.combine(value, dt.time())
    return of_type(value, dt.datetime)


@builtin("date and time", "date: day, time: time")
def date_with_time(day: dt.date, at: dt.time) -> dt.datetime:
    return dt.datetime.combine(day, at)


@builtin(
    "date and time",
    "year: integer, month: integer, day: integer, hour: integer, minute: integer, second: number, offset: any?",
)
def date_and_time_of(  # noqa: PLR0917 the standard has so many
    year: int, month: int, day: int, hour: int, minute: int, second: Decimal, offset: object = None
) -> dt.datetime:
    return dt.datetime.combine(dt.date(year, month, day), time_of(hour, minute, second, offset))


@builtin("duration", "from: one")
def duration(value: object) -> YearsMonths | dt.timedelta:
    if isinstance(value, YearsMonths | dt.timedelta):
        return value
    return read_duration(of_type(value, str))


@builtin("years and months duration", "from: day, to: day")
def years_and_months(start: dt.date, end: dt.date) -> YearsMonths:
    """Whole months between the days."""
    months = (end.year - start.year) * 12 + end.month - start.month
    if months > 0 and end.day < start.day:
        months -= 1
    elif months < 0 and end.day > start.day:
        months += 1
    return YearsMonths(months)


@builtin("now", wants_run=True)
def now(run: Run) -> dt.datetime | None:
    return run.now


@builtin("today", wants_run=True)
def today(run: Run) -> dt.date | None:
    """The day of `now` in the time zone that `now` has."""
    return run.now.date() if run.now else None


@builtin("day of week", "date: day")
def day_of_week(day: dt.date) -> str:
    return _DAYS[day.weekday()]


@builtin("month of year", "date: day")
def month_of_year(day: dt.date) -> str:
    return _MONTHS[day.month - 1]


@builtin("day of year", "date: day")
def day_of_year(day: dt.date) -> Decimal:
    return Decimal(day.timetuple().tm_yday)


@builtin("week of year", "date: day")
def week_of_year(day: dt.date) -> Decimal:
    """As ISO 8601 counts: a year's first week has its first Thursday."""
    return Decimal(day.isocalendar().week)


@builtin("is", "value1: any?, value2: any?", wants_run=True)
def same(run: Run, one: object = None, other: object = None) -> bool:
    """Equal and of one type; times are the same only if their zones are the same, too."""
    if isinstance(one, dt.datetime | dt.time) and isinstance(other, dt.datetime | dt.time):
        return type(one) is type(other) and (_wall(one), str(one.tzinfo)) == (_wall(other), str(other.tzinfo))
    return equal(one, other, run) is True


def _wall(value: dt.datetime | dt.time) -> dt.datetime | dt.time:
    return value.replace(tzinfo=None)
