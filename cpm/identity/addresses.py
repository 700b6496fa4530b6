"""Postal addresses: Hauptstr. 5 a and Hauptstraße 5A are one."""

import re
from enum import IntEnum
from functools import lru_cache

from rapidfuzz.distance import OSA

from cpm.identity.folding import folded
from cpm.identity.record import Place

_STREET = re.compile(r"(?:strasse|str)\b\.?")
_NUMBER = re.compile(r"^(?P<street>.*?)\s*(?P<number>\d+)\s*(?P<letter>[a-z])?(?:\s*[-/+]\s*\d+\s*[a-z]?)?$")
_SIGNS = re.compile(r"[^a-z0-9]+")
_WORDS = {"pl": "platz", "weg": "weg", "al": "allee", "skt": "sankt", "st": "sankt"}


class Near(IntEnum):
    """How near two addresses are, the farthest first."""

    UNKNOWN = 0
    ELSEWHERE = 1
    CITY = 2
    POSTCODE = 3
    STREET = 4
    SAME = 5


@lru_cache(maxsize=20_000)
def street_of(written: str) -> tuple[str, str]:
    """The street in one form and the house number with its letter; either may be ""."""
    text = _STREET.sub("str ", folded(written)).replace(".", " ").strip()
    found = _NUMBER.match(text)
    name, number = (found["street"], found["number"] + (found["letter"] or "")) if found else (text, "")
    parts = (_WORDS.get(part, part) for part in _SIGNS.sub(" ", name).split())
    return "".join(parts), number


def postcode_of(written: str) -> str:
    """Without a country in front of it: D-40210 is 40210."""
    plain = _SIGNS.sub("", folded(written))
    return re.sub(r"^(?:de|d|at|a|ch)(?=\d{4,5}$)", "", plain)


def near(one: tuple[Place, ...], other: tuple[Place, ...]) -> Near:
    """The nearest two of their addresses."""
    return max((_near(mine, theirs) for mine in one for theirs in other), default=Near.UNKNOWN)


def _near(one: Place, other: Place) -> Near:
    postcodes = postcode_of(one.postcode), postcode_of(other.postcode)
    cities = _city(one.city), _city(other.city)
    same_postcode = bool(postcodes[0]) and postcodes[0] == postcodes[1]
    same_city = bool(cities[0]) and cities[0] == cities[1]
    if not all(postcodes) and not all(cities):
        return Near.UNKNOWN
    if same_postcode or same_city:
        (street, number), (street2, number2) = street_of(one.street), street_of(other.street)
        if street and street2 and _typo(street, street2):
            return Near.SAME if number and number == number2 else Near.STREET
        return Near.POSTCODE if same_postcode else Near.CITY
    return Near.ELSEWHERE


def _city(written: str) -> str:
    return _SIGNS.sub("", folded(written))


def _typo(one: str, other: str) -> bool:
    return OSA.distance(one, other) <= (0 if min(len(one), len(other)) < 6 else 1)
