"""Reads regular expressions of XPath 3.1 (Functions and Operators 5.6.1) and writes them in an engine's dialect.

Whatever the grammar does not have is Unfit, even if an engine would take it.
"""

import re

from rules.feel.character_classes import CharacterClass, escaped_class
from rules.feel.dialects import Dialect, literal
from rules.feel.errors import Unfit

_QUANTIFIER = re.compile(r"(?:[?*+]|\{(\d{1,9})(?:,(\d{0,9}))?\})\??", re.ASCII)
_CONTROL = {"n": "\n", "r": "\r", "t": "\t"}
_ESCAPED = frozenset("\\|.?*+(){}[]^$-")  #: after a backslash, these mean themselves
_DEEPEST = 100
_LARGEST = 20_000  #: atoms after writing out what {n} repeats: engines do write it out, and `a{999999999}` has no end
_SPACE = re.compile(r"[\t\n\r ]+")


def translated(pattern: str, flags: str, dialect: Dialect) -> str:
    """Raises Unfit for what is no pattern, and NotLinear for what the dialect cannot say."""
    reader = _Reader(_without_space(pattern) if "x" in flags else pattern, flags, dialect)
    source = reader.alternatives()
    if reader.at < len(reader.text) or reader.size > _LARGEST:
        raise Unfit
    return f"(?i:{source})" if "i" in flags else source


def _without_space(pattern: str) -> str:
    """White space outside of character classes means nothing, not even after a backslash."""
    kept = []
    depth = 0
    escaped = False
    for character in pattern:
        if not depth and _SPACE.match(character):
            continue
        if not escaped:
            depth += (character == "[") - (character == "]")
        escaped = character == "\\" and not escaped
        kept.append(character)
    return "".join(kept)


class _Reader:
    def __init__(self, text: str, flags: str, dialect: Dialect) -> None:
        self.text = text
        self.at = 0
        self.flags = flags
        self.dialect = dialect
        self.opened = 0
        self.closed: set[int] = set()
        self.depth = 0
        self.size = 0

    def alternatives(self) -> str:
        branches = [self._branch()]
        while self._take("|"):
            branches.append(self._branch())
        return "|".join(branches)

    def _branch(self) -> str:
        pieces = []
        while self.at < len(self.text) and self.text[self.at] not in "|)":
            before = self.size
            atom = self._atom()
            if found := _QUANTIFIER.match(self.text, self.at):
                self.at = found.end()
                self.size += (self.size - before) * _times(found)
                atom = f"(?:{atom}){found[0]}"
            pieces.append(atom)
        return "".join(pieces)

    def _atom(self) -> str:
        character = self._next()
        self.size += 1
        if self.size > _LARGEST:
            raise Unfit
        match character:
            case "(":
                return self._group()
            case "[":
                return self.dialect.of_class(self._class())
            case "\\":
                return self._escape()
            case ".":
                return "(?s:.)" if "s" in self.flags else r"[^\n\r]"
            case "^":
                return self.dialect.line_start if "m" in self.flags else r"\A"
            case "$":
                return self.dialect.line_end if "m" in self.flags else self.dialect.end
        if character in "?*+{}]":
            raise Unfit
        return literal(character)

    def _group(self) -> str:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise Unfit
        captures = not self._take("?:")
        if captures:
            self.opened += 1
        number = self.opened
        inside = self.alternatives()
        self._expect(")")
        self.depth -= 1
        if captures:
            self.closed.add(number)
        return f"({inside})" if captures else f"(?:{inside})"

    def _escape(self) -> str:
        self.at -= 1
        if found := escaped_class(self.text, self.at):
            chosen, self.at = found
            return self.dialect.of_class(chosen)
        if self.text[self.at + 1 : self.at + 2] in tuple("123456789"):
            return self._reference()
        return literal(self._character())

    def _reference(self) -> str:
        """As many digits as make the number of a group, which must be closed here."""
        self.at += 1
        number = int(self._next())
        while self.text[self.at : self.at + 1] in tuple("0123456789"):
            longer = number * 10 + int(self.text[self.at])
            if longer > self.opened:
                break
            number = longer
            self.at += 1
        if number not in self.closed:
            raise Unfit
        return self.dialect.group(number)

    def _class(self) -> CharacterClass:
        """What follows its opening bracket, and the closing one."""
        self.depth += 1
        if self.depth > _DEEPEST:
            raise Unfit
        chosen = CharacterClass(negated=self._take("^"))
        while not self._take("]"):
            if (chosen.spans or chosen.properties) and self._take("-["):
                chosen.minus = self._class()
                self._expect("]")
                break
            self._member(chosen)
        if not chosen.spans and not chosen.properties:
            raise Unfit
        self.depth -= 1
        return chosen

    def _member(self, chosen: CharacterClass) -> None:
        if self.text.startswith("\\", self.at) and (found := escaped_class(self.text, self.at)):
            other, self.at = found
            chosen.add(other)
            return
        first = last = self._character()
        if self.text.startswith("-", self.at) and self.text[self.at + 1 : self.at + 2] not in ("]", "[", ""):
            self.at += 1
            last = self._character()
        if last < first:
            raise Unfit
        chosen.spans.append((ord(first), ord(last)))

    def _character(self) -> str:
        """One character or its escape, as it may stand in a class."""
        character = self._next()
        if character == "[":
            raise Unfit
        if character != "\\":
            return character
        escaped = self._next()
        if escaped in _CONTROL:
            return _CONTROL[escaped]
        if escaped not in _ESCAPED:
            raise Unfit
        return escaped

    def _next(self) -> str:
        if self.at >= len(self.text):
            raise Unfit
        self.at += 1
        return self.text[self.at - 1]

    def _take(self, text: str) -> bool:
        found = self.text.startswith(text, self.at)
        if found:
            self.at += len(text)
        return found

    def _expect(self, text: str) -> None:
        if not self._take(text):
            raise Unfit


def _times(found: re.Match[str]) -> int:
    """How often something is repeated at least, by a quantifier that may say so."""
    least = int(found[1] or 0)
    if found[2] and least > int(found[2]):
        raise Unfit
    return least
