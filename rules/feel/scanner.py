"""Cuts a text into tokens, one at a time, because only the parser knows which names may come next."""

import re
from dataclasses import dataclass

from rules.feel.errors import FeelError
from rules.feel.german import misread
from rules.feel.hints import hint
from rules.feel.vocabulary import SPACE, WORD, Vocabulary

_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
_NUMBER = re.compile(r"(?:\d+(?:\.(?!\.)\d+)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_SYMBOL = re.compile(r"\.\.|\*\*|->|<=|>=|!=|[-+*/()\[\]{},:.=<>@]")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{6})|([nrt\"'\\]))")
_CONTROL = {"n": "\n", "r": "\r", "t": "\t"}


@dataclass(frozen=True, slots=True)
class Token:
    kind: str  #: "number", "string", "name", "symbol" or "end"
    text: str  #: of a string: what it means
    start: int
    end: int

    def says(self, *texts: str) -> bool:
        """Is it one of these symbols or words, and no string?"""
        return self.text in texts and self.kind in ("symbol", "name")


def scan(text: str, at: int, names: Vocabulary | None) -> Token:
    """The token at or after this position. Without `names`, a name is one word."""
    at = skip(text, at)
    if at == len(text):
        return Token("end", "", at, at)
    if found := _NUMBER.match(text, at):
        return Token("number", found[0], at, found.end())
    if found := _STRING.match(text, at):
        return Token("string", _unescaped(found[1]), at, found.end())
    if found := _SYMBOL.match(text, at):
        return Token("symbol", found[0], at, found.end())
    if names and (known := names.match(text, at)):
        return Token("name", known[0], at, known[1])
    if found := WORD.match(text, at):
        return Token("name", found[0], at, found.end())
    if text[at] == '"':
        raise error_at(text, at, "an expression", "a text that does not end")
    raise error_at(text, at, "an expression", hint=hint(text, at, "an expression"))


def skip(text: str, at: int) -> int:
    """The position after space and comments."""
    while found := SPACE.match(text, at) or _COMMENT.match(text, at):
        at = found.end()
    if text.startswith("/*", at):
        raise error_at(text, at, "*/", "a comment that does not end")
    return at


def error_at(text: str, at: int, expected: str, found: str | None = None, hint: str = "") -> FeelError:
    """What the author of the expression reads; `found` says what is there, if it is not the character."""
    line = text.count("\n", 0, at) + 1
    column = at - (text.rfind("\n", 0, at) + 1) + 1
    found = found or ("the end" if at >= len(text) else f"“{text[at]}”")
    message = f"Expected {expected} at line {line}, column {column}, but found {found}."
    told = misread(expected, line, column, found, hint)
    return FeelError(message, german=told, line=line, column=column, expected=expected, hint=hint)


def _unescaped(text: str) -> str:
    """The meaning of a string literal; a backslash that begins no escape stays, as regular expressions like."""
    if "\\" not in text:
        return text
    text = _ESCAPE.sub(_character, text)
    # \uD83D\uDE00 are two halves of one character; a half by itself is none
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _character(found: re.Match[str]) -> str:
    code = found[1] or found[2]
    if code is None:
        return _CONTROL.get(found[3], found[3])
    return chr(int(code, 16)) if int(code, 16) <= 0x10FFFF else found[0]
