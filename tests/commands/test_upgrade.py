"""What earlier releases left behind is upgraded with all that is in it, and its cases run to their ends with today's code."""

from pathlib import Path

import pytest
from sqlalchemy import func, select, table

from cpm import backup, schema
from cpm.database import Database
from tests import finishing
from tests.clock import MONDAY, FakeClock
from tests.databases import Databases, Kind, opened
from tests.world import world

RELEASES = Path(__file__).parents[1] / "releases"
#: The schema of each release, and how many of its cases are open. README.md there says which is which.
OPEN = {"0003": 22, "0008": 23, "0011": 25, "0015": 31}


def _left_behind(database: Database, release: str) -> None:
    """Restored and upgraded in one."""
    file, quiet = RELEASES / f"{release}.backup", lambda _table, _rows: None
    found = backup.restore(database, file, replace=False, who="cpm test", now=MONDAY, told=quiet)
    assert found.header.schema == release


@pytest.mark.parametrize("release", OPEN)
def test_cases_of_every_release_go_on_after_the_upgrade(
    databases: Databases, tmp_path: Path, clock: FakeClock, release: str, full_size: bool
):
    """The oldest and the newest are worked to their ends, each on one kind of database; all of them in `make soak`."""
    with databases.fresh(tmp_path, Kind.EMPTY) as url, opened(url) as database:
        _left_behind(database, release)
        assert schema.current(database) == schema.head()
        it = world(database, tmp_path, clock)
        assert finishing.audit(it.engine) == OPEN[release]
        if full_size or (release, database.postgresql) in {("0003", True), ("0015", False)}:
            finishing.finish(it.engine, clock)
            finishing.audit(it.engine)


def test_every_migration_goes_back_with_data_too(databases: Databases, tmp_path: Path):
    with databases.fresh(tmp_path, Kind.EMPTY) as url, opened(url) as database:
        _left_behind(database, "0015")
        before = _counted(database)
        schema.downgrade(database, "0003")
        schema.upgrade(database)
        after = _counted(database)
        kept = ("cases", "events", "tasks", "interactions", "documents", "incidents", "users", "definitions")
        assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
        schema.downgrade(database, "base")


def _counted(database: Database) -> dict[str, int]:
    with database.read() as session:
        names = [found.name for found in schema.tables("head")]
        return {name: session.scalar(select(func.count()).select_from(table(name))) or 0 for name in names}


def test_there_is_something_of_every_schema_that_was_released():
    assert {file.stem for file in RELEASES.glob("*.backup")} == set(OPEN)
