"""What every test may ask for: a clock, a database of either kind, the corpora. And the rule about skipping."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from cpm.database import Database
from cpm.model import Case
from tests import making, sharing
from tests.clock import FakeClock
from tests.databases import Databases, Kind, Postgres, Sqlite, opened
from tests.world import World, world

pytest_plugins = ["tests.server", "tests.erp.running"]
CI = os.environ.get("CI") == "true"


@pytest.fixture(scope="session", autouse=True)
def _made_once() -> Iterator[None]:
    with making.made_once():
        yield


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with opened(database_url) as database:
        yield database


@pytest.fixture
def database_url(databases: Databases, tmp_path: Path) -> Iterator[str]:
    """A migrated database, this test's own."""
    with databases.fresh(tmp_path) as url:
        yield url


@pytest.fixture
def empty_database_url(databases: Databases, tmp_path: Path) -> Iterator[str]:
    """A database without a single table, this test's own."""
    with databases.fresh(tmp_path, Kind.EMPTY) as url:
        yield url


@pytest.fixture
def firm(
    request: pytest.FixtureRequest, databases: Databases, tmp_path: Path, clock: FakeClock
) -> Iterator[World]:
    """Everything shipped is deployed; there are people to work and a post office to command."""
    kind = Kind.BEGUN if "complaint" in request.fixturenames else Kind.FURNISHED
    with databases.fresh(tmp_path, kind) as url, opened(url) as database:
        yield world(database, tmp_path, clock)


@pytest.fixture
def complaint(firm: World) -> Case:
    """It came by mail, and is at its first step for a person; the firm began with it."""
    with firm.engine.read() as look:
        return look.session.scalars(select(Case).options(joinedload(Case.customer))).one()


@pytest.fixture
def case(complaint: Case) -> Case:
    """The one that this test is about. Files of tests name others."""
    return complaint


@pytest.fixture(params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest) -> Databases:
    """Either kind, one after the other: what asks for a database is tested on both."""
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Sqlite:
    return Sqlite(tmp_path_factory.mktemp("template"))


@pytest.fixture(scope="session")
def postgresql(postgres_url: str) -> Iterator[Postgres]:
    databases = Postgres(postgres_url)
    yield databases
    databases.close()


@pytest.fixture(scope="session")
def corpora() -> Path:
    """Published test suites of others; too large to ship, so a machine without them skips what reads them."""
    if not (given := os.environ.get("CPM_CORPORA")):
        pytest.skip(
            "CPM_CORPORA names no folder: DMN's is github.com/dmn-tck/tck, betsy's github.com/uniba-dsg/betsy"
        )
    folder = Path(given)
    assert folder.is_dir(), f"Expected CPM_CORPORA to name a folder, but {folder} is none"
    return folder


@pytest.fixture(scope="session")
def full_size() -> bool:
    """True in `make soak`: the figures as promised, not scaled down."""
    return bool(os.environ.get("CPM_SOAK"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left_out = [item for item in items if sharing.is_left_out(config, item)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        kept = set(items) - set(left_out)
        items[:] = [item for item in items if item in kept]


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """What has been imported and collected, a million objects, stays: Python need not look through it again and again."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport():
    return _never_skipped_in_ci((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report():
    return _never_skipped_in_ci((yield))


def _never_skipped_in_ci(report):
    """A check that can be skipped is none: where the result counts, what is missing is a failure."""
    if CI and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"Expected to run in CI, but it was skipped: {report.longrepr}"
    return report
