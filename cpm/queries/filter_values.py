"""What a filter compares with, read from its text: numbers, days, and the moments at which days begin."""

import re
from datetime import date, datetime, timedelta, tzinfo
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,10})?")
_FROM_TODAY = re.compile(r"today(?:([+-])([0-9]{1,5}))?")
_SCALE = 6  #: digits after the point, as `cpm.attributes.typed` keeps them
_MOST = 10**18
_MOST_WHOLE = 2**31 - 1
_YEARS = range(1000, 9000)  #: with room for the days and zones around them


class Misread(ValueError):
    """A value that does not fit; its sentence goes on after the column's name."""

    def __init__(self, en: str, de: str) -> None:
        super().__init__(en)
        self.de = de

    def sentence(self, language: str) -> str:
        return str(self) if language == "en" else self.de


def number(text: str) -> Decimal:
    if not _NUMBER.fullmatch(text):
        raise Misread(f"a number is written as 1234.5, not {text[:40]!r}", f"{text[:40]!r} ist keine Zahl")
    return Decimal(text)


def scaled_bounds(least: str, most: str) -> tuple[int | None, int | None]:
    """As amounts are kept, nothing beyond them."""
    return _bounds(least, most, _SCALE, _MOST)


def whole_bounds(least: str, most: str) -> tuple[int | None, int | None]:
    return _bounds(least, most, 0, _MOST_WHOLE)


def day(text: str, today: date) -> date:
    """2026-03-02, today, today-30 or today+7."""
    try:
        return _day(text, today)
    except (ValueError, OverflowError):
        raise Misread(
            f"a day is written as 2026-03-02 or today-30, not {text[:40]!r}", f"{text[:40]!r} ist kein Tag"
        ) from None


def _day(text: str, today: date) -> date:
    if found := _FROM_TODAY.fullmatch(text):
        sign, days = found.groups()
        at = today + timedelta(days=int(f"{sign}{days}") if days else 0)
    else:
        at = date.fromisoformat(text)
    if at.year not in _YEARS:
        raise ValueError(text)
    return at


def moment(at: date, zone: tzinfo) -> datetime:
    """When this day begins there."""
    return datetime(at.year, at.month, at.day, tzinfo=zone)


def _bounds(least: str, most: str, scale: int, largest: int) -> tuple[int | None, int | None]:
    low = int(number(least).scaleb(scale).to_integral_value(ROUND_CEILING)) if least else None
    high = int(number(most).scaleb(scale).to_integral_value(ROUND_FLOOR)) if most else None
    return _clamped(low, largest), _clamped(high, largest)


def _clamped(value: int | None, largest: int) -> int | None:
    return None if value is None else max(-largest, min(value, largest))
