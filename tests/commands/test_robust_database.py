"""What a database refuses: what may pass is Unavailable, what a statement did wrong stays what it is, without its data."""

import random
import string
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from cpm.database import Database
from cpm.errors import Unavailable
from tests.databases import Databases, opened


def test_a_row_too_large_for_its_index_is_no_reason_to_try_again(postgresql, tmp_path: Path):
    """The server calls it an operational error (54000); a worker that waited would wait for ever."""
    value = "".join(random.Random(1).choices(string.ascii_letters, k=9000))
    with postgresql.fresh(tmp_path) as url, opened(url) as database, pytest.raises(OperationalError) as error:
        _write(database, "CREATE TABLE t (v TEXT PRIMARY KEY)", "INSERT INTO t VALUES (:value)", value=value)
    assert error.value.orig.sqlstate == "54000"


@pytest.mark.parametrize("state", ["55P03", "40P01", "40001", "08006", "53300", "57P01"])
def test_what_passes_by_itself_is_unavailable(postgresql, tmp_path: Path, state: str):
    statement = f"DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '{state}'; END $$"
    with (
        postgresql.fresh(tmp_path) as url,
        opened(url) as database,
        pytest.raises(Unavailable, match="Expected to use the database, but"),
    ):
        _write(database, statement)


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
def test_a_connection_that_was_cut_is_unavailable(postgresql, tmp_path: Path):
    with postgresql.fresh(tmp_path) as url, opened(url) as database, pytest.raises(Unavailable):
        _write(database, "SELECT pg_terminate_backend(pg_backend_pid())", "SELECT 1")


def test_a_statement_that_makes_no_sense_is_no_reason_to_try_again(database: Database):
    with pytest.raises(DBAPIError):
        _write(database, "SELECT nothing_of_this_name()")


def test_errors_do_not_tell_what_a_customer_wrote(database: Database):
    """They go to the log, where nobody's address has any business; PostgreSQL's details repeat it."""
    table = "CREATE TABLE t (v TEXT PRIMARY KEY)"
    row = "INSERT INTO t VALUES (:value)"
    with pytest.raises(IntegrityError) as error:
        _write(database, table, row, row, value="mara@example.org")
    told = f"{error.value} {error.value.orig}"
    assert "UNIQUE constraint failed: t.v" in told or 'unique constraint "t_pkey"' in told
    assert "mara@example.org" not in told


def test_a_writer_whose_turn_does_not_come_says_so(sqlite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """One command that hangs must not hang every other in its process."""
    monkeypatch.setattr("cpm.database.LOCK_TIMEOUT", timedelta(milliseconds=50))
    began, done = threading.Event(), threading.Event()

    def hang() -> None:
        with database.write():
            began.set()
            done.wait(10)

    with sqlite.fresh(tmp_path) as url, opened(url) as database:
        other = threading.Thread(target=hang)
        other.start()
        began.wait(10)
        try:
            with pytest.raises(Unavailable, match="somebody else has kept it locked for too long"):
                _write(database, "SELECT 1")
        finally:
            done.set()
            other.join()
        _write(database, "SELECT 1")


def test_writers_of_two_processes_wait_for_each_other(
    sqlite: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Each process has a connection of its own; whose turn does not come says so, and later it may write."""
    with sqlite.fresh(tmp_path) as url, opened(url) as database, opened(url) as other:
        with monkeypatch.context() as short, other.write() as session:
            session.connection()
            short.setattr("cpm.database.LOCK_TIMEOUT", timedelta(milliseconds=50))
            with pytest.raises(Unavailable, match="somebody else has kept it locked for too long"):
                _write(database, "SELECT 1")
        asking, wrote = threading.Event(), threading.Event()

        def write() -> None:
            asking.set()
            _write(database, "SELECT 1")
            wrote.set()

        with other.write() as session:
            session.connection()
            waiting = threading.Thread(target=write)
            waiting.start()
            asking.wait(10)
            assert not wrote.wait(0.02)
        assert wrote.wait(10)
        waiting.join()


def _write(database: Database, *statements: str, **values: object) -> None:
    with database.write() as session:
        for statement in statements:
            session.execute(text(statement), values)
