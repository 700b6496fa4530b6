"""What holds for every page, whoever looks at it: languages, colours, widths, and what axe says."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.axe import violations
from tests.browser.conftest import Visit, opened_site
from tests.browser.hands import shot, sign_in, too_wide
from tests.browser.site import Site
from tests.browser.walk import walk
from tests.databases import Sqlite

pytestmark = pytest.mark.slow
#: One of each role.
VISITORS = ("anna", "sue", "dora", "otto", "ivan")
languages = pytest.mark.parametrize("language", ["de", "en"])


@pytest.fixture(scope="module")
def site(sqlite: Sqlite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One for all: these tests only look."""
    folder: Path = tmp_path_factory.mktemp("site")
    with opened_site(sqlite, folder) as site:
        yield site


@languages
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("login", VISITORS)
def test_nothing_keeps_people_out(site: Site, visit: Visit, login: str, scheme: str, language: str):
    """WCAG 2.2 AA as far as a program can see it, on a wide screen and a narrow one."""
    page = visit(language=language, scheme=scheme)
    sign_in(page, login)
    wrong = []
    for path in walk(page, site):
        wrong += _wrong(page, path, language)
        shot(page, f"pages/{language}-{scheme}/{login}{path.replace('/', '-')}")
    assert wrong == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@languages
def test_nothing_keeps_people_out_before_they_are_known(site: Site, visit: Visit, language: str, scheme: str):
    page = visit(language=language, scheme=scheme)
    page.goto("/sign-in")
    wrong = _wrong(page, "/sign-in", language)
    page.goto("/there-is-no-such-page")
    wrong += _wrong(page, "/there-is-no-such-page", language)
    assert wrong == []


@languages
@pytest.mark.parametrize("login", VISITORS)
def test_pages_need_no_script(site: Site, visit: Visit, login: str, language: str):
    page = visit(language=language, java_script=False, width=320)
    sign_in(page, login)
    assert [wrong for path in walk(page, site) for wrong in _misbuilt(page, path, language)] == []


def _wrong(page: Page, path: str, language: str) -> list[str]:
    wrong = _misbuilt(page, path, language) + violations(page)
    page.set_viewport_size({"width": 320, "height": 900})
    wrong += _misbuilt(page, f"{path} (320 px)", language) + violations(page)
    page.set_viewport_size({"width": 1440, "height": 900})
    return wrong


def _misbuilt(page: Page, path: str, language: str) -> list[str]:
    facts = {
        "says its language": page.get_attribute("html", "lang") == language,
        "has a title": len(page.title()) > len(" · CPM"),
        "has one heading of the first level": page.locator("h1").count() == 1,
        "needs no scrolling sideways": not too_wide(page),
    }
    return [f"Expected {path} to be a page that {fact}" for fact, holds in facts.items() if not holds]
