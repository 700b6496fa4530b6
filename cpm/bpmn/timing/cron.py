"""Cron expressions as in Camunda 8: those of Spring 5.3, with seconds first (docs.camunda.io, "Timer events").

`second minute hour day-of-month month day-of-week`; a moment has to fit all of them. Own code, because no maintained
library reads these: cronsim knows no `15W` and fires if either of the two kinds of days fits, as Unix does, and
APScheduler's is inside its scheduler.
"""

import calendar
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache

from cpm.bpmn.timing.not_a_time import NotATime

#: Longer is no schedule; each part is looked at for every day.
_LONGEST = 200
#: 29 February on one day of the week comes back after 28 years, and after 40 across a year like 2100.
_PATIENCE = 41
_MACROS = {
    **dict.fromkeys(("@yearly", "@annually"), "0 0 0 1 1 *"),
    "@monthly": "0 0 0 1 * *",
    "@weekly": "0 0 0 * * 0",
    **dict.fromkeys(("@daily", "@midnight"), "0 0 0 * * *"),
    "@hourly": "0 0 * * * *",
}
_MONTHS = {name: number for number, name in enumerate(calendar.month_abbr) if number}
_DAYS = dict(zip(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), range(1, 8), strict=True))
_RANGE = re.compile(r"(?:\*|(?P<first>\w+)(?:-(?P<last>\w+))?)(?:/(?P<step>\d+))?")

_Rule = Callable[[date], bool]


@dataclass(frozen=True, slots=True)
class Cron:
    """A moment fits if its second, minute, hour and month do and one rule of each kind of day."""

    seconds: tuple[int, ...]
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    months: frozenset[int]
    days: tuple[_Rule, ...]
    weekdays: tuple[_Rule, ...]

    def after(self, since: datetime) -> datetime | None:
        """The next moment that fits, in UTC; None if there is none. Days and hours are those of `since`'s zone.

        Each local time fires once: one that the clock leaves out as many minutes later as it jumps, one that it
        shows twice the first time.
        """
        zone = since.tzinfo
        assert zone is not None
        for day in self._days(since.date() - timedelta(days=1)):
            if found := self._on(day, zone, since):
                return found
        return None

    def _days(self, first: date) -> Iterator[date]:
        for year in range(first.year, min(first.year + _PATIENCE, 10_000)):
            for month in sorted(self.months):
                for number in range(1, calendar.monthrange(year, month)[1] + 1):
                    day = date(year, month, number)
                    if day >= first and self._fits(day):
                        yield day

    def _fits(self, day: date) -> bool:
        return any(rule(day) for rule in self.days) and any(rule(day) for rule in self.weekdays)

    def _on(self, day: date, zone: tzinfo, since: datetime) -> datetime | None:
        """The first moment of that day after `since`."""
        begins = datetime.combine(day, time(), zone)
        offset = begins.utcoffset()
        if day < date.max and offset != datetime.combine(day + timedelta(days=1), time(), zone).utcoffset():
            moments = _moments(self, day, zone)
            found = bisect_right(moments, since.astimezone(UTC))
            return moments[found] if found < len(moments) else None
        assert offset is not None
        reached = since.astimezone(UTC).replace(tzinfo=None) + offset
        if reached.date() > day:
            return None
        next_one = self._next_time(reached.time() if reached.date() == day else None)
        return datetime.combine(day, next_one, zone).astimezone(UTC) if next_one else None

    def _next_time(self, after: time | None) -> time | None:
        for hour in self.hours:
            if after and hour < after.hour:
                continue
            for minute in self.minutes:
                if after and (hour, minute) < (after.hour, after.minute):
                    continue
                for second in self.seconds:
                    if after is None or (hour, minute, second) > (after.hour, after.minute, after.second):
                        return time(hour, minute, second)
        return None


@lru_cache(maxsize=8)
def _moments(cron: Cron, day: date, zone: tzinfo) -> list[datetime]:
    """All of a day on which the clock changes, in order."""
    times = (time(h, m, s) for h in cron.hours for m in cron.minutes for s in cron.seconds)
    return sorted({datetime.combine(day, each, zone).astimezone(UTC) for each in times})


