"""Words that somebody looks for, in texts of customers: each must be there, whole or as the beginning of a longer one.

Written with or without umlauts: "Mueller", "Muller" and "Müller" find each other, so do "Strasse" and "Straße". The same words
are found on both databases, whose own dictionaries differ; that is why there is no stemming.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_WORD = re.compile(r"[^\W_]+")
_MOST_WORDS = 10
_LONGEST = 200  #: characters of what is looked for
_MOST_VARIANTS = 8
_SPELT = (("ae", "a"), ("oe", "o"), ("ue", "u"), ("ss", "ß"))
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
#: Letters with marks, and as they are looked for; capitals too, for a database may not know their small ones.
MARKED = "áàâäãåçéèêëíìîïñóòôöõúùûüýÿšžÁÀÂÄÃÅÇÉÈÊËÍÌÎÏÑÓÒÔÖÕÚÙÛÜÝŠŽ"
PLAIN = "aaaaaaceeeeiiiinooooouuuuyyszaaaaaaceeeeiiiinooooouuuuysz"
#: Around the first find, in characters.
_EXCERPT = 240


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text; `hit`: it is what was looked for."""

    text: str
    hit: bool = False


def words(sought: str) -> tuple[tuple[str, ...], ...]:
    """For each word the spellings that count, without marks and in lower case; empty: nothing to look for."""
    found = dict.fromkeys(word.lower() for word in _WORD.findall(_whole(sought[:_LONGEST])))
    return tuple(_spellings(word) for word in list(found)[:_MOST_WORDS])


def plain(text: str) -> str:
    """Its words as `words` looks for them, parted by blanks: for an index that folds nothing itself."""
    return " ".join(_folded(word) for word in _WORD.findall(_whole(text)))


def key(text: str) -> str:
    """Letters and digits alone, without marks and in lower case: "PV-440" and "pv 440" are the same."""
    return plain(text).replace(" ", "")


def for_postgresql(wanted: Sequence[Sequence[str]]) -> str:
    """As `to_tsquery('simple', ...)` takes it; words hold letters and digits alone."""
    return " & ".join("(" + " | ".join(f"'{each}':*" for each in spellings) + ")" for spellings in wanted)


def for_sqlite(wanted: Sequence[Sequence[str]]) -> str:
    """As `MATCH` of FTS5 takes it."""
    return " AND ".join("(" + " OR ".join(f'"{each}"*' for each in spellings) + ")" for spellings in wanted)


def excerpt(text: str, wanted: Sequence[Sequence[str]]) -> tuple[Piece, ...]:
    """Some 240 characters around the first find, on one line, with all that was found in it."""
    text = " ".join(_whole(text).split())
    first = next(_finds(text, wanted), (0, 0))[0]
    start = max(0, first - _EXCERPT // 3)
    start = text.find(" ", start) + 1 if start else 0
    shown = text[start : start + _EXCERPT]
    return _pieces("…" * bool(start) + shown + "…" * (start + _EXCERPT < len(text)), wanted)


def _pieces(text: str, wanted: Sequence[Sequence[str]]) -> tuple[Piece, ...]:
    found, end = [], 0
    for start, after in _finds(text, wanted):
        found += [Piece(text[end:start]), Piece(text[start:after], hit=True)]
        end = after
    return tuple(piece for piece in (*found, Piece(text[end:])) if piece.text)


def _finds(text: str, wanted: Sequence[Sequence[str]]) -> Iterator[tuple[int, int]]:
    beginnings = tuple(each for spellings in wanted for each in spellings)
    if beginnings:
        for word in _WORD.finditer(text):
            if _folded(word[0]).startswith(beginnings):
                yield word.span()


def _spellings(word: str) -> tuple[str, ...]:
    """Of "mueller" also "muller", of "müller" both of them; of "strasse" also "straße"."""
    found = [_folded(word), _folded(word.translate(_UMLAUTS))]
    for spelt, meant in _SPELT:
        found += [each.replace(spelt, meant) for each in found if spelt in each]
    found += [each.replace("ß", "ss") for each in found if "ß" in each]
    return tuple(dict.fromkeys(found))[:_MOST_VARIANTS]


def _folded(word: str) -> str:
    """Lower case, without the marks of its letters; ß stays."""
    apart = unicodedata.normalize("NFD", word.lower())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _whole(text: str) -> str:
    return unicodedata.normalize("NFC", text)
