"""Texts: trimmed, in one Unicode form, free of what cannot be seen."""

import unicodedata

from cpm.forms.messages import Misfit

#: No field takes more, whatever its designer wrote; it keeps the work below bounded.
MOST = 100_000

# Cc: control characters, Cs: halves of surrogate pairs, which no encoding can write.
_UNSEEN = frozenset({"Cc", "Cs"})


def take_lines(raw: object) -> str | None:
    """A text of any number of lines, their ends written as one newline character; "" is null."""
    if raw is None:
        return None
    if not isinstance(raw, str):
        raise Misfit("no_text")
    if len(raw) > MOST:
        raise Misfit("too_long", limit=MOST, length=len(raw))
    text = raw.replace("\r\n", "\n").replace("\r", "\n").strip()
    if unseen := first_unseen(text):
        raise Misfit("control", code=f"U+{ord(unseen):04X}")
    return unicodedata.normalize("NFC", text) or None


def take_line(raw: object) -> str | None:
    """As `take_lines`; the line ends and tabs of pasted text become single blanks."""
    text = take_lines(raw)
    if text is None or not any(mark in text for mark in "\n\t"):
        return text
    return " ".join(part for part in text.replace("\t", "\n").split("\n") if part)


def first_unseen(text: str) -> str | None:
    """The first character that no text should hold; newline and tab are welcome."""
    return next((character for character in text if _unseen(character)), None)


def visible(text: str) -> str:
    """The text with a mark in place of each such character: a terminal would obey some of them."""
    return "".join("�" if _unseen(character) else character for character in text)


def _unseen(character: str) -> bool:
    return character not in "\n\t" and unicodedata.category(character) in _UNSEEN
