"""Customers from a file of another system: looked at whole, told line by line, and taken all together or not at all."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from cpm import case_numbers
from cpm.commands import addresses, audit, births, customers, identifier_facts, identifiers, terms
from cpm.commands.addresses import Postal
from cpm.errors import CpmError, Invalid
from cpm.model import Customer, CustomerKind, CustomerStatus, Term, TermKind
from cpm.queries import customer_words
from cpm.uow import UnitOfWork

MOST_LINES = 20_000
_LONGEST_FILE = 20_000_000  #: characters
#: What a column may be called, in any case: by the name of the field, or as our own files have it.
HEADERS: Mapping[str, tuple[str, ...]] = {
    "number": ("number", "kundennummer", "customer number"),
    "customer_no": ("customer_no", "fremdnummer", "external number"),
    "kind": ("kind", "art"),
    "status": ("status",),
    "company_name": ("company_name", "firma", "company"),
    "gender_address": ("gender_address", "anrede", "form of address"),
    "title": ("title", "titel"),
    "first_name": ("first_name", "vorname", "first name"),
    "last_name": ("last_name", "nachname", "name", "last name"),
    "born": ("born", "geburtsdatum", "date of birth"),
    "language": ("language", "sprache"),
    "lead_source": ("lead_source", "herkunft", "lead source"),
    "email": ("email", "e-mail", "mail"),
    "phone": ("phone", "telefon", "telephone"),
    "fax": ("fax",),
    "vat_id": ("vat_id", "ust-idnr.", "ust-id", "vat number"),
    "extra": ("extra", "adresszusatz", "address line"),
    "street": ("street", "straße", "strasse"),
    "postcode": ("postcode", "plz"),
    "city": ("city", "ort", "town"),
    "country": ("country", "land"),
    "categories": ("categories", "kategorien"),
    "business_fields": ("business_fields", "geschäftsfelder", "business fields"),
}
_OURS = {"briefanrede", "salutation"}  #: of our own files, made from the rest
_WORDS = {
    "kind": customer_words.KINDS,
    "status": customer_words.STATUS,
    "gender_address": {**customer_words.ADDRESSED, "unknown": ("", "")},
    "language": customer_words.LANGUAGES,
}
_KNOWN_BY = (
    identifiers.CUSTOMER_NO,
    identifiers.EMAIL,
    identifiers.PHONE,
    identifiers.VAT_ID,
    identifiers.FAX,
)


@dataclass(frozen=True, slots=True)
class Fault:
    line: int  #: of the file, the heading is 1
    why: str
    why_de: str


@dataclass(frozen=True, slots=True)
class Imported:
    added: int
    changed: int  #: those who were known; what the file says of them stands now
    faults: tuple[Fault, ...]  #: with any of them nothing is kept


def read(text: str) -> list[tuple[int, dict[str, str]]]:
    """Line number and fields by our names; Invalid if there is no heading, or one of an unknown column."""
    text = text.removeprefix("\ufeff")
    if len(text) > _LONGEST_FILE:
        raise Invalid("Expected a file of at most 20 MB, but it is longer", de="Die Datei ist zu lang.")
    head = text.split("\n", 1)[0]
    parting = max(";,\t", key=head.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=parting, strict=True))
    except csv.Error as error:
        raise Invalid(f"Expected a CSV file, but {error}", de="Das ist keine lesbare CSV-Datei.") from error
    if not rows:
        raise Invalid("Expected a heading, but the file is empty", de="Die Datei ist leer.")
    if len(rows) > MOST_LINES:
        raise Invalid(
            f"Expected at most {MOST_LINES} lines, but there are {len(rows)}",
            de=f"Höchstens {MOST_LINES} Zeilen auf einmal.",
        )
    names = _names(rows[0])
    return [
        (number, {name: _cell(cell) for name, cell in zip(names, row, strict=False) if name})
        for number, row in enumerate(rows[1:], 2)
        if any(cell.strip() for cell in row)
    ]


def take(uow: UnitOfWork, text: str) -> Imported:
    """Who is known by number, address or telephone number is changed where the file says something; the others are new.

    The caller rolls back if there are faults, and commits nothing to try it. The same file again changes nothing.
    """
    added = changed = 0
    faults: list[Fault] = []
    for line, fields in read(text):
        try:
            with uow.session.begin_nested():  # a line that fails leaves nothing for the next to stumble over
                if _take(uow, fields):
                    added += 1
                else:
                    changed += 1
        except CpmError as error:
            faults.append(Fault(line, _why(error, "en"), _why(error, "de")))
    if not faults:
        audit.record(uow, "customers.imported", added=added, changed=changed)
    return Imported(added, changed, tuple(faults))


def _names(heading: Sequence[str]) -> list[str]:
    by_header = {header: name for name, headers in HEADERS.items() for header in headers}
    found = [by_header.get(cell.strip().casefold(), "") for cell in heading]
    unknown = [
        cell
        for cell, name in zip(heading, found, strict=True)
        if not name and cell.strip().casefold() not in _OURS and cell.strip()
    ]
    if (
        unknown
        or not any(found)
        or len({name for name in found if name}) < len([name for name in found if name])
    ):
        what = ", ".join(unknown) or "none, or one twice"
        raise Invalid(
            f"Expected headings out of {', '.join(HEADERS)}, each once, but found {what:.200}",
            [("file", f"unknown heading: {what:.200}")],
            de=f"Unbekannte, fehlende oder doppelte Überschrift: {what:.200}.",
        )
    return found


def _cell(cell: str) -> str:
    """Without what our own files put before what a spreadsheet might calculate."""
    cell = cell.strip()
    return cell[1:] if cell[:1] == "'" and cell[1:2] in ("=", "+", "-", "@") else cell


def _take(uow: UnitOfWork, fields: Mapping[str, str]) -> bool:
    """Whether they are new."""
    said = {name: _word(name, value) for name, value in fields.items() if value and name in customers.FIELDS}
    if source := said.get("lead_source"):
        said["lead_source"] = _key(uow, TermKind.LEAD_SOURCE, source)
    known = _known(uow, fields)
    if known is None:
        kind = said.get("kind") or (CustomerKind.COMPANY if said.get("company_name") else CustomerKind.PERSON)
        facts: dict[str, Any] = {
            "kind": CustomerKind(kind),
            **{name: value for name, value in said.items() if name != "kind"},
        }
        if "born" in facts:
            facts["born"] = births.read(facts["born"])
        if "status" in facts:
            facts["status"] = CustomerStatus(facts["status"])
        who = customers.create(uow, customers.Facts(**facts))
    else:
        who = customers.change(uow, known.id, said)
    for name in _KNOWN_BY:
        if value := fields.get(name):
            identifier_facts.add(uow, who.id, name, value, source="import")
    if any(fields.get(name) for name in ("street", "postcode", "city")):
        place = {name: fields.get(name, "") for name in ("street", "postcode", "city", "country", "extra")}
        addresses.add(uow, who.id, Postal(**place))
    for name, kind_of in (("categories", TermKind.CATEGORY), ("business_fields", TermKind.BUSINESS_FIELD)):
        for word in filter(None, (part.strip() for part in fields.get(name, "").split(","))):
            terms.assign(uow, kind_of, _key(uow, kind_of, word), [who.id])
    return known is None


def _known(uow: UnitOfWork, fields: Mapping[str, str]) -> Customer | None:
    """By their own number first; by what they are known by else. Invalid if that leads to several."""
    if number := fields.get("number"):
        return uow.get(Customer, case_numbers.customer_id(number))
    owners = {
        who.id: who
        for kind in _KNOWN_BY
        if (value := fields.get(kind))
        and (who := identifiers.owner(uow, kind, identifiers.normalised(kind, value))) is not None
    }
    if len(owners) > 1:
        numbers = ", ".join(who.number for who in owners.values())
        raise Invalid(
            f"Expected one customer, but what is said belongs to {numbers}",
            de=f"Die Angaben gehören zu mehreren Kunden: {numbers}.",
        )
    return next(iter(owners.values()), None)


def _word(name: str, value: str) -> str:
    """The code of a field's value that is written in words."""
    for code, both in _WORDS.get(name, {}).items():
        if value.casefold() in {code.casefold(), *(word.casefold() for word in both)}:
            return code
    return value


def _key(uow: UnitOfWork, kind: TermKind, word: str) -> str:
    """A term by its key or name; a category that there is not yet is made."""
    for term in _terms(uow, kind):
        if word.casefold() in {term.key.casefold(), term.name_de.casefold(), term.name_en.casefold()}:
            return term.key
    return terms.put(uow, kind, word).key if kind == TermKind.CATEGORY else word


def _terms(uow: UnitOfWork, kind: TermKind) -> Iterator[Term]:
    yield from uow.session.scalars(select(Term).where(Term.kind == kind))


def _why(error: CpmError, language: str) -> str:
    """The refusal, with the fields that do not fit."""
    faults = error.faults(language) if isinstance(error, Invalid) else ()
    details = "; ".join(f"{name}: {why}" for name, why in faults)
    return f"{error.sentence(language)} ({details})" if details else error.sentence(language)
