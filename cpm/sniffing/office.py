"""Office files: what lies in a zip or in an OLE container, and whether there is a program in it.

A zip is a stranger's: only its directory is read, and no more of it than an office file can have.
"""

import struct
import zipfile
from typing import BinaryIO

_PIECE = 1 << 20  # bytes that are looked at together
ZIP = "application/zip"
_OOXML = "application/vnd.openxmlformats-officedocument."
_PARTS = {
    "word/": f"{_OOXML}wordprocessingml.document",
    "xl/": f"{_OOXML}spreadsheetml.sheet",
    "ppt/": f"{_OOXML}presentationml.presentation",
}
#: What is a zip inside.
OF_ZIP = (
    *_PARTS.values(),
    *(f"application/vnd.oasis.opendocument.{kind}" for kind in ("text", "spreadsheet", "presentation")),
)
_OLE_NAMES = {
    b"W\0o\0r\0d\0D\0o\0c\0u\0m\0e\0n\0t\0": "application/msword",
    b"W\0o\0r\0k\0b\0o\0o\0k\0": "application/vnd.ms-excel",
    b"P\0o\0w\0e\0r\0P\0o\0i\0n\0t\0 \0D\0o\0c\0u\0m\0e\0n\0t\0": "application/vnd.ms-powerpoint",
    b"_\0_\0n\0a\0m\0e\0i\0d\0_\0v\0e\0r\0s\0i\0o\0n\0": "application/vnd.ms-outlook",
}
_MACROS = b"_\0V\0B\0A\0_\0P\0R\0O\0J\0E\0C\0T\0"
OLE = "application/x-ole-storage"
_MOST_ENTRIES = 20_000
_LONGEST_END = 65_557  #: an end of central directory with the longest comment (APPNOTE 4.3.16)


def in_zip(stream: BinaryIO) -> tuple[str, bool]:
    """The media type, and whether it has macros."""
    names = _names(stream)
    macros = any(name.rpartition("/")[2].lower() == "vbaproject.bin" for name in names)
    if "META-INF/MANIFEST.MF" in names:
        return "application/java-archive", macros
    if "[Content_Types].xml" in names:
        for part, media_type in _PARTS.items():
            if any(name.startswith(part) for name in names):
                return media_type, macros
    if names and next(iter(names)) == "mimetype":
        return _open_document(stream), macros or any(name.startswith("Basic/") for name in names)
    return ZIP, macros


def in_ole(stream: BinaryIO, name: str) -> tuple[str, bool]:
    """The names of its streams are searched for in all of it: the directory may lie anywhere."""
    found, macros, rest = None, False, b""
    stream.seek(0)
    while piece := stream.read(_PIECE):
        window = rest + piece
        macros = macros or _MACROS in window
        found = found or next((kind for mark, kind in _OLE_NAMES.items() if mark in window), None)
        rest = window[-64:]
    if found is None and name.lower().endswith(".msi"):
        found = "application/x-msi"
    return found or OLE, macros


def _names(stream: BinaryIO) -> dict[str, None]:
    """In order; none if the directory is broken or larger than an office file's."""
    if not _is_small(stream):
        return {}
    try:
        stream.seek(0)
        with zipfile.ZipFile(stream) as archive:
            return dict.fromkeys(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, struct.error):
        return {}


def _is_small(stream: BinaryIO) -> bool:
    stream.seek(0, 2)
    stream.seek(max(0, stream.tell() - _LONGEST_END))
    tail = stream.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 22:
        return False
    entries: int = struct.unpack("<H", tail[at + 10 : at + 12])[0]
    size: int = struct.unpack("<L", tail[at + 12 : at + 16])[0]
    return entries <= _MOST_ENTRIES and size <= 200 * _MOST_ENTRIES  # zip64 says 0xFFFF and is none


def _open_document(stream: BinaryIO) -> str:
    """The first entry says it, uncompressed (OpenDocument 1.3, part 2, 3.3)."""
    stream.seek(30)
    said = stream.read(120).removeprefix(b"mimetype")
    kind = said.partition(b"PK")[0].decode("ascii", errors="replace").strip()
    return kind if kind.startswith(("application/vnd.oasis.opendocument.", "application/epub")) else ZIP
