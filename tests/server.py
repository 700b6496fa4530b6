"""Fixture `postgres_url`: one PostgreSQL server for the whole run, however many workers share it."""

import contextlib
import os

import pytest

from tests import postgres

_server = contextlib.ExitStack()
_shared: dict[str, str] = {}


@pytest.fixture(scope="session")
def postgres_url(request: pytest.FixtureRequest) -> str:
    """The server to make databases on: the one that was given, the one all workers share, or one started now."""
    if given := _given() or getattr(request.config, "workerinput", {}).get("postgres_url"):
        return given
    try:
        return _server.enter_context(postgres.cluster())
    except postgres.NotInstalled as missing:
        pytest.skip(str(missing))


def pytest_configure_node(node) -> None:
    """Before the first of several workers begins, the process that leads them starts the server that they share."""
    if not _shared and not _given():
        with contextlib.suppress(postgres.NotInstalled):  # each worker finds that out again, and says so
            _shared["postgres_url"] = _server.enter_context(postgres.cluster())
    node.workerinput |= _shared


def pytest_unconfigure() -> None:
    _server.close()


def _given() -> str | None:
    return os.environ.get("CPM_TEST_POSTGRES_URL")
