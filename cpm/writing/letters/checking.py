"""What speaks against letters before they are deployed: each is made once, with its sample data or with gaps."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from cpm import writing
from cpm.writing.faults import MissingPlaceholder, TemplateFault
from cpm.writing.letters import plain_word, press, tables, typst_data, written
from cpm.writing.letters.names import LetterName, letter_name
from cpm.writing.letters.press import Order
from cpm.writing.letters.written import Data

_GAP = "…"
_SOME_DAY = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
_PACKAGE = re.compile(r"@(preview|local)\b")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(?:Z|[+-][0-9]{2}:[0-9]{2})")
_LARGEST = 5_000_000  #: bytes


@dataclass(frozen=True, slots=True)
class Fault:
    file: str
    line: int | None
    english: str
    german: str


def check(letters: Mapping[str, bytes], files: Iterable[str]) -> list[Fault]:
    """What speaks against `files`, which are among `letters` with all that they may use."""
    found: list[Fault] = []
    orders: dict[str, Order] = {}
    for file in sorted(files):
        try:
            if order := _look(letters, file):
                orders[file] = order
        except (TemplateFault, MissingPlaceholder) as error:
            found.append(_fault(file, error))
    # what comes behind one that took too much was not looked at: it waits until that is mended
    for file, answer in zip(orders, press.make_all(list(orders.values())) if orders else [], strict=True):
        if isinstance(answer, TemplateFault):
            found.append(_fault(file, typst_data.told(answer)))
    return found or list(_apart(letters, files))


def sample(content: bytes) -> dict[str, Any]:
    """Sample data: JSON, with dates and moments as ISO 8601 writes them. Raises TemplateFault."""
    try:
        found = json.loads(content, parse_float=Decimal, parse_int=Decimal, parse_constant=_refuse)
        return _object(found)
    except (ValueError, TypeError, RecursionError, ArithmeticError) as error:
        raise TemplateFault(
            getattr(error, "lineno", None),
            f"Expected sample data as JSON, but {error}.",
            de=f"Beispieldaten sind JSON: {error}.",
        ) from error


def values_for(letters: Mapping[str, bytes], file: str) -> dict[str, Any] | None:
    """The sample data of a letter, if there are any."""
    name = letter_name(file)
    content = letters.get(name.sample) if name else None
    return None if content is None else sample(content)


def names(letters: Mapping[str, bytes], file: str) -> frozenset[str]:
    """The values that a letter asks for by itself."""
    content = letters[file]
    match letter_name(file):
        case LetterName(ending="typ"):
            return typst_data.names(written.text(content))
        case LetterName(ending="txt"):
            return writing.placeholders(written.text(content))
        case LetterName(ending="toml"):
            table = tables.read(content)
            return frozenset({table.rows.partition(".")[0], *table.values})
        case LetterName(ending="docx"):
            made = press.make(Order("docx-names", "letter.docx", {"letter.docx": content}, {}))
            return frozenset(json.loads(made))
    return frozenset()


def _look(letters: Mapping[str, bytes], file: str) -> Order | None:
    """What is to be made to know more, if a look does not do."""
    content, name = letters[file], letter_name(file)
    if len(content) > _LARGEST:
        raise TemplateFault(
            None,
            f"Expected a file of at most {_LARGEST} bytes, but it has {len(content)}.",
            de=f"Die Datei hat mehr als {_LARGEST} Bytes.",
        )
    match name:
        case LetterName(ending="json"):
            sample(content)
        case LetterName(ending="typ"):
            return _typst(letters, file, name)
        case LetterName(ending="docx", language=str(language)):
            plain_word.check(content)
            if (values := values_for(letters, file)) is None:
                return Order("docx-names", "letter.docx", {"letter.docx": content}, {})
            return written.word_order(content, Data(values, language, _SOME_DAY))
        case LetterName(ending="txt", language=str(language)):
            _text(letters, file, written.text(content), language)
        case LetterName(ending="toml"):
            tables.read(content)
    return None


def _typst(letters: Mapping[str, bytes], file: str, name: LetterName) -> Order | None:
    source = written.text(letters[file])
    if found := _PACKAGE.search(source):
        line = source.count("\n", 0, found.start()) + 1
        raise TemplateFault(
            line,
            f"Expected a letter of our own files, but line {line} takes a package.",
            de=f"Zeile {line} holt ein Paket aus dem Netz; ein Schreiben nutzt nur eigene Dateien.",
        )
    asked = typst_data.names(source)
    if not name.is_letter:
        return None
    values = values_for(letters, file)
    known = dict.fromkeys(asked | _names_of_parts(letters), writing.Blank(_GAP)) if values is None else values
    return written.typst_order(letters, file, Data(known, name.language or "de", _SOME_DAY))


def _names_of_parts(letters: Mapping[str, bytes]) -> frozenset[str]:
    parts = [
        file
        for file in letters
        if (name := letter_name(file)) and not name.is_letter and name.ending == "typ"
    ]
    return frozenset[str]().union(*(typst_data.names(written.text(letters[part])) for part in parts))


def _text(letters: Mapping[str, bytes], file: str, text: str, language: str) -> None:
    writing.check(text)
    if (values := values_for(letters, file)) is not None:
        data = Data(values, language, _SOME_DAY)
        writing.render(text, data.known, language, data.zone)


def _apart(letters: Mapping[str, bytes], files: Iterable[str]) -> Iterator[Fault]:
    """Both languages are there and ask for the same."""
    for file in sorted(files):
        name = letter_name(file)
        if name is None or name.language is None:
            continue
        other = f"{name.letter}.{'en' if name.language == 'de' else 'de'}.{name.ending}"
        if other not in letters:
            yield Fault(
                file,
                None,
                f"Expected the letter in both languages, but there is no {other}.",
                f"Das Schreiben gibt es in beiden Sprachen; {other} fehlt.",
            )
        elif more := names(letters, file) - names(letters, other):
            listed = ", ".join(sorted(more))
            yield Fault(
                file,
                None,
                f"Expected the same placeholders in both languages, but {other} lacks {listed}.",
                f"Beide Sprachen haben dieselben Platzhalter; in {other} fehlt: {listed}.",
            )


def _fault(file: str, error: Exception) -> Fault:
    if isinstance(error, TemplateFault):
        return Fault(file, error.line, str(error), error.sentence("de"))
    assert isinstance(error, MissingPlaceholder), "nothing else is told"
    return Fault(
        file,
        None,
        f"Expected sample data for all placeholders, but {error.name} is missing.",
        f"In den Beispieldaten fehlt {error.name}.",
    )


def _object(found: object) -> dict[str, Any]:
    if not isinstance(found, dict):
        raise TypeError("it is no object {...}")
    return {key: _dated(each) for key, each in found.items()}


def _dated(value: Any) -> Any:
    match value:
        case dict():
            return {key: _dated(each) for key, each in value.items()}
        case list():
            return [_dated(each) for each in value]
        case str() if _DAY.fullmatch(value):
            return date.fromisoformat(value)
        case str() if _MOMENT.fullmatch(value):
            return datetime.fromisoformat(value)
    return value


def _refuse(word: str) -> None:
    raise ValueError(f"{word} is no number")
