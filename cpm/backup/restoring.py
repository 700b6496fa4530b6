"""From a file into a database of either kind: all of it, or nothing has changed."""

import contextlib
import itertools
import sqlite3
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy
from sqlalchemy import Connection, Table, delete
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from cpm import schema
from cpm.backup.file import Contents, Reader, contents
from cpm.database import Database
from cpm.errors import Conflict, Invalid
from cpm.model import AuditEntry, SignIn

Told = Callable[[str, int], None]
_AT_ONCE = 500  # rows of SQLite in one statement
_LARGE_AT_ONCE = 8  # of those with bytes, which are a megabyte each


def restore(
    database: Database, path: Path, *, replace: bool, who: str, now: datetime, told: Told
) -> Contents:
    """Read the file whole, then put its tables into an empty database and bring them to this release.

    With `replace` what the database holds goes, in the same transaction. Everybody has to sign in again. Invalid for a file that is not whole or from a
    later release, Conflict for a database that is not empty, or that other programs have open while it is replaced.
    """
    whole = contents(path)
    if not schema.is_known(whole.header.schema):
        raise Invalid(
            f"Expected {path.name} to be of this release or older, but it has the tables {whole.header.schema} of "
            f"cpm {whole.header.cpm}: install that release first"
        )
    if replace:
        _must_be_alone(database)
    try:
        with database.write() as session:
            if _tables_there(session):
                _clear(session, replace=replace)
            schema.bring(session, whole.header.schema)
            _fill(session, path, whole, told)
            schema.bring(session, "head")
            session.execute(delete(SignIn))  # who has ended one since would be signed in again
            particulars = {"taken": whole.header.taken_at, "cpm": whole.header.cpm}
            session.add(AuditEntry(at=now, actor=who, what="installation.restored", particulars=particulars))
    except (DataError, IntegrityError, psycopg.Error, ValueError, TypeError, OverflowError) as error:
        why = next(iter(str(getattr(error, "orig", error)).splitlines()), type(error).__name__)
        raise Invalid(f"Expected to restore {path.name}, but the database refused it: {why}") from error
    return whole


def _tables_there(session: Session) -> bool:
    return bool(sqlalchemy.inspect(session.connection()).get_table_names())


def _clear(session: Session, *, replace: bool) -> None:
    if not replace:
        raise Conflict(
            "Expected an empty database to restore into, but there are tables in it: "
            "give --replace to lose them, or name another by CPM_DATABASE_URL"
        )
    names = [table.name for table in schema.tables(schema.known(session))]
    for name in reversed(names):  # whatever a downgrade would do to rows, it does to none
        session.execute(delete(sqlalchemy.table(name)))
    schema.take_back(session, "base")


def _must_be_alone(database: Database) -> None:
    """Conflict if other programs have the database open: they would go on with what they remember of it."""
    if not (_others_on_postgresql(database) if database.postgresql else _others_on_sqlite(database)):
        return
    raise Conflict(
        "Expected to be alone with the database that is replaced, but other programs have it open: "
        "stop web, workers and intake first"
    )


def _others_on_postgresql(database: Database) -> bool:
    ours = "datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()"
    with database.read() as session:
        return bool(session.scalar(sqlalchemy.text(f"SELECT count(*) FROM pg_stat_activity WHERE {ours}")))  # noqa: S608


def _others_on_sqlite(database: Database) -> bool:
    """Only who is alone can leave the write-ahead log (sqlite.org/wal.html); who connects next goes back to it."""
    database.engine.dispose()  # our own connections count, too
    with contextlib.closing(sqlite3.connect(str(database.engine.url.database), timeout=0)) as alone:
        try:
            return bool(alone.execute("PRAGMA journal_mode = DELETE").fetchone() != ("delete",))
        except sqlite3.OperationalError:
            return True


def _fill(session: Session, path: Path, whole: Contents, told: Told) -> None:
    connection = session.connection()
    tables = {table.name: table for table in schema.tables(whole.header.schema)}
    if connection.dialect.name == "sqlite":  # a row may come before the one it refers to
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    reader = Reader(path)
    for name, columns, lines in reader.tables():
        table = tables.pop(name, None)
        if table is None or sorted(map(str, columns)) != sorted(table.columns.keys()):
            raise Invalid(
                f"Expected {path.name} to have the tables of {whole.header.schema}, but {name} differs"
            )
        put = _into_sqlite if connection.dialect.name == "sqlite" else _into_postgresql
        put(connection, table, columns, _checked(reader, lines, len(columns)))
        told(name, reader.rows[name])
    if tables:
        raise Invalid(f"Expected {path.name} to have all tables, but it lacks {', '.join(tables)}")


def _checked(reader: Reader, lines: Iterator[bytes], columns: int) -> Iterator[list[Any]]:
    return (reader.row(line, columns) for line in lines)


def _into_sqlite(connection: Connection, table: Table, columns: list[str], rows: Iterator[list[Any]]) -> None:
    packed = _packed(table, columns)
    marks = ", ".join("?" for _ in columns)
    insert = (
        f"INSERT INTO {_names(connection, [table.name])} ({_names(connection, columns)}) VALUES ({marks})"  # noqa: S608
    )
    while some := list(itertools.islice(rows, _few(table))):
        for row in some:
            for place in packed:
                row[place] = None if row[place] is None else bytes.fromhex(row[place])
        connection.exec_driver_sql(insert, [tuple(row) for row in some])


def _few(table: Table) -> int:
    """Rows with bytes may be large: few of them are in memory together."""
    return (
        _LARGE_AT_ONCE
        if any(isinstance(each.type, sqlalchemy.LargeBinary) for each in table.columns)
        else _AT_ONCE
    )


def _into_postgresql(
    connection: Connection, table: Table, columns: list[str], rows: Iterator[list[Any]]
) -> None:
    packed = _packed(table, columns)
    driver: Any = connection.connection.driver_connection
    name = _names(connection, [table.name])
    with (
        driver.cursor() as cursor,
        cursor.copy(f"COPY {name} ({_names(connection, columns)}) FROM STDIN") as copy,
    ):
        for row in rows:
            for place in packed:
                row[place] = None if row[place] is None else f"\\x{row[place]}"
            copy.write_row(row)
    if "id" in columns and isinstance(table.c.id.type, sqlalchemy.Integer):
        connection.exec_driver_sql(
            f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), coalesce(max(id), 0) + 1, false) FROM {name}"  # noqa: S608
        )


def _packed(table: Table, columns: list[str]) -> list[int]:
    return [
        place for place, name in enumerate(columns) if isinstance(table.c[name].type, sqlalchemy.LargeBinary)
    ]


def _names(connection: Connection, names: list[str]) -> str:
    return ", ".join(connection.dialect.identifier_preparer.quote(name) for name in names)
