"""Every state of the desk, in both languages, light and dark, wide and narrow: what axe finds, and what it overlooks."""

import contextlib
import os
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page

from tests.browser.axe import violations
from tests.browser.beyond_axe import enlarged, misbuilt, overlooked
from tests.browser.conftest import Visit, opened_site
from tests.browser.desk_states import State, states
from tests.browser.hands import shot, sign_in
from tests.browser.site import Site
from tests.databases import Sqlite

pytestmark = pytest.mark.slow
WIDE, NARROW = 1440, 320
LOOKS = [(language, width) for language in ("de", "en") for width in (WIDE, NARROW)]


@pytest.fixture(scope="module")
def site(sqlite: Sqlite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with opened_site(sqlite, tmp_path_factory.mktemp("desk")) as site:
        yield site


@pytest.fixture(scope="module")
def every_state(site: Site) -> list[State]:
    found = list(states(site))
    site.clock.advance(timedelta(minutes=5))  # none of it is news
    return found


def looks_at(number: int) -> list[tuple[str, int]]:
    """All of them in `make soak`; else each state once, and neighbours in other looks. Colours are looked at in either."""
    return LOOKS if os.environ.get("CPM_SOAK") else [LOOKS[number % len(LOOKS)]]


@pytest.mark.parametrize(("language", "width"), LOOKS)
def test_no_state_keeps_people_out(visit: Visit, every_state: list[State], language: str, width: int):
    """WCAG 2.2 AA as far as programs can see it."""
    page, login, wrong = None, None, []
    for number, state in enumerate(every_state):
        if (language, width) not in looks_at(number):
            continue
        if page is None or state.login != login:
            if page is not None:
                page.context.close()  # whoever was there may still be told something, with a cookie of theirs
            page = visit(language=language, width=width)
            sign_in(page, login := state.login)
        name = f"{state.name} ({language}, {width} px)"
        try:
            state.brought(page)
        except (AssertionError, PlaywrightError) as error:  # the others are looked at all the same
            wrong.append(f"Expected {name} to come about, but {error}")
            with contextlib.suppress(PlaywrightError):  # it may have been on its way to a page
                page.goto("about:blank")
            continue
        wrong += _wrong(page, name, language)
    assert not wrong, "\n".join(wrong)


def _wrong(page: Page, name: str, language: str) -> list[str]:
    wrong = [*misbuilt(page, name, language), *(f"{name}: {each}" for each in violations(page))]
    page.emulate_media(color_scheme="light")
    wrong += overlooked(page, name)
    if page.viewport_size is not None and page.viewport_size["width"] == NARROW:
        wrong += enlarged(page, name)
    shot(page, f"desk/{re.sub(r'[^a-z0-9]+', '-', name.lower()).strip('-')}")
    return wrong
