"""A file as people meet it: brought, looked at, replaced, taken home."""

from pathlib import Path

import pytest
import typst
from playwright.sync_api import Page, expect

from tests.browser.axe import axe
from tests.browser.conftest import Visit
from tests.browser.hands import shot, sign_in, too_wide
from tests.browser.site import Site

pytestmark = pytest.mark.slow


def _pdf(text: str) -> bytes:
    return typst.compile(f"#set page(width: 10cm, height: 8cm)\n= {text}".encode())


def _bring(page: Page, name: str, media_type: str, content: bytes, field: str = "#files-field") -> None:
    page.set_input_files(field, {"name": name, "mimeType": media_type, "buffer": content})


def _case(page: Page) -> str:
    page.goto("/cases")
    link = page.locator("table.case-list tbody tr a").first
    return str(link.get_attribute("href"))


@pytest.mark.parametrize(("language", "width"), [("en", 1440), ("de", 320)])
def test_a_pdf_is_brought_shown_replaced_and_taken_home(
    site: Site, visit: Visit, tmp_path: Path, language: str, width: int
):
    page = visit(language=language, width=width)
    sign_in(page, "anna")
    case = _case(page)
    page.goto(case)
    if not page.locator("#files-field").is_visible():
        page.locator("#files details > summary").first.click()
    first, second = _pdf("Eins"), _pdf("Zwei")
    _bring(page, "Größe 1.pdf", "application/pdf", first)
    page.locator("#files form button").first.click()
    page.get_by_role("link", name="Größe 1.pdf").click()
    frame = page.locator("iframe.shown")
    expect(frame).to_be_visible()
    shot(page, f"documents/pdf-{language}-{width}")
    assert not too_wide(page)
    axe(page)
    _bring(page, "neu.pdf", "application/pdf", second, "#version-field")
    page.locator("form[data-drop] button").first.click()
    expect(page.locator("iframe.shown")).to_be_visible()
    with page.expect_download() as download:
        page.locator("a.button.primary[download]").click()
    assert download.value.suggested_filename == "Größe 1.pdf"
    download.value.save_as(tmp_path / "a.pdf")
    assert (tmp_path / "a.pdf").read_bytes() == second
    page.locator("a", has_text="1").filter(has_text="ersion" if language == "en" else "Fassung").first.click()
    shot(page, f"documents/old-{language}-{width}")
    page.goto(case)
    shot(page, f"documents/case-{language}-{width}")
    assert not too_wide(page)
