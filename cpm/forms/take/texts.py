"""Texts: trimmed, in one Unicode form, free of what cannot be seen."""

import re
import unicodedata

from cpm.forms.messages import Misfit

#: No field takes more, whatever its designer wrote; it keeps the work below bounded.
MOST = 100_000

# Unicode's Cc, control characters but newline and tab, and Cs, half characters that no encoding can write.
_UNSEEN = re.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\ud800-\\udfff]")


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
    found = _UNSEEN.search(text)
    return found[0] if found else None


def visible(text: str) -> str:
    """The text with a mark in place of each such character: a terminal would obey some of them."""
    return _UNSEEN.sub("�", text)
