"""Numbers as Germans and English write them, into exact decimals.

„1.234,5“ and "1,234.5" are both understood everywhere, as long as they can only mean one thing. What
could mean two follows the language of the page: "1.234" is 1234 in German and 1.234 in English.
"""

import re
from decimal import Decimal

from cpm.forms.messages import Misfit

#: Most digits before and after the point.
BEFORE, AFTER = 15, 10

# Thousands never begin with a nought, so "0.125" is a fraction in German, too.
_GERMAN = re.compile(r"([+-]?)([0-9]+|[1-9][0-9]{0,2}(?:\.[0-9]{3})+)(?:,([0-9]+))?")
_ENGLISH = re.compile(r"([+-]?)([0-9]+|[1-9][0-9]{0,2}(?:,[0-9]{3})+)(?:\.([0-9]+))?")
#: How people write a unit that forms know by its code.
_SIGNS = {"EUR": ("EUR", "Euro", "€")}
_SPACED = re.compile(r"(?<=[0-9]) (?=[0-9]{3}(?![0-9]))")  #: 1 000, as DIN 5008 writes it
_THOUSANDS = re.compile(r"\.[0-9]{3}$")  #: as some write them
_BLANKS = str.maketrans("\u2212", "-", "\u00a0\u202f\u2009")


def take_number(raw: object, language: str, unit: str | None = None) -> Decimal | None:
    """The decimal, its trailing noughts kept. NaN, the infinities and texts with exponents are refused."""
    match raw:
        case None:
            return None
        case bool():
            raise Misfit("no_number")
        case int() | Decimal():
            return _bounded(Decimal(raw))
        case float():
            return _bounded(Decimal(repr(raw)))  # the number that was written, not its binary neighbour
        case str():
            return _typed(raw, language, unit)
        case _:
            raise Misfit("no_number")


def same_everywhere(text: str, language: str, unit: str | None = None) -> str:
    """The text; where the other language would read another number, the one that was meant in digits that both read alike."""
    try:
        meant = take_number(text, language, unit)
        other = take_number(text, "de" if language == "en" else "en", unit)
    except Misfit:
        return text
    if meant is None or meant == other:
        return text
    digits = f"{meant.normalize():f}"
    return f"{digits}0" if _THOUSANDS.search(digits) else digits


def _typed(raw: str, language: str, unit: str | None) -> Decimal | None:
    if len(raw) > 100:
        raise Misfit("no_number")
    text = raw.translate(_BLANKS).strip()
    for sign in _SIGNS.get(unit or "", (unit,) if unit else ()):
        text = text.removesuffix(sign).removeprefix(sign).strip()
    text = _SPACED.sub("", text)
    if not text:
        return None
    first, second = (_ENGLISH, _GERMAN) if language == "en" else (_GERMAN, _ENGLISH)
    match = first.fullmatch(text) or second.fullmatch(text)
    if match is None:
        raise Misfit("no_number")
    sign, whole, fraction = match.groups(default="")
    return _bounded(Decimal(f"{sign}{whole.replace('.', '').replace(',', '')}.{fraction or ''}"))


def _bounded(number: Decimal) -> Decimal:
    """The number itself if people could mean it; checked by its exponent, before any arithmetic."""
    if not number.is_finite():
        raise Misfit("no_number")
    if number == 0:
        return Decimal(0)
    _, digits, exponent = number.as_tuple()
    assert isinstance(exponent, int)
    if len(digits) + exponent > BEFORE or len(digits) > 1000 or exponent < -1000:
        raise Misfit("too_big_number")
    if exponent < -AFTER:
        number = number.normalize()
        if number.as_tuple().exponent < -AFTER:  # type: ignore[operator]
            raise Misfit("too_big_number")
    return number.quantize(Decimal(1)) if exponent > 0 else number
