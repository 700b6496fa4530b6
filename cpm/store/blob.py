"""Bytes on their way into a store, counted and hashed once."""

import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

#: So many bytes are in memory at a time, and in one row of the database.
PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Blob:
    digest: str  #: SHA-256, hexadecimal
    size: int  #: bytes
    stream: BinaryIO  #: can be read again from its beginning

    @classmethod
    def of(cls, source: bytes | BinaryIO) -> "Blob":
        """Of bytes, or of a file that is read from its beginning, a piece at a time."""
        stream = io.BytesIO(source) if isinstance(source, bytes) else source
        stream.seek(0)
        found, size = hashlib.sha256(), 0
        while piece := stream.read(PIECE):
            found.update(piece)
            size += len(piece)
        return cls(found.hexdigest(), size, stream)

    def pieces(self) -> Iterator[bytes]:
        self.stream.seek(0)
        while piece := self.stream.read(PIECE):
            yield piece

    def head(self, size: int) -> bytes:
        self.stream.seek(0)
        return self.stream.read(size)
