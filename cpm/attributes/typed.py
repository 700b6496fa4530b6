"""A variable's value as an attribute keeps it: a scaled whole number, a day, or text made for comparing.

Numbers keep six digits after the point, money two, both rounded half up; sums over them are exact. What is of
another type, or 10^12 and beyond, gives nothing: the attribute is empty, and the case goes on.
"""

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import ROUND_HALF_UP, Decimal

from cpm.attributes.kind import Kind
from rules.feel import to_python

DIGITS = 6  #: after the point
LONGEST = 300  #: characters of a text that are searched; more would not fit into an index
_BEFORE = 12  #: digits before the point: so 64 bits hold it, scaled
_STEPS = {Kind.NUMBER: Decimal(1).scaleb(-DIGITS), Kind.MONEY: Decimal("0.01")}
_UNSAFE = frozenset({"Cc", "Cs"})  #: PostgreSQL takes no NUL, and nobody searches for the others


@dataclass(frozen=True, slots=True)
class Typed:
    """At most one of them is there."""

    amount: int | None = None  #: times 10^6
    day: date | None = None
    sought: str | None = None


NOTHING = Typed()


def typed(kind: Kind, value: object, zone: tzinfo) -> Typed:
    """Moments become the day in the zone of the firm."""
    value = to_python(value)
    match kind, value:
        case Kind.TEXT, str():
            return Typed(sought=folded(value))
        case Kind.CHOICE, bool():
            return Typed(sought="true" if value else "false")
        case Kind.CHOICE, str() if len(value) <= LONGEST and not any(map(_acts, value)):
            return Typed(sought=value)
        case Kind.DATE, date():  # a datetime is one too
            return Typed(day=_day(value, zone))
        case _, bool():
            return NOTHING
        case ((Kind.NUMBER | Kind.MONEY), (Decimal() | int())):
            return Typed(amount=scaled(kind, Decimal(value)))
    return NOTHING


def scaled(kind: Kind, number: Decimal) -> int | None:
    """None for what is too large."""
    if not number.is_finite() or (number and number.adjusted() >= _BEFORE):
        return None
    rounded = number.quantize(_STEPS[kind], ROUND_HALF_UP)
    return int(rounded.scaleb(DIGITS)) if rounded.adjusted() < _BEFORE else None


def unscaled(kind: Kind, amount: int) -> Decimal:
    """Money with its cents, other numbers without noughts at the end."""
    number = Decimal(amount).scaleb(-DIGITS)
    if kind == Kind.MONEY:
        return number.quantize(_STEPS[kind])
    whole = number.to_integral_value()
    return whole if whole == number else number.normalize()


def folded(text: str) -> str:
    """As it is compared: without regard to case, accents and blanks around it."""
    plain = text[: 2 * LONGEST]
    for _ in range(2):  # a sign may fold into one that has a case again (Unicode 15, 3.13.5)
        plain = unicodedata.normalize("NFKD", plain).casefold()
    kept = (" " if _acts(sign) else sign for sign in plain if not unicodedata.combining(sign))
    return " ".join("".join(kept).split())[:LONGEST].rstrip()


def _acts(sign: str) -> bool:
    return unicodedata.category(sign) in _UNSAFE


def _day(value: date, zone: tzinfo) -> date | None:
    if not isinstance(value, datetime):
        return value
    try:
        return (value.astimezone(zone) if value.tzinfo else value).date()
    except OverflowError:
        return None