@lru_cache(maxsize=256)
def read_cron(text: str) -> Cron:
    """Raises NotATime for what is no such expression, and for one that never comes."""
    parts = _MACROS.get(text.strip().lower(), text).split() if len(text) <= _LONGEST else []
    if len(parts) != 6:
        raise NotATime(f"{text!r:.80} has not six fields", f"{text!r:.80} hat nicht sechs Felder")
    second, minute, hour, day, month, weekday = (part.lower() for part in parts)
    cron = Cron(
        _numbers(second, 0, 59),
        _numbers(minute, 0, 59),
        _numbers(hour, 0, 23),
        frozenset(_numbers(month, 1, 12, {name.lower(): number for name, number in _MONTHS.items()})),
        tuple(_day_of_month(part) for part in day.split(",")),
        tuple(_day_of_week(part) for part in weekday.split(",")),
    )
    if cron.after(datetime(2000, 1, 1, tzinfo=UTC)) is None:
        raise NotATime(f"{text!r} never comes", f"{text!r} kommt nie vor")
    return cron


_NO_NAMES: dict[str, int] = {}


def _numbers(field: str, least: int, most: int, names: dict[str, int] = _NO_NAMES) -> tuple[int, ...]:
    found: set[int] = set()
    for part in field.split(","):
        read = _RANGE.fullmatch(part)
        if read is None:
            raise _unread(part)
        first = _number(read["first"], least, most, names) if read["first"] else least
        alone = read["first"] and not read["step"]
        last = _number(read["last"], least, most, names) if read["last"] else first if alone else most
        step = int(read["step"] or 1)
        if first == most == 7 and last < 7:
            first = 0  # both are Sunday
        if first > last or not step:
            raise _unread(part)
        found.update(range(first, last + 1, step))
    return tuple(sorted(found))


def _number(text: str, least: int, most: int, names: dict[str, int]) -> int:
    number = names.get(text, int(text) if text.isdecimal() and len(text) < 3 else -1)
    if not least <= number <= most:
        raise _unread(text)
    return number


def _unread(part: str) -> NotATime:
    return NotATime(
        f"{part!r:.80} is no part of a cron expression", f"{part!r:.80} steht in keinem Cron-Ausdruck"
    )


def _last(day: date) -> int:
    return calendar.monthrange(day.year, day.month)[1]


def _working_day(day: date, wanted: int) -> bool:
    """Is it the weekday, Monday to Friday, that is nearest to that day of its month?"""
    if wanted > _last(day):
        return False
    weekend = calendar.weekday(day.year, day.month, wanted) - 4  # 1 on a Saturday, 2 on a Sunday
    if weekend == 1:
        nearest = wanted - 1 if wanted > 1 else 3
    elif weekend == 2:
        nearest = wanted + 1 if wanted < _last(day) else wanted - 2
    else:
        nearest = wanted
    return day.day == nearest


def _day_of_month(part: str) -> _Rule:
    if part in {"*", "?"}:
        return lambda _day: True
    if part == "lw":
        return lambda day: (
            day.day == _last(day) - max(0, calendar.weekday(day.year, day.month, _last(day)) - 4)
        )
    if read := re.fullmatch(r"l(?:-(\d{1,2}))?", part):
        before = int(read[1] or 0)
        return lambda day: day.day == _last(day) - before
    if read := re.fullmatch(r"(\d{1,2})w", part):
        wanted = _number(read[1], 1, 31, _NO_NAMES)
        return lambda day: _working_day(day, wanted)
    numbers = frozenset(_numbers(part, 1, 31))
    return lambda day: day.day in numbers


def _day_of_week(part: str) -> _Rule:
    if part in {"*", "?"}:
        return lambda _day: True
    if read := re.fullmatch(r"(\w+)#([1-5])|(\w+)l", part):
        wanted = _number(read[1] or read[3], 0, 7, _DAYS) % 7
        week = int(read[2] or 0)
        if week:
            return lambda day: day.isoweekday() % 7 == wanted and (day.day + 6) // 7 == week
        return lambda day: day.isoweekday() % 7 == wanted and day.day > _last(day) - 7
    numbers = frozenset(number % 7 for number in _numbers(part, 0, 7, _DAYS))
    return lambda day: day.isoweekday() % 7 in numbers
