"""What Python's types cannot hold: years beyond 1 to 9999, nanoseconds, and durations of many million years.

They have the attributes of Python's types, as far as these are used here. Only `make` makes them.
"""

import datetime as dt
from dataclasses import dataclass, replace

from rules.feel.temporal import days, writing


@dataclass(frozen=True, slots=True)
class WideDate:
    """A date of the year 0, before it, or after 9999."""

    year: int
    month: int
    day: int

    def toordinal(self) -> int:
        return days.number_of(self.year, self.month, self.day)

    def isoweekday(self) -> int:
        return days.twin(self.year, self.month, self.day).isoweekday()

    def __str__(self) -> str:
        return writing.date_text(self)


@dataclass(frozen=True, slots=True)
class WideTime:
    """A time with nanoseconds."""

    hour: int
    minute: int
    second: int
    nanosecond: int
    tzinfo: dt.tzinfo | None = None
    fold: int = 0

    def utcoffset(self) -> dt.timedelta | None:
        return None if self.tzinfo is None else self.tzinfo.utcoffset(None)

    def replace(self, *, tzinfo: dt.tzinfo) -> "WideTime":
        return replace(self, tzinfo=tzinfo)

    def __str__(self) -> str:
        return writing.clock_text(self, self.nanosecond)


@dataclass(frozen=True, slots=True)
class WideDateTime(WideDate):
    """A date and time with a year or nanosecond that Python lacks."""

    hour: int
    minute: int
    second: int
    nanosecond: int
    tzinfo: dt.tzinfo | None = None
    fold: int = 0  #: 1 for the second pass of an hour that the clocks of the zone repeat

    def utcoffset(self) -> dt.timedelta | None:
        year, clock = days.year_of_clocks(self.year), (self.hour, self.minute, self.second)
        return dt.datetime(year, self.month, self.day, *clock, tzinfo=self.tzinfo, fold=self.fold).utcoffset()

    def replace(self, *, fold: int) -> "WideDateTime":
        return replace(self, fold=fold)

    def __str__(self) -> str:
        return writing.date_time_text(self, self.nanosecond)


@dataclass(frozen=True, slots=True)
class WideDuration:
    """A duration of days and time, with nanoseconds or longer than Python's."""

    nanoseconds: int

    def __str__(self) -> str:
        return writing.duration_text(self.nanoseconds)


Date = dt.date | WideDate
Time = dt.time | WideTime
DateTime = dt.datetime | WideDateTime
Duration = dt.timedelta | WideDuration

WIDE: dict[type, type] = {
    dt.date: WideDate,
    dt.time: WideTime,
    dt.datetime: WideDateTime,
    dt.timedelta: WideDuration,
}
_KINDS: dict[type, type] = {wide: python for python, wide in WIDE.items()}


def kind_of(value: object) -> type:
    """The type of the value, where Python's types stand for the wide ones too."""
    kind = type(value)
    return _KINDS.get(kind, kind)
