"""Many open cases, copied by SQL from some that the engine opened: what lists and pages have to live with."""

from sqlalchemy import ForeignKey, Table, func, text
from sqlalchemy.orm import Session

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
    "variables",
    "waits",
)
_COPIED = {*_TABLES, "incidents"}
#: Between the ids of one copy and the next; the cases to copy must fit into it.
_STEP = 10_000
_UNIQUE = {("identifiers", "value"), ("interactions", "message_key"), ("jobs", "key")}


def multiply(database: Database, times: int) -> None:
    """As many copies of everything that is there, each of customers of its own."""
    with database.write() as session:
        for name in _TABLES:
            _copy(session, Base.metadata.tables[name], times)
        if database.postgresql:
            for name in _TABLES:
                _count_on(session, Base.metadata.tables[name])
    with database.write() as session:
        session.execute(text("ANALYZE"))


def _copy(session: Session, table: Table, times: int) -> None:
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    values = ", ".join(_value(table, column.name) for column in table.columns)
    series = "WITH RECURSIVE copies(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copies WHERE n < :times)"
    where = f"WHERE id < {_STEP}" if "id" in table.columns else f"WHERE case_id < {_STEP}"
    session.execute(
        text(
            f"INSERT INTO {table.name} ({names}) {series} SELECT {values} FROM {table.name}, copies {where}"
        ),
        {"times": times},
    )


def _value(table: Table, column: str) -> str:
    if (table.name, column) in _UNIQUE:
        return f"\"{column}\" || '-' || n"
    targets = {key.target_fullname.partition(".")[0] for key in _keys(table, column)}
    if targets & _COPIED or (column == "id" and table.name in _COPIED):
        return f'"{column}" + n * {_STEP}'
    return f'"{column}"'


def _keys(table: Table, column: str) -> set[ForeignKey]:
    return table.columns[column].foreign_keys


def _count_on(session: Session, table: Table) -> None:
    if "id" in table.columns:
        highest = session.scalar(func.max(table.c.id).select()) or 1
        session.execute(
            text("SELECT setval(pg_get_serial_sequence(:table, 'id'), :highest)"),
            {"table": table.name, "highest": highest},
        )
