"""Time zones, and how far the clocks of a value are from UTC."""

import datetime as dt
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo

from rules.feel.errors import Unfit

UTC = dt.UTC
_WIDEST = dt.timedelta(hours=14)  #: as in XML Schema, to which DMN 1.5 10.3.2.3 refers for the time offset
_SECOND = dt.timedelta(seconds=1)
#: DMN leaves open what the clocks of a zone show when there is no date: it is this day.
_DAY_OF_TIMES = dt.datetime(2024, 1, 1)  # noqa: DTZ001 the zone is added
#: Files among the zones that differ from machine to machine.
_NO_ZONES = frozenset({"localtime", "posixrules"})


class Clock(Protocol):
    """A time or a date and time, Python's or FEEL's own."""

    @property
    def hour(self) -> int: ...
    @property
    def minute(self) -> int: ...
    @property
    def second(self) -> int: ...
    @property
    def tzinfo(self) -> dt.tzinfo | None: ...
    @property
    def fold(self) -> int: ...
    def utcoffset(self) -> dt.timedelta | None: ...


class Stamp(Clock, Protocol):
    """A date and time."""

    def replace(self, *, fold: int) -> Clock: ...


@lru_cache(maxsize=1024)
def zone(name: str) -> dt.tzinfo:
    """The zone of the IANA database. Raises Unfit if there is none of that name."""
    if name in _NO_ZONES:
        raise Unfit
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:  # OSError: the name of a folder
        raise Unfit from error


def fixed_zone(offset: dt.timedelta) -> dt.tzinfo:
    if abs(offset) > _WIDEST or offset % _SECOND:
        raise Unfit
    return dt.timezone(offset) if offset else UTC


def zone_name(value: Clock) -> str | None:
    return value.tzinfo.key if isinstance(value.tzinfo, ZoneInfo) else None


def offset_of(value: Clock) -> dt.timedelta | None:
    """None for local times."""
    if value.tzinfo is None:
        return None
    offset = value.utcoffset()
    if offset is None:  # a time of day in a zone whose clocks change
        at = dt.time(value.hour, value.minute, value.second, tzinfo=value.tzinfo)
        return dt.datetime.combine(_DAY_OF_TIMES, at).utcoffset()
    return offset


def is_second_pass(value: Stamp) -> bool:
    """Is it the later of two moments for which the clocks of the zone show the same?"""
    return bool(value.fold) and value.utcoffset() != value.replace(fold=0).utcoffset()
