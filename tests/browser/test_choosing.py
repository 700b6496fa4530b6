"""An agent chooses the next steps of a case: by mouse and by keys, with a script and without."""

import pytest
from playwright.sync_api import expect

from tests.browser.axe import axe
from tests.browser.conftest import Visit
from tests.browser.hands import shot, sign_in, too_wide
from tests.browser.site import Site
from tests.commands.test_choices import desk, opened

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("java_script", "language"), [(True, "de"), (False, "en")], ids=["script", "no script"]
)
def test_the_next_steps_are_chosen(site: Site, visit: Visit, java_script: bool, language: str):
    case = opened(site.world)
    page = visit(language=language, java_script=java_script)
    sign_in(page, "anna")
    page.goto(f"/cases/{case.number}/tasks/{desk(site.world, case).id}")
    here = page.url
    page.get_by_role("button", name="Beginnen" if language == "de" else "Start").click()
    expect(page.locator(".offers li")).to_have_count(4)
    shot(page, f"agent/choose-{language}")
    assert not too_wide(page)
    if java_script:
        axe(page)
        page.keyboard.press("1")
    else:
        page.get_by_role("button", name="Begin Call the customer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Kunden anrufen" if language == "de" else "Call the customer"
    )
    page.goto(here)
    page.locator("#end summary").click()
    shot(page, f"agent/choose-running-{language}")
    if java_script:
        axe(page)
    page.locator("#end button").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Kunden Bescheid geben" if language == "de" else "Tell the customer"
    )
