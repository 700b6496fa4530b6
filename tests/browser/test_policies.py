"""A policy at the guided case: approved by somebody else, warned of, confirmed; nothing that was typed is lost."""

import pytest
from playwright.sync_api import expect

from tests.browser.axe import axe
from tests.browser.conftest import Visit
from tests.browser.desk import fill, go_on, open_step
from tests.browser.hands import shot, sign_in, too_wide
from tests.browser.site import Site
from tests.office import ANSWER, FACTS, REMEDY
from tests.world import mail

pytestmark = pytest.mark.slow
TYPED = {**ANSWER, "answer": "Bitte überweisen Sie auf DE89 3704 0044 0532 0130 00."}


@pytest.mark.parametrize("java_script", [True, False], ids=["script", "no script"])
def test_an_answer_is_approved_then_warned_of_then_sent(site: Site, visit: Visit, java_script: bool):
    world = site.world
    case = world.receive(mail(subject="Riss im Kessel (policy)", message_id="<policy@example.org>"))
    assert case is not None
    world.drain()
    world.do(case, "check_facts", "anna", {**FACTS, "legal_threat": True})
    world.do(case, "decide_remedy", "anna", REMEDY)
    anna, sue = visit(java_script=java_script), visit(java_script=java_script)
    sign_in(anna, "anna")
    open_step(anna, case.number, "en")
    expect(anna.get_by_role("heading", name="Policies")).to_be_visible()
    fill(anna, TYPED)
    go_on(anna, "en")
    anna.get_by_label("Ask for the approval, because").fill("The lawyer waits.")
    assert not too_wide(anna)
    if java_script:
        axe(anna)
    shot(anna, "agent/policy-approval")
    go_on(anna, "en")
    expect(anna.locator("#summary")).to_contain_text("asked for and not yet given")

    sign_in(sue, "sue")
    sue.goto("/inbox?view=team")
    sue.get_by_role("link", name="Approve:").first.click()
    sue.get_by_role("button", name="Start").click()
    expect(sue.get_by_text(TYPED["answer"])).to_be_visible()
    if java_script:
        axe(sue)
    shot(sue, "agent/policy-to-approve")
    sue.get_by_role("radio", name="Approve").check()
    go_on(sue, "en")

    anna.goto(f"/cases/{case.number}")
    anna.get_by_role("link", name="Write the answer").last.click()
    expect(anna.locator("[name=answer]")).to_have_value(TYPED["answer"])
    go_on(anna, "en")
    anna.get_by_label("I have seen it and go on").check()
    if java_script:
        axe(anna)
    shot(anna, "agent/policy-warning")
    go_on(anna, "en")
    assert "write_answer" not in world.at(case)
