"""The net under all tests of this folder: what a page does wrong is seen, and a refusal is none of it."""

from collections.abc import Iterator

import pytest
from flask import Flask, Response
from playwright.sync_api import Browser

from tests.browser.faults import Faults
from tests.browser.site import served
from web.headers import POLICY

pytestmark = pytest.mark.slow
PAGES = {
    "sound": "<script src='/sound.js'></script>",
    "talks": "<script src='/talks.js'></script>",
    "raises": "<script src='/raises.js'></script>",
    "inline-script": "<script>1</script>",
    "inline-style": "<p style='color: red'>red</p>",
    "misses": "<script src='/missing.js'></script>",
}
SCRIPTS = {
    "sound": "console.log('well'); fetch('/refuses', {method: 'POST'})",
    "talks": "console.error('not well')",
    "raises": "nothing.at.all",
}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    app = Flask("faulty")
    for name, body in PAGES.items():
        app.add_url_rule(f"/{name}", name, lambda body=body: f"<!doctype html><title>x</title>{body}")
    for name, script in SCRIPTS.items():
        answer = Response(script, mimetype="text/javascript")
        app.add_url_rule(f"/{name}.js", f"{name}.js", lambda answer=answer: answer)
    app.add_url_rule("/refuses", "refuses", lambda: ("no", 422), methods=["GET", "POST"])
    app.add_url_rule("/fails", "fails", lambda: ("oh", 500))
    app.after_request(_strict)
    with served(app) as url:
        yield url


@pytest.mark.parametrize(
    ("page", "seen"),
    [
        ("sound", []),
        ("refuses", []),
        ("talks", ["not well"]),
        ("raises", ["nothing is not defined"]),
        ("inline-script", ["Content Security Policy"]),
        ("inline-style", ["Content Security Policy"]),
        ("misses", ["/missing.js answered 404"]),
        ("fails", ["/fails answered 500"]),
    ],
)
def test_what_a_page_does_wrong_is_seen(chromium: Browser, url: str, page: str, seen: list[str]):
    faults = Faults()
    context = chromium.new_context()
    faults.watch(context)
    tab = context.new_page()
    tab.goto(f"{url}/{page}")
    tab.wait_for_load_state("networkidle")
    context.close()
    assert len(faults.seen) == len(seen), faults.seen
    for words, fault in zip(seen, faults.seen, strict=True):
        assert words in fault


def _strict(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    return response
