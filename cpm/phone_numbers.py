"""Telephone numbers as one form for all: +492115550100, however a person wrote it (ITU-T E.164)."""

import re

from cpm.errors import Invalid

#: What stands for the leading 0 of a number without a country; the Länder of `Settings.land` are Germany's.
HOME = "49"
_WRITTEN = re.compile(r"(?:\+|00)?[0-9\s()/.\u2010-\u2015-]+")  # all dashes of Unicode
_SHORTEST, _LONGEST = 6, 15  #: digits; E.164 6.2.1 allows no more
_TRUNK = re.compile(r"\(0\)")  #: as in +49 (0) 211


def normalised(text: str, *, home: str = HOME) -> str:
    """The number with a plus, its country and digits only; Invalid if it is none."""
    written = text.strip()
    if not _WRITTEN.fullmatch(written):
        raise _none(text)
    international = written.startswith(("+", "00"))
    digits = re.sub(r"[^0-9]", "", _TRUNK.sub("", written) if international else written)
    if international:
        digits = digits.removeprefix("00") if written.startswith("00") else digits
    elif digits.startswith("0"):
        digits = home + digits[1:]
    else:
        raise _none(text)
    if not _SHORTEST <= len(digits) <= _LONGEST or digits.startswith("0"):
        raise _none(text)
    return f"+{digits}"


def _none(text: str) -> Invalid:
    return Invalid(
        f"Expected a telephone number with its area code, like 0211 5550100 or +49 211 5550100, but got {text!r:.60}",
        [("phone", "is no telephone number with an area code")],
        de="Das ist keine Telefonnummer mit Vorwahl.",
        problems_de=[
            ("phone", "Bitte eine Telefonnummer mit Vorwahl angeben, etwa 0211 5550100 oder +49 211 5550100.")
        ],
    )
