"""Files that stand in the text itself, as before MIME: `begin 644 name`, lines, `end` (POSIX uuencode)."""

import binascii
import re
from collections.abc import Iterator
from itertools import islice

_FILE = re.compile(
    r"^begin [0-7]{3,4} (?P<name>[^\n]{1,200})\n(?P<lines>(?:[!-`][ -`]{1,84}\n)+)(?:`|[ ])?\n?end[ \t]*$",
    re.MULTILINE,
)
_MOST = 100


def without(text: str) -> str:
    """The text without such files."""
    return _FILE.sub("", text) if "\nend" in text else text


def files(text: str) -> Iterator[tuple[str, bytes]]:
    """Name and content of each; what only looks like one is text."""
    if "\nend" in text:
        for found in islice(_FILE.finditer(text), _MOST):
            try:
                yield found["name"].strip(), _decoded(found["lines"])
            except binascii.Error:
                continue


def _decoded(lines: str) -> bytes:
    return b"".join(binascii.a2b_uu(line) for line in lines.splitlines())
