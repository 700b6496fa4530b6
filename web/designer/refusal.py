"""Findings as a page shows them: numbered in a table, and by their numbers at the elements of the drawing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rules.xml import Finding

MOST = 500  #: findings on a page; who has mended those sees the others
_LARGEST = 2 * 1024 * 1024  #: bytes of all drawings on a page; what goes beyond that has its table only


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
    drawn: list[Drawing] = []
    left = _LARGEST
    for file in named:
        content = files.get(file, b"") if file.endswith(".bpmn") else b""
        if len(content) <= left and (xml := _text(content)):
            left -= len(content)
            drawn.append(Drawing(len(drawn) + 1, file, xml))
    return drawn


def remarks(findings: Sequence[Finding], drawn: Sequence[Drawing]) -> list[Remark]:
    places = {drawing.file: drawing.number for drawing in drawn}
    return [Remark(number, each, places.get(each.file)) for number, each in enumerate(findings, 1)]


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return ""
