"""An agent sorts a mail that is not clear, in a real browser: suggestions with reasons, one choice, and the case goes on."""

import pytest
from playwright.sync_api import expect

from cpm.model import CaseState
from tests.browser.axe import axe
from tests.browser.conftest import Visit
from tests.browser.desk import fill, go_on, said
from tests.browser.hands import shot, sign_in, too_wide
from tests.browser.site import Site
from tests.world import mail

pytestmark = pytest.mark.slow

MERGED = ("hat übernommen", "has taken over")
PREVIEW = ("Zeigen, was geschehen würde", "Show what would happen")
MERGE = ("Vorgänge zusammenführen", "Merge the cases")
UNDO = ("Rückgängig machen", "Undo it")


@pytest.mark.parametrize(
    ("language", "java_script"), [("de", True), ("en", False)], ids=["script", "no script"]
)
def test_a_message_finds_its_case_and_cases_are_merged_with_undo(
    site: Site, visit: Visit, language: str, java_script: bool
):
    english = language == "en"
    sender = f"Kim Zuordnung <sort{language}@example.org>"
    complaint = site.world.receive(mail(sender=sender, message_id=f"<sort{language}@example.org>"))
    vague = site.world.receive(
        mail(
            sender=sender,
            subject="Hallo",
            text="Ich bin es noch einmal.",
            message_id=f"<s2{language}@example.org>",
        )
    )
    site.world.drain()
    page = visit(language=language, java_script=java_script, width=320 if english else 1280)
    sign_in(page, "anna")
    task = site.world.step(vague, "triage")
    page.goto(f"/cases/{vague.number}/tasks/{task.id}")
    page.get_by_role("button", name=said("start", language)).click()
    expect(page.locator(f"form[data-main] [name=case_choice][value='{complaint.number}']")).to_be_visible()
    assert not too_wide(page)
    if java_script:
        axe(page)
    shot(page, f"agent/triage-{language}")
    fill(page, {"case_choice": complaint.number})
    go_on(page, language)
    site.world.drain()
    assert site.world.now(vague).outcome == "attached"

    second = site.world.receive(mail(sender=sender, text="Kaputt.", message_id=f"<s3{language}@example.org>"))
    page.goto(f"/cases/{second.number}/links")
    assert not too_wide(page)
    shot(page, f"agent/links-{language}")
    page.locator("#merge-other").fill(complaint.number)
    page.locator("#merge-why").fill("Derselbe Kessel.")
    page.locator("form:has(#merge-other)").get_by_role("button", name=PREVIEW[english]).click()
    if java_script:
        axe(page)
    shot(page, f"agent/links-preview-{language}")
    page.get_by_role("button", name=MERGE[english], exact=True).click()
    expect(page.get_by_text(MERGED[english]).first).to_be_visible()
    assert site.world.now(second).outcome == "merged"
    page.locator("details:has(form input[value=undo]) summary").first.click()
    page.locator("details[open] input[name=why]").first.fill("Doch nicht.")
    page.locator("details[open]").get_by_role("button", name=PREVIEW[english]).first.click()
    page.get_by_role("button", name=UNDO[english], exact=True).click()
    page.wait_for_load_state()
    assert site.world.now(second).state == CaseState.OPEN
