"""What watches the pages is itself watched: each kind of fault, put on a page, is found."""

import pytest
from playwright.sync_api import Browser

from tests.browser.beyond_axe import overlooked

pytestmark = pytest.mark.slow
FAULTS = {
    "a small target": ('<button style="border:1px solid;width:20px;height:20px;padding:0"></button>', "is 20 x 20 px"),
    "a covered target": (
        """<div style="position:fixed;bottom:0;height:60vh;width:100%;background:#fff"></div><p style="height:80vh">.</p>
        <button style="border:1px solid">Go</button>""",
        "is covered when it has the focus",
    ),
    "no sign of the focus": ('<button style="border:1px solid;outline:none">Go</button>', "does not show the focus"),
    "words that are cut off": (
        '<p style="width:5em;overflow:hidden;white-space:nowrap">Reklamationsbearbeitung</p>',
        "cuts off its words",
    ),
    "no room for more space": (
        '<p style="width:10em;height:1.4em;overflow:hidden;white-space:nowrap">Zwei, drei Wörter</p>',
        "with more space between its letters",
    ),
    "a silent message": ('<p class="notice" style="border:1px solid">Done</p>', "is no message"),
    "one id twice": ('<p id="one">1</p><p id="one">2</p>', "has the id of another"),
    "one key twice": ('<a data-key="n" href="#">1</a> or <a data-key="n" href="#">2</a>', "has the data-key of another"),
    "a background alone": ('<nav><a href="#" aria-current="page" style="text-decoration:none">Here</a></nav>', "cannot be told"),
    "a faint drawing": (
        '<svg width="50" height="50"><rect width="40" height="40" fill="rgb(250,250,250)"/></svg>',
        "is not to be seen in forced colours",
    ),
}  # fmt: skip
SOUND = """<style>a{padding-block:4px} button{border:1px solid;min-height:24px;min-width:24px}</style>
<p>One <a href="#">link</a> in a sentence.</p><button>Go</button><p class="notice" role="status" style="border:1px solid">Done</p>"""


def test_every_fault_is_found_and_nothing_else(chromium: Browser):
    context = chromium.new_context(viewport={"width": 320, "height": 600})
    page = context.new_page()
    for name, (fault, told) in FAULTS.items():
        page.set_content(f"<!doctype html><body>{fault}</body>")
        assert any(told in each for each in overlooked(page, name)), (name, overlooked(page, name))
    page.set_content(f"<!doctype html><body>{SOUND}</body>")
    assert overlooked(page, "sound") == []
    context.close()
