"""Telephone numbers as one form for all: +492115550100, however a person wrote it (ITU-T E.164)."""

import re
import unicodedata
from collections.abc import Callable

import phonenumbers
from phonenumbers import Leniency, NumberParseException, PhoneNumber, PhoneNumberFormat, ValidationResult

from cpm.errors import Invalid

#: Where a number without a country is at home; the Länder of `Settings.land` are Germany's.
HOME = "DE"
_SIGNS = r"[0-9\s()/.\u2010-\u2015-]"  # all dashes of Unicode
_WRITTEN = re.compile(rf"(?:tel:)?\s*(?:\(?\+|00)?{_SIGNS}+", re.IGNORECASE)
_EXTENSION = re.compile(
    r"[\s,;/-]*\b(?:durchwahl|dw|apparat|app|nebenstelle|nst|extension|ext|x)\b[.:\s-]*([0-9]{1,8})\s*$",
    re.IGNORECASE,
)
_SWITCHBOARD = re.compile(
    r"[\u2010-\u2015-]\s*0\s*$"
)  #: the 0 behind a dash, in whose place an extension is dialled
_SHORTEST, _LONGEST = 6, 15  #: digits; E.164 6.2.1 allows no more
_SHORT = 8  #: digits behind the country's; with fewer a number is whole only if its country's plan has it
_MOST_TEXT = 50_000  #: characters that are searched for numbers
_MOST_TRIES = 1_000  #: of what might be one; the library would try 65,535


def normalised(text: str, *, home: str = HOME) -> str:
    """The number with a plus, its country and digits only; Invalid if it is none, lacks its area code, or is no more than that.

    At home an extension is a part of the number and is dialled in place of the 0 of the switchboard; abroad it is left out.
    """
    number = _e164(text, home)
    if not whole(number):
        raise _none(text)
    return number


def to_dial(text: str, *, home: str = HOME) -> str:
    """As a person types whom to call: like `normalised`; digits alone for an extension of the house."""
    return _or_digits(text, normalised, home)


def of_caller(text: str, *, home: str = HOME) -> str:
    """As a telephone system tells who calls, be it a part of a number; digits alone where it names neither country nor area code."""
    return _or_digits(text, lambda written, *, home: _e164(written, home), home)


def whole(number: str) -> bool:
    """Whether a number as it is kept may reach somebody: it is not an area code alone, or the beginning of a number."""
    found = _parsed(number, HOME) if number.startswith("+") else None
    if found is None:
        return False
    long = len(phonenumbers.national_significant_number(found)) >= _SHORT
    return long or phonenumbers.is_valid_number(found)


def may_be_dialled(number: str) -> bool:
    """A whole one, or an extension of the house."""
    return whole(number) or number.isdecimal()


def _e164(text: str, home: str) -> str:
    written = _plain(text)
    extension = _EXTENSION.search(written)
    number = written[: extension.start()] if extension else written
    if not _WRITTEN.fullmatch(number) or not re.match(r"(?:tel:)?[\s(]*[+0]", number, re.IGNORECASE):
        raise _none(text)
    found = _parsed(number, home)
    if extension and found is not None and found.country_code == phonenumbers.country_code_for_region(home):
        found = _parsed(_SWITCHBOARD.sub("", number) + extension[1], home)
    if found is None or phonenumbers.is_possible_number_with_reason(found) != ValidationResult.IS_POSSIBLE:
        raise _none(text)
    e164 = phonenumbers.format_number(found, PhoneNumberFormat.E164)
    if not _SHORTEST < len(e164) <= _LONGEST + 1:
        raise _none(text)
    return e164


def _or_digits(text: str, read: Callable[..., str], home: str) -> str:
    try:
        return read(text, home=home)
    except Invalid:
        written = _plain(text)
        if not _WRITTEN.fullmatch(written) or written.lstrip("( ").startswith(("+", "0")):
            raise
        return re.sub(r"[^0-9]", "", written)


def found_in(text: str, *, home: str = HOME) -> tuple[str, ...]:
    """The valid numbers in a free text, each once, in the order in which they stand there."""
    matches = phonenumbers.PhoneNumberMatcher(
        text[:_MOST_TEXT], home, leniency=Leniency.VALID, max_tries=_MOST_TRIES
    )
    numbers = (phonenumbers.format_number(match.number, PhoneNumberFormat.E164) for match in matches)
    return tuple(dict.fromkeys(numbers))


def shown(value: str) -> str:
    """A number as it is kept, in groups as people read it: +49 221 1234567; what is none stays as it is."""
    found = _parsed(value, HOME) if value.startswith("+") else None
    return value if found is None else phonenumbers.format_number(found, PhoneNumberFormat.INTERNATIONAL)


def _plain(text: str) -> str:
    """Digits of any script and width as ours; nothing that is too long to be a number."""
    if len(text) > 100:
        return ""
    decimal = (str(unicodedata.decimal(sign, sign)) for sign in unicodedata.normalize("NFKC", text))
    return "".join(decimal).strip()


def _parsed(number: str, home: str) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(number, home)
    except NumberParseException:
        return None


def _none(text: str) -> Invalid:
    return Invalid(
        f"Expected a whole telephone number with its area code, like 0211 5550100 or +49 211 5550100, but got {text!r:.60}",
        [("phone", "Please give a whole number with its area code, like 0211 5550100 or +49 211 5550100.")],
        de="Das ist keine vollständige Telefonnummer mit Vorwahl.",
        problems_de=[
            (
                "phone",
                "Bitte eine vollständige Telefonnummer mit Vorwahl angeben, etwa 0211 5550100 oder +49 211 5550100.",
            )
        ],
    )
