"""When a promise such as "4bh" falls due.

| Text | Meaning |
|---|---|
| `at once` | the start itself |
| `4bh` `0.5bh` | business hours: open time of the calendar |
| `2bd` | business days: to close of service on the second open day after the start's day |
| `14d` | calendar days: to close of service on that day or, if it is closed then, on the next open day |
| `1h` | an hour of plain time, open or not |
| `P3D` `PT30M` | plain time, ISO 8601; a day is 24 hours here; years and months are refused |

The start's own day never counts (§ 187 BGB); a half day is a day. A case that waits pauses only bh and
bd; `counts_business_time` tells them apart.
"""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count, islice

from cpm.calendars.business_time import add_open
from cpm.calendars.calendar import Calendar

# The lengths bound every sum below: no text leads further than about 300 years.
_AMOUNT = re.compile(r"([0-9]{1,5}(?:\.[0-9]{1,6})?) ?(bh|bd|d|h)")
_PLAIN = re.compile(
    r"P(?:([0-9]{1,4})W|(?:([0-9]{1,5})D)?"
    r"(?:T(?=[0-9])(?:([0-9]{1,6})H)?(?:([0-9]{1,8})M)?(?:([0-9]{1,9}(?:\.[0-9]{1,6})?)S)?)?)"
)


def due(start: datetime, text: str, calendar: Calendar) -> datetime:
    """The instant (aware UTC) at which the promise made at `start` falls due, never before `start`.

    Raises ValueError with a sentence for a text that is none of the above.
    """
    calendar.local_day(start)  # refuses a naive start whatever the text says
    text = text.strip()
    if text == "at once":
        return start.astimezone(UTC)
    if amount := _AMOUNT.fullmatch(text):
        return _UNITS[amount[2]](start, Decimal(amount[1]), calendar)
    if text != "P" and (plain := _PLAIN.fullmatch(text)):
        return start.astimezone(UTC) + _plain_time(plain)
    raise _unreadable(text)


def counts_business_time(text: str) -> bool:
    """Whether the clock of this promise stands still while the case waits for the customer."""
    return text.strip().endswith(("bh", "bd"))


def _business_hours(start: datetime, amount: Decimal, calendar: Calendar) -> datetime:
    return add_open(start, _hours(amount), calendar)


def _business_days(start: datetime, amount: Decimal, calendar: Calendar) -> datetime:
    days = _whole(amount, "bd")
    if days == 0:
        return _next_closing(start, 0, calendar)
    return next(islice(_closings(start, 1, calendar), days - 1, None))


def _calendar_days(start: datetime, amount: Decimal, calendar: Calendar) -> datetime:
    return _next_closing(start, _whole(amount, "d"), calendar)


def _plain_hours(start: datetime, amount: Decimal, _: Calendar) -> datetime:
    return start.astimezone(UTC) + _hours(amount)


_UNITS: dict[str, Callable[[datetime, Decimal, Calendar], datetime]] = {
    "bh": _business_hours,
    "bd": _business_days,
    "d": _calendar_days,
    "h": _plain_hours,
}


def _next_closing(start: datetime, days: int, calendar: Calendar) -> datetime:
    """The first close of service on or after the day that is `days` after the start's, and after `start`."""
    return next(closing for closing in _closings(start, days, calendar) if closing >= start)


def _closings(start: datetime, days: int, calendar: Calendar) -> Iterator[datetime]:
    """Every close of service from that day on, without end."""
    first = calendar.local_day(start)
    closings = (calendar.closing(first + timedelta(days=n)) for n in count(days))
    return (closing for closing in closings if closing is not None)


def _whole(amount: Decimal, unit: str) -> int:
    if amount != int(amount):
        raise ValueError(f'Expected to count whole days, but "{amount}{unit}" is a fraction.')
    return int(amount)


def _hours(amount: Decimal) -> timedelta:
    return timedelta(microseconds=int(amount * 3_600_000_000))


def _plain_time(match: re.Match[str]) -> timedelta:
    weeks, days, hours, minutes, seconds = (Decimal(group or 0) for group in match.groups())
    whole = timedelta(weeks=int(weeks), days=int(days), hours=int(hours), minutes=int(minutes))
    return whole + timedelta(microseconds=int(seconds * 1_000_000))


def _unreadable(text: str) -> ValueError:
    return ValueError(
        f'Expected to read a time such as "4bh", "2bd", "14d", "1h", "P3D" or "at once", but got {text[:40]!r}.'
    )
