"""Finding cases and customers: lists that are narrowed, sorted, kept and taken home; search; a call taken down."""

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.axe import axe
from tests.browser.conftest import Visit
from tests.browser.hands import shot, sign_in, tab_to, too_wide
from tests.browser.site import Site

pytestmark = pytest.mark.slow
scripts = pytest.mark.parametrize("java_script", [True, False], ids=["script", "no script"])


@scripts
def test_a_list_is_narrowed_sorted_kept_and_exported(
    site: Site, visit: Visit, java_script: bool, tmp_path: Path
):
    page = visit(java_script=java_script)
    sign_in(page, "anna")
    page.goto("/cases")
    page.select_option("#process", "complaint")
    page.get_by_role("button", name="Choose").click()
    page.locator("summary").filter(has_text="Filters").click()
    page.fill("#f-subject", "Riss")
    shot(page, "lists/filters")
    if java_script:
        axe(page)
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_text("6 cases")).to_be_visible()
    page.get_by_role("columnheader").get_by_role("link", name="Subject").click()
    subjects = page.locator("table.case-list tbody tr").all_inner_texts()
    assert len(subjects) == 6
    page.locator("summary").filter(has_text="Keep under a new name").click()
    page.fill("#keep-name", "Cracks")
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Cracks")
    expect(page.get_by_role("navigation", name="Lists").get_by_role("link", name="Cracks")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as CSV").click()
    file = tmp_path / "cases.csv"
    download.value.save_as(file)
    rows = list(csv.reader(file.read_text(encoding="utf-8-sig").splitlines()))
    assert len(rows) >= 1 + 6
    page.get_by_role("link", name=re.compile("^remove")).first.click()
    expect(page.get_by_text("7 cases")).to_be_visible()


def test_a_filter_that_does_not_fit_says_so_in_german(site: Site, visit: Visit):
    page = visit(language="de", width=320)
    sign_in(page, "anna")
    page.goto("/cases")
    page.locator("summary").filter(has_text="Filter").click()
    page.fill("[id='f-due.from']", "übermorgen")
    page.get_by_role("button", name="Anzeigen").click()
    expect(page.locator("#summary")).to_be_focused()
    expect(page.locator("[id='f-due.from']")).to_have_value("übermorgen")
    assert not too_wide(page)
    axe(page)
    shot(page, "lists/refused-de")


@scripts
def test_search_finds_a_mistyped_number_and_a_customer(site: Site, visit: Visit, java_script: bool):
    page = visit(java_script=java_script)
    sign_in(page, "anna")
    page.goto("/search")
    page.fill("#q", "C-000001-9")
    page.press("#q", "Enter")
    expect(page.get_by_text("perhaps it is mistyped")).to_be_visible()
    page.fill("#q", "Vorlage")
    page.press("#q", "Enter")
    expect(page.get_by_role("link", name="Kim Vorlage").first).to_be_visible()
    shot(page, "lists/search")


@scripts
@pytest.mark.parametrize("language", ["de", "en"])
def test_a_call_is_taken_down(site: Site, visit: Visit, language: str, java_script: bool):
    """Refused once, for a number that is none; nothing that was typed is lost, and nobody has to think of a subject."""
    page = visit(language=language, java_script=java_script)
    sign_in(page, "anna")
    page.goto("/cases/new")
    page.fill("[name=last_name]", "Probst")
    page.fill("[name=phone]", "no number")
    page.fill("#text", "The kettle drips.")
    page.select_option("select[name=process]", "complaint")
    page.get_by_role("button", name={"de": "Vorgang eröffnen", "en": "Open the case"}[language]).click()
    expect(page.locator("#text")).to_have_value("The kettle drips.")
    if java_script:
        axe(page)
    shot(page, f"lists/new-case-{language}")
    page.fill("[name=phone]", "0211 123456")
    page.locator("#main form[data-main]").get_by_role("button").last.click()
    expect(page).to_have_url(re.compile(r"/cases/C-\d{6}-\d/tasks/\d+$"))
    expect(page.locator("#step-form")).to_be_attached()
    expect(page.locator("main")).to_contain_text("Probst")
    expect(page.locator("main")).to_contain_text("The kettle drips.")


@scripts
def test_a_customer_is_put_right(site: Site, visit: Visit, java_script: bool):
    page = visit(java_script=java_script)
    sign_in(page, "anna")
    page.goto("/search?q=Vorlage")
    page.get_by_role("link", name="Kim Vorlage", exact=True).last.click()
    page.locator("summary").filter(has_text="Change the customer's data").click()
    page.fill("[name=first_name]", "Kimberly")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kimberly Vorlage")
    page.locator("summary").filter(has_text="Add an address or number").click()
    page.fill("[name=address]", "no address at all")
    page.get_by_role("button", name="Add").click()
    expect(page.locator("[name=address]")).to_have_value("no address at all")
    page.fill("[name=address]", "kimberly@example.org")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_text("kimberly@example.org").first).to_be_visible()
    shot(page, "lists/customer")


def test_a_list_by_keyboard_alone(site: Site, visit: Visit):
    page = visit()
    sign_in(page, "anna")
    page.goto("/cases")
    summary = page.locator("summary").filter(has_text="Filters")
    tab_to(page, summary)
    page.keyboard.press("Enter")
    tab_to(page, page.locator("#f-subject"))
    page.keyboard.type("Gas")
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 case", exact=True)).to_be_visible()


#: How far what stands in an empty box is from its ground, by WCAG 2.2, 1.4.3; axe does not look at it.
CONTRAST = """box => {
  const light = colour => colour.match(/[0-9.]+/g).slice(0, 3).map(one => one / 255)
    .map(one => one <= .04045 ? one / 12.92 : ((one + .055) / 1.055) ** 2.4)
    .reduce((sum, one, at) => sum + one * [.2126, .7152, .0722][at], 0);
  const [weak, strong] = [getComputedStyle(box, "::placeholder").color, getComputedStyle(box).backgroundColor]
    .map(light).sort((a, b) => a - b);
  return (strong + .05) / (weak + .05);
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_stands_in_an_empty_box_can_be_read(site: Site, visit: Visit, scheme: str):
    page = visit(scheme=scheme)
    sign_in(page, "anna")
    assert page.locator("#palette").evaluate(CONTRAST) >= 4.5
