"""Moments as people say them, in German or English: tomorrow at 9, Monday 3 pm, 14:30, in two hours; as a form's field reads them."""

import re
from datetime import UTC, datetime, time, timedelta

MORNING = time(8)  #: when people begin to work: what a day without a time means
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
#: 9, um 9 Uhr, at 9:30, 9.30, 3 pm.
_CLOCK = re.compile(r"(?:(?:um|at) )?(\d{1,2})(?:[:.](\d\d))?(?: ?(uhr|h|am|pm))?")
_COUNTS = {"einer": 1, "einem": 1, "an": 1, "a": 1, "one": 1, "zwei": 2, "two": 2, "drei": 3, "three": 3}
_AHEAD = re.compile(
    rf"in (\d{{1,3}}|{'|'.join(_COUNTS)}) (minute|stunde|hour|tag|day|woche|week)(?:n|en|e|s)?", re.IGNORECASE
)
_UNITS = {
    **dict.fromkeys(("minute",), timedelta(minutes=1)),
    **dict.fromkeys(("stunde", "hour"), timedelta(hours=1)),
    **dict.fromkeys(("tag", "day"), timedelta(days=1)),
    **dict.fromkeys(("woche", "week"), timedelta(weeks=1)),
}
_WHOLE_HOUR = re.compile(r",? (?:um )?([0-9]{1,2}) ?uhr$", re.IGNORECASE)


def written_out(text: str, now: datetime) -> str:
    """As a date and minutes by the clock of `now`; what is not said like this stays, but for „9 Uhr“ at its end.

    A time alone is today's, a weekday the next one after today.
    """
    said = " ".join(text.replace(",", " ").casefold().split())
    if ahead := _AHEAD.fullmatch(said):
        return _minutes(_later(now, _COUNTS.get(ahead[1]) or int(ahead[1]), _UNITS[ahead[2]]))
    day, _, rest = said.removeprefix("am ").removeprefix("on ").partition(" ")
    if (days := _days_until(day, now)) is not None and (at := _clock(rest or f"{MORNING:%H:%M}")):
        return f"{now.date() + timedelta(days=days)} {at}"
    if (at := _clock(said)) and not said.replace(".", "").isdecimal():  # 1.12 is rather a day
        return f"{now.date()} {at}"
    return _WHOLE_HOUR.sub(r" \1:00", text)


def day_written_out(text: str, now: datetime) -> str:
    """Yesterday, today, tomorrow as a date by the clock of `now`; weekdays stay, which may be the last as well as the next one."""
    days = _NEAR.get(text.strip().casefold())
    return text if days is None else f"{now.date() + timedelta(days=days)}"


def _days_until(day: str, now: datetime) -> int | None:
    if day in _NEAR:
        return _NEAR[day]
    weekday = next((place for place, names in enumerate(_WEEK) if day in names), None)
    return None if weekday is None else (weekday - now.weekday() - 1) % 7 + 1


def _clock(said: str) -> str | None:
    """Hour and minutes; a field says what is wrong with 25:00."""
    found = _CLOCK.fullmatch(said)
    if found is None:
        return None
    hour = int(found[1])
    if found[3] in ("am", "pm") and 1 <= hour <= 12:
        hour = hour % 12 + 12 * (found[3] == "pm")
    return f"{hour}:{found[2] or '00'}"


def _later(now: datetime, count: int, unit: timedelta) -> datetime:
    """Hours pass also where the clock is put forward; days are those of the calendar."""
    if unit >= timedelta(days=1):
        return now + count * unit
    whole = now.replace(second=0, microsecond=0) + timedelta(minutes=bool(now.second or now.microsecond))
    return (whole.astimezone(UTC) + count * unit).astimezone(now.tzinfo)


def _minutes(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"
