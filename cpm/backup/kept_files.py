"""Documents whose bytes lie in files, as rows of a backup: as if they lay in the database."""

import json
from collections.abc import Iterator

from sqlalchemy import text
from sqlalchemy.orm import Session

from cpm.store import FileStore

#: What a backup says of each content, as SQL.
PLACE = "'database'"
_ELSEWHERE = text(
    "SELECT digest FROM contents WHERE place <> 'database' AND digest > :last ORDER BY digest LIMIT 500"
)


def rows(session: Session, files: FileStore, columns: list[str], missing: list[str]) -> Iterator[bytes]:
    """Those of `content_parts` that the database does not have; digests of what is not there go into `missing`."""
    last = ""
    while digests := session.scalars(_ELSEWHERE, {"last": last}).all():
        for digest in digests:
            yield from _of(files, digest, columns, missing)
        last = digests[-1]


def _of(files: FileStore, digest: str, columns: list[str], missing: list[str]) -> Iterator[bytes]:
    number = -1
    try:
        for number, piece in enumerate(files.pieces(digest)):
            yield _row(digest, number, piece, columns)
    except (KeyError, OSError):
        missing.append(digest)
        return
    if number < 0:
        yield _row(digest, 0, b"", columns)


def _row(digest: str, number: int, piece: bytes, columns: list[str]) -> bytes:
    values = {"digest": digest, "number": number, "bytes": piece.hex()}
    return json.dumps([values[column] for column in columns]).encode()
