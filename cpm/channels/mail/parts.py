"""The parts of a message as slices of its bytes (RFC 2046); nothing is written anew."""

import binascii
import io
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass

from cpm.channels import Unreadable
from cpm.channels.mail import parameters
from cpm.channels.mail.charsets import clean, to_text
from cpm.channels.mail.fields import Fields, split_part
from cpm.channels.mail.words import base64_bytes

DEEPEST = 30
MOST_PARTS = 500
_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+")
_GUESSED_BOUNDARY = re.compile(rb"^--(\S[^\r\n]{0,200}?)[ \t]*\r?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Part:
    """A part with its children, if it is a multipart; else a leaf with its body as it stood."""

    fields: Fields
    media_type: str
    parameters: dict[str, str]
    body: bytes
    children: tuple["Part", ...] = ()

    @property
    def disposition(self) -> str:
        return parameters.read(self.fields.first("content-disposition"))[0]

    @property
    def filename(self) -> str:
        """What the sender calls the part, or ""."""
        named = parameters.read(self.fields.first("content-disposition"))[1].get("filename")
        return named or self.parameters.get("name", "")

    @property
    def content(self) -> bytes:
        """The body with its transfer encoding undone, or as it stood where that cannot be."""
        encoding = self.fields.first("content-transfer-encoding").partition(";")[0].strip(" \"'").lower()
        if encoding == "base64":
            return base64_bytes(self.body)
        if encoding == "quoted-printable":
            return quopri.decodestring(self.body)
        if encoding in ("x-uuencode", "uuencode", "uue", "x-uue"):
            return _uudecoded(self.body)
        return self.body

    @property
    def text(self) -> str:
        return clean(to_text(self.content, self.parameters.get("charset", "")))

    def leaves(self) -> Iterator["Part"]:
        if not self.children:
            yield self
        for child in self.children:
            yield from child.leaves()


def read(fields: Fields, body: bytes) -> Part:
    """The tree under a message. Raises `Unreadable` when it is nested too deep or has too many parts."""
    return _Reader().part(fields, body, "text/plain", 0)


class _Reader:
    """Counts while it goes, so that a bomb stops before it has unfolded."""

    def __init__(self) -> None:
        self.seen = 0

    def part(self, fields: Fields, body: bytes, default: str, depth: int) -> Part:
        self.seen += 1
        if self.seen > MOST_PARTS:
            raise Unreadable(f"The message has more than {MOST_PARTS} parts.")
        if depth > DEEPEST:
            raise Unreadable(f"The message is nested deeper than {DEEPEST} parts.")
        media_type, values = parameters.read(fields.first("content-type"))
        if not _TYPE.fullmatch(media_type):
            media_type = default
        if not media_type.startswith("multipart/"):
            return Part(fields, media_type, values, body)
        inner = "message/rfc822" if media_type == "multipart/digest" else "text/plain"
        pieces = _pieces(body, values.get("boundary", ""))
        children = tuple(self.part(*split_part(piece), inner, depth + 1) for piece in pieces)
        return Part(fields, media_type if children else "text/plain", values, body, children)


def _pieces(body: bytes, boundary: str) -> list[bytes]:
    """What stands between the boundary lines; an unclosed last piece reaches to the end (RFC 2046 5.1.1)."""
    mark = boundary.encode("utf-8", "replace")
    if not mark or b"--" + mark not in body:
        guessed = _GUESSED_BOUNDARY.search(body)
        if not guessed:
            return []
        mark = guessed[1]
    lines = re.compile(rb"^--" + re.escape(mark) + rb"(--)?[ \t]*(?:\r?\n|\Z)", re.MULTILINE)
    pieces: list[bytes] = []
    start = -1
    for line in lines.finditer(body):
        if start >= 0:
            pieces.append(_without_last_line_end(body[start : line.start()]))
        start = line.end()
        if line[1]:
            return pieces
    return [*pieces, body[start:]] if start >= 0 else pieces


def _without_last_line_end(piece: bytes) -> bytes:
    return piece.removesuffix(b"\n").removesuffix(b"\r")  # it belongs to the boundary


def _uudecoded(body: bytes) -> bytes:
    decoded = bytearray()  # and no list of lines: short ones take 50 times their length each
    inside = False
    for line in io.BytesIO(body):
        if not inside:
            inside = line.startswith(b"begin ")
        elif line.strip() in (b"end", b"`", b""):
            break
        else:
            try:
                decoded += binascii.a2b_uu(line)
            except binascii.Error:
                return body
    return bytes(decoded) or body
