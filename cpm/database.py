"""Connections to SQLite and PostgreSQL that lose nothing: how transactions begin, how long they wait.

SQLite: the driver's own transaction handling loses updates silently, so it is switched off and a writing
transaction begins with BEGIN IMMEDIATE; threads of one process queue up instead of using the busy handler.
PostgreSQL: READ COMMITTED, rows are locked; nobody waits longer than LOCK_TIMEOUT. Who only reads has no transaction around
its statements: in READ COMMITTED each sees its own moment anyway, and two answers of the server less are waited for.
"""

import contextlib
import select
import sqlite3
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import psycopg
import sqlalchemy
from sqlalchemy import event
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    DBAPIError,
    DisconnectionError,
    NoSuchModuleError,
    OperationalError,
)
from sqlalchemy.orm import Session, sessionmaker

from cpm.errors import Invalid, Unavailable
from cpm.turns import Turns

#: Longer than many writers of one case need one after the other, shorter than a person's patience.
LOCK_TIMEOUT = timedelta(seconds=15)
ONLY_READS = "only reads"  #: in the info of sessions that write nothing
_BUSY_TIMEOUT = f"PRAGMA busy_timeout={LOCK_TIMEOUT // timedelta(milliseconds=1)}"
_PRAGMAS = ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "PRAGMA foreign_keys=ON", _BUSY_TIMEOUT)
_SURELY_THERE = 1.0  # seconds since a connection was in use
_PREPARED = 500  #: statements of one connection that the server keeps ready; all pages together ask some 300
_ASK_AGAIN = 0.003  # seconds; a transaction takes about as long
_LOCKED = "somebody else has kept it locked for too long; try again"
#: What is no fault of the statement: the file is locked, gone, full, read-only or no database.
_SQLITE = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_READONLY,
    }
)
#: The same in sqlstates: lock not available, deadlock, serialisation; connection, resources, an operator's hand.
_POSTGRESQL = ("55P03", "40P01", "40001", "08", "53", "57")


