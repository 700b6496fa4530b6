"""From a letter and its data to the file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from cpm import values as exact
from cpm import writing
from cpm.writing.faults import TemplateFault
from cpm.writing.letters import plain_word, press, tables, typst_data
from cpm.writing.letters.names import FORMS, MEDIA_TYPES, PARTS, letter_name
from cpm.writing.letters.press import Order


@dataclass(frozen=True, slots=True)
class Data:
    """What a letter is filled in with, for whom, and when: `at` is aware, in the zone of the firm."""

    values: Mapping[str, object]
    language: str
    at: datetime

    @property
    def zone(self) -> tzinfo:
        assert self.at.tzinfo is not None, "at is aware"
        return self.at.tzinfo

    @property
    def known(self) -> Mapping[str, object]:
        return {"language": self.language, "today": self.at.date(), **self.values}

    @property
    def noon(self) -> datetime:
        """When files say they were made: the same letter of one day is the same to the byte, and of that day in UTC too."""
        return self.at.replace(hour=12, minute=0, second=0, microsecond=0)


@dataclass(frozen=True, slots=True)
class Written:
    content: bytes
    media_type: str
    ending: str  #: of the file's name, without its dot


def write(letters: Mapping[str, bytes], letter: str, form: str, data: Data) -> Written:
    """`letters` are all files that the letter may use, by their names.

    Raises MissingPlaceholder and TemplateFault.
    """
    if form not in FORMS:
        known = ", ".join(FORMS)
        raise TemplateFault(
            None,
            f"Expected one of the formats {known}, but got {form!r:.20}.",
            de=f"Schreiben gibt es als {known}, nicht als {form!r:.20}.",
        )
    name = f"{letter}.{data.language}.{FORMS[form]}"
    if name not in letters:
        raise TemplateFault(
            None,
            f"Expected a letter {name:.100} to be deployed, but it is not.",
            de=f"Ein Schreiben {name:.100} ist nicht in Kraft.",
        )
    return Written(_content(letters, name, form, data), MEDIA_TYPES[form], form)


def picture(letters: Mapping[str, bytes], name: str, data: Data, *, page: int = 0) -> bytes:
    """A page of a typst letter as PNG."""
    return _typeset(typst_order(letters, name, data, make="png", page=page))


def text(content: bytes) -> str:
    """Raises TemplateFault for what is none in UTF-8."""
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise TemplateFault(
            None, f"Expected text in UTF-8, but {error}.", de=f"Die Vorlage ist kein Text in UTF-8: {error}."
        ) from error


def typst_order(
    letters: Mapping[str, bytes], name: str, data: Data, *, make: str = "pdf", page: int = 0
) -> Order:
    """The letter with its parts, not with other letters."""
    used = {each: content for each, content in letters.items() if each == name or _is_part(each)}
    sources = [text(content) for each, content in used.items() if each.endswith(".typ")]
    files = {**used, **typst_data.files(sources, data.known, data.language, data.zone)}
    options = {"timestamp": int(data.noon.timestamp()), "ppi": 110, "page": page}
    return Order(make, name, files, options)


def word_order(source: bytes, data: Data) -> Order:
    options = {"values": exact.dumps(dict(data.known)), "language": data.language, "zone": str(data.zone)}
    return Order("docx", "letter.docx", {"letter.docx": source}, options)


def _content(letters: Mapping[str, bytes], name: str, form: str, data: Data) -> bytes:
    match form:
        case "pdf":
            return _typeset(typst_order(letters, name, data))
        case "docx":
            plain_word.check(letters[name])
            return _typeset(word_order(letters[name], data))
        case "txt":
            made = writing.render(text(letters[name]), data.known, data.language, data.zone)
            return made.encode("utf-8", "replace")
    return tables.write(letters[name], form, data.known, data.language, made_at=data.noon)


def _typeset(order: Order) -> bytes:
    try:
        return press.make(order)
    except TemplateFault as fault:
        raise typst_data.told(fault) from fault


def _is_part(file: str) -> bool:
    name = letter_name(file)
    return name is not None and name.language is None and name.ending in PARTS
