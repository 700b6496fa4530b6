"""A business calendar: the spans in which a site works, as UTC so that clock changes cannot hurt."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from cpm.calendars.public_holidays import LANDS, is_holiday

#: Opening and closing of one stretch, counted on the wall clock from the day's midnight.
Stretch = tuple[timedelta, timedelta]
#: An open stretch as two UTC instants; the first belongs to it, the second does not.
Span = tuple[datetime, datetime]

NOON = timedelta(hours=12)
#: Days that are looked through for open time; no text of `due` leads so far where people work. It takes half a second.
_FARTHEST = 200_000


def hours(*stretches: str) -> tuple[Stretch, ...]:
    """`hours("08:00-12:00", "12:45-17:00")` is a day with a break; "24:00" is the day's end."""
    return tuple(_stretch(stretch) for stretch in stretches)


class Misfit(ValueError):
    """There is no such calendar; the reason is a sentence in English, and `german` is one."""

    def __init__(self, reason: str, german: str) -> None:
        super().__init__(reason)
        self.german = german


@dataclass(frozen=True, slots=True)
class Calendar:
    """When a site is open. Raises Misfit for an unknown Land or zone and for a week without hours."""

    name: str
    #: Monday to Sunday; a day's stretches are in order and do not overlap.
    week: tuple[tuple[Stretch, ...], ...]
    #: None: public holidays are working days.
    land: str | None
    #: Whether the commune keeps the Catholic holidays that only some communes of its Land have.
    catholic: bool = False
    zone: str = "Europe/Berlin"
    #: (month, day) of the days on which work ends at noon.
    half_days: frozenset[tuple[int, int]] = frozenset()
    #: Single days on which nobody works.
    closed: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if self.land is not None and self.land not in LANDS:
            raise Misfit(
                f"Expected to find the Land {self.land}, but the known ones are {sorted(LANDS)}.",
                f"Das Land {self.land} gibt es nicht; es gibt {', '.join(sorted(LANDS))}.",
            )
        if len(self.week) != 7 or not any(self.week):
            raise Misfit(
                f"Expected to read seven days for calendar {self.name}, but it is never open.",
                "An keinem der sieben Tage ist geöffnet.",
            )
        for day in self.week:
            _check_order(day, self.name)
        try:
            ZoneInfo(self.zone)
        except (LookupError, ValueError, OSError) as error:  # not there, no name of one, or an odd file
            raise Misfit(
                f"Expected to find the time zone {self.zone[:40]}, but there is none.",
                f"Die Zeitzone {self.zone[:40]} gibt es nicht.",
            ) from error

    def spans(self, day: date) -> tuple[Span, ...]:
        """The open stretches of that local day, in order and apart; () if it is closed all day."""
        return _spans(self, day)

    def spans_from(self, instant: datetime) -> Iterator[Span]:
        """All stretches that end after the instant; the first may have begun before it.

        Raises ValueError after five centuries: by this calendar that much work is never done.
        """
        first = self.local_day(instant)
        # A stretch may reach over midnight, so the day before counts too.
        for days in range(-1, _FARTHEST):
            for span in self.spans(first + timedelta(days=days)):
                if span[1] > instant:
                    yield span
        raise ValueError(f"Expected calendar {self.name} to be open long enough, but it is not.")

    def closing(self, day: date) -> datetime | None:
        """The end of that day's service (UTC), or None if the site is closed all day."""
        spans = self.spans(day)
        return spans[-1][1] if spans else None

    def is_open(self, instant: datetime) -> bool:
        return next(self.spans_from(instant))[0] <= instant

    def local_day(self, instant: datetime) -> date:
        """The date on the site's wall. Raises ValueError for an instant without a zone."""
        if instant.utcoffset() is None:
            raise ValueError("Expected to count from an instant with a time zone, but it has none.")
        return instant.astimezone(ZoneInfo(self.zone)).date()


@lru_cache(maxsize=8192)
def _spans(calendar: Calendar, day: date) -> tuple[Span, ...]:
    if calendar.land is not None and is_holiday(day, calendar.land, catholic=calendar.catholic):
        return ()
    if day in calendar.closed:
        return ()
    early = (day.month, day.day) in calendar.half_days
    spans: list[Span] = []
    for opens, closes in calendar.week[day.weekday()]:
        start = _instant(day, opens, calendar.zone)
        end = _instant(day, min(closes, NOON) if early else closes, calendar.zone)
        if spans:
            # Wall times that the spring change leaves out would otherwise fall into the next stretch.
            start = max(start, spans[-1][1])
        if start < end:
            spans.append((start, end))
    return tuple(spans)


def _instant(day: date, since_midnight: timedelta, zone: str) -> datetime:
    wall = datetime.combine(day, time.min) + since_midnight
    return wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _stretch(text: str) -> Stretch:
    opens, closes = text.split("-")
    return _since_midnight(opens), _since_midnight(closes)


def _since_midnight(text: str) -> timedelta:
    hour, minute = text.split(":")
    return timedelta(hours=int(hour), minutes=int(minute))


def _check_order(day: tuple[Stretch, ...], name: str) -> None:
    flat = [edge for stretch in day for edge in stretch]
    in_order = flat == sorted(flat) and all(opens < closes for opens, closes in day)
    if not in_order or (flat and not timedelta() <= flat[0] <= flat[-1] <= timedelta(hours=24)):
        raise Misfit(
            f"Expected to read the hours of calendar {name} in order, but they overlap.",
            "Die Zeiten eines Tages folgen aufeinander, ohne sich zu überschneiden, von 00:00 bis 24:00; diese nicht.",
        )
