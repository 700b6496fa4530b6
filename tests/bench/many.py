"""Many cases, copied by SQL from some that the engine opened: what lists and pages have to live with."""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sqlalchemy import Table

from cpm.database import Database
from cpm.model import Base

#: Everything that belongs to a case; the rest (people, definitions) there is once.
_TABLES = (
    "customers",
    "identifiers",
    "cases",
    "events",
    "interactions",
    "jobs",
    "tasks",
    "candidates",
    "incidents",
    "variables",
    "waits",
)
#: Between the ids of one copy and the next; the cases to copy must fit into it.
STEP = 10_000
_KEYS = {"cases": "id", "events": "case_id", "candidates": "task_id"}
_UNIQUE = {("identifiers", "value"), ("interactions", "message_key"), ("jobs", "key")}
_REFERS = {("tasks", "incident_id")}  # without a foreign key

#: A statement in the database's own words; nothing comes back.
Run = Callable[[str], object]
#: (table, column) -> an expression over the copied row and `n`, the number of the copy
Varied = Mapping[tuple[str, str], str]


def multiply(database: Database, times: int, varied: Varied | None = None) -> None:
    """As many copies of everything that is there, each of customers of its own."""
    with bulk(database) as run:
        for name in _TABLES:
            run(_copy(database, Base.metadata.tables[name], times, varied or {}))


@contextlib.contextmanager
def bulk(database: Database) -> Iterator[Run]:
    """One transaction in which millions of rows come in minutes: no index is kept but the keys, no reference looked up.

    The indexes are made again at the end, and what the planner knows.
    """
    driver: Any = database.engine.raw_connection()
    indexes = _indexes_of_postgresql if database.postgresql else _indexes_of_sqlite
    plainly = "SET session_replication_role = replica" if database.postgresql else "PRAGMA foreign_keys=OFF"
    back = "SET session_replication_role = origin" if database.postgresql else "PRAGMA foreign_keys=ON"
    run: Run = driver.cursor().execute
    try:
        run(plainly)
        run("SELECT 1" if database.postgresql else "BEGIN IMMEDIATE")
        found = [tuple(row) for row in driver.cursor().execute(indexes).fetchall()]
        for name, _ in found:
            run(f"DROP INDEX {name}")
        yield run
        for _, made in found:
            run(made)
        if database.postgresql:
            for name in Base.metadata.tables:
                _count_on(run, Base.metadata.tables[name])
        run(back) if database.postgresql else None
        driver.commit()
        run(back)
        run("ANALYZE")
        driver.commit()
    finally:
        driver.close()


_indexes_of_sqlite = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
_indexes_of_postgresql = (
    "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
    " AND indexname NOT IN (SELECT conname FROM pg_constraint)"
)


def series(database: Database, times: int) -> str:
    """A table of `n` from 1."""
    if database.postgresql:
        return f"generate_series(1, {times}) AS copies(n)"
    return (
        f"(WITH RECURSIVE up(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM up WHERE n < {times})"
        " SELECT n FROM up) AS copies"
    )


def _copy(database: Database, table: Table, times: int, varied: Varied) -> str:
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    values = ", ".join(_value(table, column.name, varied) for column in table.columns)
    key = _KEYS.get(table.name, "id")
    first = f"(SELECT * FROM {table.name} WHERE {key} < {STEP}) AS first"
    return f"INSERT INTO {table.name} ({names}) SELECT {values} FROM {series(database, times)} CROSS JOIN {first}"


def _value(table: Table, column: str, varied: Varied) -> str:
    if (table.name, column) in varied:
        return varied[table.name, column]
    if (table.name, column) in _UNIQUE:
        return f"\"{column}\" || '-' || n"
    targets = {key.target_fullname.partition(".")[0] for key in table.columns[column].foreign_keys}
    own = column == "id" and table.name in _TABLES
    if own or targets & {*_TABLES} or (table.name, column) in _REFERS:
        return f'"{column}" + n * {STEP}'
    return f'"{column}"'


def _count_on(run: Run, table: Table) -> None:
    if "id" in table.columns:
        run(
            f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'),"
            f" (SELECT coalesce(max(id), 1) FROM {table.name}))"
        )
