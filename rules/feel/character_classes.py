r"""Character classes of XPath's patterns: what `\d`, `\p{Lu}` and `[a-z-[aeiou]]` mean, as spans of characters.

XML Schema 1.1 part 2, appendix G. A general category stays a name, because both engines know it.
"""

import re
from dataclasses import dataclass, field

from rules.feel.errors import Unfit

Spans = tuple[tuple[int, int], ...]  #: first and last character of each

_ALL: Spans = ((0, 0xD7FF), (0xE000, 0x10FFFF))  #: halves of characters are none
#: XML 1.0 2.3, NameStartChar and NameChar.
_NAME_START: Spans = (
    (0x3A, 0x3A), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A), (0xC0, 0xD6), (0xD8, 0xF6), (0xF8, 0x2FF),
    (0x370, 0x37D), (0x37F, 0x1FFF), (0x200C, 0x200D), (0x2070, 0x218F), (0x2C00, 0x2FEF), (0x3001, 0xD7FF),
    (0xF900, 0xFDCF), (0xFDF0, 0xFFFD), (0x10000, 0xEFFFF),
)  # fmt: skip
_NAME: Spans = (*_NAME_START, (0x2D, 0x2E), (0x30, 0x39), (0xB7, 0xB7), (0x300, 0x36F), (0x203F, 0x2040))
_SPACE: Spans = ((0x09, 0x0A), (0x0D, 0x0D), (0x20, 0x20))
_BLOCKS: dict[str, Spans] = {"BasicLatin": ((0, 0x7F),), "Latin-1Supplement": ((0x80, 0xFF),)}
_CATEGORIES = re.compile(r"L[ultmo]?|M[nce]?|N[dlo]?|P[cdseifo]?|Z[slp]?|S[mcko]?|C[cfon]?")
_PROPERTY = re.compile(r"\\([pP])\{(?:Is([A-Za-z0-9-]+)|([A-Z][a-z]?))\}")


@dataclass(slots=True)
class CharacterClass:
    """Some characters, or all others, without those of `minus`."""

    spans: list[tuple[int, int]] = field(default_factory=list)
    properties: list[str] = field(default_factory=list)  #: as both engines write them: `\\p{Lu}`
    negated: bool = False
    minus: "CharacterClass | None" = None
    blocks: bool = False  #: is one of the properties a block, which RE2 does not know?

    def add(self, other: "CharacterClass") -> None:
        self.spans += other.spans
        self.properties += other.properties
        self.blocks = self.blocks or other.blocks


def escaped_class(text: str, at: int) -> tuple[CharacterClass, int] | None:
    """The class that an escape at this position means, and where the escape ends; None if it means none."""
    name = text[at : at + 2]
    if name in _SPANS:
        return CharacterClass(list(_SPANS[name])), at + 2
    if name in _PROPERTIES:
        return CharacterClass([], [*_PROPERTIES[name]]), at + 2
    if name not in ("\\p", "\\P"):
        return None
    found = _PROPERTY.match(text, at)
    if not found:
        raise Unfit
    return _property(found[2], found[3] or "", negated=found[1] == "P"), found.end()


def _property(block: str | None, category: str, *, negated: bool) -> CharacterClass:
    if block is None:
        if not _CATEGORIES.fullmatch(category):
            raise Unfit
        return CharacterClass([], [f"\\{'P' if negated else 'p'}{{{category}}}"], blocks=category == "Cn")
    if block in _BLOCKS:
        spans = _BLOCKS[block]
        return CharacterClass(list(without(_ALL, spans) if negated else spans))
    return CharacterClass([], [f"\\{'P' if negated else 'p'}{{Block={block}}}"], blocks=True)


def without(spans: Spans, others: Spans) -> Spans:
    """The characters of the first that are not among the second."""
    for low, high in others:
        spans = tuple(
            (a, b)
            for start, end in spans
            for a, b in ((start, min(end, low - 1)), (max(start, high + 1), end))
            if a <= b
        )
    return spans


_SPANS: dict[str, Spans] = {
    "\\s": _SPACE,
    "\\S": without(_ALL, _SPACE),
    "\\i": _NAME_START,
    "\\I": without(_ALL, _NAME_START),
    "\\c": _NAME,
    "\\C": without(_ALL, _NAME),
}
_PROPERTIES: dict[str, tuple[str, ...]] = {
    "\\d": (r"\p{Nd}",),
    "\\D": (r"\P{Nd}",),
    "\\w": (r"\p{L}", r"\p{M}", r"\p{N}", r"\p{S}"),
    "\\W": (r"\p{P}", r"\p{Z}", r"\p{C}"),
}
