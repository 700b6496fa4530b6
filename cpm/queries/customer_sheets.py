"""Lists of customers as files: what a serial letter needs, one line for each; a company's goes to whom it named."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select

from cpm import countries, phone_numbers, salutation
from cpm.model import Address, Customer, TermKind
from cpm.queries import customer_lists, customer_words
from cpm.queries.customer_lists import Wanted
from cpm.sheets import Head, Manner, csv_lines
from cpm.uow import UnitOfWork

_HEADS = (
    ("Kundennummer", "Customer number"),
    ("Art", "Kind"),
    ("Status", "Status"),
    ("Firma", "Company"),
    ("Anrede", "Form of address"),
    ("Titel", "Title"),
    ("Vorname", "First name"),
    ("Nachname", "Last name"),
    ("Briefanrede", "Salutation"),
    ("Sprache", "Language"),
    ("E-Mail", "E-mail"),
    ("Telefon", "Telephone"),
    ("Adresszusatz", "Address line"),
    ("Straße", "Street"),
    ("PLZ", "Postcode"),
    ("Ort", "Town"),
    ("Land", "Country"),
    ("Kategorien", "Categories"),
    ("Geschäftsfelder", "Business fields"),
    ("Herkunft", "Lead source"),
)


def as_csv(uow: UnitOfWork, wanted: Wanted, *, language: str = "de", api: bool = False) -> Iterator[bytes]:
    """The lines come as long as the unit of work is open."""
    heads = [Head(both[language == "en"]) for both in _HEADS]
    portions = customer_lists.each(uow, wanted, language=language, api=api)
    cells = (line for portion in portions for line in _cells(uow, portion, language))
    return csv_lines(heads, cells, Manner(language, uow.settings.zone))


def _cells(uow: UnitOfWork, rows: Sequence[Customer], language: str) -> Iterator[Sequence[Any]]:
    keys = [row.id for row in rows]
    mailing = customer_lists.mailing_of(uow, keys)
    people = [person.id for person in mailing.values()]
    known = customer_lists.addresses_of(uow, [*keys, *people])
    words = customer_lists.words_of(uow, keys, language)
    places = _places(uow, keys)
    for row in rows:
        person = mailing.get(row.id, row)
        addresses = dict(
            reversed([*known.get(person.id, ()), *known.get(row.id, ())])
        )  # the first of each kind
        place = places.get(row.id)
        yield (
            row.number,
            customer_words.word(customer_words.KINDS, row.kind.value, language),
            customer_words.word(customer_words.STATUS, row.status.value, language),
            row.company_name,
            _addressed(person, language),
            person.title,
            person.first_name,
            person.last_name,
            salutation.salutation(person.party),
            person.language,
            addresses.get("email"),
            _dialled(addresses.get("phone")),
            *_lines(place, language),
            ", ".join(words.get((row.id, TermKind.CATEGORY), ())),
            ", ".join(words.get((row.id, TermKind.BUSINESS_FIELD), ())),
            row.lead_source,
        )


def _dialled(number: str | None) -> str | None:
    """With 00 for the plus, behind which spreadsheets suspect a formula."""
    return None if number is None else phone_numbers.shown(number).replace("+", "00", 1)


def _addressed(person: Customer, language: str) -> str:
    known = customer_words.ADDRESSED if person.gender_address in ("Herr", "Frau") else {}
    return known[person.gender_address][language == "en"] if known else ""


def _lines(place: Address | None, language: str) -> tuple[str | None, ...]:
    if place is None:
        return (None,) * 5
    country = countries.name(place.country, language)
    return place.extra, place.street, place.postcode, place.city, country


def _places(uow: UnitOfWork, keys: Sequence[int]) -> dict[int, Address]:
    """The main address of each, else the first there is."""
    rows = uow.session.scalars(
        select(Address).where(Address.customer_id.in_(keys)).order_by(Address.id.desc())
    )
    ordered = sorted(rows, key=lambda row: row.kind == "main")
    return {row.customer_id: row for row in ordered}
