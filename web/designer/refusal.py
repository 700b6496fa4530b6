"""Findings as a page shows them: numbered in a table, and by their numbers at the elements of the drawing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rules.xml import Finding

_LARGEST_DRAWING = 1024 * 1024  #: bytes; a larger one has its table only


@dataclass(frozen=True, slots=True)
class Remark:
    number: int
    finding: Finding
    drawing: int | None  #: which of the drawings shows its element


@dataclass(frozen=True, slots=True)
class Drawing:
    number: int
    file: str
    xml: str


def drawings(files: Mapping[str, bytes], findings: Sequence[Finding]) -> list[Drawing]:
    """The models among the files that a finding names an element of, as far as they can be drawn."""
    named = dict.fromkeys(finding.file for finding in findings if finding.element)
    texts = [(file, _text(files.get(file, b""))) for file in named if file.endswith(".bpmn")]
    return [Drawing(number, file, text) for number, (file, text) in enumerate(texts, 1) if text]


def remarks(findings: Sequence[Finding], drawn: Sequence[Drawing]) -> list[Remark]:
    places = {drawing.file: drawing.number for drawing in drawn}
    return [Remark(number, each, places.get(each.file)) for number, each in enumerate(findings, 1)]


def _text(content: bytes) -> str:
    if len(content) > _LARGEST_DRAWING:
        return ""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return ""
