"""Numbers of cases and customers that can be read out over the telephone: a mistyped digit or two swapped ones are noticed.

The check digit is Damm's (H. M. Damm, "Total anti-symmetrische Quasigruppen", Marburg 2004): it finds every
single wrong digit and every swap of neighbours.
"""

import re

from cpm.errors import Invalid

_DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)
_WRITTEN = re.compile(r"\s*C?[-\s]*(\d{1,18})[-\s]*(\d)\s*", re.IGNORECASE)
_CUSTOMER = re.compile(r"\s*K[-\s]*(\d{1,18})[-\s]*(\d)\s*", re.IGNORECASE)


def case_number(case_id: int) -> str:
    digits = f"{case_id:06d}"
    return f"C-{digits}-{_check_digit(digits)}"


def customer_number(customer_id: int) -> str:
    digits = f"{customer_id:06d}"
    return f"K-{digits}-{_check_digit(digits)}"


def case_id(number: str) -> int:
    """The id behind a case number as a person wrote it; blanks, dashes and the C may be missing."""
    written = _WRITTEN.fullmatch(number)
    if written is None:
        raise Invalid(f"Expected a case number like C-000042-7, but got {number!r}")
    digits, check = written.groups()
    if _check_digit(f"{int(digits):06d}") != check:
        raise Invalid(f"Expected {number} to be a case number, but its check digit does not fit: mistyped?")
    return int(digits)


def customer_id(number: str) -> int:
    """The id behind a customer number as a person wrote it; blanks and dashes may be missing."""
    written = _CUSTOMER.fullmatch(number)
    if written is None:
        raise Invalid(
            f"Expected a customer number like K-000042-7, but got {number!r:.40}",
            de="Eine Kundennummer sieht aus wie K-000042-7.",
        )
    digits, check = written.groups()
    if _check_digit(f"{int(digits):06d}") != check:
        raise Invalid(
            f"Expected {number} to be a customer number, but its check digit does not fit: mistyped?",
            de="Die Prüfziffer dieser Kundennummer passt nicht: vertippt?",
        )
    return int(digits)


def _check_digit(digits: str) -> str:
    interim = 0
    for digit in digits:
        interim = int(_DAMM[interim][int(digit)])
    return str(interim)
