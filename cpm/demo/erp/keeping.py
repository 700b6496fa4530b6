"""Folders in the cache: there whole or not at all, and not for ever."""

import contextlib
import fcntl
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from cpm.demo.erp import places

_KEPT = 3  #: of each kind; older ones are removed


@contextlib.contextmanager
def alone(version: str) -> Iterator[None]:
    """Who comes second waits for the first, whatever process that is."""
    places.snapshots().mkdir(parents=True, exist_ok=True)
    with (places.snapshots() / f"{version}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def keep(made: Path, there: Path, secret: str) -> None:
    """The database and the file with its secrets. Nobody uses the database now."""
    database = f"{places.DATABASE}.sqlite"
    with contextlib.closing(sqlite3.connect(made / database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    new = there.with_name(f"{there.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(mode=0o700)
    for name in (secret, database):
        shutil.copy2(made / name, new / name)
    new.rename(there)


def forget_old(pattern: str) -> None:
    found = sorted(places.snapshots().glob(pattern), key=lambda folder: folder.stat().st_mtime, reverse=True)
    for folder in found[_KEPT:]:
        shutil.rmtree(folder)


def in_memory() -> str | None:
    """Where files cost nothing; containers may have 64 MB only."""
    shared = Path("/dev/shm")  # noqa: S108 - TemporaryDirectory makes a folder of its own there
    return str(shared) if shared.is_dir() and shutil.disk_usage(shared).free > 2**28 else None
