"""What axe does not see of a page, and people notice at once: what is covered, cut off, too small, silent or faint."""

from functools import cache
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.hands import too_wide

_CHECKS = Path(__file__).with_suffix(".js")
USUAL = ("small", "covered", "cut", "silent", "doubled", "spaced")
FORCED = ("faint", "lost")
#: 1280 x 1024 at four times its size: reflow (1.4.10) leaves no more.
ENLARGED = {"width": 320, "height": 256}


def overlooked(page: Page, name: str) -> list[str]:
    """Leaves the page as it was found; the checks run from outside of it, so that its policy stays in force."""
    page.keyboard.press("Shift")  # somebody works by keys
    found = _asked(page, *USUAL)
    page.emulate_media(forced_colors="active")
    found += _asked(page, *FORCED)
    page.emulate_media(forced_colors="none")
    return [f"{name}: {each}" for each in found]


def enlarged(page: Page, name: str) -> list[str]:
    """At four times the size nothing covers what has the focus."""
    before = page.viewport_size
    page.set_viewport_size(ENLARGED)  # type: ignore[arg-type]
    found = _asked(page, "covered")
    if before is not None:
        page.set_viewport_size(before)
    return [f"{name}, four times its size: {each}" for each in found]


def misbuilt(page: Page, name: str, language: str) -> list[str]:
    facts = {
        "says its language": page.get_attribute("html", "lang") == language,
        "has a title": len(page.title()) > len(" · CPM"),
        "has one heading of the first level": page.locator("h1").count() == 1,
        "needs no scrolling sideways": not too_wide(page),
    }
    return [f"Expected {name} to be a page that {fact}" for fact, holds in facts.items() if not holds]


def _asked(page: Page, *checks: str) -> list[str]:
    calls = ", ".join(f"...checks.{each}()" for each in checks)
    found: list[str] = page.evaluate(f"() => {{ const checks = {_source()}; return [{calls}]; }}")
    return found


@cache
def _source() -> str:
    lines = _CHECKS.read_text().splitlines()
    return "\n".join(line for line in lines if not line.lstrip().startswith("//")).strip()
