"""Names of persons: what belongs to a name, and how alike two are."""

import re
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from rapidfuzz.distance import OSA

from cpm.identity.folding import words
from cpm.identity.phonetics import cologne

_DROPPED = """
    dr drs prof professor professorin doktor dipl diplom ing inform kfm mag magister msc bsc ma ba mba llm phd
    med dent vet phil jur rer nat pol oec habil hc h c em mult herr herrn frau mr mrs ms miss sir
"""
_TITLES = frozenset(_DROPPED.split())
_NOBLE = """
    von vom van de der den dem des zu zum zur di da do dos das del della la le les du ter ten te af av y e
    freiherr freifrau freiin baron baronin baronesse graf graefin grafin ritter edler edle fuerst fuerstin prinz prinzessin
"""
_PARTICLES = frozenset(_NOBLE.split())
_GENERATIONS = {
    "jun": "junior",
    "junior": "junior",
    "jr": "junior",
    "sen": "senior",
    "senior": "senior",
    "sr": "senior",
}
#: Born as: what follows is an earlier last name.
_BORN_AS = re.compile(r"\b(?:geb(?:\.|orene[r]?)|nee|née)\s+", re.IGNORECASE)


class Alike(IntEnum):
    """How two names agree, the weakest first."""

    DIFFERENT = 0
    MISSING = 1
    INITIAL = 2
    LIKE = 3  #: two slips; only with strong evidence besides
    PART = 4
    TYPO = 5
    SOUNDS = 6
    SAME = 7


@dataclass(frozen=True, slots=True)
class Name:
    first: tuple[str, ...]
    last: tuple[str, ...]
    earlier: tuple[str, ...] = ()  #: the last name before marriage, if it is said
    generation: str = ""  #: junior | senior


@lru_cache(maxsize=20_000)
def name_of(first: str, last: str) -> Name:
    """Without titles, particles of nobility and forms of address; "Probe, Jonas" in one field is put right."""
    if not first.strip() and "," in last:
        last, _, first = last.partition(",")
    born_as = _BORN_AS.split(last, maxsplit=1)
    last_words, first_words = words(born_as[0]), words(first)
    generations = {_GENERATIONS[word] for word in (*first_words, *last_words) if word in _GENERATIONS}
    return Name(
        _without(first_words, _TITLES | _PARTICLES),
        _without(last_words, _TITLES | _PARTICLES),
        _without(words(born_as[1]), _PARTICLES) if len(born_as) > 1 else (),
        generations.pop() if len(generations) == 1 else "",
    )


def alike(one: tuple[str, ...], other: tuple[str, ...]) -> Alike:
    """Of two first names or two last names, as `name_of` gives them."""
    if not one or not other:
        return Alike.MISSING
    if one == other or "".join(one) == "".join(other):
        return Alike.SAME
    joined = _alike_words("".join(one), "".join(other))
    if joined != Alike.DIFFERENT:
        return joined
    return _of_parts(*sorted((one, other), key=len))


def _without(found: tuple[str, ...], dropped: frozenset[str]) -> tuple[str, ...]:
    """A name that has nothing else keeps what it has: Herr Graf is Herr Graf."""
    kept = tuple(word for word in found if word not in dropped and word not in _GENERATIONS)
    return kept or tuple(word for word in found if word not in _TITLES) or found


def _of_parts(fewer: tuple[str, ...], more: tuple[str, ...]) -> Alike:
    """Karl and Karl-Heinz, Müller and Müller-Lüdenscheidt, A. M. and Anna Maria."""
    if all(len(word) > 1 and any(_alike_words(word, each) >= Alike.TYPO for each in more) for word in fewer):
        return Alike.SAME if len(fewer) == len(more) else Alike.PART
    if all(_initial(word, each) for word, each in zip(fewer, more, strict=False)):
        return Alike.INITIAL
    return Alike.DIFFERENT


def _initial(word: str, other: str) -> bool:
    return word == other or (min(len(word), len(other)) == 1 and word[0] == other[0])


@lru_cache(maxsize=50_000)
def _alike_words(one: str, other: str) -> Alike:
    """A typo more in a long word than in a short one; what sounds the same may differ in two letters."""
    if one == other:
        return Alike.SAME
    shorter = min(len(one), len(other))
    if shorter < 3:
        return Alike.DIFFERENT
    apart = OSA.distance(one, other, score_cutoff=3)
    if apart <= 2 and one[0] == other[0] and cologne(one) == cologne(other):
        return Alike.SOUNDS
    if apart <= (1 if shorter < 8 else 2):
        return Alike.TYPO
    return Alike.LIKE if apart <= 2 and shorter >= 5 else Alike.DIFFERENT
