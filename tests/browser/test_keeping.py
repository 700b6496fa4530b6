"""Nothing that is typed is lost: not when the server dies before anybody reloads, nor when it is away as they hand in."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from cpm.commands import tasks
from cpm.model import Case
from tests.browser.axe import axe
from tests.browser.desk import fill
from tests.browser.hands import fill_in, shot
from tests.browser.site import Site
from tests.crash.serving import free_port, kill, serving
from tests.office import FACTS
from tests.world import mail

pytestmark = pytest.mark.slow
TEXT = "#step-form [name=damage_text]"
STEP = re.compile(r"/tasks/\d+$")


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


def test_what_was_typed_survives_the_death_of_the_server(site: Site, chromium: Browser, tmp_path: Path):
    """The real one, killed twice: after a draft was saved, and when a step is handed in and done, before it can say so."""
    database = site.world.engine.database.engine.url.render_as_string(hide_password=False)
    port, page = free_port(), opened(site, chromium, "de-DE")
    with serving(database, tmp_path, port) as server:
        case = begun(site, page, f"http://127.0.0.1:{port}")
        page.fill(TEXT, "Nur halb fer")
        expect(page.locator("#kept")).to_contain_text("Entwurf gespeichert")
        shot(page, "keep/draft")
        axe(page)
        kill(server)
    with serving(database, tmp_path, port) as server:
        page.reload()
        expect(page.locator(TEXT)).to_have_value("Nur halb fer")
        fill(page, FACTS)
        answers: list[int] = []

        def die(route: Route) -> None:
            answers.append(route.fetch(max_redirects=0).status)
            kill(server)
            route.abort()

        step = page.url
        page.route(STEP, die, times=1)
        page.locator("button.primary[form=step-form]").click()
        expect(page.locator("#away")).to_be_visible()
        expect(page.locator("#step-form[inert]")).to_have_count(1)  # what were typed now would be lost
        shot(page, "keep/away-de")
    with serving(database, tmp_path, port):
        expect(page).not_to_have_url(step, timeout=30_000)
        said = page.get_by_role("status").filter(has_text="Erledigt: Sachverhalt prüfen")
        expect(said.first).to_be_visible(timeout=30_000)
        page.context.close()
    assert answers == [204]
    assert site.world.story(case).count("task.completed") == 1


def test_a_message_to_a_customer_waits_for_a_connection_too(site: Site, chromium: Browser):
    page = opened(site, chromium, "de-DE")
    case = begun(site, page)
    page.goto(f"/cases/{case.number}/reply?kind=new")
    page.context.set_offline(True)
    for name, text in (
        ("to", "mara@example.org"),
        ("subject", "Ihr Kessel"),
        ("text", "Guten Tag, er kommt."),
    ):
        page.fill(f"#{name}", text)
    expect(page.locator("#away")).to_be_visible()
    axe(page)
    page.fill("#text", "Guten Tag, er kommt morgen.")
    page.context.set_offline(False)
    expect(page.locator("#kept")).to_contain_text("Entwurf gespeichert")
    expect(page.locator("#away")).to_be_hidden()
    page.wait_for_function("() => !Object.keys(sessionStorage).length")  # all of it is on the server

    def lose(route: Route) -> None:
        """It arrives and is done, and the answer is lost, and with it the connection."""
        route.fetch(max_redirects=0)
        page.context.set_offline(True)
        route.abort()

    page.route(re.compile(r"/reply$"), lose, times=1)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#away")).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator("#leaving")).to_contain_text("Ihr Kessel")
    assert site.world.story(case).count("reply.sent_off") == 1
    page.context.close()
