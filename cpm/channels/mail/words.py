"""Encoded words in header values (RFC 2047), as they are really written."""

import base64
import quopri
import re
import string
from collections.abc import Iterator
from itertools import islice

from cpm.channels.mail.charsets import one_line, to_text

#: Also without blanks around it and inside quotes, both against RFC 2047 5, both common. `*` starts an
#: RFC 2231 language tag. A few question marks stand bare inside, which RFC 2047 4.2 forbids.
_WORD = re.compile(r"=\?([^?*\s]{1,60})(?:\*[^?\s]{0,60})?\?([bBqQ])\?([^?]*(?:\?(?!=)[^?]*){0,5})\?=")
_BASE64 = frozenset(string.ascii_letters + string.digits + "+/")
#: For `translate`: a regular expression would make an object of every line, 2 GB of them for a 40 MB mail.
_OF_BASE64 = ("".join(_BASE64) + "= \t").encode("ascii")
_PARAGRAPH = re.compile(rb"\n\r?\n([^\r\n]+)")
_NOT_BASE64 = bytes(code for code in range(256) if chr(code) not in _BASE64)


def decode(value: str) -> str:
    """A header value for people: encoded words decoded, on one line."""
    return one_line("".join(_texts(value)))


def base64_bytes(data: bytes) -> bytes:
    """What can be had from damaged base64: foreign characters skipped, up to the first padding."""
    data = _without_foot(data).partition(b"=")[0].translate(None, delete=_NOT_BASE64)
    if len(data) % 4 == 1:  # six lonely bits make no byte
        data = data[:-1]
    return base64.b64decode(data + b"=" * (-len(data) % 4))


def _without_foot(data: bytes) -> bytes:
    """Mailing lists add their foot in plain text, behind an empty line."""
    for found in islice(_PARAGRAPH.finditer(data), 20):
        if found[1].translate(None, delete=_OF_BASE64):
            return data[: found.start()]
    return data


def _texts(value: str) -> Iterator[str]:
    """Neighbours in one charset are joined as bytes: senders cut in the middle of a character."""
    pending, pending_charset, end = b"", "", 0
    for word in _WORD.finditer(value):
        between, charset = value[end : word.start()], word[1].lower()
        end = word.end()
        if pending and (between.strip() or charset != pending_charset):
            yield to_text(pending, pending_charset)
            pending = b""
        if between.strip():
            yield between
        pending, pending_charset = pending + _content(word[2], word[3]), charset
    yield to_text(pending, pending_charset)
    yield value[end:]


def _content(encoding: str, text: str) -> bytes:
    data = text.encode("utf-8", "replace")
    return (
        base64_bytes(data) if encoding in "bB" else quopri.decodestring(data.replace(b" ", b"_"), header=True)
    )
