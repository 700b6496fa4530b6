"""A customer writes from the public form: refused once, then received, in either language, without a sign-in."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from cpm.commands import public_forms
from tests.browser.axe import axe
from tests.browser.conftest import Visit
from tests.browser.hands import shot, tab_to, too_wide
from tests.browser.site import Site

pytestmark = pytest.mark.slow
SEND = {"de": "Senden", "en": "Send"}
MESSAGE = {
    "name": "Mara Beispiel",
    "email": "mara.beispiel@example.org",
    "subject": "Kessel undicht",
    "text": "Der Kessel ist seit gestern undicht.",
}


@pytest.fixture
def address(site: Site) -> str:
    with site.world.engine.begin("otto") as uow:
        return f"/f/{public_forms.add(uow, 'complaint').key}"


@pytest.mark.parametrize("java_script", [True, False])
@pytest.mark.parametrize("language", ["de", "en"])
def test_a_customer_is_told_what_is_missing_and_then_received(
    site: Site, visit: Visit, address: str, language: str, java_script: bool
):
    page = visit(language=language, width=320, java_script=java_script)
    page.goto(address)
    looked_at(page, f"customer/{language}-form", axed=java_script)
    site.clock.advance(timedelta(minutes=1))
    page.get_by_role("button", name=SEND[language]).click()
    expect(page.locator("[aria-invalid=true]").first).to_be_visible()
    looked_at(page, f"customer/{language}-refused", axed=java_script)
    for name, text in MESSAGE.items():
        page.fill(f"[name={name}]", text)
    site.clock.advance(timedelta(minutes=1))
    page.get_by_role("button", name=SEND[language]).click()
    expect(page.locator("main")).to_contain_text("C-0000")
    looked_at(page, f"customer/{language}-received", axed=java_script)


def test_the_keyboard_is_enough(site: Site, visit: Visit, address: str):
    page = visit()
    page.goto(address)
    for name, text in MESSAGE.items():
        tab_to(page, page.locator(f"[name={name}]"))
        page.keyboard.type(text)
    tab_to(page, page.get_by_role("button", name=SEND["en"]))
    site.clock.advance(timedelta(minutes=1))
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("C-0000")


def looked_at(page: Page, name: str, *, axed: bool) -> None:
    """axe is a script itself, and the page is the same with and without."""
    assert not too_wide(page)
    if axed:
        for width in (1440, 320):
            page.set_viewport_size({"width": width, "height": 900})
            axe(page)
        shot(page, name)
