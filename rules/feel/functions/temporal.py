"""Functions on dates, times and durations; DMN 1.5 table 73, 80 and 81. Names of days are English there."""

import datetime as dt
from decimal import Decimal

from rules.feel.comparison import equal
from rules.feel.errors import Unfit
from rules.feel.frames import Run
from rules.feel.functions.arguments import day as to_day
from rules.feel.functions.arguments import of_type
from rules.feel.functions.arguments import time as to_time
from rules.feel.functions.registry import builtin
from rules.feel.numbers import CONTEXT, to_int
from rules.feel.temporal.days import twin
from rules.feel.temporal.line import in_zone, position
from rules.feel.temporal.make import date_of, make_date, make_date_time, make_time, time_of
from rules.feel.temporal.reading import read_date, read_date_time, read_duration, read_time
from rules.feel.temporal.wide import Date, DateTime, Duration, Time, kind_of
from rules.feel.temporal.zones import UTC, fixed_zone, offset_of, zone, zone_name
from rules.feel.values import YearsMonths

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@builtin("date", "from: one")
def date(value: object) -> Date:
    return read_date(value) if isinstance(value, str) else to_day(value)


builtin("date", "year: integer, month: integer, day: integer")(make_date)


@builtin("time", "from: one")
def time(value: object) -> Time:
    if isinstance(value, DateTime):
        return time_of(value)
    if isinstance(value, Date):
        return dt.time(tzinfo=UTC)
    return read_time(value) if isinstance(value, str) else to_time(value)


@builtin("time", "hour: integer, minute: integer, second: number, offset: any?")
def time_from(hour: int, minute: int, second: Decimal, offset: object = None) -> Time:
    """The offset from UTC is a duration, or the name of a zone, or null for a local time."""
    whole = to_int(second)
    fraction = CONTEXT.subtract(second, Decimal(whole))
    return make_time(hour, minute, whole, int(fraction.scaleb(9)), _zone(offset))


def _zone(offset: object) -> dt.tzinfo | None:
    if isinstance(offset, str):
        return zone(offset)
    return None if offset is None else fixed_zone(of_type(offset, dt.timedelta))


@builtin("date and time", "from: one")
def date_and_time(value: object) -> DateTime:
    if isinstance(value, str):
        return read_date_time(value)
    if isinstance(value, DateTime):
        return value
    return make_date_time(to_day(value), dt.time())


@builtin("date and time", "date: one, time: one")
def date_with_time(day: object, at: object) -> DateTime:
    """In place of a time, the name of a zone for the date and time, as Camunda has it."""
    if isinstance(at, str):
        return date_and_time_in_zone(day, at)
    return make_date_time(to_day(day), to_time(at))


@builtin("date and time", "date: one, timezone: string")
def date_and_time_in_zone(value: object, name: str) -> DateTime:
    """The same moment by the clocks of the zone; a local date and time is one of that zone already."""
    if not isinstance(value, DateTime):
        raise Unfit
    if value.tzinfo is None:
        return make_date_time(date_of(value), time_of(value).replace(tzinfo=zone(name)))
    return in_zone(position(value), zone(name))


_DATE_AND_TIME = "year: integer, month: integer, day: integer, hour: integer, minute: integer, second: number"


@builtin("date and time", f"{_DATE_AND_TIME}, offset: any?")
@builtin("date and time", f"{_DATE_AND_TIME}, timezone: any?")
def date_and_time_from(  # noqa: PLR0917 the standard has so many
    year: int, month: int, day: int, hour: int, minute: int, second: Decimal, offset: object = None
) -> DateTime:
    return make_date_time(make_date(year, month, day), time_from(hour, minute, second, offset))


@builtin("duration", "from: one")
def duration(value: object) -> YearsMonths | Duration:
    if isinstance(value, YearsMonths | Duration):
        return value
    return read_duration(of_type(value, str))


@builtin("years and months duration", "from: day, to: day")
def years_and_months(start: Date, end: Date) -> YearsMonths:
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
def day_of_week(day: Date) -> str:
    return _DAYS[day.isoweekday() - 1]


@builtin("month of year", "date: day")
def month_of_year(day: Date) -> str:
    return _MONTHS[day.month - 1]


@builtin("day of year", "date: day")
def day_of_year(day: Date) -> Decimal:
    return Decimal(twin(day.year, day.month, day.day).timetuple().tm_yday)


@builtin("week of year", "date: day")
def week_of_year(day: Date) -> Decimal:
    """As ISO 8601 counts: a year's first week has its first Thursday."""
    return Decimal(twin(day.year, day.month, day.day).isocalendar().week)


@builtin("is", "value1: any?, value2: any?", wants_run=True)
def same(run: Run, one: object = None, other: object = None) -> bool:
    """Equal and of one type; times are the same only to the nanosecond, in the same zone or at the same offset."""
    if isinstance(one, Time | DateTime) and isinstance(other, Time | DateTime):
        return kind_of(one) is kind_of(other) and _identity(one) == _identity(other)
    return equal(one, other, run) is True


def _identity(value: Time | DateTime) -> tuple[object, ...]:
    return position(value), zone_name(value), offset_of(value)
