"""The databases that tests are handed: of both kinds, migrated, and nobody else's."""

import pytest
from sqlalchemy import inspect, text

from cpm import schema
from tests.databases import opened


def test_a_test_gets_the_tables_of_today(database):
    schema.require_current(database)


def test_an_empty_database_has_no_tables(empty_database_url):
    with opened(empty_database_url) as database, database.engine.connect() as connection:
        assert inspect(connection).get_table_names() == []


@pytest.mark.parametrize("turn", ["first", "second"])
def test_what_one_test_writes_the_next_does_not_see(database, turn):
    """The copies come from one template, which must stay clean."""
    with database.write() as session:
        session.execute(text(f"CREATE TABLE left_behind (turn VARCHAR(10) DEFAULT '{turn}')"))
    with database.read() as session:
        assert inspect(session.connection()).has_table("left_behind")
