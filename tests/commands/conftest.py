from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clock import FakeClock
from tests.databases import Databases, Kind, opened
from tests.world import World, world


@pytest.fixture
def firm(databases: Databases, tmp_path: Path, clock: FakeClock) -> Iterator[World]:
    """Everything shipped is deployed; there are people to work and a post office to command."""
    with databases.fresh(tmp_path, Kind.FURNISHED) as url, opened(url) as database:
        yield world(database, tmp_path, clock)
