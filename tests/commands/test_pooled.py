"""Behind a pooler each transaction may run on another connection of the server: nothing of a session outlives one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from cpm.database import Database
from tests import pgbouncer
from tests.clock import FakeClock
from tests.commands.test_cost import statements
from tests.commands.test_spine import answered, reply
from tests.databases import Kind, Postgres, opened
from tests.world import World, world


@pytest.fixture
def database(postgresql: Postgres, tmp_path: Path) -> Iterator[Database]:
    """Through PgBouncer, with three connections for all of us."""
    with postgresql.fresh(tmp_path, Kind.FURNISHED) as url:
        try:
            with pgbouncer.before(url) as pooled, opened(pooled) as database:
                yield database
        except pgbouncer.NotInstalled as missing:
            pytest.skip(str(missing))


@pytest.fixture
def pooled(database: Database, tmp_path: Path) -> World:
    return world(database, tmp_path, FakeClock())


def test_a_case_goes_from_mail_to_reply_through_pgbouncer(pooled: World):
    case = answered(pooled)
    pooled.receive(reply(pooled, case))
    pooled.drain()
    assert pooled.at(case) == ["read_reply"]


def test_behind_a_pooler_nothing_is_prepared(database: Database):
    assert _prepared(database) == 0


def test_on_a_server_itself_statements_are_planned_once(postgresql: Postgres, tmp_path: Path):
    with postgresql.fresh(tmp_path) as url, opened(url) as database:
        assert _prepared(database) > 0


def _prepared(database: Database) -> int:
    for _ in range(10):
        with database.read() as session:
            session.execute(text("SELECT key FROM teams"))
    with database.read() as session:
        return session.scalar(text("SELECT count(*) FROM pg_prepared_statements")) or 0


def test_nothing_is_set_for_a_session(firm: World):
    with statements(firm.engine.database) as sent:
        answered(firm)
    assert not [one for one in sent if one.split(None, 1)[0] in {"SET", "PREPARE", "LISTEN", "DECLARE"}]
    assert not [one for one in sent if "pg_advisory_lock" in one or "pg_try_advisory_lock" in one]
