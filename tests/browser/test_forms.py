"""A real browser with the vendored htmx: fields come and go, and nobody loses what was typed, or the place."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import render_template_string, request
from playwright.sync_api import Browser, Page, expect

from cpm import forms
from cpm.errors import Invalid
from tests.browser import bare_form
from tests.browser.axe import violations
from tests.browser.hands import shot, too_wide
from tests.web.forms.conftest import NOW, ONE_OF_EACH
from web.forms import judged, posted

pytestmark = pytest.mark.slow

FRAGMENT = """{%- from "forms/_fields.html" import form_fields -%}
{{ form_fields(fields, problems, typed, language, refresh_url="/refresh", heading=2) }}"""
PAGE = bare_form.page(FRAGMENT, '<script src="{{ asset("cpm.js").url }}" type="module"></script>')
SCOPE = {"name": "Test", "fixed": "fest"}
FORM = forms.read(ONE_OF_EACH.read_bytes())


def drawn(template, typed=None, problems=()):
    language = request.args.get("lang", "en")
    fields = FORM.present(SCOPE, typed, now=NOW, language=language)
    return render_template_string(template, fields=fields, typed=typed, problems=problems, language=language)


def refused():
    typed = posted(FORM.fields, request.form, NOW, "de")
    try:
        FORM.validate(typed, SCOPE, now=NOW, language=request.args.get("lang", "en"))
    except Invalid as error:
        return drawn(PAGE, typed, error.problems), 422
    return "done"


def refreshed():
    typed = posted(FORM.fields, request.form, NOW, "de")
    return drawn(FRAGMENT, typed, [("code", "Wrong.")] if judged(request.form) else ())


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    get = {"/": lambda: drawn(PAGE), "/wrong": lambda: drawn(PAGE, problems=[("code", "Wrong.")])}
    with bare_form.at(get, {"/": refused, "/refresh": refreshed}) as url:
        yield url


@pytest.fixture
def page(chromium: Browser, address: str) -> Iterator[Page]:
    context = chromium.new_context(base_url=address)
    yield context.new_page()
    context.close()


def test_a_tick_shows_its_field_and_the_focus_stays(page: Page):
    page.goto("/")
    page.fill("#f-name", "Somebody else")
    page.check("#f-more")
    expect(page.locator("#f-story")).to_be_visible()
    expect(page.locator("#f-more")).to_be_focused()
    expect(page.locator("#f-name")).to_have_value("Somebody else")
    page.keyboard.press("Tab")
    expect(page.locator("#f-story")).to_be_focused()
    page.keyboard.type("Once upon")
    page.uncheck("#f-more")
    expect(page.locator("#f-story")).to_have_count(0)


def test_what_is_typed_while_the_server_answers_is_kept(page: Page):
    page.goto("/")
    page.route("**/refresh", lambda route: (page.wait_for_timeout(200), route.continue_()))
    page.check("#f-more")
    page.focus("#f-amount")
    page.keyboard.type("12,5")
    expect(page.locator("#f-story")).to_be_visible()
    expect(page.locator("#f-amount")).to_have_value("12,5")
    expect(page.locator("#f-amount")).to_be_focused()


def test_tags_become_ticks_as_they_are_chosen_and_chosen_files_stay(page: Page, tmp_path: Path):
    """The box is left empty for the next one, with the focus in it; unticking leaves the tick to be set again."""
    door = tmp_path / "door.png"
    door.write_bytes(b"x")
    page.goto("/")
    page.set_input_files("#f-photos", door)
    page.focus("#f-tags")
    page.keyboard.type("Cable")
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    tick = page.get_by_role("checkbox", name="Cable")
    expect(tick).to_be_checked()
    expect(page.locator("#f-tags")).to_have_value("")
    page.keyboard.type("roof tile")
    page.keyboard.press("Tab")
    expect(page.get_by_role("checkbox", name="Roof tile")).to_be_checked()
    tick.focus()
    with page.expect_response("**/refresh"):
        page.keyboard.press("Space")
    expect(tick).to_be_visible()
    expect(tick).not_to_be_checked()
    expect(tick).to_be_focused()
    assert page.evaluate("document.querySelector('#f-photos').files[0].name") == "door.png"


def test_problems_that_were_told_stay_told(page: Page):
    page.goto("/wrong")
    page.check("#f-more")
    expect(page.locator("#f-story")).to_be_visible()
    expect(page.locator("#f-code-error")).to_contain_text("Wrong.")


def test_a_server_that_refuses_leaves_the_form_as_it_is(page: Page):
    """A session may end while somebody types."""
    page.goto("/")
    page.route("**/refresh", lambda route: route.fulfill(status=401, body="<h1>Sign in</h1>"))
    page.fill("#f-name", "Somebody else")
    with page.expect_response("**/refresh"):
        page.check("#f-more")
    expect(page.locator("#f-name")).to_have_value("Somebody else")
    expect(page.get_by_text("Sign in")).to_have_count(0)


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("width", [320, 1440])
def test_every_kind_of_field_can_be_used_by_everybody(page: Page, language: str, width: int):
    """Empty, and with a problem at each field; the summary has the focus and leads to the first of them."""
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"/?lang={language}")
    assert violations(page) == []
    page.fill("#f-amount", "x")
    page.check("#f-more")
    expect(page.locator("#f-story")).to_be_visible()
    page.get_by_role("button", name="OK").click()
    expect(page.locator("#summary")).to_be_focused()
    assert violations(page) == []
    assert not too_wide(page)
    shot(page, f"forms/{language}-{width}")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#f-amount")).to_be_focused()
