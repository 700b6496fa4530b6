"""The demo ERP's memory: one SQLite file that several processes share, with what ERPs speak of as it is in `nouns`."""

import json
import secrets
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from cpm.connectors.erp.nouns import Change

T = TypeVar("T")
_SCHEMA = """
CREATE TABLE IF NOT EXISTS things (kind TEXT, key TEXT, number TEXT, body TEXT NOT NULL, PRIMARY KEY (kind, key));
CREATE INDEX IF NOT EXISTS things_number ON things (kind, number);
CREATE TABLE IF NOT EXISTS changes (
  id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT, key TEXT, what TEXT, facts TEXT);
CREATE TABLE IF NOT EXISTS numbers (kind TEXT PRIMARY KEY, last INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS faults (kind TEXT PRIMARY KEY, times INTEGER, seconds REAL NOT NULL);
CREATE TABLE IF NOT EXISTS birth (word TEXT NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Memory:
    """What one question sees, and what it leaves; all of it or nothing."""

    connection: sqlite3.Connection
    before: int  #: changes that the connection had made when the question came

    @property
    def changed(self) -> bool:
        return self.connection.total_changes > self.before

    def find(self, noun: type[T], key: str) -> T | None:
        return self._one(noun, "key", key)

    def numbered(self, noun: type[T], number: str) -> T | None:
        """By the number that the ERP gave it."""
        return self._one(noun, "number", number)

    def has(self, noun: type[Any]) -> bool:
        query = "SELECT 1 FROM things WHERE kind = ? LIMIT 1"
        return self.connection.execute(query, (noun.__name__,)).fetchone() is not None

    def all(self, noun: type[T], prefix: str = "") -> list[T]:
        """The newest first."""
        query = "SELECT body FROM things WHERE kind = ? AND substr(key, 1, length(?)) = ? ORDER BY rowid DESC"
        rows = self.connection.execute(query, (noun.__name__, prefix, prefix))
        return [_read(noun, json.loads(body)) for (body,) in rows]

    def keep(self, thing: Any, key: str, number: str | None = None) -> None:
        query = (
            "INSERT INTO things (kind, key, number, body) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (kind, key) DO UPDATE SET number = excluded.number, body = excluded.body"
        )
        body = json.dumps(asdict(thing), default=str)
        self.connection.execute(query, (type(thing).__name__, key, number, body))

    def number(self, kind: str) -> str:
        """The next one, which says that it is a demo's: DEMO-AU-000001."""
        query = (
            "INSERT INTO numbers (kind, last) VALUES (?, 1) "
            "ON CONFLICT (kind) DO UPDATE SET last = last + 1 RETURNING last"
        )
        (last,) = self.connection.execute(query, (kind,)).fetchone()
        return f"DEMO-{kind}-{last:06d}"

    def tell(self, kind: str, key: str, what: str, **facts: Any) -> None:
        """For the feed of changes."""
        row = (kind, key, what, json.dumps(facts, default=str))
        self.connection.execute("INSERT INTO changes (kind, key, what, facts) VALUES (?, ?, ?, ?)", row)

    def changes(self, since: str, most: int) -> list[Change]:
        (birth,) = self.connection.execute("SELECT word FROM birth").fetchone()
        query = "SELECT id, kind, key, what, facts FROM changes WHERE id > ? ORDER BY id LIMIT ?"
        rows = self.connection.execute(query, (int(since or 0), most))
        return [
            Change(f"{birth}-{row[0]}", str(row[0]), row[1], row[2], row[3], json.loads(row[4]))
            for row in rows
        ]

    def cursor(self) -> str:
        (last,) = self.connection.execute("SELECT max(id) FROM changes").fetchone()
        return str(last or "")

    def _one(self, noun: type[T], column: str, value: str) -> T | None:
        query = f"SELECT body FROM things WHERE kind = ? AND {column} = ?"  # noqa: S608  # one of two words of ours
        row = self.connection.execute(query, (noun.__name__, value)).fetchone()
        return _read(noun, json.loads(row[0])) if row else None


@contextmanager
def opened(file: Path) -> Iterator[Memory]:
    """Those who ask at the same moment take turns. Raises sqlite3.Error, after which nothing has changed."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(file, timeout=10, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = NORMAL")
        _make_sure(connection)
        with connection:  # this transaction is the other system's
            connection.execute("BEGIN IMMEDIATE")
            yield Memory(connection, connection.total_changes)


def _make_sure(connection: sqlite3.Connection) -> None:
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'birth'").fetchone():
        return
    connection.execute("PRAGMA journal_mode = WAL")
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        for statement in _SCHEMA.split(";"):
            connection.execute(statement)
        if not connection.execute("SELECT 1 FROM birth").fetchone():  # another process was faster
            connection.execute("INSERT INTO birth (word) VALUES (?)", (secrets.token_hex(4),))


def _read(kind: Any, value: Any) -> Any:
    """What `json.dumps(asdict(...), default=str)` made of a value of this type, as it was."""
    if value is None or kind is Any:
        return value
    if get_origin(kind) in (Union, UnionType):
        return _read(next(one for one in get_args(kind) if one is not type(None)), value)
    if get_origin(kind) is tuple:
        return tuple(_read(get_args(kind)[0], one) for one in value)
    if hasattr(kind, "__dataclass_fields__"):
        hints: Mapping[str, Any] = get_type_hints(kind)
        return kind(**{name: _read(hints[name], one) for name, one in value.items() if name in hints})
    if kind is datetime:
        return datetime.fromisoformat(value)
    if kind is date:
        return date.fromisoformat(value)
    return Decimal(value) if kind is Decimal else value
