"""Files in forms: a value is a list of contexts such as {"documentId": "17", "metadata": {"fileName": "door.jpg"}}.

That is how Camunda 8 writes them down too. The bytes lie with the case; who knows them is handed in (`Lookups.files`).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from cpm import sniffing
from cpm.forms.messages import Misfit, printable
from cpm.forms.words import Words

#: No field holds more of them.
MOST = 20

#: What people call the types that a field takes; of all others the ending says it.
_KINDS = {
    "audio/*": Words("Tonaufnahmen", "sound recordings"),
    "image/*": Words("Bilder", "pictures"),
    "text/*": Words("Texte", "texts"),
    "video/*": Words("Filme", "films"),
}
_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Filed:
    """A document as a form knows it; its type is what its bytes look like."""

    number: str
    name: str
    type: str = ""
    size: int = 0
    looked: bool = True  #: at its bytes; else its type is what its sender says

    @property
    def value(self) -> dict[str, object]:
        facts = {"fileName": self.name, "contentType": self.type, "size": Decimal(self.size)}
        return {"documentId": self.number, "metadata": facts}


def take_files(raw: object) -> list[str]:
    """Their numbers, each once: of what a page or a program names, or of a value that was stored."""
    match raw:
        case None | "":
            return []
        case str():
            given: Sequence[object] = raw.split(",", maxsplit=MOST)
        case list():
            given = raw
        case _:
            given = [raw]
    if len(given) > MOST:
        raise Misfit("too_many_files", limit=MOST, count=len(given))
    numbers = [_number(each) for each in given]
    return list(dict.fromkeys(number for number in numbers if number))


def chosen(numbers: Collection[str], found: Mapping[str, Filed], accept: Collection[str]) -> list[Filed]:
    """The files of these numbers. Raises Misfit for one that is not there, or that the field does not take."""
    for number in numbers:
        if number not in found:
            raise Misfit("no_file", given=number)
    files = [found[number] for number in numbers]
    for each in files:
        if accept and not any(_fits(each, wanted) for wanted in accept):
            raise Misfit("wrong_file", given=printable(each.name), accept=kinds(accept))
    return files


def kinds(accept: Collection[str]) -> Words:
    """In the order in which the designer wrote them: .pdf, Bilder."""
    found = [_KINDS.get(each, Words(each, each)) for each in accept]
    return Words(", ".join(each.de for each in found), ", ".join(each.en for each in found))


def filed(value: object) -> Iterator[Filed]:
    """The documents that a value names; what is none is left out."""
    for each in value if isinstance(value, list) else [value]:
        facts = each.get("metadata") if isinstance(each, Mapping) else None
        if isinstance(each, Mapping) and isinstance(facts, Mapping):
            number, name, type_ = each.get("documentId"), facts.get("fileName"), facts.get("contentType")
            if isinstance(number, str) and isinstance(name, str):
                yield Filed(number, name, type_ if isinstance(type_, str) else "")


def _number(given: object) -> str:
    if isinstance(given, Mapping):
        given = given.get("documentId")
    text = str(given).strip() if isinstance(given, str | int | Decimal) else "?"
    if text and not (text.isascii() and text.isdecimal() and len(text) <= _DIGITS):
        raise Misfit("no_files")
    return text


def _fits(file: Filed, wanted: str) -> bool:
    if wanted.startswith("."):
        return file.name.casefold().endswith(wanted) and not (
            file.looked and sniffing.belied(file.name, file.type)
        )
    return file.type.startswith(wanted.removesuffix("*")) if wanted.endswith("/*") else file.type == wanted
