"""From the database into a file: all of one moment, while everybody goes on writing.

The database makes the lines itself, so that a row costs us no more than to pack it.
"""

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any, BinaryIO

import psycopg
import sqlalchemy
from sqlalchemy import Column, Connection, Table
from sqlalchemy.exc import ProgrammingError

from cpm import schema
from cpm.backup import kept_files
from cpm.backup.file import Contents, Header, Writer
from cpm.database import Database
from cpm.errors import Unavailable
from cpm.store import FileStore

Told = Callable[[str, int], None]


def take(
    database: Database,
    into: BinaryIO,
    about: Callable[[str], Header],
    told: Told,
    files: FileStore | None = None,
) -> Contents:
    """Write all tables. `about` makes the header for a revision of them; `told` hears of each table with its rows.

    The bytes of documents that lie in `files` are written as if they lay in the database, so that the backup needs nothing
    beside it.
    """
    missing: list[str] = []
    with database.snapshot() as session:
        revision = schema.known(session)
        writer = Writer(into, header := about(revision))
        try:
            tables = schema.tables(revision)
            _hold(session.connection(), tables)
            for table in tables:
                columns = [column.name for column in table.columns]
                rows = _rows(session.connection(), table)
                if table.name == "content_parts" and files is not None:
                    rows = chain(rows, kept_files.rows(session, files, columns, missing))
                told(table.name, writer.table(table.name, columns, rows))
        except (psycopg.Error, ProgrammingError) as error:  # rights that somebody took away
            raise Unavailable(f"Expected to read the tables, but {str(error).splitlines()[0]}") from error
        writer.end()
    return Contents(header, writer.rows, into.tell(), tuple(missing))


def _hold(connection: Connection, tables: tuple[Table, ...]) -> None:
    """Nobody changes their columns meanwhile, as pg_dump does it; SQLite's snapshot has their columns, too."""
    if connection.dialect.name == "postgresql":
        names = ", ".join(_quoted(connection, table.name) for table in tables)
        connection.exec_driver_sql(f"LOCK TABLE {names} IN ACCESS SHARE MODE")


def _rows(connection: Connection, table: Table) -> Iterator[bytes]:
    driver: Any = connection.connection.driver_connection
    name = _quoted(connection, table.name)
    if connection.dialect.name == "sqlite":
        values = ", ".join(_of_sqlite(connection, column) for column in table.columns)
        for (line,) in driver.execute(f"SELECT json_array({values}) FROM {name}"):  # noqa: S608 - our own names
            yield line.encode()
        return
    values = ", ".join(_of_postgresql(connection, column) for column in table.columns)
    copy = f"COPY (SELECT json_build_array({values}) FROM {name}) TO STDOUT"  # noqa: S608 - our own names
    with driver.cursor() as cursor, cursor.copy(copy) as lines:
        for line in lines:  # COPY doubles backslashes, and JSON has nothing else that it would change
            yield bytes(line).rstrip(b"\n").replace(b"\\\\", b"\\")


def _of_sqlite(connection: Connection, column: Column[Any]) -> str:
    name = _quoted(connection, column.name)
    if _is_place(column):
        return kept_files.PLACE
    if isinstance(column.type, sqlalchemy.LargeBinary):
        return f"iif({name} IS NULL, NULL, lower(hex({name})))"
    return name


def _of_postgresql(connection: Connection, column: Column[Any]) -> str:
    name = _quoted(connection, column.name)
    if _is_place(column):
        return kept_files.PLACE
    match column.type:
        case sqlalchemy.LargeBinary():
            return f"encode({name}, 'hex')"
        case sqlalchemy.DateTime():
            return f"to_char({name}, 'YYYY-MM-DD HH24:MI:SS.US')"
        case sqlalchemy.Boolean():
            return f"{name}::int"
        case _:
            return name


def _is_place(column: Column[Any]) -> bool:
    """Where a content lies: in a backup all of them lie in the database."""
    return column.table.name == "contents" and column.name == "place"


def _quoted(connection: Connection, name: str) -> str:
    return connection.dialect.identifier_preparer.quote(name)
