"""A value as a person reads and would type it: what `take` accepts again, giving the same value."""

from datetime import date, datetime, time, tzinfo
from decimal import Decimal

from cpm.writing.values import day
from rules.feel import to_string


def show(value: object, language: str, zone: tzinfo) -> str:
    """The text of any value a field can hold; "" for null. Moments as clocks in the zone say; seconds are left out when there are none."""
    match value:
        case None:
            return ""
        case bool():
            return {"de": ("nein", "ja")}.get(language, ("no", "yes"))[value]
        case Decimal() | int():
            return _number(Decimal(value), language)
        case datetime():
            local = value.astimezone(zone)
            # The hour that autumn repeats needs its offset, or it would be read as the first of the two.
            offset = local.isoformat()[-6:] if local.fold else ""
            return f"{show(local.date(), language, zone)} {show(local.time(), language, zone)}{offset}"
        case date():
            return day(value, german=language != "en")
        case time():
            return value.isoformat("auto" if value.second or value.microsecond else "minutes")
        case list():
            return ", ".join(show(item, language, zone) for item in value)
        case str():
            return value
        case _:
            return to_string(value)


def _number(value: Decimal, language: str) -> str:
    """Without marks for thousands: "1234,5" can be read in one way only."""
    plain = format(value, "f")
    return plain if language == "en" else plain.replace(".", ",")
