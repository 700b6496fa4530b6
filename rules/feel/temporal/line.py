"""Values on the time line: where they lie, how far apart they are, and what comes so much later."""

import datetime as dt
from zoneinfo import ZoneInfo

from rules.feel.errors import Unfit
from rules.feel.temporal import days
from rules.feel.temporal.make import (
    DAY,
    SECOND,
    day_numbered,
    length_of,
    make_date,
    make_date_time,
    since_midnight,
    time_at,
    time_of,
)
from rules.feel.temporal.wide import Date, DateTime, Time
from rules.feel.temporal.zones import UTC, offset_of


def between(one: dt.datetime, other: dt.datetime) -> dt.timedelta:
    """How long the first comes after the other. Raises Unfit if just one of them is local.

    Python compares and subtracts two values of one zone by the clock on the wall, which is wrong by an
    hour across a change of the clocks.
    """
    if (one.tzinfo is None) != (other.tzinfo is None):
        raise Unfit
    gap = one - other
    if one.tzinfo is other.tzinfo and isinstance(one.tzinfo, ZoneInfo):
        gap -= (one.utcoffset() or dt.timedelta()) - (other.utcoffset() or dt.timedelta())
    return gap


def distance(one: Time | DateTime, other: Time | DateTime) -> int:
    """As `between`, for all values of one type, in nanoseconds."""
    if (one.tzinfo is None) != (other.tzinfo is None):
        raise Unfit
    return position(one) - position(other)


def position(value: Time | DateTime) -> int:
    """Nanoseconds from a fixed point, in UTC if the value has a zone."""
    offset = offset_of(value)
    day = value.toordinal() * DAY if isinstance(value, DateTime) else 0
    return day + since_midnight(value) - (0 if offset is None else length_of(offset))


def later(value: dt.datetime, by: dt.timedelta) -> dt.datetime:
    """On the time line: an hour is an hour even in the night when the clocks change."""
    if not isinstance(value.tzinfo, ZoneInfo):
        return value + by
    return (value.astimezone(UTC) + by).astimezone(value.tzinfo)


def later_by(value: DateTime, by: int) -> DateTime:
    """As `later`, for all values; in nanoseconds."""
    if isinstance(value.tzinfo, ZoneInfo):
        return in_zone(position(value) + by, value.tzinfo)
    day, time = divmod(value.toordinal() * DAY + since_midnight(value) + by, DAY)
    return make_date_time(day_numbered(day), time_at(time, value.tzinfo))


def in_zone(at: int, zone: dt.tzinfo) -> DateTime:
    """What the clocks of the zone show at this position in UTC."""
    day, time = divmod(at, DAY)
    year, month, number = days.day_of(day)
    midnight = dt.datetime(days.year_of_clocks(year), month, number, tzinfo=UTC)
    local = (midnight + dt.timedelta(seconds=time // SECOND)).astimezone(zone)
    day, time = divmod(at + length_of(local.utcoffset() or dt.timedelta()), DAY)
    return make_date_time(day_numbered(day), time_at(time, zone, fold=local.fold))


def later_time(value: Time, by: int) -> Time:
    """Round the clock."""
    return time_at((since_midnight(value) + by) % DAY, value.tzinfo)


def later_day(value: Date, by: int) -> Date:
    """The day of what comes so many nanoseconds after its midnight."""
    return day_numbered(value.toordinal() + by // DAY)


def later_months(value: Date, months: int) -> Date:
    """The same day of another month, or that month's last day."""
    year, month = divmod(value.year * 12 + value.month - 1 + months, 12)
    return make_date(year, month + 1, min(value.day, days.last_day(year, month + 1)))


def later_months_at(value: DateTime, months: int) -> DateTime:
    """As `later_months`; the clock on the wall stays."""
    return make_date_time(later_months(value, months), time_of(value))
