"""A page that hears: what came is announced, rows stay; anything is found and done from the keyboard alone."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from cpm.commands import tasks, users
from cpm.model import Case
from tests.browser.axe import axe
from tests.browser.conftest import Visit
from tests.browser.desk_states import Office
from tests.browser.hands import shot, sign_in
from tests.browser.site import Site
from tests.world import mail


@pytest.mark.parametrize("language", ["de", "en"])
def test_what_came_is_announced_and_rows_stay(
    visit: Visit, site: Site, monkeypatch: pytest.MonkeyPatch, language: str
):
    monkeypatch.setattr("web.live.view._ASKS", 200)  # milliseconds
    page = visit(language=language)
    sign_in(page, "anna")
    page.goto("/inbox?view=team")
    before = page.locator("tr[data-id]").evaluate_all("rows => rows.map(row => row.dataset.id)")
    case = site.world.receive(mail(message_id="<new@example.org>", sender="<kim.neu@example.org>"))
    assert case is not None
    pill = page.locator("[role=status] .pill")
    expect(pill).to_have_text({"de": "1 neu", "en": "1 new"}[language], timeout=15_000)
    assert page.locator("tr[data-id]").evaluate_all("rows => rows.map(row => row.dataset.id)") == before
    axe(page)
    shot(page, f"inbox-new-{language}")
    pill.click()
    expect(page.locator("tr[data-id]")).to_have_count(len(before) + 1)
    _a_call_moves_nothing_and_is_seen_however_far_down(page, site)
    if language == "en":
        _a_case_announces_nothing_that_its_page_shows(page, site, case)


def _a_call_moves_nothing_and_is_seen_however_far_down(page: Page, site: Site) -> None:
    with site.world.engine.begin("otto") as uow:
        users.change_user(uow, "anna", extensions=["21"])
    page.reload()
    row = page.locator("tr[data-id]").first
    before = row.evaluate("row => row.getBoundingClientRect().top")
    Office(site.world).rings("21", "+492214710123")
    strip = page.locator("#talk-strip .ringing")
    expect(strip).to_be_in_viewport(ratio=1)
    assert row.evaluate("row => row.getBoundingClientRect().top") == pytest.approx(before, abs=1)
    below = "strip => document.querySelector('h1').getBoundingClientRect().top - strip.getBoundingClientRect().bottom"
    assert strip.evaluate(below) >= 0, "it covers the heading"
    page.goto("/talks")
    assert strip.evaluate(below) >= 0, "it covers the heading of a page without tabs"
    page.go_back()
    page.set_viewport_size({"width": 1000, "height": 500})
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    expect(strip).to_be_in_viewport(ratio=1)


def _a_case_announces_nothing_that_its_page_shows(page: Page, site: Site, case: Case) -> None:
    """What hears begins some seconds before the page was drawn."""
    asked: list[str] = []
    page.on("request", lambda sent: asked.append(sent.url) if f"/{case.number}/new?" in sent.url else None)
    page.goto(f"/cases/{case.number}")
    known = int(page.locator("body").get_attribute("data-known") or 0)
    assert known
    with site.world.engine.begin("ben") as uow:
        tasks.claim(uow, site.world.step(case, "check_facts").id)
    expect(page.locator("[role=status] .pill")).to_contain_text("New in this case", timeout=15_000)
    ids = {
        int(number) for url in asked for number in parse_qs(urlsplit(url).query).get("ids", [""])[0].split()
    }
    assert ids
    assert min(ids) > known


def test_anything_is_found_and_done_from_the_keyboard_alone(visit: Visit, site: Site):
    page = visit()
    sign_in(page, "anna")
    page.goto("/inbox?view=team")
    following = page.get_by_role("button", name="Next case")
    before = following.bounding_box()
    page.get_by_text("More filters").click()
    assert following.bounding_box() == before  # it is where one is about to press
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.closest('tr').rowIndex") == 1
    for key in "xjx":
        page.keyboard.press(key)
    expect(page.locator("#live")).to_have_text("2 chosen")
    bar = page.get_by_role("group", name="With those chosen")
    expect(bar).to_be_visible()
    axe(page)
    page.keyboard.press("x")
    page.keyboard.press("k")
    page.keyboard.press("x")
    expect(bar).to_be_hidden()
    page.keyboard.press("h")  # nothing is chosen, so nothing happens
    page.locator("tr [type=checkbox]").first.click()  # who has ticked it goes on by a key, too
    page.keyboard.press("h")
    expect(page.get_by_role("heading", name="Hand over 1 chosen")).to_be_focused()
    page.goto("/inbox?view=team")
    page.keyboard.press("j")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    axe(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert page.evaluate("document.activeElement.closest('tr').rowIndex") == 1
    page.locator("body").evaluate("() => document.activeElement.blur()")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("option", name="Next case")).to_have_attribute("aria-selected", "false")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.keyboard.type("next c")
    expect(page.get_by_role("option", name="Next case")).to_have_attribute("aria-selected", "true")
    axe(page)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/cases/[^/]+/tasks/\d+$"))
    _single_keys_can_be_switched_off(page)


def _single_keys_can_be_switched_off(page: Page) -> None:
    """Who dictates to the computer, or has a tremor (WCAG 2.1.4): those with Ctrl go on doing something."""
    page.goto("/account")
    page.get_by_label("Single keys").uncheck()
    page.locator("#single_keys").press("Control+Enter")
    expect(page.get_by_role("status").filter(has_text="saved")).to_be_visible()
    page.goto("/inbox?view=team")
    expect(page.locator("main kbd")).to_have_count(0)
    before, sent = page.evaluate("document.activeElement.outerHTML"), list[str]()
    page.on("request", lambda request: sent.append(f"{request.method} {request.url}"))
    for key in "jn?":
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement.outerHTML") == before
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox")).to_be_focused()
    assert [one for one in sent if one.startswith("POST")] == []
    expect(page).to_have_url(re.compile("/inbox"))
