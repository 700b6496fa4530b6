"""The migrations: the same tables as the models on both databases, up and down, and with data in them."""

from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Column, Connection, MetaData, column, func, inspect, select, table, text

from cpm import schema
from cpm.clock import utcnow
from cpm.database import Database
from cpm.engine import open_engine
from cpm.errors import Unavailable
from cpm.model import Base
from tests.databases import opened
from tests.world import settings

#: What PostgreSQL makes of messages and products, to find them by their words.
_WORDS = ("interactions.words", "ix_interactions_words", "ix_erp_products_words")
_INDEXES = (
    "interaction_words",
    "erp_product_words",
)  #: SQLite's own, beside `interactions` and `erp_products`
_NOT_OURS = ("alembic_version", *_INDEXES)
_SORTED = ("tasks", "candidates")  #: tables with an index that goes down


@pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression-based index")
def test_the_migrations_make_the_tables_of_the_models(database: Database):
    with database.read() as session:
        connection = session.connection()
        hidden = _sorted_down() if connection.dialect.name == "sqlite" else set()
        words = {name for name in inspect(connection).get_table_names() if name.startswith(_INDEXES)}
        hidden |= words
        options = {"compare_type": True, "include_name": lambda name, *_: name not in hidden}
        options["include_object"] = lambda found, name, *_: (
            str(found) not in _WORDS and name not in {*hidden, *_WORDS}
        )
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []
        there = {index["name"] for of in _SORTED for index in inspect(connection).get_indexes(of)}
        assert hidden - words <= there


def _sorted_down() -> set[object]:
    """Indexes with a column sorted downwards: SQLite has them, but does not say so when it is asked."""
    indexes = [index for of in _SORTED for index in Base.metadata.tables[of].indexes]
    return {index.name for index in indexes if any("DESC" in str(each) for each in index.expressions)}


def test_every_migration_goes_back_to_nothing(database: Database):
    schema.downgrade(database, "base")
    with database.read() as session:
        assert set(inspect(session.connection()).get_table_names()) <= {"alembic_version"}
    schema.upgrade(database)
    assert schema.current(database) == schema.head()


@pytest.mark.parametrize(
    "released",
    [
        "0001",
        "0002",
        "0003",
        "0004",
        "0005",
        "0006",
        "0007",
        "0008",
        "0009",
        "0010",
        "0011",
        "0012",
        "0013",
        "0014",
        "0015",
        "0016",
        "0017",
        "0018",
        "0019",
        "0020",
        "0021",
        "0022",
        "0023",
        "0024",
        "0025",
        "0026",
        "0027",
        "0028",
        "0029",
        "0030",
        "0031",
        "0032",
        "0033",
        "0034",
    ],
)
def test_upgrading_filled_tables_keeps_what_is_in_them(empty_database_url: str, released: str):
    """From every schema on the way, with a row in each of its tables."""
    with opened(empty_database_url) as database:
        schema.upgrade(database, released)
        with database.write() as session:
            filled = _fill(session.connection())
        schema.upgrade(database)
        assert schema.current(database) == schema.head()
        with database.read() as session:
            kept = {
                name: session.execute(select(func.count()).select_from(table(name))).scalar()
                for name in filled
            }
    assert len(kept) >= 8
    assert set(kept.values()) == {1}


def test_an_older_release_finds_no_job_that_it_does_not_know(database: Database):
    """Before 0012 every job of a message named the message; one of a wait would have crashed there again and again."""
    made = "INSERT INTO jobs (kind, queue, key, state, priority, run_at, attempts, retries, payload)"
    with database.write() as session:
        for key in ("wait/1/2", "message/3/expired"):
            row = f"VALUES ('message', 'intake', '{key}', 'ready', 50, '2026-03-02 08:00:00', 0, 5, '{{}}')"
            session.execute(text(f"{made} {row}"))
    schema.downgrade(database, "0011")
    with database.read() as session:
        assert session.scalars(text("SELECT key FROM jobs")).all() == ["message/3/expired"]


