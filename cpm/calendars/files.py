"""Calendars as a file says them: read once, refused with all reasons at once."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from cpm import toml_text
from cpm.calendars.calendar import Calendar, Misfit, Stretch, hours

#: What every installation needs: critical exceptions are counted by it.
ALWAYS = "always"
#: In English and in German.
Reason = tuple[str, str]
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_STRETCH = re.compile(r"\d\d:[0-5]\d-\d\d:[0-5]\d")
_NEW_YEAR = date(2028, 1, 1)  #: of a leap year, which has all days
_DAY_OF_YEAR = re.compile(r"[0-9]{2}-[0-9]{2}")
_FLAG = (bool, "true or false", "true oder false")
_TEXT = (str, "a text", "ein Text")
_TEXTS = (list, "a list of texts", "eine Liste von Texten")
#: What else a calendar may say: the kind of value, and what to call it.
_KINDS: Mapping[str, tuple[type, str, str]] = {
    "holidays": _FLAG,
    "catholic": _FLAG,
    "land": _TEXT,
    "zone": _TEXT,
    "half_days": _TEXTS,
    "closed": _TEXTS,
}


class Unreadable(ValueError):
    """The file holds no calendars; `reasons` are sentences, and the same in German."""

    def __init__(self, reasons: Sequence[Reason]) -> None:
        super().__init__("; ".join(english for english, _ in reasons))
        self.reasons = tuple(reasons)


@dataclass(frozen=True, slots=True)
class Calendars:
    """All calendars of an installation, by name."""

    each: Mapping[str, Calendar]
    of_site: frozenset[str]  #: those that keep the holidays of the site's Land, whichever that is

    def named(self, name: str, *, land: str) -> Calendar:
        """At a site in that Land. Raises ValueError for an unknown name or Land."""
        if name not in self.each:
            raise ValueError(
                f"Expected to find the calendar {name[:40]!r}, but there are only {sorted(self.each)}."
            )
        found = self.each[name]
        return replace(found, land=land) if name in self.of_site else found


def read(content: bytes) -> Calendars:
    """Raises Unreadable."""
    try:
        tables = toml_text.loads(content, "calendars")
    except toml_text.Unreadable as error:
        raise Unreadable([(str(error), error.german)]) from error
    reasons: list[Reason] = []
    each = {name: found for name, table in tables.items() if (found := _calendar(name, table, reasons))}
    if ALWAYS not in tables:
        reasons.append(
            (
                f"Expected a calendar {ALWAYS}, which critical exceptions are counted by, but there is none.",
                f"Es fehlt ein Kalender {ALWAYS}; nach ihm zählen kritische Ausnahmen.",
            )
        )
    if reasons:
        raise Unreadable(reasons)
    of_site = frozenset(name for name, table in tables.items() if "land" not in table and each[name].land)
    return Calendars(each, of_site)


def _calendar(name: str, table: Any, reasons: list[Reason]) -> Calendar | None:
    """None with the reason why not."""
    if not _NAME.fullmatch(name) or not isinstance(table, dict):
        reasons.append(
            (
                f"Expected a table for each calendar, named in lower case, but {name[:40]!r} is none.",
                f"{name[:40]!r} ist kein Kalender: Jeder ist eine Tabelle mit einem Namen in Kleinbuchstaben.",
            )
        )
        return None
    against = [told for key, value in table.items() if (told := _against(key, value))]
    if not against:
        try:
            return _made(name, table)
        except Misfit as error:
            against = [(str(error), error.german)]
    reasons += [
        (f"Expected calendar {name} to be readable, but: {english}", f"Kalender {name}: {german}")
        for english, german in against
    ]
    return None


def _against(key: str, value: Any) -> Reason | None:
    if key in _DAYS:
        fits = isinstance(value, list) and all(
            isinstance(one, str) and _STRETCH.fullmatch(one) for one in value
        )
        like = '"08:00-12:00"'
        return (
            None
            if fits
            else (
                f"{key} is no list of stretches such as {like}.",
                f"{key} ist keine Liste von Zeiten wie {like}.",
            )
        )
    if key not in _KINDS:
        return (
            f"{key[:40]} means nothing here; days are written monday to sunday.",
            f"{key[:40]} bedeutet hier nichts; Tage heißen monday bis sunday.",
        )
    kind, english, german = _KINDS[key]
    return None if isinstance(value, kind) else (f"{key} is not {english}.", f"{key} ist nicht {german}.")


def _made(name: str, table: Mapping[str, Any]) -> Calendar:
    """Land NW only stands for the site's own until somebody asks by which Land."""
    made = Calendar(
        name,
        week=tuple(_week_day(table.get(day, ())) for day in _DAYS),
        land=table.get("land", "NW") if table.get("holidays", True) else None,
        catholic=table.get("catholic", False),
        zone=table.get("zone", "Europe/Berlin"),
        half_days=frozenset(_each(table.get("half_days", ()), _day_of_year)),
        closed=frozenset(_each(table.get("closed", ()), _date)),
    )
    if not any(made.spans(_NEW_YEAR + timedelta(days=day)) for day in range(366)):
        raise Misfit("it is never open.", "An keinem Tag des Jahres ist geöffnet.")
    return made


def _week_day(stretches: Any) -> tuple[Stretch, ...]:
    return hours(*stretches)


def _each(written: Any, read_one: Callable[[str], Any]) -> list[Any]:
    return [read_one(str(one)) for one in written]


def _day_of_year(text: str) -> tuple[int, int]:
    try:
        day = date.fromisoformat(f"{_NEW_YEAR.year}-{text}" if _DAY_OF_YEAR.fullmatch(text) else "")
    except ValueError as error:
        raise Misfit(
            f'{text[:20]!r} is no day of the year such as "12-24".',
            f'{text[:20]!r} ist kein Tag des Jahres wie "12-24".',
        ) from error
    return day.month, day.day


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Misfit(
            f'{text[:20]!r} is no day such as "2026-12-24".', f'{text[:20]!r} ist kein Tag wie "2026-12-24".'
        ) from error
