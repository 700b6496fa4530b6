"""A designer changes a letter, looks at it, and puts it in force; a mistake is marked at its line."""

import pytest
from playwright.sync_api import expect

from tests.browser.axe import axe
from tests.browser.conftest import Visit
from tests.browser.hands import shot, sign_in

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(("language", "width"), [("de", 1280), ("en", 320)])
def test_a_letter_is_edited_looked_at_and_put_in_force(visit: Visit, language: str, width: int) -> None:
    page = visit(language=language)
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, "dora")
    page.goto("/designer/templates")
    axe(page)
    page.get_by_role("link", name="answer.de.typ").click()
    field = page.locator("textarea[name='text.answer.de.typ']")
    good = field.input_value()

    field.fill(f'{good}\n#value("case_no|datum")\n')
    page.click("button[value=preview]")
    expect(page.get_by_role("alert")).to_contain_text("datum")
    expect(page.locator(".numbered .wrong")).to_contain_text("case_no|datum")
    shot(page, f"designer/letter-wrong-{language}")

    field.fill(f'{good}\nP. S. Ihr Vorgang hat die Nummer #value("case_no").\n')
    page.click("button[value=preview]")
    expect(page.locator("img.sheet")).to_be_visible()
    shot(page, f"designer/letter-{language}")
    axe(page)
    page.click("button[value=deploy]")
    expect(page.get_by_role("link", name="Version 2")).to_be_visible()
