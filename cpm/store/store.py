"""What every place for bytes can do."""

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from cpm.store.blob import Blob


class Store(Protocol):
    name: str  #: as the row of a content calls it

    def put(self, blob: Blob) -> None:
        """Safe when it returns, or with the transaction if the store is the database. Twice changes nothing."""

    def pieces(self, digest: str) -> Iterator[bytes]:
        """The bytes in order; KeyError if there are none."""

    def exists(self, digest: str) -> bool: ...

    def delete(self, digest: str) -> None:
        """Whatever is there, if anything is."""

    def digests(self, *, older_than: datetime) -> Iterator[str]:
        """All that lies there and has not been put since that moment."""
