"""Dates and times of day as ISO 8601 and as people write them; wall clocks hang where the caller says.

"1.12.26", "1. Dezember 2026", "1 Dec 2026" and "Dec 1, 2026" are one day. With slashes British and Americans mean two
days by the same signs, so what may be either is refused.
"""

import re
from datetime import UTC, date, datetime, time, tzinfo

from cpm.forms.messages import Misfit
from rules.feel import to_python

_YEAR = r"([0-9]{4}|[0-9]{2})"
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_DOTS = re.compile(rf"([0-9]{{1,2}})\.\s?([0-9]{{1,2}})\.\s?{_YEAR}")
_DAY_FIRST = re.compile(rf"([0-9]{{1,2}})(?:\.|st|nd|rd|th)?\s?([^\W\d_]{{3,9}})[.,]?\s{_YEAR}")
_MONTH_FIRST = re.compile(rf"([^\W\d_]{{3,9}})\.?\s([0-9]{{1,2}})(?:st|nd|rd|th)?,?\s{_YEAR}")
_SLASHES = re.compile(rf"([0-9]{{1,2}})/([0-9]{{1,2}})/{_YEAR}")
_MONTHS = (
    ("januar", "january"),
    ("februar", "february"),
    ("märz", "maerz", "march"),
    ("april",),
    ("mai", "may"),
    ("juni", "june"),
    ("juli", "july"),
    ("august",),
    ("september",),
    ("oktober", "october"),
    ("november",),
    ("dezember", "december"),
)

#: "9 Uhr" is a time too; "9" alone is a slip.
_TIME = r"([0-9]{1,2})(?::([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,6}))?)?(?: ?Uhr)?| ?Uhr)"
_TIME_ONLY = re.compile(_TIME)
_BOTH = re.compile(rf"(.+?)(?:T|,? +){_TIME} ?(Z|[+-][0-9]{{2}}:[0-9]{{2}})?")

#: Of two digits: until 49 of this century, from 50 on of the last.
_TURN = 50
_DECEMBER, _LAST_DAY = 12, 31
#: Years outside are slips of the finger.
_FIRST_YEAR, _LAST_YEAR = 1900, 2200


def take_date(raw: object) -> date | None:
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return _sane(raw)
    text = _text(raw, "no_date")
    if text is None:
        return None
    return _date(text, "no_date")


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
    wall = datetime.combine(_date(groups[0], "no_datetime"), _time(groups[1:5], "no_datetime"))
    return _offset(wall, groups[5]) if groups[5] else _placed(wall, zone)


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


def _date(text: str, code: str) -> date:
    year, month, day = _parts(text, code)
    try:
        found = date(year, month, day)
    except ValueError as error:
        near = 1 <= month <= _DECEMBER and 1 <= day <= _LAST_DAY  # a slip of the calendar, not of the keys
        raise Misfit("no_day" if near and year else code, given=text) from error
    return _sane(found, code)


def _parts(text: str, code: str) -> tuple[int, int, int]:
    """Year, month, day; whether there is such a day is not looked at."""
    if match := _ISO.fullmatch(text):
        return int(match[1]), int(match[2]), int(match[3])
    if match := _DOTS.fullmatch(text):
        return _year(match[3]), int(match[2]), int(match[1])
    if match := _DAY_FIRST.fullmatch(text):
        return _year(match[3]), _month(match[2], code), int(match[1])
    if match := _MONTH_FIRST.fullmatch(text):
        return _year(match[3]), _month(match[1], code), int(match[2])
    match = _match(_SLASHES, text, code)
    first, second = int(match[1]), int(match[2])
    if first <= _DECEMBER and second <= _DECEMBER and first != second:
        raise Misfit("date_order")
    return _year(match[3]), min(first, second), max(first, second)


def _year(digits: str) -> int:
    year = int(digits)
    return year if len(digits) > 2 else year + (2000 if year < _TURN else 1900)


def _month(word: str, code: str) -> int:
    """By its name or how it begins, in either language."""
    sought = word.casefold()
    for number, names in enumerate(_MONTHS, 1):
        if any(name.startswith(sought) for name in names):
            return number
    raise Misfit(code)


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
