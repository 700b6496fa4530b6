"""What a person does at a page, in the steps they would name."""

import os
import re
from http import HTTPStatus
from pathlib import Path

from playwright.sync_api import Locator, Page

from tests.office import PASSWORD

ARTEFACTS = Path(__file__).parents[1] / "artefacts"
_TOKEN = re.compile(r'name="csrf_token"[^>]* value="([^"]+)"')
_FAR = 150  # presses of the key: more than any page has places to stop at


def sign_in(page: Page, login: str) -> None:
    """By what the sign-in page would send, and on to where this person begins; `fill_in` does it at the page."""
    token = _TOKEN.findall(page.request.get("/sign-in").text())[0]  # each form of the page has it
    form = {"csrf_token": token, "login": login, "password": PASSWORD}
    answer = page.request.post("/sign-in", form=form, max_redirects=0)
    assert answer.status == HTTPStatus.SEE_OTHER, f"Expected {login} to be let in, but got {answer.status}"
    page.goto(answer.headers["location"])


def fill_in(page: Page, login: str, password: str = PASSWORD) -> None:
    """The sign-in page, wherever it has come up."""
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")


def tab_to(page: Page, target: Locator) -> None:
    """With the tab key alone, once the page listens for keys."""
    page.wait_for_load_state()
    for _ in range(_FAR):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"Expected the tab key to reach {target}, but it did not in {_FAR} presses")


def shot(page: Page, name: str, *, always: bool = False) -> Path:
    """A picture of the whole page for people to look at, in `tests/artefacts/`; nobody looks in CI, unless something failed."""
    file = ARTEFACTS / f"{name}.png"
    if os.environ.get("CI") == "true" and not always:
        return file
    file.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=file, full_page=True, animations="disabled")
    return file


def too_wide(page: Page) -> bool:
    """Whether one would have to scroll sideways."""
    page.wait_for_load_state("domcontentloaded")
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))
