"""Fixtures `erp` (Tryton 8.0, which lasts longest) and `erp_8_2` (the newest): one server each for a worker of pytest.

Its data stay for the whole run, so tests use keys of their own and count on no stock, or take `own_erp`; whoever broke it,
the next test finds it running.
"""

import datetime as dt
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import pytest

from cpm.demo.erp import places
from cpm.demo.erp.acts import People
from cpm.demo.erp.server import Server


class Erp(Server):
    """With `kill`, `freeze`, `thaw`, `start`, `stop` and `restart`."""

    @cached_property
    def people(self) -> People:
        return People(self)

    @property
    def key(self) -> str:
        """What the engine signs in with."""
        return self.keys.cpm.key

    user = "cpm"

    @property
    def password(self) -> str:
        return self.keys.cpm.password

    @property
    def day(self) -> dt.date:
        """When the company was built: what is on its way comes so many days after it."""
        return self.keys.day


@pytest.fixture
def erp(tryton_8_0: Erp) -> Erp:
    return _well(tryton_8_0)


@pytest.fixture
def erp_8_2(tryton_8_2: Erp) -> Erp:
    return _well(tryton_8_2)


@pytest.fixture
def own_erp(tmp_path: Path) -> Iterator[Erp]:
    """A company in which nobody has bought anything: for who counts on how much is there."""
    with begun("8.0", tmp_path / "erp") as server:
        yield server


@pytest.fixture(scope="session")
def tryton_8_0(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Erp]:
    yield from _served("8.0", tmp_path_factory)


@pytest.fixture(scope="session")
def tryton_8_2(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Erp]:
    yield from _served("8.2", tmp_path_factory)


def _served(version: str, folders: pytest.TempPathFactory) -> Iterator[Erp]:
    with begun(version, folders.mktemp("erp")) as server:
        yield server


def begun(version: str, folder: Path) -> Erp:
    """One of one's own, to be entered; skips, which in CI is a failure, where none is built."""
    found = places.newest_snapshot(version) if places.installed(version) else None
    yesterday = places.today() - dt.timedelta(days=1)
    if found is None or found.name < places.snapshot(version, yesterday).name:
        pytest.skip(
            f"Expected Tryton {version} with a demo company of today, but there is none: {places.HOW}"
        )
    return Erp.from_snapshot(version, found, folder)


def _well(server: Erp) -> Erp:
    server.thaw()
    server.start()
    return server
