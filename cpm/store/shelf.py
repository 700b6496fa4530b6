"""All contents, wherever they lie: their rows say where."""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from cpm.document_settings import DocumentSettings
from cpm.errors import Unavailable
from cpm.model import Content
from cpm.store.blob import Blob
from cpm.store.database import DatabaseStore
from cpm.store.files import FileStore
from cpm.store.store import Store


class Damaged(Unavailable):
    """The bytes are not there, or not those that were put: an operator must look, `cpm store check` tells of all."""

    usual_de = "Der Inhalt dieser Datei ist beschädigt oder fehlt. Bitte den Betrieb informieren."


class Shelf:
    """The stores as one transaction sees them."""

    def __init__(self, session: Session, settings: DocumentSettings) -> None:
        self._session = session
        self.stores: Mapping[str, Store] = {
            store.name: store for store in (DatabaseStore(session), FileStore(settings.path))
        }
        self.usual = self.stores[settings.store]

    def put(self, blob: Blob, *, now: datetime) -> Content:
        """The content with its row, which lives if this transaction commits; the same bytes have one row.

        Who puts several in one transaction puts them in the order of their digests, so that nobody waits for each other.
        """
        if (known := self._held(blob.digest)) is not None:
            self._renew(known, blob)
            return known
        if self.usual.name != DatabaseStore.name:
            self.usual.put(blob)  # safe before the row is
        row = {"digest": blob.digest, "size": blob.size, "place": self.usual.name, "kept_at": now}
        dialect = postgresql if self._session.get_bind().dialect.name == "postgresql" else sqlite
        insert = dialect.insert(Content).values(row).on_conflict_do_nothing(index_elements=["digest"])
        made: Content | None = self._session.scalar(insert.returning(Content))
        if made is None:  # somebody put the same, and has committed meanwhile
            return self.put(blob, now=now)
        self.usual.put(blob)
        return made

    def pieces(self, digest: str) -> Iterator[bytes]:
        """The bytes in order, as they are read; Damaged if there are none."""
        content = self._session.get(Content, digest)
        if content is None:
            raise _damaged(digest, "there is no row of it")
        try:
            yield from self.stores[content.place].pieces(digest)
        except (KeyError, OSError) as error:
            raise _damaged(digest, f"they are missing in the store {content.place}") from error

    def checked(self, digest: str) -> Iterator[bytes]:
        """As `pieces`, and Damaged at the end if they are not those that were put."""
        found = hashlib.sha256()
        for piece in self.pieces(digest):
            found.update(piece)
            yield piece
        if found.hexdigest() != digest:
            raise _damaged(digest, "they are not those that were put there")

    def read(self, digest: str) -> bytes:
        return b"".join(self.checked(digest))

    def _held(self, digest: str) -> Content | None:
        """Held: nobody sweeps it away before this transaction refers to it."""
        query = select(Content).where(Content.digest == digest)
        return self._session.scalar(query.with_for_update(read=True, key_share=True))

    def _renew(self, known: Content, blob: Blob) -> None:
        """What lies in a file is put once more: if it is gone or cut off, it is whole again."""
        if known.place != DatabaseStore.name:
            self.stores[known.place].put(blob)


def ahead(settings: DocumentSettings, blob: Blob) -> None:
    """Before the transaction that will put it: a large file is on the disk while nobody waits for us."""
    if settings.store == FileStore.name:
        FileStore(settings.path).put(blob)


def _damaged(digest: str, why: str) -> Damaged:
    return Damaged(f"Expected to read the bytes of a document, but {why} ({digest[:12]})")
