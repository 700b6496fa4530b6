"""Contents in the database, in rows of a megabyte: what an embedded installation needs no folder and no rights for."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import delete, exists, func, insert, select
from sqlalchemy.orm import Session

from cpm.document_settings import DATABASE
from cpm.model import ContentPart
from cpm.store.blob import Blob


class DatabaseStore:
    """In the transaction of this session: what is put there is there for others when it commits."""

    name = DATABASE

    def __init__(self, session: Session) -> None:
        self._session = session

    def put(self, blob: Blob) -> None:
        if self.exists(blob.digest):
            return
        self._session.flush()  # the content's row comes first
        for number, piece in enumerate(blob.pieces()):
            row = {"digest": blob.digest, "number": number, "bytes": piece}
            self._session.execute(insert(ContentPart).values(row))
        if blob.size == 0:
            row = {"digest": blob.digest, "number": 0, "bytes": b""}
            self._session.execute(insert(ContentPart).values(row))

    def pieces(self, digest: str) -> Iterator[bytes]:
        of = select(func.max(ContentPart.number)).where(ContentPart.digest == digest)
        if (last := self._session.scalar(of)) is None:
            raise KeyError(digest)
        for number in range(last + 1):
            one = select(ContentPart.bytes).where(ContentPart.digest == digest, ContentPart.number == number)
            yield self._session.scalars(one).one()

    def exists(self, digest: str) -> bool:
        return bool(self._session.scalar(select(exists().where(ContentPart.digest == digest))))

    def delete(self, digest: str) -> None:
        self._session.execute(delete(ContentPart).where(ContentPart.digest == digest))

    def digests(self, *, older_than: datetime) -> Iterator[str]:  # noqa: ARG002 - a transaction leaves no orphans
        yield from self._session.scalars(select(ContentPart.digest).where(ContentPart.number == 0))
