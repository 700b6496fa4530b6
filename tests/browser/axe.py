"""Deque's axe over a page: which rules of accessibility it breaks, and where."""

from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Page

SOURCE = Path(__file__).parents[2] / "web" / "vendoring" / "node_modules" / "axe-core" / "axe.min.js"
#: Everything axe knows but its experiments; the size of targets is off by default, and WCAG 2.2 asks for it.
_RUN = "axe.run(document, {resultTypes: ['violations'], rules: {'target-size': {enabled: true}}})"


def violations(page: Page) -> list[str]:
    """Evaluated from outside of the page, so that its content security policy stays in force."""
    page.evaluate(_source())
    found = page.evaluate(_RUN)["violations"]
    return [
        f"{page.url}: {rule['id']}: {node['html'][:160]} ({node['failureSummary'].splitlines()[1].strip()})"
        for rule in found
        for node in rule["nodes"]
    ]


def axe(page: Page) -> None:
    assert violations(page) == []


@cache
def _source() -> str:
    if not SOURCE.exists():
        pytest.skip("`make vendor-check` installs axe")
    return SOURCE.read_text()
