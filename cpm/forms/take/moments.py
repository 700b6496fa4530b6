"""Dates and times of day as ISO 8601 and as Germans write them; wall clocks hang where the caller says."""

import re
from datetime import UTC, date, datetime, time, tzinfo

from cpm.forms.messages import Misfit
from rules.feel import to_python

_DATE = r"(?:([0-9]{4})-([0-9]{2})-([0-9]{2})|([0-9]{1,2})\.\s?([0-9]{1,2})\.\s?([0-9]{4}))"
_TIME = r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,6}))?)?(?: ?Uhr)?"
_DATE_ONLY = re.compile(_DATE)
_TIME_ONLY = re.compile(_TIME)
_BOTH = re.compile(rf"{_DATE}(?:T|,? +){_TIME} ?(Z|[+-][0-9]{{2}}:[0-9]{{2}})?")

#: Years outside are slips of the finger.
_FIRST_YEAR, _LAST_YEAR = 1900, 2200


def take_date(raw: object) -> date | None:
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return _sane(raw)
    text = _text(raw, "no_date")
    if text is None:
        return None
    return _date(_match(_DATE_ONLY, text, "no_date").groups(), "no_date")


def take_time(raw: object) -> time | None:
    """A time of day without a zone."""
    raw = to_python(raw)
    if isinstance(raw, time) and raw.tzinfo is None:
        return raw
    text = _text(raw, "no_time")
    if text is None:
        return None
    return _time(_match(_TIME_ONLY, text, "no_time").groups(), "no_time")


def take_datetime(raw: object, zone: tzinfo | None) -> datetime | None:
    """An aware instant; without an offset the wall clock of the zone, in autumn the first of two
    hours. Without a zone the wall clock as it is.
    """
    raw = to_python(raw)
    if isinstance(raw, datetime):
        _sane(raw.date(), "no_datetime")
        return _placed(raw, zone) if raw.tzinfo is None else raw
    text = _text(raw, "no_datetime")
    if text is None:
        return None
    groups = _match(_BOTH, text, "no_datetime").groups()
    wall = datetime.combine(_date(groups[:6], "no_datetime"), _time(groups[6:10], "no_datetime"))
    return _offset(wall, groups[10]) if groups[10] else _placed(wall, zone)


def _offset(wall: datetime, offset: str) -> datetime:
    try:
        return datetime.fromisoformat(f"{wall.isoformat()}{offset}")
    except ValueError as error:
        raise Misfit("no_datetime") from error


def _placed(wall: datetime, zone: tzinfo | None) -> datetime:
    if zone is None:
        return wall
    placed = wall.replace(tzinfo=zone)
    if placed.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != wall:
        raise Misfit("skipped_hour")
    # With its offset fixed: in the repeated hour an instant with a zone equals no other (PEP 495).
    return datetime.fromisoformat(placed.isoformat())


def _text(raw: object, code: str) -> str | None:
    if raw is None:
        return None
    if not isinstance(raw, str) or len(raw) > 60:
        raise Misfit(code)
    return raw.strip() or None


def _match(pattern: re.Pattern[str], text: str, code: str) -> re.Match[str]:
    match = pattern.fullmatch(text)
    if match is None:
        raise Misfit(code)
    return match


def _date(groups: tuple[str | None, ...], code: str) -> date:
    year, month, day, german_day, german_month, german_year = groups
    try:
        found = date(
            int(year or german_year or 0), int(month or german_month or 0), int(day or german_day or 0)
        )
    except ValueError as error:
        raise Misfit(code) from error
    return _sane(found, code)


def _sane(day: date, code: str = "no_date") -> date:
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise Misfit(code)
    return day


def _time(groups: tuple[str | None, ...], code: str) -> time:
    hour, minute, second, fraction = groups
    try:
        return time(int(hour or 0), int(minute or 0), int(second or 0), int((fraction or "").ljust(6, "0")))
    except ValueError as error:
        raise Misfit(code) from error
