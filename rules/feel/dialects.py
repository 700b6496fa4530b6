"""What two engines for regular expressions write differently.

RE2 takes time that grows with the text and no faster, and therefore lacks what cannot be done so; `regex` has it.
"""

from typing import Protocol

from rules.feel.character_classes import CharacterClass, without
from rules.feel.errors import Unfit

_PLAIN = frozenset("_ \t\n\r\x00")


class NotLinear(Exception):
    """RE2 cannot do this."""


class Dialect(Protocol):
    end: str  #: of the text
    line_end: str
    folds: bool  #: does case not matter?

    @property
    def line_start(self) -> str:
        """After a line feed, but for one at the end of the text."""

    def group(self, number: int) -> str:
        """What that group has matched; nothing, if it has matched nothing."""

    def of_class(self, chosen: CharacterClass) -> str: ...


class Linear:
    """RE2's."""

    end = r"\z"
    line_end = "(?m:$)"

    def __init__(self, *, folds: bool) -> None:
        self.folds = folds

    @property
    def line_start(self) -> str:
        raise NotLinear  # its (?m:^) holds after a line feed at the end of the text, too

    def group(self, _number: int) -> str:
        raise NotLinear

    def of_class(self, chosen: CharacterClass) -> str:
        if chosen.blocks or (self.folds and chosen.negated and chosen.spans and _knows_case(chosen)):
            raise NotLinear
        if chosen.minus is None:
            return members(chosen, folds=self.folds)
        return members(_difference(chosen, chosen.minus), folds=self.folds)


def _difference(chosen: CharacterClass, minus: CharacterClass) -> CharacterClass:
    """Without `minus`, if that can be said as one class."""
    if minus.minus is not None or minus.negated or minus.blocks:
        raise NotLinear
    if chosen.negated:  # what is neither in the one nor in the other
        return CharacterClass(chosen.spans + minus.spans, chosen.properties + minus.properties, negated=True)
    if chosen.properties or minus.properties:
        raise NotLinear
    return CharacterClass(list(without(tuple(chosen.spans), tuple(minus.spans))))


class Backtracking:
    """That of `regex`, version 0."""

    end = r"\Z"
    line_start = r"(?:(?<![\s\S])|(?<=\n)(?=[\s\S]))"
    line_end = r"(?=\n|\Z)"

    def __init__(self, *, folds: bool) -> None:
        self.folds = folds

    def group(self, number: int) -> str:
        return f"(?({number})\\g<{number}>|)"

    def of_class(self, chosen: CharacterClass) -> str:
        own = members(chosen, folds=self.folds)
        return own if chosen.minus is None else f"(?:(?!{self.of_class(chosen.minus)}){own})"


def members(chosen: CharacterClass, *, folds: bool) -> str:
    """The class as both engines write it. Categories know no case, whatever the flags (XPath 3.1 F&O 5.6.1)."""
    spans = "".join(f"{literal(chr(start))}-{literal(chr(end))}" for start, end in chosen.spans)
    properties = "".join(chosen.properties)
    if not spans and not properties:
        raise Unfit
    if chosen.negated and not (folds and _knows_case(chosen)):
        return f"[^{spans}{properties}]"
    if chosen.negated:
        return f"(?!(?-i:[{properties}]))[^{spans}]" if spans else f"(?-i:[^{properties}])"
    if not properties or not folds:
        return f"[{spans}{properties}]"
    return f"(?:[{spans}]|(?-i:[{properties}]))" if spans else f"(?-i:[{properties}])"


def _knows_case(chosen: CharacterClass) -> bool:
    """Does it name letters by their case?"""
    return any(name[3:5] in ("Lu", "Ll", "Lt") for name in chosen.properties)


def literal(character: str) -> str:
    """One character that means itself, inside a class or not."""
    plain = character.isalnum() or character in _PLAIN or not character.isascii()
    return character if plain or not character.isprintable() else f"\\{character}"
