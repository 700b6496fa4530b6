"""How a page of the desk comes up and answers keys in Chromium on a slower core, as it tells by its own performance entries."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.bench.web import Visitor
from tests.browser.conftest import ARGUMENTS, AS_ROOT, CHROMIUM

SLOWER = 4  #: how many times slower than this machine the browser's core is
ROUNDS = 5
#: First and largest paint, time blocked by tasks of more than 50 ms between the first paint and the last key, all in ms; shifts as CLS counts them, all summed.
AIMS = {"first": 600.0, "largest": 900.0, "blocked": 50.0, "shift": 0.02}
KEY = 100.0  #: ms from a key to the next paint: 95 of 100
#: What is pressed on every page: from row to row, which does nothing where there are none, and the palette with what it finds.
KEYS = (*"jkjkjkjk", "Escape", "Control+k", *"c-48", "Escape")
_WATCH = """
window.seen = {first: 0, largest: 0, blocked: 0, shift: 0, keys: {}};
const watch = (type, hear, more) => new PerformanceObserver(list => list.getEntries().forEach(hear)).observe({type, buffered: true, ...more});
watch("paint", each => { if (each.name === "first-contentful-paint") seen.first = each.startTime; });
watch("largest-contentful-paint", each => { seen.largest = each.startTime; });
watch("longtask", each => { if (each.startTime > seen.first) seen.blocked += each.duration - 50; });
watch("layout-shift", each => { if (!each.hadRecentInput) seen.shift += each.value; });
watch("event", each => { if (each.interactionId && each.name === "keydown") seen.keys[each.interactionId] = each.duration; }, {durationThreshold: 16});
"""


@dataclass(frozen=True)
class Visit:
    """One, with nothing in the browser's cache."""

    told: Mapping[str, float]  #: by the words of AIMS
    keys: list[float]  #: ms, of each that was pressed; what is below 16 is not told and counts as that


def visits(
    address: tuple[str, int], who: Visitor, paths: tuple[str, ...]
) -> Iterator[tuple[str, list[Visit]]]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*ARGUMENTS, *AS_ROOT])
        for path in paths:
            yield path, [_visit(browser, address, who, path) for _ in range(ROUNDS)]
        browser.close()


def _visit(browser: Browser, address: tuple[str, int], who: Visitor, path: str) -> Visit:
    context = _context(browser, address, who)
    page = context.new_page()
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.add_init_script(_WATCH)
    page.goto(path)
    come_up = _come_up(page)
    keys = _pressed(page)
    told = {**page.evaluate("({...seen})"), "largest": come_up["largest"]}
    context.close()
    return Visit({word: float(told[word]) for word in AIMS}, keys)


def _come_up(page: Page) -> Mapping[str, float]:
    """Once something was painted, and nothing larger since for as long as it takes to be sure."""
    seen: Mapping[str, float] = {"largest": 0.0}
    while not seen["largest"] or page.evaluate("seen.largest") != seen["largest"]:
        seen = page.evaluate("({...seen})")
        page.wait_for_timeout(500)
    return seen


def _pressed(page: Page) -> list[float]:
    for key in KEYS:
        page.keyboard.press(key)
        page.wait_for_timeout(100)
    slow = [float(each) for each in page.evaluate("Object.values(seen.keys)")]
    return slow + [16.0] * (len(KEYS) - len(slow))


def _context(browser: Browser, address: tuple[str, int], who: Visitor) -> BrowserContext:
    context = browser.new_context(
        base_url=f"http://{address[0]}:{address[1]}", viewport={"width": 1440, "height": 900}
    )
    name, _, value = who.cookie.partition("=")
    context.add_cookies([{"name": name, "value": value, "domain": address[0], "path": "/"}])
    return context
