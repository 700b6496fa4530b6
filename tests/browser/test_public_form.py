"""A customer writes to us, and by the secret link writes again."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from cpm.commands import public_forms
from cpm.model import Case, Interaction
from tests.browser.axe import violations
from tests.browser.conftest import Visit
from tests.browser.hands import shot, tab_to, too_wide
from tests.browser.site import Site

pytestmark = pytest.mark.slow

ENTRIES = {
    "de": {
        "Ihr Name": "Kim Beispiel",
        "Ihre E-Mail-Adresse": "kim@example.org",
        "Worum geht es?": "Kessel undicht",
        "Was ist passiert?": "Der Kessel ist seit gestern undicht.",
    },
    "en": {
        "Your name": "Kim Example",
        "Your e-mail address": "kim@example.org",
        "What is it about?": "Leaking boiler",
        "What has happened?": "The boiler has been leaking since yesterday.",
    },
}


def opened(site: Site) -> str:
    with site.world.engine.begin("cpm webform") as uow:
        return f"/f/{public_forms.add(uow, 'complaint').key}"


def good(page: Page, name: str) -> None:
    """For everybody, on narrow screens too."""
    wrong = []
    for width in (320, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        wrong += violations(page) + (["too wide"] if too_wide(page) else [])
        shot(page, f"public/{name}-{width}")
    assert wrong == []


def cases(site: Site) -> list[Case]:
    with site.world.engine.read() as look:
        return list(look.session.scalars(select(Case).where(Case.channel == "webform")))


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_customer_writes_and_writes_again(site: Site, visit: Visit, language: str):
    page = visit(language=language)
    page.goto(opened(site))
    good(page, f"{language}-empty")
    send = {"de": "Absenden", "en": "Send"}[language]
    page.get_by_role("button", name=send).click()
    expect(page.locator("#summary")).to_be_focused()
    site.clock.advance(timedelta(seconds=10))
    page.get_by_role("button", name=send).click()
    expect(page.locator("#summary li")).to_have_count(4)
    good(page, f"{language}-refused")
    for label, words in ENTRIES[language].items():
        page.get_by_label(label).fill(words)
    site.clock.advance(timedelta(seconds=10))
    page.get_by_role("button", name=send).click()
    (case,) = cases(site)
    expect(page.get_by_text(case.number)).to_be_visible()
    good(page, f"{language}-received")
    page.locator("a.link").click()
    good(page, f"{language}-further")
    page.get_by_role("textbox").fill("Jetzt tropft es.")
    site.clock.advance(timedelta(seconds=10))
    page.get_by_role("button", name=send).click()
    expect(page.get_by_text(case.number)).to_be_visible()
    with site.world.engine.read() as look:
        said = look.session.scalars(select(Interaction.text).where(Interaction.case_id == case.id)).all()
    assert "Jetzt tropft es." in said


def test_the_tab_key_never_stops_where_only_machines_go(site: Site, visit: Visit):
    page = visit()
    page.goto(opened(site))
    stops = []
    for _ in range(12):
        page.keyboard.press("Tab")
        stops.append(page.evaluate("document.activeElement.id"))
    assert "website" not in stops
    assert "f-name" in stops
    tab_to(page, page.get_by_role("button", name="Send"))
