"""Parameters of Content-Type and Content-Disposition (RFC 2045 5.1, RFC 2231, and what is written instead)."""

import re
from urllib.parse import unquote_to_bytes

from cpm.channels.mail.charsets import one_line, to_text
from cpm.channels.mail.words import decode

_PARAMETER = re.compile(
    r';\s*([^\s=;"*]{1,60})(\*\d{1,3})?(\*)?\s*=\s*(?:"((?:[^"\\]|\\.)*)"?|([^;]*))', re.DOTALL
)
_ESCAPE = re.compile(r"\\([\"\\])")
_MOST = 20_000


def read(value: str) -> tuple[str, dict[str, str]]:
    """The value itself in lower case ("text/plain", "attachment") and its parameters, decoded."""
    value = value[:_MOST]
    main = value.partition(";")[0].strip().lower()
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    for name, number, extended, quoted, plain in _PARAMETER.findall(value):
        # A backslash that escapes nothing belongs to a Windows path: C:\temp\photo.jpg.
        text = _ESCAPE.sub(r"\1", quoted) if quoted else plain.strip()
        numbered = pieces.setdefault(name.lower(), {})
        place = int(number[1:] or 0) if number else -1
        if place not in numbered or (extended and not numbered[place][1]):  # the same name for older programs
            numbered[place] = (text, bool(extended))
    return main, {name: _joined(found) for name, found in pieces.items()}


def _joined(pieces: dict[int, tuple[str, bool]]) -> str:
    """RFC 2231: numbered pieces in order; the first extended one carries charset'language'text."""
    if -1 in pieces and (pieces[-1][1] or len(pieces) == 1):
        pieces = {-1: pieces[-1]}
    else:
        pieces = {number: piece for number, piece in sorted(pieces.items()) if number >= 0}
    if not any(extended for _, extended in pieces.values()):
        return decode("".join(text for text, _ in pieces.values()))
    charset, data = "", b""
    for place, (text, extended) in enumerate(pieces.values()):
        rest = text
        if extended and place == 0 and text.count("'") >= 2:
            charset, _, rest = text.split("'", 2)
        data += unquote_to_bytes(rest) if extended else rest.encode("utf-8", "replace")
    return one_line(to_text(data, charset))
