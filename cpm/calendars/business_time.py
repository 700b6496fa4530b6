"""Adding and measuring open time, the two inverse operations on a calendar's spans."""

from datetime import UTC, datetime, timedelta
from itertools import takewhile

from cpm.calendars.calendar import Calendar


def add_open(start: datetime, amount: timedelta, calendar: Calendar) -> datetime:
    """The first instant (UTC) by which `amount` of open time has passed since `start`.

    It lies inside a stretch or on its end: 16:00 + 1 h with service to 17:00 is 17:00, not the next
    morning. Nothing to wait for (zero or less) is `start` itself, even at night.
    """
    if amount <= timedelta():
        return start.astimezone(UTC)
    left = amount
    for opens, closes in calendar.spans_from(start):
        begin = max(opens, start)
        if left <= closes - begin:
            return (begin + left).astimezone(UTC)
        left -= closes - begin
    raise AssertionError  # spans_from raises before it ends


def open_seconds(start: datetime, end: datetime, calendar: Calendar) -> float:
    """Seconds of open time between two instants, exact to the microsecond; negative if end is earlier.

    The inverse of `add_open`: `open_seconds(t, add_open(t, amount, c), c) == amount.total_seconds()`.
    """
    if end < start:
        return -open_seconds(end, start, calendar)
    spans = takewhile(lambda span: span[0] < end, calendar.spans_from(start))
    passed = (min(closes, end) - max(opens, start) for opens, closes in spans)
    return sum(passed, timedelta()).total_seconds()