def test_files_keep_their_bytes_when_these_move_apart_and_back(empty_database_url: str):
    """0024: the same bytes lie once, in pieces; an older release finds them whole again."""
    large = b"abc" * 1_000_000
    with opened(empty_database_url) as database:
        schema.upgrade(database, "0023")
        with database.write() as session:
            connection = session.connection()
            _fill(connection)
            found = MetaData()
            found.reflect(connection, only=["documents"])
            files = found.tables["documents"]
            row = dict(connection.execute(select(files)).one()._mapping)
            for number, (digest, content) in enumerate([("2", large), ("2", large), ("3", b"")], 2):
                new = {**row, "id": number, "digest": digest, "content": content}
                connection.execute(files.insert(), new)
        schema.upgrade(database, "0024")
        with database.read() as session:
            sizes = session.execute(text("SELECT digest, size FROM contents ORDER BY digest")).all()
            pieces = session.scalars(text("SELECT count(*) FROM content_parts GROUP BY digest ORDER BY 1"))
            assert [tuple(each) for each in sizes] == [("1", 1), ("2", 3_000_000), ("3", 0)]
            assert pieces.all() == [1, 1, 3]
        schema.downgrade(database, "0023")
        with database.read() as session:
            back = session.scalars(
                select(column("content")).select_from(table("documents")).order_by(text("id"))
            )
            assert [bytes(each) for each in back] == [b"x", large, large, b""]


def test_an_empty_database_is_told_apart(empty_database_url: str, tmp_path: Path):
    with pytest.raises(Unavailable, match="run `cpm init`"):
        open_engine(settings(tmp_path, database_url=empty_database_url), {}, clock=utcnow)


@pytest.mark.parametrize(
    ("revision", "word"), [("0000", "too new"), (None, "it is empty")], ids=["from a later release", "none"]
)
def test_a_database_of_another_release_is_refused(database: Database, revision: str | None, word: str):
    with database.write() as session:
        if revision is None:
            session.execute(text("DELETE FROM alembic_version"))
        else:
            session.execute(text("UPDATE alembic_version SET version_num = :to"), {"to": revision})
    with pytest.raises(Unavailable, match=word):
        schema.require_current(database)


@pytest.mark.parametrize(
    "url",
    ["sqlite:////no/such/folder/cpm.db", "postgresql+psycopg://nobody@127.0.0.1:1/none"],
    ids=["file", "server"],
)
def test_a_database_that_is_not_there_is_a_plain_sentence(url: str):
    """Not `opened`: the first of its kind in a process is asked what it speaks, and here nobody answers."""
    with (
        closing(Database(url)) as database,
        pytest.raises(Unavailable, match="Expected to use the database, but"),
    ):
        schema.require_current(database)


def test_a_locked_database_is_a_plain_sentence(sqlite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("cpm.database.LOCK_TIMEOUT", timedelta(milliseconds=50))
    with sqlite.fresh(tmp_path) as url, opened(url) as ours, opened(url) as theirs, theirs.write() as other:
        other.execute(text("SELECT 1"))
        with pytest.raises(Unavailable, match="locked for too long"):
            _write_nothing(ours)


def _write_nothing(database: Database) -> None:
    with database.write() as session:
        session.execute(text("SELECT 1"))


def _fill(connection: Connection) -> list[str]:
    """One row in every table, its references among them; the names of the tables."""
    metadata = MetaData()
    metadata.reflect(connection)
    tables = [found for found in metadata.sorted_tables if not found.name.startswith(_NOT_OURS)]
    for found in tables:
        written = [column for column in found.columns if column.computed is None]
        connection.execute(found.insert(), {column.name: _something(column) for column in written})
    return [found.name for found in tables]


def _something(column: Column) -> object:
    if column.foreign_keys:
        return _something(next(iter(column.foreign_keys)).column)
    made = {bytes: b"x", bool: True, int: 1, date: date(2026, 3, 2), datetime: datetime(2026, 3, 2, 8, 0)}  # noqa: DTZ001 - as stored
    return made.get(column.type.python_type, "1")
