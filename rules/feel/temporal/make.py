"""Values from numbers, and numbers of values. All numbers but those of the calendar are nanoseconds."""

import datetime as dt

from rules.feel.errors import Unfit
from rules.feel.temporal import days
from rules.feel.temporal.wide import (
    Date,
    DateTime,
    Duration,
    Time,
    WideDate,
    WideDateTime,
    WideDuration,
    WideTime,
)
from rules.feel.temporal.zones import UTC

SECOND = 1_000_000_000
DAY = 86_400 * SECOND
_LAST_YEAR = 999_999_999
_LONGEST = 10**30  #: fifteen thousand times as long as from the first year to the last


def make_date(year: int, month: int, day: int) -> Date:
    """Raises Unfit for years that FEEL lacks, ValueError if there is no such day."""
    if dt.MINYEAR <= year <= dt.MAXYEAR:
        return dt.date(year, month, day)
    if abs(year) > _LAST_YEAR:
        raise Unfit
    days.twin(year, month, day)
    return WideDate(year, month, day)


def make_time(
    hour: int, minute: int, second: int, nanosecond: int, zone: dt.tzinfo | None, *, fold: int = 0
) -> Time:
    """Raises ValueError if there is no such time."""
    micros, rest = divmod(nanosecond, 1000)
    time = dt.time(hour, minute, second, micros, zone, fold=fold)
    return WideTime(hour, minute, second, nanosecond, zone, fold) if rest else time


def make_date_time(day: Date, time: Time) -> DateTime:
    if type(day) is dt.date and type(time) is dt.time:
        return dt.datetime.combine(day, time)
    clock = (time.hour, time.minute, time.second, nanosecond_of(time), time.tzinfo, time.fold)
    return WideDateTime(day.year, day.month, day.day, *clock)


def midnight(day: Date) -> DateTime:
    """What a date means beside a date and time: its beginning in UTC (DMN 1.5 10.3.2.3.5)."""
    return make_date_time(day, dt.time(tzinfo=UTC))


def make_duration(nanoseconds: int) -> Duration:
    micros, rest = divmod(nanoseconds, 1000)
    if not rest:
        try:
            return dt.timedelta(microseconds=micros)
        except OverflowError:
            pass
    if abs(nanoseconds) > _LONGEST:
        raise Unfit
    return WideDuration(nanoseconds)


def negated(value: Duration) -> Duration:
    if isinstance(value, dt.timedelta):
        try:
            return -value
        except OverflowError:
            pass
    return make_duration(-length_of(value))


def day_numbered(number: int) -> Date:
    return make_date(*days.day_of(number))


def time_at(nanoseconds: int, zone: dt.tzinfo | None, *, fold: int = 0) -> Time:
    """The time so long after midnight."""
    seconds, nanosecond = divmod(nanoseconds, SECOND)
    minutes, second = divmod(seconds, 60)
    return make_time(minutes // 60, minutes % 60, second, nanosecond, zone, fold=fold)


def nanosecond_of(value: Time | DateTime) -> int:
    if isinstance(value, dt.time | dt.datetime):
        return value.microsecond * 1000
    return value.nanosecond


def whole_second(value: Time | DateTime) -> Time | DateTime:
    if isinstance(value, dt.time | dt.datetime):
        return value.replace(microsecond=0) if value.microsecond else value
    clock = make_time(value.hour, value.minute, value.second, 0, value.tzinfo, fold=value.fold)
    return make_date_time(date_of(value), clock) if isinstance(value, WideDateTime) else clock


def since_midnight(value: Time | DateTime) -> int:
    return (value.hour * 3600 + value.minute * 60 + value.second) * SECOND + nanosecond_of(value)


def length_of(value: Duration) -> int:
    if isinstance(value, WideDuration):
        return value.nanoseconds
    return (value.days * 86_400 + value.seconds) * SECOND + value.microseconds * 1000


def date_of(value: DateTime) -> Date:
    if isinstance(value, dt.datetime):
        return value.date()
    return make_date(value.year, value.month, value.day)


def time_of(value: DateTime) -> Time:
    if isinstance(value, dt.datetime):
        return value.timetz()
    clock = (value.hour, value.minute, value.second, value.nanosecond)
    return make_time(*clock, value.tzinfo, fold=value.fold)


def to_python(value: object) -> object:
    """Python's own time, date and time or duration for a wide one, cut to the microsecond.

    Any other value stays as it is; so do years and durations beyond Python's.
    """
    match value:
        case WideTime():
            return dt.time(*_clock(value), value.tzinfo, fold=value.fold)
        case WideDateTime() if dt.MINYEAR <= value.year <= dt.MAXYEAR:
            day = (value.year, value.month, value.day)
            return dt.datetime(*day, *_clock(value), tzinfo=value.tzinfo, fold=value.fold)
        case WideDuration():
            cut = abs(value.nanoseconds) // 1000 * 1000
            return make_duration(cut if value.nanoseconds > 0 else -cut)
    return value


def _clock(value: WideTime | WideDateTime) -> tuple[int, int, int, int]:
    return value.hour, value.minute, value.second, value.nanosecond // 1000
