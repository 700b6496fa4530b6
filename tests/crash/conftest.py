"""One program that forks hosts, for all tests of this folder."""

from collections.abc import Iterator

import pytest

from cpm.database import Database
from cpm.engine import Engine
from tests.crash.hosts import Hosts, engine_on, hosts


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hosts]:
    with hosts(tmp_path_factory.mktemp("hosts") / "log") as running:
        yield running


@pytest.fixture
def engine(database: Database, database_url: str, tmp_path) -> Iterator[Engine]:
    """On the database of this test, for what the test does itself."""
    engine = engine_on(database_url, tmp_path)
    try:
        yield engine
    finally:
        engine.database.close()
