"""The parts of a message as slices of its bytes (RFC 2046); nothing is written anew."""

import binascii
import io
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass

from cpm.channels import Unreadable
from cpm.channels.mail import parameters, signed
from cpm.channels.mail.charsets import clean, to_text
from cpm.channels.mail.fields import Fields, split_part
from cpm.channels.mail.words import base64_bytes

DEEPEST = 30
MOST_PARTS = 500
#: Bytes of all multiparts together. Each level has its bytes once more: thirty of 45 MB took 2.5 GB.
_MOST_BYTES = 250_000_000
_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+")
#: What a page says of itself where its part says nothing (HTML 13.2.3.2), in its first bytes.
_SAID = re.compile(rb"<meta\b[^>]{0,200}?\bcharset\s*=\s*[\"']?([\w.:-]{2,40})", re.IGNORECASE)
_HEAD = 4096
_GUESSED_BOUNDARY = re.compile(rb"^--(\S[^\r\n]{0,200})\r?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Part:
    """A part with its children, if it is a multipart, and then no body; else a leaf with its body as it stood."""

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
        encoding = self.fields.first("content-transfer-encoding").partition(";")[0]
        encoding = encoding.partition("(")[0].strip(" \"'").lower()
        if encoding == "base64":
            return base64_bytes(self.body)
        if encoding == "quoted-printable":
            return quopri.decodestring(self.body)
        if encoding in ("x-uuencode", "uuencode", "uue", "x-uue"):
            return _uudecoded(self.body)
        return self.body

    @property
    def text(self) -> str:
        content = self.content
        charset = self.parameters.get("charset", "")
        if not charset and self.media_type == "text/html" and (said := _SAID.search(content[:_HEAD])):
            charset = (
                said[1].decode("ascii").lower().replace("utf-16", "utf-8")
            )  # it could not be read as UTF-16
        return clean(to_text(content, charset)).removeprefix("\ufeff")

    def leaves(self) -> Iterator["Part"]:
        if not self.children:
            yield self
        for child in self.children:
            yield from child.leaves()


def read(fields: Fields, body: bytes) -> Part:
    """The tree under a message. Raises `Unreadable` when it is nested too deep or has too many parts."""
    return _Reader().part(fields, body, "", 0)


class _Reader:
    """Counts while it goes, so that a bomb stops before it has unfolded."""

    def __init__(self) -> None:
        self.seen = self.bytes = 0

    def part(self, fields: Fields, body: bytes, parent: str, depth: int) -> Part:
        self.seen += 1
        if self.seen > MOST_PARTS:
            raise Unreadable(f"The message has more than {MOST_PARTS} parts.")
        if depth > DEEPEST:
            raise Unreadable(f"The message is nested deeper than {DEEPEST} parts.")
        media_type, values = parameters.read(fields.first("content-type"))
        if not _TYPE.fullmatch(media_type):
            media_type = "message/rfc822" if parent == "multipart/digest" else "text/plain"
        alone = parent in ("", "multipart/alternative") and media_type in ("text/plain", "text/html")
        if alone and not fields.first("content-disposition"):
            values.pop(
                "name", None
            )  # it stands alone, or for the others: whatever its name, it is what was written
        if signed.is_signature(media_type):
            return self.signed(Part(fields, media_type, values, body), depth)
        if not media_type.startswith("multipart/"):
            return Part(fields, media_type, values, body)
        self.count(body)
        pieces = _pieces(body, values.get("boundary", ""))
        children = tuple(self.part(*split_part(piece), media_type, depth + 1) for piece in pieces)
        if not children:
            return Part(fields, "text/plain", values, body)
        return Part(fields, media_type, values, b"", children)

    def signed(self, leaf: Part, depth: int) -> Part:
        """As a signature that stands beside what is signed (RFC 1847), so that both kinds look the same."""
        content = signed.content(leaf.content)
        if content is None:
            return leaf
        self.count(content)
        inner = self.part(*split_part(content), "multipart/signed", depth + 1)
        return Part(leaf.fields, "multipart/signed", {}, b"", (inner, leaf))

    def count(self, body: bytes) -> None:
        self.bytes += len(body)
        if self.bytes > _MOST_BYTES:
            raise Unreadable("The message is nested too deep for its size.")


def _pieces(body: bytes, boundary: str) -> Iterator[bytes]:
    """What stands between the boundary lines; an unclosed last piece reaches to the end (RFC 2046 5.1.1)."""
    mark = boundary.encode("utf-8", "replace")
    if not mark or b"--" + mark not in body:
        guessed = _GUESSED_BOUNDARY.search(body)
        if not guessed:
            return
        mark = guessed[1].rstrip()
    lines = re.compile(rb"^--" + re.escape(mark) + rb"(--)?[ \t]*(?:\r?\n|\Z)", re.MULTILINE)
    start = -1
    for line in lines.finditer(body):
        if start >= 0:
            yield _without_last_line_end(body[start : line.start()])
        start = line.end()
        if line[1]:
            return
    if start >= 0:
        yield body[start:]


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
