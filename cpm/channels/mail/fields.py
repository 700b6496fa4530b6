"""The header block: fields and where they end, with the breakage of real mail repaired (RFC 5322 2.2, 4.5)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cpm.channels.mail.charsets import to_text

#: A field; RFC 5322 4.5.8 still allows blanks before the colon.
_FIELD = re.compile(rb"^([!-9;-~]{1,80})[ \t]*:(.*)$", re.DOTALL)
#: Names that prove that a header goes on behind a broken line. Any word before a colon would not: text has those too.
_KNOWN = re.compile(
    rb"^(?:x-[\w-]+|content-[\w-]+|from|to|cc|subject|date|sender|reply-to|message-id|in-reply-to|references|received"
    rb"|return-path|mime-version|precedence|auto-submitted|list-[\w-]+|delivered-to|dkim-[\w-]+|thread-[\w-]+)[ \t]*:",
    re.IGNORECASE,
)
#: The line that mbox files put first.
_ENVELOPE = re.compile(rb"^>?From [^\n]*\n")
_MOST_BYTES = 1_000_000
_MOST_FIELDS = 2_000


@dataclass(frozen=True, slots=True)
class Fields:
    """Header fields in order, names in lower case, values unfolded but not decoded."""

    items: tuple[tuple[str, str], ...] = ()

    def first(self, name: str) -> str:
        """The value of the field's first appearance, or ""."""
        return next((value for key, value in self.items if key == name), "")

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.items if key == name]


def split(data: bytes) -> tuple[Fields, bytes]:
    """The header fields and the body, which is a slice of `data`, byte for byte.

    A message that begins without any field has none: all of it is body.
    """
    lines, end = _header_lines(data, _beginning(data))
    return Fields(tuple(_read(lines))), data[end:]


def split_part(data: bytes) -> tuple[Fields, bytes]:
    """The same for a part: stricter, for many have no header and begin with text such as "Note: ..."."""
    line, following = _line(data, 0)
    if _KNOWN.match(line):
        lines, end = _header_lines(data, 0)
        return Fields(tuple(_read(lines))), data[end:]
    return Fields(), data if line else data[following:]


def _beginning(data: bytes) -> int:
    """Where the first field may stand: behind a byte order mark, empty lines before it and an mbox line."""
    start = 3 if data.startswith(b"\xef\xbb\xbf") else 0
    blank = re.compile(rb"(?:[ \t]*\r?\n)*").match(data, start)
    first = blank.end() if blank else start
    if envelope := _ENVELOPE.match(data[first : first + 1000]):
        return first + envelope.end()
    return first if _FIELD.match(_line(data, first)[0]) else start


def _line(data: bytes, start: int) -> tuple[bytes, int]:
    """The line at `start` without its end, and where the next one begins."""
    found = data.find(b"\n", start)
    end = len(data) if found < 0 else found + 1
    return data[start:end].rstrip(b"\r\n"), end


def _header_lines(data: bytes, start: int) -> tuple[list[bytes], int]:
    """Unfolded field lines and where the body begins."""
    lines: list[list[bytes]] = []  # joined at the end: adding to bytes would copy a long field for each line
    position = start
    while position < len(data) and position - start < _MOST_BYTES and len(lines) < _MOST_FIELDS:
        line, following = _line(data, position)
        if not line:
            position = following
            break
        if line[:1] in b" \t" and lines:
            lines[-1].append(line.strip())
        elif _FIELD.match(line):
            lines.append([line])
        elif lines and _goes_on(data, following):
            lines[-1].append(line.strip())  # a folded line that lost its indent
        else:
            break
        position = following
    return [b" ".join(pieces) for pieces in lines], position


def _goes_on(data: bytes, start: int) -> bool:
    """Whether one of the next lines is a known field: then the line before them only was broken."""
    for _ in range(5):
        line, start = _line(data, start)
        if not line:
            return False
        if _KNOWN.match(line):
            return True
    return False


def _read(lines: Sequence[bytes]) -> Iterator[tuple[str, str]]:
    for line in lines:
        if found := _FIELD.match(line):
            yield found[1].decode("ascii").lower(), to_text(found[2]).replace("\r", " ").strip()
