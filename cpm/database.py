"""Connections to SQLite and PostgreSQL that lose nothing: how transactions begin, how long they wait.

SQLite: the driver's own transaction handling loses updates silently, so it is switched off and a writing
transaction begins with BEGIN IMMEDIATE; threads of one process queue on a mutex instead of the busy handler.
PostgreSQL: READ COMMITTED, rows are locked; nobody waits longer than LOCK_TIMEOUT.
"""

import contextlib
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import sqlalchemy
from sqlalchemy import event
from sqlalchemy.exc import ArgumentError, DatabaseError, DBAPIError, NoSuchModuleError, OperationalError
from sqlalchemy.orm import Session, sessionmaker

from cpm.errors import Invalid, Unavailable

#: Longer than many writers of one case need one after the other, shorter than a person's patience.
LOCK_TIMEOUT = timedelta(seconds=15)
_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    f"busy_timeout={LOCK_TIMEOUT // timedelta(milliseconds=1)}",
)


class Database:
    """Hands out sessions: `write` for the one transaction of a command, `read` for looking without a lock."""

    def __init__(self, url: str) -> None:
        self.engine = connect(url)
        self.postgresql = self.engine.dialect.name == "postgresql"
        self._read = sessionmaker(self.engine, expire_on_commit=False, autoflush=False)
        self._write = sessionmaker(
            self.engine.execution_options(cpm_write=True), expire_on_commit=False, autoflush=False
        )
        self._mutex: Any = contextlib.nullcontext() if self.postgresql else threading.Lock()

    def close(self) -> None:
        """Give all connections back to the server."""
        self.engine.dispose()

    @contextlib.contextmanager
    def write(self) -> Iterator[Session]:
        """Commits when the block ends, rolls back when it raises. The only place that commits."""
        with _plain_words(), self._mutex, self._write.begin() as session:
            yield session

    @contextlib.contextmanager
    def rehearse(self) -> Iterator[Session]:
        """As `write`, but nothing stays."""
        with _plain_words(), self._mutex, self._write() as session:
            yield session
            session.rollback()

    @contextlib.contextmanager
    def read(self) -> Iterator[Session]:
        with _plain_words(), self._read() as session:
            yield session


def connect(url: str) -> sqlalchemy.Engine:
    try:
        parsed = sqlalchemy.make_url(url)
    except ArgumentError as error:
        raise Invalid(
            "Expected CPM_DATABASE_URL to be a URL like postgresql+psycopg://user@host/name, but it is not"
        ) from error
    try:
        if parsed.get_backend_name() == "sqlite":
            return _sqlite(parsed)
        if parsed.get_backend_name() == "postgresql":
            return _postgresql(parsed.set(drivername="postgresql+psycopg"))
    except NoSuchModuleError as error:
        raise Invalid(f"Expected a database driver, but {error}") from error
    raise Invalid(
        f"Expected CPM_DATABASE_URL to begin with sqlite or postgresql, but it begins with {parsed.drivername}"
    )


def _sqlite(url: sqlalchemy.URL) -> sqlalchemy.Engine:
    engine = sqlalchemy.create_engine(url, connect_args={"check_same_thread": False})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver begins nothing by itself
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: sqlalchemy.Connection) -> None:
        writes = connection.get_execution_options().get("cpm_write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _postgresql(url: sqlalchemy.URL) -> sqlalchemy.Engine:
    limits = {
        "lock_timeout": LOCK_TIMEOUT // timedelta(milliseconds=1),
        "idle_in_transaction_session_timeout": 60_000,
        "timezone": "UTC",
    }
    return sqlalchemy.create_engine(
        url,
        pool_size=20,
        pool_pre_ping=True,
        connect_args={
            "options": " ".join(f"-c {name}={value}" for name, value in limits.items()),
            "connect_timeout": 10,
            "keepalives_idle": 30,
            # A statement cache on the server breaks poolers that hand a connection to somebody else
            "prepare_threshold": None,
        },
    )


@contextlib.contextmanager
def _plain_words() -> Iterator[None]:
    """What the database refuses, in a sentence a person can act on."""
    try:
        yield
    except DatabaseError as error:
        if not isinstance(error, OperationalError) and "not a database" not in str(error.orig):
            raise
        raise Unavailable(f"Expected to use the database, but {_why(error)}") from error


def _why(error: DBAPIError) -> str:
    text = str(error.orig).strip().splitlines()[0] if str(error.orig).strip() else "it does not answer"
    if "database is locked" in text or getattr(error.orig, "sqlstate", None) == "55P03":
        return "somebody else has kept it locked for too long; try again"
    if "unable to open database file" in text:
        return "its file cannot be opened: is the folder there, and may you write to it?"
    if "no such table" in text:
        return "its tables are missing: run `cpm init`"
    return f"it said: {text}"
