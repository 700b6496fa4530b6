"""Dates, times and durations as the texts that mean them."""

import datetime as dt
from typing import Protocol

from rules.feel.temporal.zones import Clock, Stamp, is_second_pass, offset_of, zone_name


class Day(Protocol):
    """A date or a date and time, Python's or FEEL's own."""

    @property
    def year(self) -> int: ...
    @property
    def month(self) -> int: ...
    @property
    def day(self) -> int: ...


class Moment(Day, Stamp, Protocol):
    """A date and time."""


def date_text(value: Day) -> str:
    sign = "-" if value.year < 0 else ""
    return f"{sign}{abs(value.year):04}-{value.month:02}-{value.day:02}"


def clock_text(value: Clock, nanosecond: int, *, by_offset: bool = False) -> str:
    """With its zone, or `by_offset`, which tells the second pass of an hour that the clocks of a zone repeat."""
    text = f"{value.hour:02}:{value.minute:02}:{value.second:02}{_fraction(nanosecond)}"
    name = None if by_offset else zone_name(value)
    if name:
        return f"{text}@{name}"
    offset = offset_of(value)
    return text if offset is None else text + _offset_text(offset)


def date_time_text(value: Moment, nanosecond: int) -> str:
    return f"{date_text(value)}T{clock_text(value, nanosecond, by_offset=is_second_pass(value))}"


def _offset_text(offset: dt.timedelta) -> str:
    if not offset:
        return "Z"
    minutes, seconds = divmod(int(abs(offset).total_seconds()), 60)
    sign = "-" if offset < dt.timedelta() else "+"
    return f"{sign}{minutes // 60:02}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else "")


def duration_text(nanoseconds: int) -> str:
    seconds, fraction = divmod(abs(nanoseconds), 1_000_000_000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    time = f"{hours}H" * bool(hours) + f"{minutes}M" * bool(minutes)
    if seconds or fraction:
        time += f"{seconds}{_fraction(fraction)}S"
    text = f"{days}D" * bool(days) + f"T{time}" * bool(time)
    return f"{'-' if nanoseconds < 0 else ''}P{text or 'T0S'}"


def _fraction(nanosecond: int) -> str:
    return f".{nanosecond:09}".rstrip("0") if nanosecond else ""
