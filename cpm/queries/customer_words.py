"""What people call the fields of a customer, the kinds of their addresses, and what consent is for, in both languages."""

from collections.abc import Mapping
from datetime import date

from cpm import countries
from cpm.writing.values import day

Words = Mapping[str, tuple[str, str]]

FIELDS: Words = {
    "kind": ("Art", "Kind"),
    "status": ("Status", "Status"),
    "company_name": ("Firma", "Company"),
    "gender_address": ("Anrede", "Form of address"),
    "title": ("Titel", "Title"),
    "first_name": ("Vorname", "First name"),
    "last_name": ("Nachname", "Last name"),
    "born": ("Geburtsdatum", "Date of birth"),
    "language": ("Sprache", "Language"),
    "key_account": ("Großkunde", "Key account"),
    "lead_source": ("Herkunft", "Lead source"),
}
KINDS: Words = {"person": ("Person", "Person"), "company": ("Firma", "Company")}
STATUS: Words = {
    "prospect": ("Interessent", "Prospect"),
    "customer": ("Kunde", "Customer"),
    "former": ("Früherer Kunde", "Former customer"),
}
ADDRESSED: Words = {
    "unknown": ("nicht bekannt", "not known"),
    "Frau": ("Frau", "Ms"),
    "Herr": ("Herr", "Mr"),
    "divers": ("divers", "neither"),
}
LANGUAGES: Words = {"de": ("Deutsch", "German"), "en": ("Englisch", "English")}
IDENTIFIERS: Words = {
    "email": ("E-Mail", "E-mail"),
    "phone": ("Telefon", "Telephone"),
    "fax": ("Fax", "Fax"),
    "customer_no": ("Nummer in anderem System", "Number in another system"),
    "vat_id": ("USt-IdNr.", "VAT number"),
    "handle": ("Name in einem Netz", "Name in a network"),
}
POSTAL: Words = {
    "main": ("Hauptanschrift", "Main address"),
    "billing": ("Rechnungsanschrift", "Billing address"),
    "delivery": ("Lieferanschrift", "Delivery address"),
    "private": ("Privatanschrift", "Private address"),
}
CHANNELS: Words = {
    "email": ("E-Mail", "e-mail"),
    "phone": ("Telefon", "telephone"),
    "letter": ("Brief", "letter"),
    "fax": ("Fax", "fax"),
    "sms": ("SMS", "SMS"),
    "chat": ("Chat", "chat"),
    "social": ("Soziales Netz", "social network"),
}
PURPOSES: Words = {
    "advertising": ("Werbung", "advertising"),
    "notices": ("Nachrichten zu Vorgängen", "notices about cases"),
    "survey": ("Befragung", "survey"),
}
TERMS: Words = {
    "category": ("Kategorie", "Category"),
    "business_field": ("Geschäftsfeld", "Business field"),
    "lead_source": ("Herkunft", "Lead source"),
}
#: What an ERP and we both have of a customer.
ERP: Words = {
    "name": ("Name", "Name"),
    "vat_id": IDENTIFIERS["vat_id"],
    "email": IDENTIFIERS["email"],
    "phone": IDENTIFIERS["phone"],
    "language": FIELDS["language"],
    "address": ("Anschrift", "Address"),
}
#: By the name of a field, what its values are called.
VALUES: Mapping[str, Words] = {
    "kind": KINDS,
    "status": STATUS,
    "gender_address": ADDRESSED,
    "language": LANGUAGES,
    "channel": CHANNELS,
    "purpose": PURPOSES,
}


def word(words: Words, key: str, language: str) -> str:
    """The key itself where there is no word for it."""
    known = words.get(key)
    return key if known is None else known[language == "en"]


def field(name: str, language: str) -> str:
    return word(FIELDS, name, language)


def value(name: str, said: object, language: str) -> str:
    """What a field holds, in words; empty for nothing."""
    if isinstance(said, bool):
        return (("nein", "no"), ("ja", "yes"))[said][language == "en"]
    if isinstance(said, date):
        return day(said, german=language != "en")
    return "" if said is None else word(VALUES.get(name, {}), str(said), language)


def erp_field(name: str, language: str) -> str:
    """Of `connectors.erp.meeting.FIELDS`."""
    return word(ERP, name, language)


def erp_value(name: str, said: object, language: str) -> str:
    """What such a field holds, in words; an address on one line."""
    if isinstance(said, (list, tuple)):
        street, postcode, city, country = (str(part or "") for part in said)
        where = f"{postcode} {city}".strip(), countries.name(country, language) if country else ""
        return ", ".join(part for part in (*street.splitlines(), *where) if part)
    return value(name, said, language)