class Database:
    """Hands out sessions: `write` for the one transaction of a command, `read` for looking without a lock."""

    def __init__(self, url: str) -> None:
        self.engine = connect(url)
        self.postgresql = self.engine.dialect.name == "postgresql"
        reading = (
            self.engine.execution_options(isolation_level="AUTOCOMMIT") if self.postgresql else self.engine
        )
        self._read = sessionmaker(reading, expire_on_commit=False, autoflush=False, info={ONLY_READS: True})
        self._snapshot = sessionmaker(self.engine, expire_on_commit=False, autoflush=False)
        self._write = sessionmaker(
            self.engine.execution_options(cpm_write=True), expire_on_commit=False, autoflush=False
        )
        self._turns = Turns()

    def before_flush(self, hears: Callable[..., None]) -> None:
        """Tell it of each session that is about to write (SQLAlchemy's SessionEvents.before_flush)."""
        event.listen(self._write, "before_flush", hears)

    def close(self) -> None:
        """Give all connections back to the server."""
        self.engine.dispose()

    @contextlib.contextmanager
    def write(self) -> Iterator[Session]:
        """Commits when the block ends, rolls back when it raises. The only place that commits."""
        with _plain_words(), self._turn(), self._write.begin() as session:
            yield session

    @contextlib.contextmanager
    def rehearse(self) -> Iterator[Session]:
        """As `write`, but nothing stays."""
        with _plain_words(), self._turn(), self._write() as session:
            yield session
            session.rollback()

    @contextlib.contextmanager
    def read(self) -> Iterator[Session]:
        with _plain_words(), self._read() as session:
            yield session

    @contextlib.contextmanager
    def snapshot(self) -> Iterator[Session]:
        """As `read`, but all of one moment, however long it takes; nobody waits for it. SQLite's reads are so anyway."""
        with _plain_words(), self._snapshot() as session:
            if self.postgresql:
                session.execute(sqlalchemy.text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
                session.execute(sqlalchemy.text("SET LOCAL idle_in_transaction_session_timeout = 0"))
                session.execute(sqlalchemy.text("SET LOCAL client_encoding = 'UTF8'"))
            yield session

    @contextlib.contextmanager
    def _turn(self) -> Iterator[None]:
        """On SQLite the writers of this process go one after the other; Unavailable if our turn does not come."""
        if self.postgresql:
            yield
            return
        if not self._turns.acquire(timeout=LOCK_TIMEOUT.total_seconds()):
            raise Unavailable(f"Expected to use the database, but {_LOCKED}")
        try:
            yield
        finally:
            self._turns.release()


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
    engine = sqlalchemy.create_engine(url, hide_parameters=True, connect_args={"check_same_thread": False})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.create_function("lower", 1, _lower, deterministic=True)  # SQLite's own knows A to Z only
        connection.create_function("translate", 3, _translate, deterministic=True)  # as PostgreSQL has it
        connection.isolation_level = None  # the driver begins nothing by itself
        for pragma in _PRAGMAS:
            connection.execute(pragma)

    @event.listens_for(engine, "begin")
    def begin(connection: sqlalchemy.Connection) -> None:
        if connection.get_execution_options().get("cpm_write"):
            _begin_writing(connection)
        else:
            connection.exec_driver_sql("BEGIN")

    return engine


def _begin_writing(connection: sqlalchemy.Connection) -> None:
    """Ask every few milliseconds. SQLite's own waiting sleeps longer each time, up to 100 ms, and so comes too late again
    and again while a worker of another process writes a lot.
    """
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA busy_timeout=0")
    try:
        until = time.monotonic() + LOCK_TIMEOUT.total_seconds()
        while time.monotonic() < until:
            try:
                driver.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                    break
                time.sleep(_ASK_AGAIN)
            else:
                return
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # for its error
    finally:
        driver.execute(_BUSY_TIMEOUT)


def _translate(text: str | None, found: str, put: str) -> str | None:
    return None if text is None else text.translate(str.maketrans(found, put))


def _lower(text: object) -> object:
    return text.lower() if isinstance(text, str) else text


def _postgresql(url: sqlalchemy.URL) -> sqlalchemy.Engine:
    limits = {
        "lock_timeout": LOCK_TIMEOUT // timedelta(milliseconds=1),
        "idle_in_transaction_session_timeout": 60_000,
        "timezone": "UTC",
    }
    engine = sqlalchemy.create_engine(
        url,
        hide_parameters=True,
        pool_size=20,
        pool_use_lifo=True,  # few connections do nearly all, and have their statements ready
        connect_args={
            "options": " ".join(f"-c {name}={value}" for name, value in limits.items()),
            "connect_timeout": 10,
            "keepalives_idle": 30,
        },
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: psycopg.Connection[Any], _record: Any) -> None:
        """Statements asked again are planned once, but not behind a pooler: it may hand each transaction another server
        process, where nothing is prepared. It shows by its answer to who is asked, which is not who was greeted.
        """
        connection.prepared_max = _PREPARED
        connection.autocommit = True
        asked = connection.execute("SELECT pg_backend_pid()", prepare=False).fetchone()
        connection.autocommit = False
        if asked != (connection.info.backend_pid,):
            connection.prepare_threshold = None

    @event.listens_for(engine, "checkin")
    def returned(_connection: psycopg.Connection[Any] | None, record: Any) -> None:
        record.info["returned"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def is_there(connection: Any, record: Any, _proxy: Any) -> None:
        """Who was in use a moment ago is asked only if it has said something since, as servers do when they go."""
        idle = time.monotonic() - record.info.get("returned", time.monotonic())
        if idle < _SURELY_THERE and not _has_spoken(connection):
            return
        try:
            engine.dialect.do_ping(connection)
        except psycopg.Error as error:
            raise DisconnectionError from error

    @event.listens_for(engine, "handle_error")
    def without_details(context: sqlalchemy.ExceptionContext) -> None:
        """The details repeat the row's values, and an error's text goes to the log: no customer's words there."""
        error, wrapped = context.original_exception, context.sqlalchemy_exception
        detail = error.diag.message_detail if isinstance(error, psycopg.Error) else None
        for told in (error, wrapped) if detail and wrapped else ():
            told.args = tuple(str(text).partition("\nDETAIL:")[0] for text in told.args)

    return engine


def _has_spoken(connection: psycopg.Connection[Any]) -> bool:
    heard = select.poll()
    heard.register(connection.fileno(), select.POLLIN)
    return bool(heard.poll(0))


@contextlib.contextmanager
def _plain_words() -> Iterator[None]:
    """What may pass by itself or by an operator's hand, in a sentence a person can act on.

    The faults of a statement or its data stay what they are: trying again would meet them again.
    """
    try:
        yield
    except DBAPIError as error:
        if not (error.connection_invalidated or _passes(error)):
            raise
        raise Unavailable(f"Expected to use the database, but {_why(error)}") from error


def _passes(error: DBAPIError) -> bool:
    if not isinstance(error, DatabaseError):
        return False
    if (code := getattr(error.orig, "sqlite_errorcode", None)) is not None:
        return code & 0xFF in _SQLITE or "no such table" in str(error.orig)
    state = getattr(error.orig, "sqlstate", None)
    if state is None:  # what no server said: it could not be reached
        return isinstance(error, OperationalError)
    return str(state).startswith(_POSTGRESQL)


def _why(error: DBAPIError) -> str:
    text = str(error.orig).strip().splitlines()[0] if str(error.orig).strip() else "it does not answer"
    if "locked" in text or getattr(error.orig, "sqlstate", None) == "55P03":
        return _LOCKED
    if "unable to open database file" in text:
        return "its file cannot be opened: is the folder there, and may you write to it?"
    if "no such table" in text:
        return "its tables are missing: run `cpm init`"
    return f"it said: {text}"
