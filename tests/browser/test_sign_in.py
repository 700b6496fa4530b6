"""Signing in and out, as people with different hands, languages and browsers do."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.axe import axe
from tests.browser.conftest import Visit
from tests.browser.hands import fill_in, shot, tab_to
from tests.browser.site import Site
from tests.office import PASSWORD

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("site", ["sqlite", "postgresql"], indirect=True)
@pytest.mark.parametrize("java_script", [True, False])
def test_somebody_signs_in_and_out(site: Site, visit: Visit, java_script: bool):
    page = visit(java_script=java_script)
    page.goto("/")
    expect(page).to_have_url(f"{site.url}/sign-in")
    page.goto("/sign-in")
    fill_in(page, "anna")
    expect(page.get_by_role("link", name="Anna")).to_be_visible()
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    page.goto("/account")
    expect(page.get_by_label("Password")).to_be_visible()


def test_the_keyboard_is_enough(site: Site, visit: Visit):
    page = visit()
    page.goto("/sign-in")
    for field, text in (("Login", "anna"), ("Password", PASSWORD)):
        if not page.get_by_label(field).evaluate("element => element === document.activeElement"):
            tab_to(page, page.get_by_label(field))
        page.keyboard.type(text)
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Anna")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="To the content")).to_be_focused()
    tab_to(page, page.get_by_role("button", name="Sign out", exact=True))
    page.keyboard.press("Enter")
    expect(page.get_by_label("Login")).to_be_visible()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", "Anmeldename und Passwort passen nicht zusammen."),
        ("en", "Expected a login and its password, but they do not belong together"),
    ],
)
def test_a_wrong_password_is_told_in_the_language_of_the_browser(
    site: Site, visit: Visit, language: str, words: str
):
    page = visit(language=language)
    page.goto("/sign-in")
    fill_in(page, "anna", "not the kettle at all")
    expect(page.get_by_text(words)).to_be_visible()
    expect(page.locator("input[name=login]")).to_have_value("anna")
    axe(page)
    shot(page, f"sign-in-refused-{language}")


def test_the_language_that_was_chosen_stays(site: Site, visit: Visit):
    """Before anybody is known the browser keeps it; afterwards it is the user's."""
    page = visit(language="en")
    page.goto("/sign-in")
    page.get_by_role("button", name="Deutsch").click()
    expect(page.locator("html")).to_have_attribute("lang", "de")
    page.goto("/sign-in")
    fill_in(page, "anna")
    expect(page.locator("html")).to_have_attribute("lang", "de")


def test_a_session_ends_and_signing_in_leads_back(site: Site, visit: Visit):
    page = visit()
    page.goto("/sign-in")
    fill_in(page, "anna")
    page.goto("about:blank")  # no page is left whose stream of news could be refused
    site.clock.advance(timedelta(hours=13))
    page.goto("/account/password")
    fill_in(page, "anna")
    expect(page).to_have_url(f"{site.url}/account/password")
