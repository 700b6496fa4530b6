"""ISO 8601 dates, durations and cycles as due times. The present moment is handed in; no clock is read."""

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cpm.bpmn.findings import Reason
from cpm.bpmn.formula import Trouble
from cpm.bpmn.model import TimerKind
from rules.feel import YearsMonths, to_python

_ISO = re.compile(
    r"(?P<sign>-?)P(?=.)(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?=.)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d{1,6})?)S)?)?"
)
_CYCLE = re.compile(r"R(?P<times>\d*)/(?P<every>P.*)")


@dataclass(frozen=True, slots=True)
class Due:
    """When a timer rings, and for a cycle: how often still (None for ever) and at what distance."""

    at: datetime  #: aware UTC
    left: int | None = 1
    every: str = ""

    def following(self) -> "Due | None":
        """The cycle's next ring, counted from this one so that lateness does not add up.

        None after the last, and when the next is beyond the year 9999: nobody waits for that.
        """
        if self.left == 1:
            return None
        left = None if self.left is None else self.left - 1
        try:
            return Due(_later(self.every, self.at), left, self.every)
        except OverflowError:
            return None


def due(kind: TimerKind, value: Any, now: datetime) -> Due:
    """Raises Trouble for a value that is no date, duration or cycle."""
    try:
        match kind:
            case "timeDate":
                return Due(_moment(value))
            case "timeDuration":
                return Due(_later(value, now))
            case "timeCycle":
                return _cycle(value, now)
    except (ValueError, OverflowError) as error:
        raise Trouble("not_a_time", f"Expected a {_WORDS[kind]}, but {error}.") from error


def moment(value: Any) -> datetime:
    """An aware UTC datetime from a FEEL value or ISO text; ValueError for anything else."""
    try:
        return _moment(value)
    except OverflowError as error:
        raise ValueError(f"{value!s} is out of range") from error


def check_fixed(kind: TimerKind, text: str) -> Reason | None:
    """What is wrong with a timer's fixed text."""
    try:
        due(kind, text, datetime(2000, 1, 1, tzinfo=UTC))
    except Trouble as trouble:
        return Reason(trouble.message, f"Hier muss {_GERMAN[kind]} stehen, nicht {text!r:.80}.")
    return None


_WORDS = {
    "timeDate": "date and time with an offset",
    "timeDuration": "duration as in ISO 8601 ('PT1H', 'P3D', 'P1M')",
    "timeCycle": "cycle as in ISO 8601 ('R3/PT1H', 'R/P1D')",
}

_GERMAN = {
    "timeDate": "ein Datum mit Uhrzeit und Zeitzone",
    "timeDuration": "eine Dauer nach ISO 8601 ('PT1H', 'P3D', 'P1M')",
    "timeCycle": "ein Zyklus nach ISO 8601 ('R3/PT1H', 'R/P1D')",
}


def _moment(value: Any) -> datetime:
    found = datetime.fromisoformat(value) if isinstance(value, str) else to_python(value)
    if not isinstance(found, datetime):
        raise ValueError(f"got {value!r}")  # noqa: TRY004 one kind of error for all that is no time
    if found.utcoffset() is None:
        raise ValueError(f"{value!s} has no offset or zone")
    return found.astimezone(UTC)


def _cycle(value: Any, now: datetime) -> Due:
    parts = _CYCLE.fullmatch(value.strip()) if isinstance(value, str) else None
    if parts is None or parts["times"] == "0":
        raise ValueError(f"got {value!r}")
    every = parts["every"]
    if _later(every, now) <= now:
        raise ValueError(f"{value!r} does not move forward")
    return Due(_later(every, now), int(parts["times"]) if parts["times"] else None, every)


def _later(value: Any, since: datetime) -> datetime:
    months, rest = _duration(value)
    return (_add_months(since, months) + rest).astimezone(UTC)


def _duration(value: Any) -> tuple[int, timedelta]:
    match to_python(value):
        case timedelta() as span:
            return 0, span
        case YearsMonths(months):
            return months, timedelta()
        case str(text) if parts := _ISO.fullmatch(text.strip()):
            return _parsed(parts)
    raise ValueError(f"got {value!r}")


def _parsed(parts: re.Match[str]) -> tuple[int, timedelta]:
    number = {name: text or "0" for name, text in parts.groupdict().items()}
    sign = -1 if parts["sign"] else 1
    rest = timedelta(
        weeks=int(number["weeks"]),
        days=int(number["days"]),
        hours=int(number["hours"]),
        minutes=int(number["minutes"]),
        microseconds=round(float(number["seconds"]) * 1_000_000),
    )
    return sign * (12 * int(number["years"]) + int(number["months"])), sign * rest


def _add_months(since: datetime, months: int) -> datetime:
    """The same day of a later month, or that month's last day (XML Schema 1.0, part 2, appendix E)."""
    if not months:
        return since
    years, month = divmod(since.month - 1 + months, 12)
    year = since.year + years
    if not 1 <= year <= 9999:
        raise OverflowError(f"the year {year} is out of range")
    day = min(since.day, calendar.monthrange(year, month + 1)[1])
    return since.replace(year=year, month=month + 1, day=day)
