"""Goodwill above the limit: management approves it on a page like any other, and nobody approves their own."""

import pytest
from playwright.sync_api import expect

from cpm.commands import users
from cpm.model import Case, Role
from tests.browser.axe import axe
from tests.browser.conftest import Visit
from tests.browser.desk import fill, go_on, open_step, said
from tests.browser.hands import shot, sign_in
from tests.browser.site import Site
from tests.office import FACTS, GOODWILL
from tests.world import mail

pytestmark = pytest.mark.slow

LARGE = {**GOODWILL, "goodwill_amount": "900"}
OWN = "Das muss jemand anderes freigeben"


def waiting(site: Site, who: str) -> Case:
    """Somebody has promised more than anybody below management may."""
    case = site.world.receive(mail(subject="Riss im Kessel (900)", message_id="<900@example.org>"))
    assert case is not None
    site.world.drain()
    site.world.do(case, "check_facts", who, {**FACTS, "cause": "late", "order_value": "5000"})
    site.world.do(case, "decide_remedy", who, LARGE)
    return case


@pytest.mark.parametrize("java_script", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("language", ["de", "en"])
def test_management_approves(site: Site, visit: Visit, language: str, java_script: bool):
    case = waiting(site, "anna")
    page = visit(language=language, java_script=java_script)
    sign_in(page, "max")
    open_step(page, case.number, language)
    if java_script:
        axe(page)
    shot(page, f"approval/asked-{language}")
    fill(page, {"approved": "yes", "approval_amount": "900" if language == "en" else "900,00"})
    go_on(page, language)
    site.world.drain()
    assert "write_answer" in site.world.at(case)


def test_nobody_approves_their_own(site: Site, visit: Visit):
    """Even who belongs to the team that may: the page says so, and nothing happens."""
    with site.world.engine.begin("otto") as uow:
        users.change_user(uow, "anna", roles=[Role.AGENT, Role.SUPERVISOR], teams=["service", "management"])
    case = waiting(site, "anna")
    page = visit(language="de")
    sign_in(page, "anna")
    page.goto(f"/cases/{case.number}")
    page.locator(f"main a[href*='/cases/{case.number}/tasks/']").first.click()
    start = page.get_by_role("button", name=said("start", "de"))
    if start.count():
        start.click()
    shot(page, "approval/own-de")
    expect(page.locator("main")).to_contain_text(OWN)
    axe(page)
    assert any(element.startswith("approve") for element in site.world.at(case))
