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
@pytest.mark.parametrize("login", VISITORS)
def test_nothing_keeps_people_out(site: Site, visit: Visit, login: str, language: str):
    """WCAG 2.2 AA as far as a program can see it, in both colour schemes, on a wide screen and a narrow one."""
    page = visit(language=language)
    sign_in(page, login)
    assert [wrong for path in walk(page, site) for wrong in _wrong(page, login + path, language)] == []


@languages
def test_nothing_keeps_people_out_before_they_are_known(site: Site, visit: Visit, language: str):
    page = visit(language=language)
    wrong = []
    for path in ("/sign-in", "/there-is-no-such-page"):
        page.goto(path)
        wrong += _wrong(page, f"nobody{path}", language)
    assert wrong == []


@pytest.mark.parametrize("login", VISITORS)
def test_pages_need_no_script(site: Site, visit: Visit, login: str):
    """In German, whose words are the longer ones."""
    page = visit(language="de", java_script=False, width=320)
    sign_in(page, login)
    assert [wrong for path in walk(page, site) for wrong in _misbuilt(page, path, "de")] == []


def _wrong(page: Page, name: str, language: str) -> list[str]:
    """Leaves the page as it was found."""
    wrong = []
    for width in (320, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        wrong += _misbuilt(page, f"{name} at {width} px", language) + violations(page)
        page.emulate_media(color_scheme={"de": "dark", "en": "light"}[language])
        shot(page, f"pages/{language}-{width}/{name.replace('/', '-')}")
    page.emulate_media(color_scheme="light")
    return wrong


def _misbuilt(page: Page, name: str, language: str) -> list[str]:
    facts = {
        "says its language": page.get_attribute("html", "lang") == language,
        "has a title": len(page.title()) > len(" · CPM"),
        "has one heading of the first level": page.locator("h1").count() == 1,
        "needs no scrolling sideways": not too_wide(page),
    }
    return [f"Expected {name} to be a page that {fact}" for fact, holds in facts.items() if not holds]
