"""Texts with placeholders: `{{name}}` and nothing else, filled with values as the reader's language writes them.

What is filled in is never looked at again: a customer who writes `{{case_no}}` gets just that back.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, tzinfo
from decimal import ROUND_HALF_UP, Decimal

_PLACEHOLDER = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
#: Names ending so hold EUR. Texts cannot say it themselves: they have placeholders, no formats.
_MONEY = re.compile(r"(?:^|_)(?:amount|price|total|sum)$")
_PERCENT = re.compile(r"(?:^|_)percent$")
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()  # noqa: SIM905 - reads better
_NO_BREAK = "\u00a0"


class MissingPlaceholder(ValueError):
    """The text needs a value that is not there (or null)."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Expected a value for {{{{{name}}}}}, but there is none.")
        self.name = name


def placeholders(template: str) -> frozenset[str]:
    """The names a text needs values for."""
    return frozenset(_PLACEHOLDER.findall(template))


def render(template: str, values: Mapping[str, object], language: str, zone: tzinfo) -> str:
    """The text with all values filled in, moments in the zone of the firm. Raises `MissingPlaceholder`; null counts as missing."""

    def filled(found: re.Match[str]) -> str:
        value = values.get(found[1])
        if value is None:
            raise MissingPlaceholder(found[1])
        return written(value, language, zone, name=found[1])

    return _PLACEHOLDER.sub(filled, template)


def written(value: object, language: str, zone: tzinfo, *, name: str = "") -> str:
    """A value as a person reads it; the name tells money (`goodwill_amount`) and percent from bare numbers."""
    german = language != "en"
    match value:
        case bool():
            return ("ja" if value else "nein") if german else ("yes" if value else "no")
        case Decimal() | int():
            return _number(Decimal(value), name, german=german)
        case datetime():
            return _moment(value, zone, german=german)
        case date():
            return _day(value, german=german)
        case time():
            return f"{value:%H:%M} Uhr" if german else f"{value:%H:%M}"
        case list() | tuple():
            return ", ".join(written(item, language, zone, name=name) for item in value)
        case _:
            return str(value)


def _number(value: Decimal, name: str, *, german: bool) -> str:
    if _MONEY.search(name):
        sign, digits = "-" if value < 0 else "", _grouped(_cents(abs(value)), german=german)
        return f"{sign}{digits}{_NO_BREAK}€" if german else f"{sign}€{digits}"
    digits = _grouped(value, german=german)
    if _PERCENT.search(name):
        return f"{digits}{_NO_BREAK}%" if german else f"{digits}%"
    return digits


def _cents(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _grouped(value: Decimal, *, german: bool) -> str:
    """1.234,56 or 1,234.56; no number is written as 1E+3."""
    text = f"{value:,f}"
    return text.translate(str.maketrans(",.", ".,")) if german else text


def _day(value: date, *, german: bool) -> str:
    return f"{value:%d.%m.%Y}" if german else f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def _moment(value: datetime, zone: tzinfo, *, german: bool) -> str:
    """An aware moment where the zone is; the day and the time, as in a letter."""
    local = value.astimezone(zone) if value.tzinfo else value
    return f"{_day(local, german=german)}, {local:%H:%M}" + (" Uhr" if german else "")
