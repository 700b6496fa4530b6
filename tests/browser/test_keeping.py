"""Nothing that is typed is lost: not when the server dies before anybody reloads, nor when it is away as they hand in."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from cpm.commands import tasks
from cpm.model import Case
from tests.browser import site as sites
from tests.browser.axe import axe
from tests.browser.desk import fill
from tests.browser.hands import fill_in, shot
from tests.browser.site import Site
from tests.office import FACTS
from tests.world import mail
from web.app import create_app

pytestmark = pytest.mark.slow
TEXT = "#step-form [name=damage_text]"


def opened(site: Site, chromium: Browser, locale: str) -> Page:
    """`visit` would take a lost connection, which is what this is about, for a fault of the page."""
    return chromium.new_context(base_url=site.url, locale=locale).new_page()


def begun(site: Site, page: Page, url: str = "") -> Case:
    """A step that anna has started."""
    case = site.world.receive(mail(message_id="<kept@example.org>"))
    assert case is not None
    site.world.drain()
    task = site.world.step(case, "check_facts")
    with site.world.engine.begin("anna") as uow:
        tasks.claim(uow, task.id)
    page.goto(f"{url}/sign-in")
    fill_in(page, "anna")
    expect(page).not_to_have_url(f"{url}/sign-in")
    page.goto(f"{url}/cases/{case.number}/tasks/{task.id}")
    return case


def test_what_was_typed_survives_the_death_of_the_server(site: Site, chromium: Browser):
    """Another server over the same database: nothing of it was in the first one's memory."""
    page = opened(site, chromium, "en-GB")
    with sites.served(create_app(site.world.engine)) as url:
        begun(site, page, url)
        page.fill(TEXT, "Nur halb fer")
        expect(page.locator("#kept")).to_contain_text("Draft saved")
        shot(page, "keep/draft")
        axe(page)
    with sites.served(create_app(site.world.engine), int(url.rpartition(":")[2])):
        page.reload()
        expect(page.locator(TEXT)).to_have_value("Nur halb fer")
        page.context.close()


def test_without_a_connection_it_waits_and_is_handed_in_once(site: Site, chromium: Browser):
    page = opened(site, chromium, "de-DE")
    case = begun(site, page)
    fill(page, FACTS)
    answers: list[int] = []

    def lose(route) -> None:
        """It arrives and is done, and the answer is lost."""
        answers.append(route.fetch(max_redirects=0).status)
        route.abort()

    page.route(re.compile(r"/tasks/\d+$"), lose, times=1)
    page.locator("button.primary[form=step-form]").click()
    expect(page.locator("#away")).to_be_visible()
    shot(page, "keep/away-de")
    expect(page).not_to_have_url(re.compile(r"/tasks/1$"))
    expect(page.get_by_role("status").filter(has_text="Erledigt: Sachverhalt prüfen").first).to_be_visible()
    assert answers == [204]
    assert site.world.story(case).count("task.completed") == 1
    page.context.close()
