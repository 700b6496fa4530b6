"""A supervisor moves a case in a real browser: a click on the drawing or the list, the preview, and the journal."""

import pytest
from playwright.sync_api import expect

from tests.browser.axe import axe
from tests.browser.conftest import Visit
from tests.browser.hands import shot, sign_in, too_wide
from tests.browser.site import Site
from tests.world import mail

pytestmark = pytest.mark.slow

#: German, English.
WORDS = {
    "preview": ("Zeigen, was geschehen würde", "Show what would happen"),
    "move": ("Vorgang versetzen", "Move the case"),
    "moved": ("Der Vorgang ist versetzt.", "The case is moved."),
}


@pytest.mark.parametrize(
    ("language", "java_script"), [("de", True), ("en", False)], ids=["script", "no script"]
)
def test_a_case_is_moved_and_its_journal_shows_before_and_after(
    site: Site, visit: Visit, language: str, java_script: bool
):
    case = site.world.receive(mail(subject="Riss (move)", message_id=f"<move{language}@example.org>"))
    assert case is not None
    site.world.drain()
    page = visit(language=language, java_script=java_script, width=320 if not java_script else 1280)
    sign_in(page, "sue")
    page.goto(f"/cases/{case.number}/move")
    if java_script:
        page.locator('.drawing [data-element-id="write_answer"]').click()
        expect(page.locator("#to")).to_have_value("write_answer")
        axe(page)
    else:
        page.locator("#to").select_option("write_answer")
    page.fill("#why", "Der Sachverhalt ist bekannt.")
    assert not too_wide(page)
    shot(page, f"agent/move-{language}")
    page.get_by_role("button", name=WORDS["preview"][language == "en"]).click()
    confirm = page.get_by_role("button", name=WORDS["move"][language == "en"], exact=True)
    expect(confirm).to_be_visible()
    assert not too_wide(page)
    if java_script:
        axe(page)
    shot(page, f"agent/move-preview-{language}")
    confirm.click()
    expect(page.get_by_text(WORDS["moved"][language == "en"])).to_be_visible()
    expect(page.locator(".before-after").first).to_be_visible()
    assert not too_wide(page)
    if java_script:
        axe(page)
    shot(page, f"agent/moved-{language}")
    assert site.world.at(case) == ["write_answer"]
