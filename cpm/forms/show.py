"""A value as a person reads and would type it: what `take` accepts again, giving the same value."""

from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from rules.feel import to_string

BERLIN = ZoneInfo("Europe/Berlin")


def show(value: object, language: str) -> str:
    """The text of any value a field can hold; "" for null. Seconds are left out when there are none."""
    match value:
        case None:
            return ""
        case bool():
            return {"de": ("nein", "ja")}.get(language, ("no", "yes"))[value]
        case Decimal() | int():
            return _number(Decimal(value), language)
        case datetime():
            local = value.astimezone(BERLIN)
            # The hour that autumn repeats needs its offset, or it would be read as the first of the two.
            offset = local.isoformat()[-6:] if local.fold else ""
            return f"{show(local.date(), language)} {show(local.time(), language)}{offset}"
        case date():
            return value.isoformat() if language == "en" else f"{value:%d.%m.}{value.year:04}"
        case time():
            return value.isoformat("auto" if value.second or value.microsecond else "minutes")
        case list():
            return ", ".join(show(item, language) for item in value)
        case str():
            return value
        case _:
            return to_string(value)


def _number(value: Decimal, language: str) -> str:
    """Without marks for thousands: "1234,5" can be read in one way only."""
    plain = format(value, "f")
    return plain if language == "en" else plain.replace(".", ",")
