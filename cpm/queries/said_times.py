"""Days and moments as people say them, in German or English: next Monday, 5.12., tomorrow at 9, 14:30, in two hours.

They are written out for a form's field, in the language of who reads it, and so that the field takes them in either.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta

from cpm.forms.messages import Misfit
from cpm.forms.take.moments import take_date
from cpm.writing.values import day as written

MORNING = time(8)  #: when people begin to work: what a day without a time means
_SEVEN = 7
#: Words for days that people rather say than count.
_NEAR = {
    word: days
    for days, words in enumerate(
        (
            ("vorgestern",),
            ("gestern", "yesterday"),
            ("heute", "today"),
            ("morgen", "tomorrow"),
            ("übermorgen",),
        ),
        -2,
    )
    for word in words
}
_WEEK = (
    *(("montag", "monday"), ("dienstag", "tuesday"), ("mittwoch", "wednesday"), ("donnerstag", "thursday")),
    *(("freitag", "friday"), ("samstag", "saturday"), ("sonntag", "sunday")),
)
_WEEKDAY = re.compile(
    r"(?:(next|nächste[nrs]?|kommende[nrs]?)|(last|letzte[nrs]?|vergangene[nrs]?)) (\w+)", re.IGNORECASE
)
#: 5.12. and 5.12, 5. Dezember, 5 Dec, Dec 5th: the year is told by today.
_DIGITS = re.compile(r"\d{1,2}\.\s?\d{1,2}(\.?)")
_WORDS = re.compile(
    r"\d{1,2}(?:\.|st|nd|rd|th)?\s?[^\W\d_]{3,9}\.?|[^\W\d_]{3,9}\.?\s\d{1,2}(?:st|nd|rd|th)?"
)
#: 9, um 9 Uhr, at 9:30, 9.30, 3 pm.
_CLOCK = re.compile(r"(?:(?:um|at) )?(\d{1,2})(?:[:.](\d\d))?(?: ?(uhr|h|am|pm))?")
_COUNTS = {"einer": 1, "einem": 1, "an": 1, "a": 1, "one": 1, "zwei": 2, "two": 2, "drei": 3, "three": 3}
_COUNT = rf"(\d{{1,3}}|{'|'.join(_COUNTS)}) (minute|stunde|hour|tag|day|woche|week)(?:n|en|e|s)?"
_AHEAD = re.compile(f"in {_COUNT}")
_AGO = re.compile(f"vor {_COUNT}|{_COUNT} ago")
_UNITS = {
    **dict.fromkeys(("minute",), timedelta(minutes=1)),
    **dict.fromkeys(("stunde", "hour"), timedelta(hours=1)),
    **dict.fromkeys(("tag", "day"), timedelta(days=1)),
    **dict.fromkeys(("woche", "week"), timedelta(weeks=1)),
}
_WHOLE_HOUR = re.compile(r",? (?:um )?([0-9]{1,2}) ?uhr$", re.IGNORECASE)


def written_out(text: str, now: datetime, language: str, *, to_come: bool = False) -> str:
    """As a date and minutes by the clock of `now`; what is not said like this stays, but for „9 Uhr“ at its end.

    A time alone is today's, a weekday the next one after today, and a day without a year the nearest, or the next one `to_come`.
    """
    said = _plain(text)
    german = language != "en"
    if ahead := _AHEAD.fullmatch(said):
        moment = _later(now, *_counted(ahead))
        return f"{written(moment, german=german)} {moment:%H:%M}"
    if _is_day(said):
        return text
    words = said.removeprefix("am ").removeprefix("on ").split()
    for count in range(len(words), 0, -1):
        found = _day_of_moment(" ".join(words[:count]), now, alone=count == len(words), to_come=to_come)
        if found and (at := _clock(" ".join(words[count:]) or f"{MORNING:%H:%M}")):
            return f"{written(found, german=german)} {at}"
    if (at := _clock(said)) and not said.replace(".", "").isdecimal():  # 1.12 is rather a day
        return f"{written(now, german=german)} {at}"
    return _WHOLE_HOUR.sub(r" \1:00", text)


def day_written_out(text: str, now: datetime, language: str) -> str:
    """A day by its distance, or without its year, as a date by the clock of `now`: of a day without a year the nearest one.

    A weekday alone stays, which may be the last as well as the next one.
    """
    said = _plain(text)
    if (found := _day(said, now)) is not None:
        return written(found, german=language != "en")
    # a field says that there is no such day
    return f"{said.removesuffix('.')}.{now.year}" if _DIGITS.fullmatch(said) else text


def time_written_out(text: str) -> str:
    """Hour and minutes of 9.30, 3 pm, um 9; a number alone stays."""
    said = _plain(text)
    at = _clock(said)
    return text if at is None or said.isdecimal() else at


def _plain(text: str) -> str:
    return " ".join(text.replace(",", " ").casefold().split())


def _day(said: str, now: datetime) -> date | None:
    today = now.date()
    if said in _NEAR:
        return today + timedelta(days=_NEAR[said])
    for pattern, sign in ((_AHEAD, 1), (_AGO, -1)):
        if (found := pattern.fullmatch(said)) and (of := _counted(found))[1] >= timedelta(days=1):
            return today + sign * of[0] * of[1]
    return _weekday(said, now) or min(_of_years(said, today), key=lambda day: abs(day - today), default=None)


def _day_of_moment(said: str, now: datetime, *, alone: bool, to_come: bool) -> date | None:
    """1.12 alone may as well be a time."""
    today = now.date()
    if (place := _place(said)) is not None:
        return today + timedelta(days=(place - today.weekday() - 1) % _SEVEN + 1)
    if alone and (digits := _DIGITS.fullmatch(said)) and not digits[1]:
        return None
    if not to_come:
        return _day(said, now)
    if said in _NEAR:
        return today + timedelta(days=_NEAR[said])
    return _weekday(said, now) or min((day for day in _of_years(said, today) if day >= today), default=None)


def _place(said: str) -> int | None:
    return next((place for place, names in enumerate(_WEEK) if said in names), None)


def _weekday(said: str, now: datetime) -> date | None:
    """Next Monday, last Monday; never today."""
    found = _WEEKDAY.fullmatch(said)
    place = _place(found[3]) if found else None
    if found is None or place is None:
        return None
    apart = (place - now.weekday()) % _SEVEN
    return now.date() + timedelta(days=(apart or _SEVEN) if found[1] else apart - _SEVEN)


def _of_years(said: str, today: date) -> Iterator[date]:
    """A day without its year, in last year, this and the next."""
    if not (_DIGITS.fullmatch(said) or _WORDS.fullmatch(said)):
        return
    start = f"{said.removesuffix('.')}." if _DIGITS.fullmatch(said) else f"{said} "
    for year in range(today.year - 1, today.year + 2):
        with suppress(Misfit):
            if day := take_date(f"{start}{year}"):
                yield day


def _is_day(said: str) -> bool:
    with suppress(Misfit):
        return take_date(said) is not None
    return False


def _clock(said: str) -> str | None:
    """Hour and minutes; a field says what is wrong with 25:00."""
    found = _CLOCK.fullmatch(said)
    if found is None:
        return None
    hour = int(found[1])
    if found[3] in ("am", "pm") and 1 <= hour <= 12:
        hour = hour % 12 + 12 * (found[3] == "pm")
    return f"{hour}:{found[2] or '00'}"


def _counted(found: re.Match[str]) -> tuple[int, timedelta]:
    """How many, and of what."""
    count, unit = (each for each in found.groups() if each)
    return _COUNTS.get(count) or int(count), _UNITS[unit]


def _later(now: datetime, count: int, unit: timedelta) -> datetime:
    """Hours pass also where the clock is put forward; days are those of the calendar."""
    if unit >= timedelta(days=1):
        return now + count * unit
    whole = now.replace(second=0, microsecond=0) + timedelta(minutes=bool(now.second or now.microsecond))
    return (whole.astimezone(UTC) + count * unit).astimezone(now.tzinfo)
