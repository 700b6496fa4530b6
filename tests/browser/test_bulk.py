"""Running cases are taken to a new version on the pages: what the designer compares, what the operator starts."""

import pytest
from playwright.sync_api import expect

from tests.browser.axe import axe
from tests.browser.conftest import Visit
from tests.browser.hands import shot, sign_in
from tests.browser.site import Site
from tests.commands.test_migrations import deploy, renamed

pytestmark = pytest.mark.slow


def test_cases_are_compared_tried_started_and_the_page_follows(visit: Visit, site: Site):
    deploy(site.world, *renamed("check_facts", "check_all"), ("Sachverhalt prüfen", "Alles prüfen"))
    page = visit(language="de")
    sign_in(page, "otto")
    page.goto("/migrations?process=complaint")
    expect(page.get_by_role("heading", level=2).nth(1)).to_have_text("Aus Version 1 wird Version 2")
    shot(page, "bulk/migration-de")
    axe(page)
    page.get_by_label("Begründung").fill("Neuer Name")
    page.get_by_role("button", name="Bei jedem Vorgang probieren").click()
    site.world.drain()
    start = page.get_by_role("button", name="Vorgängen ausführen")
    expect(start).to_be_visible()
    page.reload()
    shot(page, "bulk/proposed-de")
    axe(page)
    start.click()
    expect(page.get_by_role("heading", level=2).first).to_have_text("läuft")
    site.world.drain()
    expect(page.get_by_role("heading", level=2).first).to_have_text("fertig")
    page.goto("/batches/1?lang=en")
    shot(page, "bulk/done-en")
    axe(page)
    page.goto("/batches?lang=en")
    shot(page, "bulk/batches-en")
    axe(page)


def test_one_case_is_told_what_it_can(visit: Visit, site: Site):
    deploy(site.world, ("P3D", "P5D"))
    page = visit(width=360)
    sign_in(page, "sue")
    page.goto("/cases?state=open")
    number = page.locator("tbody th a").first.inner_text()
    page.goto(f"/migrations/cases/{number}")
    expect(page.get_by_role("button", name="Migrate it")).to_be_visible()
    shot(page, "bulk/one-case-en")
    axe(page)
