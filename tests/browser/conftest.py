"""Chromium, a site to visit, and how it is visited: language, colours, width, with or without JavaScript."""

import contextlib
import os
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests import databases as kinds
from tests.browser import site as sites
from tests.browser.faults import Faults
from tests.browser.hands import shot
from tests.browser.site import Site
from tests.clock import FakeClock
from tests.databases import Databases, Kind
from tests.world import world

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
#: Chromium's sandbox needs another user than root.
AS_ROOT = ("--no-sandbox",) if os.geteuid() == 0 else ()
PATIENCE = timedelta(seconds=15)
_failed = pytest.StashKey[bool]()

Visit = Callable[..., Page]


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One for each process of the tests, and only as long as it is in this folder: it brings a running event loop."""
    if not CHROMIUM.exists():
        pytest.skip("Debian's package chromium is not installed; `make chromium` does that")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*ARGUMENTS, *AS_ROOT])
        yield browser
        browser.close()


@pytest.fixture
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    """Over SQLite, or the kind of database that `indirect` parameters name; nobody else visits it."""
    kind = getattr(request, "param", "sqlite")
    with opened_site(request.getfixturevalue(kind), tmp_path) as site:
        yield site


@contextlib.contextmanager
def opened_site(databases: Databases, folder: Path) -> Iterator[Site]:
    """An hour after the office has opened."""
    clock = FakeClock()
    clock.advance(timedelta(hours=1))
    with (
        databases.fresh(folder, Kind.BUSY) as url,
        kinds.opened(url) as database,
        sites.opened(world(database, folder, clock), clock) as site,
    ):
        yield site


@pytest.fixture
def visit(request: pytest.FixtureRequest, chromium: Browser, site: Site) -> Iterator[Visit]:
    """Open the site in a browser of its own; after the test every page must have been without fault."""
    faults = Faults()
    with contextlib.ExitStack() as stack:
        pages: list[Page] = []

        def visit(
            *, language: str = "en", scheme: str = "light", width: int = 1440, java_script: bool = True
        ) -> Page:
            context = chromium.new_context(
                base_url=site.url,
                locale={"de": "de-DE", "en": "en-GB"}[language],
                color_scheme=scheme,
                viewport={"width": width, "height": 900},
                java_script_enabled=java_script,
                reduced_motion="reduce",
                timezone_id="Europe/Berlin",
            )
            stack.callback(context.close)
            context.set_default_timeout(PATIENCE / timedelta(milliseconds=1))
            faults.watch(context)
            pages.append(context.new_page())
            return pages[-1]

        yield visit
        if request.node.stash.get(_failed, False):
            _keep(request.node.name, pages)
    assert faults.seen == []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo):
    report = yield
    if report.when == "call":
        item.stash[_failed] = report.failed
    return report


def _keep(test: str, pages: list[Page]) -> None:
    """What could be seen when it went wrong."""
    for number, page in enumerate(each for each in pages if not each.is_closed()):
        shot(page, f"failed/{re.sub(r'[^a-z0-9]+', '-', test.lower())}-{number}", always=True)
