"""The formats of templates: `{{due|long_date}}`. Each takes who reads, the value, and what stands in its brackets.

A format raises TypeError or ValueError for a value that it cannot write, so that no letter says something else than
was meant; only what people typed as free text (a telephone number, an IBAN) is left as it is.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, time, tzinfo
from decimal import Decimal
from typing import Any

import phonenumbers

from cpm import letter_heads
from cpm import salutation as manners
from cpm.writing import values
from cpm.writing.values import NO_BREAK, written

_MONTHS_DE = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split()  # noqa: SIM905
_MONTHS_EN = "January February March April May June July August September October November December".split()  # noqa: SIM905
_SIGNS = {"EUR": "€", "USD": "$", "GBP": "£"}
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_MOST_PLACES = 10
_PARTY = frozenset(field.name for field in fields(manners.Party))
_PLACE = frozenset(field.name for field in fields(letter_heads.Place))


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose language it is, and where the firm's clocks are."""

    language: str
    zone: tzinfo

    @property
    def german(self) -> bool:
        return self.language != "en"

    def say(self, german: str, english: str) -> str:
        return german if self.german else english


def money(reader: Reader, value: object, currency: str = "EUR") -> str:
    return values.money(_number(value), _SIGNS.get(currency, currency), german=reader.german)


def number(reader: Reader, value: object, places: int | None = None) -> str:
    found = _number(value)
    if places is not None:
        found = values.rounded(found, min(max(places, 0), _MOST_PLACES))
    return values.grouped(found, german=reader.german)


def percent(reader: Reader, value: object, places: int | None = None) -> str:
    found = _number(value) if places is None else values.rounded(_number(value), min(max(places, 0), 10))
    return values.percent(found, german=reader.german)


def short_date(reader: Reader, value: object) -> str:
    return values.day(_day(reader, value), german=reader.german)


def long_date(reader: Reader, value: object) -> str:
    day = _day(reader, value)
    month = (_MONTHS_DE if reader.german else _MONTHS_EN)[day.month - 1]
    return reader.say(f"{day.day}.{NO_BREAK}{month} {day.year}", f"{day.day}{NO_BREAK}{month} {day.year}")


def week(reader: Reader, value: object) -> str:
    """The week of ISO 8601, as German offices count them."""
    return f"{reader.say('KW', 'week')}{NO_BREAK}{_day(reader, value).isocalendar().week}"


def clock(reader: Reader, value: object) -> str:
    """The time of day; of a moment where the firm is."""
    at = time.fromisoformat(value) if isinstance(value, str) and len(value) <= len("14:30:00") else value
    if not isinstance(at, time):
        at = _moment(reader, value).time()
    return f"{at:%H:%M}{reader.say(' Uhr', '')}"


def moment(reader: Reader, value: object) -> str:
    return values.moment(_moment(reader, value), reader.zone, german=reader.german)


def phone(_reader: Reader, value: object) -> str:
    text = str(value)
    try:
        found = phonenumbers.parse(text, "DE")
    except phonenumbers.NumberParseException:
        return text
    if not phonenumbers.is_possible_number(found):
        return text
    return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def iban(_reader: Reader, value: object) -> str:
    compact = "".join(str(value).split()).upper()
    if not _IBAN.fullmatch(compact):
        return str(value)
    return NO_BREAK.join(compact[at : at + 4] for at in range(0, len(compact), 4))


def yes_no(reader: Reader, value: object) -> str:
    if not isinstance(value, bool):
        raise TypeError(type(value).__name__)
    return written(value, reader.language, reader.zone)


def enumeration(reader: Reader, value: object, word: str | None = None) -> str:
    """a, b und c; with another word if it is given: {{ways|list("oder")}}."""
    if not isinstance(value, list | tuple):
        raise TypeError(type(value).__name__)
    items = [written(each, reader.language, reader.zone) for each in value]
    joined = word or reader.say("und", "and")
    return f"{', '.join(items[:-1])} {joined} {items[-1]}" if len(items) > 1 else "".join(items)


def salutation(reader: Reader, value: object) -> str:
    """The line that opens a letter, of a customer's data or a list of them."""
    return manners.salutation(*_parties(reader, value))


def name_spoken(reader: Reader, value: object) -> str:
    return manners.name_spoken(*_parties(reader, value)) or ""


def address_block(reader: Reader, value: object) -> str:
    """Line by line whom a letter goes to and where: of a customer's data with their address, or a list of them."""
    found = value if isinstance(value, list | tuple) else [value]
    place = next(filter(None, map(_place, found)), None)
    return "\n".join(letter_heads.address_block(*_parties(reader, value), place=place))


def closing(reader: Reader, line: object) -> str:
    """The line that ends a letter which began with this one."""
    return manners.closing(reader.language, str(line))


def upper(_reader: Reader, value: object) -> str:
    return str(value).upper()


def lower(_reader: Reader, value: object) -> str:
    return str(value).lower()


def capital(_reader: Reader, value: object) -> str:
    """The first letter big, the others as they are."""
    text = str(value)
    return text[:1].upper() + text[1:]


def trim(_reader: Reader, value: object) -> str:
    return str(value).strip()


def length(_reader: Reader, value: object) -> int:
    if not isinstance(value, str | list | tuple | Mapping):
        raise TypeError(type(value).__name__)
    return len(value)


#: By their names in templates; `docs/templates.md` tells what each writes.
FORMATS: Mapping[str, Callable[..., Any]] = {
    "money": money,
    "number": number,
    "percent": percent,
    "date": short_date,
    "long_date": long_date,
    "week": week,
    "time": clock,
    "moment": moment,
    "phone": phone,
    "iban": iban,
    "yes_no": yes_no,
    "list": enumeration,
    "salutation": salutation,
    "name_spoken": name_spoken,
    "closing": closing,
    "address_block": address_block,
    "upper": upper,
    "lower": lower,
    "capital": capital,
    "trim": trim,
    "length": length,
}


def _number(value: object) -> Decimal:
    """Numbers only: a text such as 1.234 may mean two things."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise TypeError(type(value).__name__)
    return Decimal(value)


def _day(reader: Reader, value: object) -> date:
    """A date, also as text of ISO 8601; of a moment the day where the firm is."""
    if isinstance(value, str) and len(value) == len("2026-11-21"):
        return date.fromisoformat(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    return _moment(reader, value).date()


def _moment(reader: Reader, value: object) -> datetime:
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    if not isinstance(found, datetime):
        raise TypeError(type(value).__name__)
    return found.astimezone(reader.zone) if found.tzinfo else found


def _parties(reader: Reader, value: object) -> Sequence[manners.Party]:
    found = value if isinstance(value, list | tuple) else [value]
    return [_party(reader, each) for each in found]


def _place(value: object) -> letter_heads.Place | None:
    if not isinstance(value, Mapping) or not value.get("street"):
        return None
    known = {key: str(each) for key, each in value.items() if key in _PLACE and each is not None}
    return letter_heads.Place(**{"postcode": "", "city": "", **known})


def _party(reader: Reader, value: object) -> manners.Party:
    if not isinstance(value, Mapping):
        raise TypeError(type(value).__name__)
    known = {key: str(each) for key, each in value.items() if key in _PARTY and each is not None}
    return manners.Party(**{**known, "language": reader.language})  # type: ignore[arg-type]
