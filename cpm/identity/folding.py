"""Writing that does not matter: case, accents, umlauts, signs."""

import re
import unicodedata

#: What decomposing leaves as it is, and German umlauts, which are two letters where there is no such key.
_WRITTEN = str.maketrans(
    {
        "ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "œ": "oe", "ø": "oe", "å": "aa",
        "ł": "l", "đ": "d", "ð": "d", "þ": "th", "\u0131": "i", "\u00ad": None, "\u2019": "'", "\u00b4": "'", "`": "'",
    }
)  # fmt: skip
_SIGNS = re.compile(r"[^\w]+|_")


def folded(text: str) -> str:
    """Lower case, ä = ae, no accents; other signs stay."""
    plain = unicodedata.normalize("NFKC", text).lower().translate(_WRITTEN)
    apart = unicodedata.normalize("NFD", plain)
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


def words(text: str) -> tuple[str, ...]:
    """Letters and digits alone; an apostrophe joins (O'Neill, D'Angelo)."""
    return tuple(_SIGNS.sub(" ", folded(text).replace("'", "")).split())


def letters(word: str) -> str:
    """One word as phonetics reads it: composed, with its umlauts."""
    return "".join(sign for sign in unicodedata.normalize("NFC", word).lower() if sign.isalpha())
