"""The address block of a letter: whom it goes to and where, line by line, as it stands in the window of the envelope (DIN 5008)."""

from dataclasses import dataclass

from cpm import countries
from cpm.salutation import Party

_MR = frozenset({"herr", "mr"})
_MS = frozenset({"frau", "ms", "mrs"})

#: Where the postcode stands behind the town (UPU, Postal addressing systems).
_BEHIND = frozenset({"GB", "US", "CA", "AU", "IE", "NZ", "IN", "ZA", "SG"})


@dataclass(frozen=True, slots=True)
class Place:
    street: str  #: with its number, or a post-office box
    postcode: str
    city: str
    country: str = countries.HOME  #: ISO 3166-1 alpha-2
    extra: str = ""  #: a line before the street: department, c/o, building


def address_block(*parties: Party, place: Place | None = None) -> tuple[str, ...]:
    """The lines, none of them empty: companies first, then the persons, then where.

    A person of a company stands below it, without "z. Hd.". The country comes last, in German and in capitals, if the
    letter leaves Germany: that is what the post here reads (UPU S42, Deutsche Post).
    """
    firms = [party.company_name for party in parties if party.company_name]
    persons = [_person(party) for party in parties if party.kind == "person"]
    lines = [*dict.fromkeys(firms), *persons, *(_where(place) if place else ())]
    return tuple(line for line in (" ".join(line.split()) for line in lines) if line)


def _person(party: Party) -> str:
    """All titles stand here, in the salutation only doctors and professors."""
    return (
        f"{_addressed(party)} {party.title} {party.first_name} {party.last_name}" if party.last_name else ""
    )


def _addressed(party: Party) -> str:
    if party.language == "en" and party.title:
        return ""  # Dr Mara Beispiel: English puts one in place of the other
    word = party.gender_address.strip().lower().rstrip(".")
    if word in _MR:
        return "Herrn" if party.language != "en" else "Mr"
    if word in _MS:
        return "Frau" if party.language != "en" else "Ms"
    return ""


def _where(place: Place) -> tuple[str, ...]:
    abroad = place.country != countries.HOME
    last = countries.name(place.country, "de").upper() if abroad else ""
    town = f"{place.city} {place.postcode}" if place.country in _BEHIND else f"{place.postcode} {place.city}"
    return place.extra, place.street, town, last
