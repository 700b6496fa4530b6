"""Regular expressions of XPath (DMN 1.5 10.3.4.3) on RE2, whose time grows with the text and no faster.

Therefore no pattern can hang an evaluation. What RE2 cannot do gives null: back-references.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import re2  # type: ignore[import-untyped]  # google-re2 1.1 ships no types

from rules.feel.character_classes import without_subtraction
from rules.feel.errors import Unfit
from rules.feel.frames import Run
from rules.feel.limits import LONGEST_PATTERN

#: What an escape means as part of a character class; XPath's classes are those of Unicode, RE2's ASCII.
_CLASSES = {
    "\\d": r"\p{Nd}",
    "\\D": r"\P{Nd}",
    "\\w": r"\p{L}\p{M}\p{N}\p{S}",
    "\\W": r"\p{P}\p{Z}\p{C}",
    "\\s": r"\t\n\r ",
    "\\S": r"\S",
    "\\i": r"\p{L}_:",
    "\\c": r"\p{L}\p{N}\p{M}_:.\-",
    "\\p{IsBasicLatin}": r"\x00-\x7F",
    "\\p{IsLatin-1Supplement}": r"\x{80}-\x{FF}",
}
_COMPLEMENTS = {"\\I": _CLASSES["\\i"], "\\C": _CLASSES["\\c"]}
_PIECE = re.compile(r"\\[pP]\{[^}]*\}|\\.|\(\?:?|.", re.DOTALL)
_SAME = frozenset("\\|.?*+(){}[]^$-nrt")  #: after a backslash, these mean the same to XPath and RE2
_PLAIN = re.compile(r"[^\\|.?*+(){}\[\]^$]+")
_WORK_A_STEP = 256  #: characters times instructions
_REFERENCE = re.compile(r"\\(.)|\$(\d*)|\\$", re.DOTALL)


def compiled(pattern: str, flags: object) -> Any:
    """The RE2 pattern. Raises Unfit for what is none in XPath, for unknown flags and for very long ones."""
    if len(pattern) > LONGEST_PATTERN or not isinstance(flags, str | None) or set(flags or "") - set("smixq"):
        raise Unfit
    return _compiled(pattern, "".join(sorted(set(flags or ""))))


@lru_cache(maxsize=1024)
def _compiled(pattern: str, flags: str) -> Any:
    if "q" in flags:
        source = re2.escape(pattern)
    else:
        source = _translated(_without_space(pattern) if "x" in flags else pattern, dots="s" in flags)
    inline = "".join(flag for flag in flags if flag in "smi")
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(f"(?{inline}:{source})" if inline else source, options)
    except re2.error as error:
        raise Unfit from error


def _without_space(pattern: str) -> str:
    """White space outside of character classes means nothing, not even after a backslash."""
    kept = []
    in_class = escaped = False
    for character in pattern:
        if character.isspace() and not in_class:
            continue
        if not escaped and character in "[]":
            in_class = character == "["
        escaped = character == "\\" and not escaped
        kept.append(character)
    return "".join(kept)


def _translated(pattern: str, *, dots: bool) -> str:
    """For RE2; with `dots`, a dot is any character at all."""
    parts = []
    in_class = False
    for piece in _PIECE.findall(without_subtraction(pattern)):
        if piece == "[" and in_class:
            raise Unfit
        in_class = piece == "[" or (in_class and piece != "]")
        is_dot = piece == "." and not in_class and not dots
        parts.append(r"[^\n\r]" if is_dot else _piece(piece, in_class=in_class))
    return "".join(parts)


def _piece(piece: str, *, in_class: bool) -> str:
    if piece in ("(?", "\\"):
        raise Unfit
    if piece in _CLASSES:
        return _CLASSES[piece] if in_class else f"[{_CLASSES[piece]}]"
    if piece in _COMPLEMENTS and not in_class:
        return f"[^{_COMPLEMENTS[piece]}]"
    if piece[0] == "\\" and piece[1] not in _SAME and piece[2:3] != "{":
        raise Unfit
    return piece


def finds(text: str, pattern: Any, run: Run) -> bool:
    """Does the pattern match anywhere?"""
    _spend(len(text), pattern, run)
    return pattern.search(text) is not None


def found_in(text: str, pattern: Any, run: Run) -> Iterator[Any]:
    """All matches. Each may have looked as far as the end of the text, and costs as much."""
    _spend(len(text), pattern, run)
    for found in pattern.finditer(text):
        yield found
        _spend(len(text) - found.end(), pattern, run)


def _spend(characters: int, pattern: Any, run: Run) -> None:
    """RE2 takes up to 5 ns for each character and instruction (measured, when its cache overflows)."""
    run.spend(1 + characters * pattern.programsize // _WORK_A_STEP)


def replaced(text: str, pattern: Any, replacement: str, run: Run, *, literal: bool) -> str:
    """The text with all matches replaced; `$1` is a group unless the replacement is meant literally."""
    if pattern.search("") is not None:
        raise Unfit
    parts: list[str] = []
    at = 0
    for found in found_in(text, pattern, run):
        new = replacement if literal else _filled(replacement, found, pattern.groups)
        run.spend_text(len(new))
        parts += text[at : found.start()], new
        at = found.end()
    return "".join(parts) + text[at:]


def _filled(replacement: str, found: Any, groups: int) -> str:
    def insert(reference: re.Match[str]) -> str:
        if reference[1] in ("\\", "$"):
            return str(reference[1])
        if not reference[2]:
            raise Unfit
        digits = reference[2]
        while len(digits) > 1 and int(digits) > groups:  # $12 is $1 and a 2 if there are fewer groups
            digits = digits[:-1]
        group = found.group(int(digits)) if int(digits) <= groups else ""
        return (group or "") + reference[2][len(digits) :]

    return _REFERENCE.sub(insert, replacement)


def split_at(text: str, pattern: Any, run: Run) -> list[object]:
    """The pieces between the matches."""
    if _PLAIN.fullmatch(pattern.pattern):  # as most delimiters are
        run.spend(text.count(pattern.pattern))
        return list(text.split(pattern.pattern))
    parts: list[object] = []
    at = 0
    for found in found_in(text, pattern, run):
        if found.end() > found.start():
            parts.append(text[at : found.start()])
            at = found.end()
    return [*parts, text[at:]]
