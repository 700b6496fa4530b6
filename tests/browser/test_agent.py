"""An agent leads a whole complaint from the inbox to its answer: by mouse, by keyboard, and without a script."""

import re

import pytest
from playwright.sync_api import expect

from cpm.commands import sign_ins
from tests.browser.axe import axe
from tests.browser.conftest import Visit
from tests.browser.desk import fill, go_on, open_step, said
from tests.browser.hands import shot, sign_in, tab_to, too_wide
from tests.browser.site import Site
from tests.office import ANSWER, FACTS, PASSWORD, REMEDY
from tests.world import mail

pytestmark = pytest.mark.slow


def urgent(site: Site, word: str) -> str:
    """A case that Next case gives before all others; its number."""
    case = site.world.receive(mail(subject=f"Riss im Kessel ({word})", message_id=f"<{word}@example.org>"))
    assert case is not None
    site.world.drain()
    return case.number


@pytest.mark.parametrize("java_script", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("language", ["de", "en"])
def test_a_complaint_from_the_inbox_to_its_answer(site: Site, visit: Visit, language: str, java_script: bool):
    number = urgent(site, "story")
    page = visit(language=language, java_script=java_script)
    sign_in(page, "anna")
    page.goto("/inbox?view=team")
    shot(page, f"agent/inbox-{language}")
    open_step(page, number, language)
    expect(page.get_by_role("heading", level=1)).to_have_text(said("facts", language))
    for step, values in enumerate((FACTS, REMEDY, ANSWER)):
        expect(page.get_by_role("button", name=said("start", language))).to_have_count(0)
        if java_script:
            axe(page)
        shot(page, f"agent/step-{step}-{language}-{'script' if java_script else 'plain'}")
        fill(page, values)
        go_on(page, language)
        if page.locator("#summary").count():  # a field showed that nobody had seen
            go_on(page, language)
    expect(page).to_have_url(re.compile(rf"/cases/{number}$"))
    site.world.drain()
    assert site.world.post.calls[-1].inputs["to"] == "mara@example.org"
    shot(page, f"agent/case-{language}")


def test_a_step_by_keyboard_alone(site: Site, visit: Visit):
    number = urgent(site, "keys")
    page = visit()
    sign_in(page, "anna")
    page.goto(f"/inbox?view=team&q={number}")
    tab_to(page, page.locator("table.inbox tbody th a").first)
    page.keyboard.press("Enter")
    page.wait_for_url("**/tasks/*")
    page.keyboard.press("s")
    cause = page.locator("form[data-main] [name=cause]")
    cause.wait_for()
    tab_to(page, cause)
    page.keyboard.press("Control+Enter")
    page.locator("#summary").wait_for()
    expect(page.locator("#summary")).to_be_focused()
    page.evaluate(
        "document.body.dispatchEvent(new CustomEvent('htmx:after:swap', { bubbles: true, detail: {} }))"
    )
    expect(page.locator("#summary")).to_be_focused()
    shot(page, "agent/refused")
    tab_to(page, page.locator("form[data-main] [name=cause]"))
    page.keyboard.type("O")
    tab_to(page, page.locator("form[data-main] [name=damage_text]"))
    page.keyboard.type("Riss im Kessel")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Choose the remedy")
    expect(page.get_by_role("status").filter(has_text="Done: Check the facts")).to_be_visible()


def test_the_bar_on_one_line_and_keys_with_alt(site: Site, visit: Visit):
    """In German, whose words are long; without a script the menu opens as well."""
    number = urgent(site, "bar")
    page = visit(language="de")
    sign_in(page, "anna")
    assert page.locator("header.bar").evaluate("bar => bar.offsetHeight") < 60
    menu = page.get_by_text("Mehr", exact=True)
    tab_to(page, menu)
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Ausnahmen")).to_be_visible()
    shot(page, "agent/menu-de")
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Ausnahmen")).to_be_hidden()
    expect(menu).to_be_focused()
    open_step(page, number, "de")
    for key, column in (("F6", "Kunde und Verlauf"), ("F6", "Schritte"), ("Shift+F6", "Kunde und Verlauf")):
        page.keyboard.press(key)
        expect(page.get_by_label(column, exact=True).and_(page.locator("[data-column]"))).to_be_focused()
    for key, field in (("Alt+e", "note"), ("Alt+p", "until")):
        page.keyboard.press(key)
        expect(page.locator("details.way-out[open]")).to_have_count(1)
        expect(page.locator(f"details.way-out[open] [name={field}]")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator("details.way-out[open]")).to_have_count(0)
    page.keyboard.press("Alt+p")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#park-reason")).to_have_attribute("aria-invalid", "true")
    page.locator("#park-reason").focus()
    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#park-reason")).to_be_focused()


def test_next_takes_the_most_urgent(site: Site, visit: Visit):
    page = visit()
    sign_in(page, "anna")
    page.goto("/inbox?view=team")
    page.keyboard.press("n")
    page.wait_for_load_state()
    expect(page.get_by_role("heading", level=1)).not_to_contain_text("Inbox")


@pytest.mark.parametrize("java_script", [True, False], ids=["script", "no script"])
def test_two_browsers_at_one_step(site: Site, visit: Visit, java_script: bool):
    """One wins; the other sees what happened, and keeps what was typed."""
    number = urgent(site, "race")
    first, second = visit(java_script=java_script), visit(java_script=java_script)
    for page in (first, second):
        sign_in(page, "anna")
    open_step(first, number, "en")
    second.goto(first.url)
    for page, words in ((first, "The first one"), (second, "The second one")):
        fill(page, {**FACTS, "damage_text": words})
    go_on(first, "en")
    go_on(second, "en")
    expect(second.locator("#summary")).to_contain_text("did so at")
    row = second.get_by_role("row").filter(has_text="The second one")
    expect(row).to_contain_text("The first one")
    expect(second.get_by_role("columnheader", name="Typed by you")).to_be_visible()
    assert not too_wide(second)
    shot(second, "agent/overtaken")
    if java_script:  # axe is a script itself
        axe(second)


@pytest.mark.parametrize("java_script", [True, False], ids=["script", "no script"])
def test_a_session_that_ends_takes_nothing_with_it(site: Site, visit: Visit, java_script: bool):
    number = urgent(site, "expired")
    page = visit(java_script=java_script)
    sign_in(page, "anna")
    open_step(page, number, "en")
    fill(page, FACTS)
    with site.world.engine.begin("anna") as uow:
        sign_ins.end_all(uow, "anna")
    go_on(page, "en")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.fill("input[name=login]", "anna")
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("You are signed in again")
    shot(page, "agent/kept")
    if java_script:  # axe is a script itself
        axe(page)
    page.get_by_role("button", name="Send it now").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Choose the remedy")
