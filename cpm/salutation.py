"""How to address somebody in writing and on the telephone; the form of address is never guessed from a name.

Where something is missing, the next more general form is taken: a letter is never stopped by it.
"""

import re
from dataclasses import dataclass
from typing import Literal

_MR = frozenset({"herr", "mr"})
_MS = frozenset({"frau", "ms", "mrs"})
_GENERAL = {"de": "Sehr geehrte Damen und Herren", "en": "Dear Sir or Madam"}


@dataclass(frozen=True, slots=True)
class Party:
    kind: Literal["person", "company"] = "person"
    company_name: str = ""
    #: "Herr"/"Mr", "Frau"/"Ms"; all else ("divers", "unknown", "") is addressed neutrally
    gender_address: str = ""
    title: str = ""
    first_name: str = ""
    #: with "von", "zu", "de"
    last_name: str = ""
    language: str = "de"


def salutation(*parties: Party) -> str:
    """The whole line with its comma: "Sehr geehrte Frau Dr. Beispiel," or "Dear Dr Beispiel and Mr Probe,"."""
    language = _language(parties)
    named = [line for line in map(_english if language == "en" else _german, parties) if line]
    if not named:
        companies = any(party.kind == "company" for party in parties)
        return f"{_GENERAL[language]}," if companies or language == "en" else "Guten Tag,"
    if language == "en":
        return f"Dear {' and '.join(named)},"
    return ", ".join([named[0], *(line[0].lower() + line[1:] for line in named[1:])]) + ","


def name_spoken(*parties: Party) -> str | None:
    """The name as it is said, "Frau Dr. Beispiel"; None where we know too little to say one."""
    spoken = [name for name in map(_spoken, parties) if name]
    return (" and " if _language(parties) == "en" else " und ").join(spoken) or None


def closing(language: str, line: str = "") -> str:
    """What ends a letter that began with this salutation; the German one has no comma."""
    if language != "en":
        return "Mit freundlichen Grüßen"
    return "Yours faithfully," if not line or line.startswith(_GENERAL["en"]) else "Yours sincerely,"


def general(language: str) -> str:
    """The salutation for a reader we know nothing of."""
    return "Dear Sir or Madam," if language == "en" else "Guten Tag,"


def _language(parties: tuple[Party, ...]) -> Literal["de", "en"]:
    return "en" if parties and parties[0].language == "en" else "de"


def _german(party: Party) -> str:
    title, last = _title(party), _tidy(party.last_name)
    address = _address(party)
    if not (address and last):
        return _neutral(party, "Guten Tag ")
    if title.startswith("Prof"):
        return (
            f"Sehr geehrter Herr Professor {last}"
            if address == "Mr"
            else f"Sehr geehrte Frau Professorin {last}"
        )
    opening = "Sehr geehrter Herr" if address == "Mr" else "Sehr geehrte Frau"
    return _tidy(f"{opening} {title} {last}")


def _english(party: Party) -> str:
    title, last = _title(party), _tidy(party.last_name)
    if title and last:
        return f"Professor {last}" if title.startswith("Prof") else f"Dr {last}"
    if address := _address(party):
        return f"{address} {last}" if last else ""
    return _neutral(party, "")


def _neutral(party: Party, opening: str) -> str:
    """Abbreviated titles are neutral; a bare last name is not enough, it would sound rude."""
    title, first, last = _title(party, whole=True), _tidy(party.first_name), _tidy(party.last_name)
    return opening + _tidy(f"{title} {first} {last}") if last and (first or title) else ""


def _spoken(party: Party) -> str:
    title, first, last, address = (
        _title(party),
        _tidy(party.first_name),
        _tidy(party.last_name),
        _address(party),
    )
    if address and last:
        return _english(party) if party.language == "en" else _tidy(_german(party).split(" ", 2)[2])
    if first and last:
        return f"{first} {last}"
    if title and last and party.language == "en":
        return _english(party)
    return _tidy(party.company_name)


def _address(party: Party) -> str:
    word = party.gender_address.strip().lower().rstrip(".")
    return "Mr" if word in _MR else "Ms" if word in _MS else ""


def _title(party: Party, *, whole: bool = False) -> str:
    """Only doctors and professors are addressed by title; "Dipl.-Ing." stands in the address block alone."""
    found = re.findall(r"(?:Prof|Dr)\.?(?: ?h\. ?c\.)?", party.title)
    title = " ".join(word if "." in word else f"{word}." for word in found)
    return title if whole or not title.startswith("Prof") else "Prof."


def _tidy(text: str) -> str:
    return " ".join(text.split())
