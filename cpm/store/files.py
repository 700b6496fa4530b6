"""Contents as files, each named by its digest, in folders by the first two pairs of it: `ab/cd/abcd...`.

A file is written beside, flushed to the disk, and only then gets its name; it is never written to again. Nobody has to
stop for the sweep: who finds bytes that are there already makes them young again, and both hold a lock while they look.
"""

import contextlib
import fcntl
import os
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from cpm.document_settings import FILE
from cpm.errors import Unavailable
from cpm.store.blob import PIECE, Blob

_DIGEST = 64  #: characters of one
_BESIDE = ".part-"


class FileStore:
    name = FILE

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, blob: Blob) -> None:
        """On the disk when it returns, whatever becomes of the transaction; Unavailable if the disk does not take it."""
        try:
            self._put(blob)
        except OSError as error:
            raise Unavailable(
                f"Expected to keep a file in the document store, but {error.strerror}",
                de="Die Ablage für Dokumente nimmt gerade nichts an.",
            ) from error

    def _put(self, blob: Blob) -> None:
        place = self._place(blob.digest)
        self._make(place.parent)
        with self._held(fcntl.LOCK_SH):
            if _renewed(place, blob.size):
                return
        beside = _written(place.parent, blob)
        try:
            with self._held(fcntl.LOCK_SH):
                beside.replace(
                    place
                )  # the same bytes, if somebody was faster; whole ones, if these were damaged
                _sync(place.parent)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise

    def pieces(self, digest: str) -> Iterator[bytes]:
        try:
            file = self._place(digest).open("rb")
        except FileNotFoundError:
            raise KeyError(digest) from None
        with file:
            while piece := file.read(PIECE):
                yield piece

    def exists(self, digest: str) -> bool:
        return self._place(digest).is_file()

    def delete(self, digest: str) -> None:
        self._place(digest).unlink(missing_ok=True)

    def delete_old(self, digest: str, *, older_than: datetime) -> bool:
        """Unless somebody has put it since: then its row may be about to be written."""
        with self._held(fcntl.LOCK_EX):
            place = self._place(digest)
            if not _is_older(place, older_than):
                return False
            place.unlink(missing_ok=True)
            return True

    def digests(self, *, older_than: datetime) -> Iterator[str]:
        for file in self._files():
            if len(file.name) == _DIGEST and _is_older(file, older_than):
                yield file.name

    def leftovers(self, *, older_than: datetime) -> Iterator[Path]:
        """What was being written when its writer died."""
        for file in self._files():
            if file.name.startswith(_BESIDE) and _is_older(file, older_than):
                yield file

    def _files(self) -> Iterator[Path]:
        for first in sorted(self._folder.glob("[0-9a-f][0-9a-f]")):
            for second in sorted(first.glob("[0-9a-f][0-9a-f]")):
                yield from sorted(second.iterdir())

    def _place(self, digest: str) -> Path:
        if len(digest) != _DIGEST or not set(digest) <= set("0123456789abcdef"):
            raise KeyError(digest)  # it comes from a row, and a row may come from a backup that somebody made
        return self._folder / digest[:2] / digest[2:4] / digest

    def _make(self, folder: Path) -> None:
        """A folder is on the disk only when the one above it is written, too."""
        if folder.is_dir():
            return
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for each in (folder.parent, folder.parent.parent):
            _sync(each)

    @contextlib.contextmanager
    def _held(self, how: int) -> Iterator[None]:
        """Shared by those who put; alone for the moment in which the sweep removes one."""
        with (self._folder / ".lock").open("ab") as file:
            fcntl.flock(file, how)
            yield


def _renewed(place: Path, size: int) -> bool:
    """It is there and whole, as far as its size tells; from now on it is young."""
    try:
        os.utime(place)
        return place.stat().st_size == size
    except FileNotFoundError:
        return False


def _written(folder: Path, blob: Blob) -> Path:
    with tempfile.NamedTemporaryFile(dir=folder, prefix=_BESIDE, delete=False) as file:
        beside = Path(file.name)
        try:
            for piece in blob.pieces():
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
    return beside


def _sync(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _is_older(file: Path, than: datetime) -> bool:
    try:
        return datetime.fromtimestamp(file.stat().st_mtime, UTC) < than
    except FileNotFoundError:
        return False
