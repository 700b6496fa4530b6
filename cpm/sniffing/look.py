"""One look at a file: what it is, whether that is what its sender says, and what it may do to who opens it."""

from dataclasses import dataclass
from typing import BinaryIO

import filetype

from cpm.sniffing import office, risks, text

HEAD = 8192  #: bytes from the beginning that tell most kinds
BYTES = "application/octet-stream"
#: Kinds of one family that people and programs take for one another: no mismatch.
_ALIKE = (
    {"image/jpeg", "image/jpg", "image/pjpeg"},
    {"application/zip", "application/x-zip-compressed", "application/x-zip"},
    {"application/gzip", "application/x-gzip"},
    {"image/x-icon", "image/vnd.microsoft.icon"},
    {"audio/x-wav", "audio/wav", "audio/wave"},
    {"application/rtf", "text/rtf", "application/msword"},  # Word writes either as .doc, and opens it
    {"text/xml", "application/xml"},
    {"image/bmp", "image/x-ms-bmp"},
    {"application/x-msdownload", "application/vnd.microsoft.portable-executable"},
    {"image/heic", "image/heic-sequence", "image/heif", "image/heif-sequence"},
)
#: What a name claims, by its last ending alone; the machine's own list of types is none of ours and differs from host to host.
_BY_ENDING = {
    "pdf": "application/pdf", "rtf": "application/rtf", "zip": "application/zip", "epub": "application/epub+zip",
    "doc": "application/msword", "xls": "application/vnd.ms-excel", "ppt": "application/vnd.ms-powerpoint",
    **dict(zip(("docx", "xlsx", "pptx", "odt", "ods", "odp"), office.OF_ZIP, strict=True)),
    "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "jpe": "image/jpeg", "gif": "image/gif",
    "webp": "image/webp", "bmp": "image/bmp", "tif": "image/tiff", "tiff": "image/tiff", "heic": "image/heic",
    "mp3": "audio/mpeg", "wav": "audio/x-wav", "mp4": "video/mp4", "mov": "video/quicktime", "avi": "video/x-msvideo",
    "txt": "text/plain", "csv": "text/csv", "tsv": "text/tab-separated-values", "md": "text/markdown",
    "html": "text/html", "htm": "text/html", "xml": "text/xml", "ics": "text/calendar", "vcf": "text/vcard",
}  # fmt: skip
#: Kinds whose files always begin with marks that we know: what has none of them is no such file. Old tables of Excel may have none.
_MARKED = frozenset(
    {
        "application/pdf", "application/rtf", "application/msword", "application/vnd.ms-powerpoint",
        "application/zip", "application/x-zip-compressed", *office.OF_ZIP,
        "image/png", "image/jpeg", "image/jpg", "image/pjpeg", "image/gif", "image/webp",
    }
)  # fmt: skip
#: Archives in one piece; the second was meant to be several (APPNOTE 8.5.4).
_ZIPS = (b"PK\x03\x04", b"PK00PK\x03\x04")
#: Brands of pictures of telephones and cameras (ISO/IEC 23008-12, annex B).
_HEIC = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"})
#: Readers of PDF take what stands before its mark, as far as this (ISO 32000-1, annex H, 3.4.1).
_BEFORE_PDF = 1024
_SAYS_NOTHING = {"", BYTES, "application/x-download", "application/force-download", "binary/octet-stream"}


@dataclass(frozen=True, slots=True)
class Look:
    sniffed: str  #: a media type
    risk: str | None  #: program | macros


def look(stream: BinaryIO, name: str) -> Look:
    """At a file that is read where it has to be, never as a whole into memory."""
    stream.seek(0)
    head = stream.read(HEAD)
    sniffed, macros = _kind(stream, head, name)
    return Look(sniffed, risks.of(sniffed, head, name, macros=macros))


def mismatch(declared: str, sniffed: str | None) -> bool:
    """Whether the sender says something else than what is there."""
    declared = declared.partition(";")[0].strip().lower()
    if sniffed is None or declared in _SAYS_NOTHING or sniffed == declared:
        return False
    if sniffed == BYTES:
        return declared in _MARKED
    if declared.startswith("text/") and sniffed == "text/plain":
        return False
    if "xml" in declared and sniffed in {"text/plain", "text/xml"}:
        return False
    if sniffed == "text/plain" and declared in {"application/json", "application/sql", "application/x-yaml"}:
        return False
    return not any({declared, sniffed} <= family for family in _ALIKE)


def belied(name: str, sniffed: str) -> bool:
    """Whether its bytes are surely something else than its ending says, such as a program called bill.pdf.

    So are bytes of no kind we know, where all files of that ending begin with one mark. A picture or film of another
    kind is let be, and what bytes do not tell.
    """
    if risks.runs(sniffed, name):
        return True
    declared = _by_name(name)
    if not declared:
        return False
    alike = declared.partition("/")[0] in {"image", "audio", "video"} & {sniffed.partition("/")[0]}
    told_by_bytes = sniffed if declared.startswith("text/") else declared
    return not alike and filetype.get_type(mime=told_by_bytes) is not None and mismatch(declared, sniffed)


def called(name: str, sniffed: str | None) -> str | None:
    """The type that its name says, where its bytes are surely something else; None where they agree, or nobody has looked."""
    return _by_name(name) or None if sniffed is not None and belied(name, sniffed) else None


def _by_name(name: str) -> str:
    _, dot, ending = name.lower().rstrip(". ").rpartition(".")
    return _BY_ENDING.get(ending, "") if dot else ""


def _kind(stream: BinaryIO, head: bytes, name: str) -> tuple[str, bool]:
    """And whether it has macros."""
    if head.startswith(_ZIPS):
        return office.in_zip(stream)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return office.in_ole(stream, name)
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC:
        return "image/heic", False
    found = filetype.guess(head)
    if found is not None:
        return str(found.mime), False
    kind = text.kind(head, name) or BYTES
    if kind in {BYTES, "text/plain"} and name.lower().endswith(".pdf") and b"%PDF-" in head[:_BEFORE_PDF]:
        return "application/pdf", False
    return kind, False
