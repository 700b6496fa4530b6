"""The document store as operators see it: is all there and whole, move it elsewhere, sweep what nobody refers to.

Each works in portions of one content, so that it may run beside everything and be stopped at any moment; begun again, it
goes on where it was.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

from sqlalchemy import select

from cpm.clock import utcnow
from cpm.document_settings import DATABASE, FILE
from cpm.engine import Engine
from cpm.model import Content
from cpm.store import PIECE, Blob, Damaged, FileStore
from cpm.uow import UnitOfWork

Told = Callable[[int], None]  #: how many are done
_AT_ONCE = 100  #: rows that are looked up together
_IN_MEMORY = 8 * PIECE


@dataclass(frozen=True, slots=True)
class Found:
    contents: int
    bytes: int
    damaged: tuple[str, ...]  #: digests of what is missing, or not what was put
    orphans: int  #: files that no row refers to; the sweep removes them when they are old


def check(engine: Engine, told: Told = lambda _count: None) -> Found:
    """Read all contents and compare them with their digests."""
    count = size = 0
    damaged = []
    for content in _contents(engine):
        count, size = count + 1, size + content.size
        try:
            with engine.read() as look:
                for _ in look.store.checked(content.digest):
                    pass
        except Damaged:
            damaged.append(content.digest)
        told(count)
    return Found(count, size, tuple(damaged), sum(1 for _ in _orphans(engine, utcnow())))


def move(engine: Engine, to: str, actor: str, told: Told = lambda _count: None) -> int:
    """All that lies elsewhere; how many contents were moved. What is damaged stays where it is, for `check` to tell."""
    moved = 0
    for content in _contents(engine):
        if content.place != to and _moved(engine, content.digest, to, actor):
            moved += 1
            told(moved)
    return moved


def sweep(engine: Engine, *, older_than: timedelta) -> int:
    """Remove files that no row refers to and that nobody has put for so long; how many."""
    files, before, removed = _files(engine), utcnow() - older_than, 0
    for digest in _orphans(engine, before):
        removed += files.delete_old(digest, older_than=before)
    for part in files.leftovers(older_than=before):
        part.unlink(missing_ok=True)
        removed += 1
    return removed


def _contents(engine: Engine) -> Iterator[Content]:
    last = ""
    while True:
        query = select(Content).where(Content.digest > last).order_by(Content.digest).limit(_AT_ONCE)
        with engine.read() as look:
            found = look.session.scalars(query).all()
        if not found:
            return
        yield from found
        last = found[-1].digest


def _moved(engine: Engine, digest: str, to: str, actor: str) -> bool:
    """Its bytes are safe in the new place before the row says so; whoever stops us leaves it where it was."""
    with SpooledTemporaryFile(max_size=_IN_MEMORY) as copy:
        try:
            with engine.read() as look:
                for piece in look.store.checked(digest):
                    copy.write(piece)
        except Damaged:
            return False
        blob = Blob.of(cast("BinaryIO", copy))
        if to == FILE:
            _files(engine).put(blob)
        with engine.begin(actor) as uow:
            return _point(uow, blob, to)


def _point(uow: UnitOfWork, blob: Blob, to: str) -> bool:
    query = select(Content).where(Content.digest == blob.digest).with_for_update()
    row = uow.session.scalars(query.execution_options(populate_existing=True)).one()
    if row.place == to:
        return False
    if to == DATABASE:
        uow.store.stores[DATABASE].put(blob)
    else:
        uow.store.stores[DATABASE].delete(blob.digest)
    row.place = to
    return True


def _orphans(engine: Engine, before: datetime) -> Iterator[str]:
    for digest in _files(engine).digests(older_than=before):
        with engine.read() as look:
            row = look.session.get(Content, digest)
        if row is None or row.place != FILE:
            yield digest


def _files(engine: Engine) -> FileStore:
    return FileStore(engine.settings.documents.path)
