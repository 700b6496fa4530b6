"""The file: lines of JSON, packed by gzip. First a header, then each table with its rows, last their sum.

    {"format": "cpm-backup", "version": 1, "cpm": "0.1.0", "schema": "0015", ...}
    {"table": "cases", "columns": ["id", "customer_id", ...]}
    [1, 1, ...]
    {"rows": {"cases": 1, ...}, "sha256": "..."}

Values are as SQLite keeps them: moments and days as text in UTC, booleans as 0 and 1, bytes in hexadecimal. The sum is
over all lines before it: it finds damage, not a forger, who would count it anew.
"""

import dataclasses
import gzip
import hashlib
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from cpm.errors import Invalid

FORMAT, VERSION = "cpm-backup", 1
_LEVEL = 3  #: of compression: half the time of 6 for a tenth more bytes
_AT_ONCE = 1 << 20  # bytes that are hashed and packed together
#: No line of ours is longer: neither database takes a value of more than 1 GB. A gzip bomb is one line of any length.
_LONGEST = 1 << 30


@dataclass(frozen=True, slots=True)
class Header:
    cpm: str  #: the release that took it
    schema: str  #: the revision of the tables in it
    taken_at: datetime  #: aware; nothing in it is later
    database: str  #: sqlite | postgresql; it can be restored into either
    settings: dict[str, str]  #: those that tell installations apart, for people; never passwords
    secret_mark: str  #: of the secret that signed its Message-IDs
    secret: str | None  #: that secret itself, if the installation had made it


@dataclass(frozen=True, slots=True)
class Contents:
    header: Header
    rows: dict[str, int]  #: of each table
    bytes: int  #: of the file as it lies there
    missing: tuple[str, ...] = ()  #: digests of documents whose bytes were not there when it was taken


def secret_mark(secret: bytes) -> str:
    """Tells secrets apart, and nothing about them."""
    return hashlib.sha256(b"cpm backup\0" + secret).hexdigest()[:16]


class Writer:
    """Into a file that is open for writing; the caller keeps it closed to others, and gives it its name at the end."""

    def __init__(self, file: BinaryIO, header: Header) -> None:
        self.rows: dict[str, int] = {}
        self._file = file
        self._packing = zlib.compressobj(_LEVEL, wbits=31)  # as gzip
        self._sum = hashlib.sha256()
        self._lines: list[bytes] = []
        self._size = 0
        told = dataclasses.asdict(header) | {"taken_at": header.taken_at.isoformat()}
        self._object({"format": FORMAT, "version": VERSION, **told})

    def table(self, name: str, columns: list[str], rows: Iterator[bytes]) -> int:
        """How many rows it had; each comes as a JSON array without a line break."""
        self._object({"table": name, "columns": columns})
        count = 0
        for count, row in enumerate(rows, 1):  # noqa: B007 - the last one is how many
            self._line(row)
        self.rows[name] = count
        return count

    def end(self) -> None:
        self._flush()
        self._object({"rows": self.rows, "sha256": self._sum.hexdigest()})
        self._flush()
        self._file.write(self._packing.flush())

    def _object(self, told: dict[str, Any]) -> None:
        self._line(json.dumps(told, ensure_ascii=False).encode())

    def _line(self, line: bytes) -> None:
        self._lines.append(line)
        self._size += len(line)
        if self._size >= _AT_ONCE:
            self._flush()

    def _flush(self) -> None:
        block = b"".join(line + b"\n" for line in self._lines)
        self._sum.update(block)
        self._file.write(self._packing.compress(block))
        self._lines, self._size = [], 0


class Reader:
    """From first to last, once. Invalid as soon as something is not as it was written; whole when `tables` has ended."""

    def __init__(self, path: Path) -> None:
        self.rows: dict[str, int] = {}
        self._name = path.name
        self._lines = _lines(path)
        self._sum = hashlib.sha256()
        self._line = b""  #: the last one; the sum is over those before it
        self._ahead: dict[str, Any] | None = None
        self.header = _header(self._object(self._next()), self._name)

    def tables(self) -> Iterator[tuple[str, list[str], Iterator[bytes]]]:
        """Each with its columns and its rows; those that nobody takes are counted all the same."""
        while "table" in (told := self._ahead or self._object(self._next())):
            name, columns = told["table"], told.get("columns")
            if not isinstance(name, str) or not isinstance(columns, list):
                raise _damaged(self._name, "a line of it is out of place")
            rows = self._rows(name)
            yield name, columns, rows
            for _ in rows:
                pass
        if told.get("sha256") != self._sum.hexdigest() or told.get("rows") != self.rows:
            raise _damaged(self._name, "its checksum says that something in it has changed")
        if next(self._lines, None) is not None:
            raise _damaged(self._name, "something follows after its end")

    def _rows(self, table: str) -> Iterator[bytes]:
        count = 0
        while (line := self._next()).startswith(b"["):
            count += 1
            yield line
        self.rows[table] = count
        self._ahead = self._object(line)

    def _next(self) -> bytes:
        if (line := next(self._lines, None)) is None:
            raise _damaged(self._name, "it is cut off")
        self._sum.update(self._line)
        self._line = line
        return line

    def _object(self, line: bytes) -> dict[str, Any]:
        told = self.read(line)
        if not isinstance(told, dict):
            raise _damaged(self._name, "a line of it is out of place")
        return told

    def read(self, line: bytes) -> Any:
        try:
            return json.loads(line)
        except (ValueError, RecursionError) as error:
            raise _damaged(self._name, "a line of it cannot be read") from error

    def row(self, line: bytes, columns: int) -> list[Any]:
        """Its values, as many as there are columns, none with something in it: whoever makes a file can count its sum."""
        told = self.read(line)
        if len(told) != columns or any(isinstance(value, list | dict) for value in told):
            raise _damaged(self._name, "a row of it does not fit its table")
        return list(told)


def contents(path: Path) -> Contents:
    """What is in the file, after reading all of it; Invalid if it is not whole."""
    reader = Reader(path)
    for _ in reader.tables():
        pass
    return Contents(reader.header, reader.rows, path.stat().st_size)


def _lines(path: Path) -> Iterator[bytes]:
    try:
        with gzip.open(path, "rb") as packed:
            while line := packed.readline(_LONGEST):
                if len(line) == _LONGEST:
                    raise _damaged(path.name, "a line of it is longer than any row can be")
                yield line
    except EOFError as error:
        raise _damaged(path.name, "it is cut off") from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise _damaged(path.name, "it cannot be unpacked") from error
    except OSError as error:
        raise Invalid(f"Expected to read {path}, but {error.strerror}") from error


def _header(told: dict[str, Any], name: str) -> Header:
    if told.get("format") != FORMAT:
        raise Invalid(f"Expected {name} to be a backup of cpm, but it is something else")
    if told.get("version") != VERSION:
        raise Invalid(f"Expected {name} to be a backup that this release reads, but a later one made it")
    known = {each.name: told.get(each.name) for each in dataclasses.fields(Header)}
    words = [known[each] for each in ("cpm", "schema", "database", "secret_mark")]
    try:
        known["taken_at"] = datetime.fromisoformat(told["taken_at"])
    except (KeyError, TypeError, ValueError) as error:
        raise _damaged(name, "its header cannot be read") from error
    if not all(isinstance(word, str) for word in words) or not isinstance(known["settings"], dict):
        raise _damaged(name, "its header cannot be read")
    return Header(**known)  # type: ignore[arg-type]  # as it was written


def _damaged(name: str, why: str) -> Invalid:
    return Invalid(f"Expected {name} to be a whole backup, but {why}")
