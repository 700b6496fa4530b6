"""Values as a person reads them in the language of the letter."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, tzinfo
from decimal import ROUND_HALF_UP, Context, Decimal

#: Names ending so hold EUR: a bare placeholder is written by its name, one with a format as the format says.
_MONEY = re.compile(r"(?:^|_)(?:amount|price|total|sum|fee|interest)$")
_PERCENT = re.compile(r"(?:^|_)percent$")
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()  # noqa: SIM905 - reads better
#: What an ERP that speaks German counts in, for who reads English.
_UNITS = {
    "Stück": "pcs",
    "Stunde": "h",
    "Tag": "days",
    "Paar": "pairs",
    "Satz": "sets",
    "Rolle": "rolls",
    "Packung": "packs",
    "Karton": "boxes",
    "Palette": "pallets",
    "Sack": "bags",
    "Meter": "m",
    "Quadratmeter": "m²",
    "Liter": "l",
    "Kilogramm": "kg",
    "Tonne": "t",
}
NO_BREAK = "\u00a0"
_EXACT = Context(prec=400)
_MOST_DIGITS = 100  #: before the point; a number of more is no number for people


def written(value: object, language: str, zone: tzinfo, *, name: str = "") -> str:
    """A value as a person reads it; the name tells money (`goodwill_amount`), percent and units from bare values.

    Moments in the zone that is given; the parts of a context by their names, without those that are null.
    """
    german = language != "en"
    match value:
        case bool():
            return ("ja" if value else "nein") if german else ("yes" if value else "no")
        case Decimal() | int():
            return _number(Decimal(value), name, german=german)
        case datetime():
            return moment(value, zone, german=german)
        case date():
            return day(value, german=german)
        case time():
            return f"{value:%H:%M} Uhr" if german else f"{value:%H:%M}"
        case list() | tuple():
            return ", ".join(written(item, language, zone, name=name) for item in value)
        case Mapping():
            known = {str(key): item for key, item in value.items() if item is not None}
            return ", ".join(
                f"{key}: {written(each, language, zone, name=key)}" for key, each in known.items()
            )
        case str() if name == "unit" and not german:
            return _UNITS.get(value, value)
        case _:
            return str(value)


def _number(value: Decimal, name: str, *, german: bool) -> str:
    if _MONEY.search(name):
        return money(value, german=german)
    if _PERCENT.search(name):
        return percent(value, german=german)
    return grouped(value, german=german)


def money(value: Decimal, sign: str = "€", *, german: bool) -> str:
    """Half cents up, away from zero, as merchants round."""
    cents = rounded(value, 2)
    minus, digits = "-" if cents < 0 else "", grouped(abs(cents), german=german)
    return f"{minus}{digits}{NO_BREAK}{sign}" if german else f"{minus}{sign}{digits}"


def percent(value: Decimal, *, german: bool) -> str:
    digits = grouped(value, german=german)
    return f"{digits}{NO_BREAK}%" if german else f"{digits}%"


def rounded(value: Decimal, places: int) -> Decimal:
    if not value.is_finite() or value.adjusted() > _MOST_DIGITS:
        return value
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, _EXACT)


def grouped(value: Decimal, *, german: bool) -> str:
    """1.234,56 or 1,234.56; 1E+3 is written as 1.000; only what would fill a page stays as it is."""
    text = f"{value:,f}" if abs(value.adjusted()) <= _MOST_DIGITS else str(value)
    return text.translate(str.maketrans(",.", ".,")) if german else text


def day(value: date, *, german: bool) -> str:
    return f"{value:%d.%m.%Y}" if german else f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def moment(value: datetime, zone: tzinfo, *, german: bool) -> str:
    """An aware moment where the zone is; the day and the time, as in a letter."""
    local = value.astimezone(zone) if value.tzinfo else value
    return f"{day(local, german=german)}, {local:%H:%M}" + (" Uhr" if german else "")
