from pathlib import Path

import pytest

from cpm.database import Database
from tests.clock import FakeClock
from tests.world import World, world


@pytest.fixture
def firm(database: Database, tmp_path: Path, clock: FakeClock) -> World:
    """Everything shipped is deployed; there are people to work and a post office to command."""
    return world(database, tmp_path, clock)
