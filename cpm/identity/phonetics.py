"""Kölner Phonetik: German words that sound alike have one code (Postel 1969)."""

import re
from functools import lru_cache

import cologne_phonetics

from cpm.identity.folding import letters

_TWICE = re.compile(r"(\d)\1+")


@lru_cache(maxsize=20_000)
def cologne(word: str) -> str:
    """The code of one word, "" if nothing in it sounds.

    cologne-phonetics 2.0 drops equal digits before vowels, as Postel wrote; Commons Codec, against which codes are
    compared, also drops those that meet once the vowels are gone ("Hoffmann" 036, not 0366). So do we: it is coarser,
    which is what a search for candidates wants.
    """
    codes = (code for _, code in cologne_phonetics.encode(letters(word)))
    return _TWICE.sub(r"\1", "".join(codes))
