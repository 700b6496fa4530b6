"""Deque's axe over a page: which rules of accessibility it breaks, and where."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

SOURCE = Path(__file__).parents[2] / "web" / "vendoring" / "node_modules" / "axe-core" / "axe.min.js"
#: All it knows but its experiments; the size of targets is off by default, and WCAG 2.2 asks for it.
EVERYTHING = {"rules": {"target-size": {"enabled": True}}}
#: Axe takes what lies under a bar at that moment for covered for good; `beyond_axe` looks whether bars let what has the focus be seen.
UNSTUCK = ".bar, .bar-below { position: relative !important }"
#: Half its time: a path to each element, which nobody reads, and all sheets read again, for rules about turning that it has as experiments.
BRIEF = {"resultTypes": ["violations"], "selectors": False, "preload": {"assets": ["media"]}}
#: What can differ between colour schemes.
COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"]}
_SHEETS = "document.adoptedStyleSheets"


def axe(page: Page) -> None:
    found = violations(page)
    assert not found, "\n".join(found)


def violations(page: Page) -> list[str]:
    """In both colour schemes. The rules that look at colours run in each of them, the others once."""
    page.evaluate(f"{_SHEETS}.push(new CSSStyleSheet()); {_SHEETS}.at(-1).replaceSync({json.dumps(UNSTUCK)})")
    try:
        return [
            *_found(page, EVERYTHING, "light"),
            *_found(page, COLOURS, "dark"),
        ]
    finally:
        page.evaluate(f"{_SHEETS}.pop()")


def _found(page: Page, options: dict[str, Any], scheme: str) -> list[str]:
    """Evaluated from outside of the page, so that its content security policy stays in force."""
    page.emulate_media(color_scheme=scheme)
    if not page.evaluate("'axe' in window"):  # half a megabyte, to be read once
        page.evaluate(_source())
    result = page.evaluate(f"axe.run(document, {json.dumps({**BRIEF, **options})})")
    return [_told(page, scheme, rule["id"], node) for rule in result["violations"] for node in rule["nodes"]]


def _told(page: Page, scheme: str, rule: str, node: dict[str, Any]) -> str:
    why = node["failureSummary"].splitlines()[1].strip()
    return f"{page.url} ({scheme}): {rule}: {node['html'][:160]}: {why}"


@cache
def _source() -> str:
    if not SOURCE.exists():
        pytest.skip("`make vendor-check` installs axe")
    return SOURCE.read_text()
