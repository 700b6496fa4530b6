"""Calendars as a file says them: read once, refused with all reasons at once."""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from cpm.calendars.calendar import Calendar, Stretch, hours

#: What every installation needs: critical exceptions are counted by it.
ALWAYS = "always"
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_STRETCH = re.compile(r"\d\d:[0-5]\d-\d\d:[0-5]\d")
_NEW_YEAR = date(2028, 1, 1)  #: of a leap year, which has all days
_DAY_OF_YEAR = re.compile(r"(\d\d)-(\d\d)")
#: What else a calendar may say: the kind of value, and what to call it.
_KINDS: Mapping[str, tuple[type, str]] = {
    "holidays": (bool, "true or false"),
    "catholic": (bool, "true or false"),
    "land": (str, "a text"),
    "zone": (str, "a text"),
    "half_days": (list, "a list of texts"),
    "closed": (list, "a list of texts"),
}


class Unreadable(ValueError):
    """The file holds no calendars; `reasons` are sentences."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("; ".join(reasons))
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
        tables = tomllib.loads(content.decode())
    except ValueError as error:  # of TOML or of UTF-8
        raise Unreadable([f"Expected calendars in TOML, but {error}."]) from error
    reasons: list[str] = []
    each = {name: found for name, table in tables.items() if (found := _calendar(name, table, reasons))}
    if ALWAYS not in tables:
        reasons.append(
            f"Expected a calendar {ALWAYS}, which critical exceptions are counted by, but there is none."
        )
    if reasons:
        raise Unreadable(reasons)
    of_site = frozenset(name for name, table in tables.items() if "land" not in table and each[name].land)
    return Calendars(each, of_site)


def _calendar(name: str, table: Any, reasons: list[str]) -> Calendar | None:
    """None with the reason why not."""
    if not _NAME.fullmatch(name) or not isinstance(table, dict):
        reasons.append(f"Expected a table for each calendar, named in lower case, but {name[:40]!r} is none.")
        return None
    against = [told for key, value in table.items() if (told := _against(key, value))]
    if not against:
        try:
            return _made(name, table)
        except (
            ValueError,
            LookupError,
            OSError,
        ) as error:  # a zone that is not there is a KeyError, or an odd file
            against = [str(error)]
    reasons += [f"Expected calendar {name} to be readable, but: {told}" for told in against]
    return None


def _against(key: str, value: Any) -> str | None:
    if key in _DAYS:
        fits = isinstance(value, list) and all(
            isinstance(one, str) and _STRETCH.fullmatch(one) for one in value
        )
        return None if fits else f'{key} is no list of stretches such as "08:00-12:00".'
    if key not in _KINDS:
        return f"{key[:40]} means nothing here; days are written monday to sunday."
    kind, called = _KINDS[key]
    return None if isinstance(value, kind) else f"{key} is not {called}."


def _made(name: str, table: Mapping[str, Any]) -> Calendar:
    """Land NW only stands for the site's own until somebody asks by which Land."""
    made = Calendar(
        name,
        week=tuple(_week_day(table.get(day, ())) for day in _DAYS),
        land=table.get("land", "NW") if table.get("holidays", True) else None,
        catholic=table.get("catholic", False),
        zone=table.get("zone", "Europe/Berlin"),
        half_days=frozenset(_each(table.get("half_days", ()), _day_of_year)),
        closed=frozenset(_each(table.get("closed", ()), date.fromisoformat)),
    )
    if not any(made.spans(_NEW_YEAR + timedelta(days=day)) for day in range(366)):
        raise ValueError("it is never open.")
    return made


def _week_day(stretches: Any) -> tuple[Stretch, ...]:
    return hours(*stretches)


def _each(written: Any, read_one: Callable[[str], Any]) -> list[Any]:
    return [read_one(str(one)) for one in written]


def _day_of_year(text: str) -> tuple[int, int]:
    if (found := _DAY_OF_YEAR.fullmatch(text)) is None:
        raise ValueError(f'{text[:20]!r} is no day of the year such as "12-24".')
    day = _NEW_YEAR.replace(month=int(found[1]), day=int(found[2]))
    return day.month, day.day
