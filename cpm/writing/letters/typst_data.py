"""What a typst letter asks for, written before it runs: it gets texts, never values, and computes nothing with them.

`value("due|long_date")` is what `{{due|long_date}}` is in a text. The calls are found in the source, so their texts stand
there as they are; a call with anything else in its brackets is told when the letter is made.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from typing import Any

from cpm import writing
from cpm.writing.faults import MissingPlaceholder, TemplateFault

PRELUDE = "cpm.typ"
DATA = "data.json"
_TEXT = r'"(?:[^"\\\n]|\\.)*"'
_ASKED = re.compile(rf"\b(value|prose|given|rows)\(\s*({_TEXT}(?:\s*,\s*{_TEXT})*)\s*,?\s*\)")
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*")
_MISSING = re.compile(r"cpm:(missing|unknown):(.*?)\"?(?: \(|$)")
_SEPARATOR = "\u001f"
MOST_CELLS = 20_000


@dataclass(frozen=True, slots=True)
class Asked:
    """`what` is one expression, or a list and its columns."""

    call: str
    what: tuple[str, ...]
    line: int


def asked(source: str) -> Iterator[Asked]:
    for found in _ASKED.finditer(source):
        texts = tuple(json.loads(text) for text in re.findall(_TEXT, found[2]))
        yield Asked(found[1], texts, source.count("\n", 0, found.start()) + 1)


def names(source: str) -> frozenset[str]:
    """The values that a letter asks for. Raises TemplateFault with its line."""
    found: set[str] = set()
    for each in asked(source):
        with_line(each)
        found |= writing.placeholders(_template(each.what[0]))
    return frozenset(found)


def with_line(each: Asked) -> None:
    """Raises TemplateFault for what is no expression, by the line of the letter."""
    if each.call == "rows" and not _PLAIN.fullmatch(each.what[0]):
        raise TemplateFault(
            each.line,
            f"Expected the name of a list first in rows(), but line {each.line} has {each.what[0]!r}.",
            de=f"rows() nennt zuerst eine Liste; Zeile {each.line} nennt {each.what[0]!r}.",
        )
    for text in each.what:
        writing.check("\n" * (each.line - 1) + _template(text))


def data(sources: Iterable[str], values: Mapping[str, object], language: str, zone: tzinfo) -> dict[str, Any]:
    """What lies beside the letter as JSON; a value that is missing stops it only where it is asked for."""
    texts: dict[str, dict[str, Any]] = {}
    rows: dict[str, dict[str, Any]] = {}
    for source in sources:
        for each in asked(source):
            with_line(each)
            if each.call == "rows":
                rows[_SEPARATOR.join(each.what)] = _rows(each, values, language, zone)
            elif each.what[0] not in texts:
                texts[each.what[0]] = _text(each.what[0], values, language, zone)
    return {"language": language, "values": texts, "rows": rows}


def files(
    sources: Iterable[str], values: Mapping[str, object], language: str, zone: tzinfo
) -> dict[str, bytes]:
    prelude = Path(__file__).with_name("prelude.typ").read_bytes()
    return {PRELUDE: prelude, DATA: json.dumps(data(sources, values, language, zone)).encode()}


def told(fault: TemplateFault) -> Exception:
    """A fault that the prelude raised is a value that is missing, or a call that asks for something unforeseen."""
    found = _MISSING.search(str(fault).removesuffix("."))
    if found is None:
        return fault
    if found[1] == "missing":
        return MissingPlaceholder(found[2])
    return TemplateFault(
        fault.line,
        f"Expected value(), given(), prose() and rows() with texts in quotes, but one asks for {found[2]!r}.",
        de=f"value(), given(), prose() und rows() haben Texte in Anführungszeichen; hier steht {found[2]!r}.",
    )


def _text(expression: str, values: Mapping[str, object], language: str, zone: tzinfo) -> dict[str, Any]:
    try:
        return {"is": writing.render(_template(expression), values, language, zone)}
    except MissingPlaceholder as missing:
        return {"missing": missing.name}


def _rows(each: Asked, values: Mapping[str, object], language: str, zone: tzinfo) -> dict[str, Any]:
    path, *columns = each.what
    found: object = values
    for step in path.split("."):
        found = found.get(step) if isinstance(found, Mapping) else None
    if isinstance(found, writing.Blank):
        return {"is": []}
    if not isinstance(found, list | tuple):
        return {"missing": path}
    if len(found) * len(columns) > MOST_CELLS:
        raise TemplateFault(
            each.line,
            f"Expected a table of at most {MOST_CELLS} cells, but it has more.",
            de=f"Eine Tabelle hat höchstens {MOST_CELLS} Zellen, diese mehr.",
        )
    made = []
    for number, item in enumerate(found, 1):
        here = {**values, **(item if isinstance(item, Mapping) else {"item": item}), "nr": number}
        cells = [_text(column, here, language, zone) for column in columns]
        if gone := next((cell["missing"] for cell in cells if "missing" in cell), None):
            return {"missing": f"{path}[{number - 1}].{gone}"}
        made.append([cell["is"] for cell in cells])
    return {"is": made}


def _template(expression: str) -> str:
    return f"{{{{{expression}}}}}"
