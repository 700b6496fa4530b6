"""What is compared of a customer."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Place:
    street: str = ""  #: with the house number, as people write it
    postcode: str = ""
    city: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    company: bool = False
    company_name: str = ""
    first_name: str = ""
    last_name: str = ""
    gender: str = ""  #: Herr | Frau; whatever else says nothing
    born: date | None = None
    places: tuple[Place, ...] = ()
    emails: tuple[str, ...] = ()  #: normalised
    phones: tuple[str, ...] = ()  #: E.164
    vat_ids: tuple[str, ...] = ()
