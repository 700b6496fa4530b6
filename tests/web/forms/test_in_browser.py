"""A real browser with the vendored htmx: fields come and go, and nobody loses what was typed, or the place."""

from collections.abc import Iterator
from threading import Thread

import pytest
from flask import Flask, render_template_string, request
from playwright.sync_api import Page, expect, sync_playwright
from werkzeug.serving import make_server

from cpm import forms
from tests.web.forms.conftest import NOW, ONE_OF_EACH, TEMPLATES
from web import assets
from web.forms import judged, posted, register

pytestmark = pytest.mark.slow

FRAGMENT = """{%- from "forms/_fields.html" import form_fields -%}
{{ form_fields(fields, problems, typed, "en", refresh_url="/refresh") }}"""
PAGE = f"""<!doctype html><html lang="en"><head><title>Form</title>
<link rel="stylesheet" href="{{{{ asset('forms.css').url }}}}"><script src="{{{{ asset('htmx.js').url }}}}" defer></script></head>
<body><form method="post" novalidate>{FRAGMENT}<button>OK</button></form></body></html>"""
SCOPE = {"name": "Test"}


def drawn(template, typed=None, problems=()):
    form = forms.read(ONE_OF_EACH.read_bytes())
    fields = form.present(SCOPE, typed, now=NOW, language="en")
    return render_template_string(template, fields=fields, typed=typed, problems=problems)


def refreshed():
    typed = posted(forms.read(ONE_OF_EACH.read_bytes()).fields, request.form)
    return drawn(FRAGMENT, typed, [("code", "Wrong.")] if judged(request.form) else ())


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    app = Flask("web", template_folder=str(TEMPLATES), static_folder=str(assets.STATIC))
    register(app)
    assets.register(app)
    app.add_url_rule("/", "page", lambda: drawn(PAGE))
    app.add_url_rule("/wrong", "wrong", lambda: drawn(PAGE, problems=[("code", "Wrong.")]))
    app.add_url_rule("/refresh", "refresh", refreshed, methods=["POST"])
    app.after_request(_strict)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()


def _strict(response):
    response.headers["Content-Security-Policy"] = "default-src 'self'; script-src 'self'; style-src 'self'"
    return response


@pytest.fixture
def page(address) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page(base_url=address)
        yield page
        browser.close()


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
    expect(page.locator("h1")).to_have_count(0)
