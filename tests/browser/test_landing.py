"""Where a page leads: what was done is in sight there, and of a map the step one came from."""

import pytest
from playwright.sync_api import expect

from cpm.commands import tasks
from tests.browser.conftest import Visit
from tests.browser.hands import shot, sign_in
from tests.browser.site import Site
from tests.office import FACTS, REMEDY
from tests.world import mail


@pytest.mark.parametrize("width", [1440, 320])
def test_the_map_opens_at_the_step_and_what_was_done_is_in_sight(visit: Visit, site: Site, width: int):
    firm = site.world
    case = firm.receive(mail(message_id=f"<landing-{width}@example.org>"))
    assert case is not None
    firm.do(case, "check_facts", "anna", FACTS)
    firm.do(case, "decide_remedy", "anna", REMEDY)
    step = firm.step(case, "write_answer")
    with firm.engine.begin("anna") as uow:
        tasks.claim(uow, step.id)
    page = visit(width=width)
    sign_in(page, "ben")
    page.goto(f"/cases/{case.number}/tasks/{step.id}")
    page.get_by_role("button", name="Ask Anna to hand it over").click()
    said = page.locator(".notice", has_text="Your comment is kept.")
    expect(said).to_be_in_viewport(ratio=1)
    expect(said).to_have_attribute("role", "status")
    shot(page, f"landing-comment-{width}")
    page.get_by_role("link", name="The whole map").click()
    expect(page.locator(".map .current > rect")).to_be_in_viewport(ratio=0.9)
    shot(page, f"landing-map-{width}")
    page.get_by_role("region", name="Map of the process").focus()
    before = page.locator(".scroll").evaluate("box => box.scrollLeft")
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("was => document.querySelector('.scroll').scrollLeft < was", arg=before)
