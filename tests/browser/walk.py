"""Every page that somebody can reach by links from where they begin, a few of each kind."""

from collections import deque
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page

from tests.browser.site import Site

DEPTH = 2
#: Cases look different at each stage; beyond that, one page of a kind is like the other.
OF_EACH_KIND = 3
_LINKS = "links => links.filter(link => !link.hasAttribute('download')).map(link => link.href)"


def walk(page: Page, site: Site) -> Iterator[str]:
    """Goes from page to page, beginning with the one that is open; says the path while the browser is on it."""
    waiting = deque([(page.url, 0)])
    seen = {page.url}
    wanted: dict[str, int] = {}
    while waiting:
        address, depth = waiting.popleft()
        kind = _kind(address, site)
        if kind not in wanted:
            wanted[kind] = OF_EACH_KIND if _is_page(page, address) else 0
        if not wanted[kind]:
            continue
        wanted[kind] -= 1
        page.goto(address)
        if page.url != address and page.url in seen:
            continue  # it only leads to another
        for found in _links(page, site) if depth < DEPTH else ():
            if found not in seen:
                seen.add(found)
                waiting.append((found, depth + 1))
        yield urlsplit(address).path


def _links(page: Page, site: Site) -> list[str]:
    found = page.eval_on_selector_all("a[href]", _LINKS)
    return [link.partition("#")[0] for link in found if link.startswith(f"{site.url}/")]


def _kind(address: str, site: Site) -> str:
    """The view, and the names of what it is asked."""
    parts = urlsplit(address)
    view, _ = site.app.url_map.bind("").match(parts.path)
    return f"{view}?{'&'.join(sorted(parse_qs(parts.query)))}"


def _is_page(page: Page, address: str) -> bool:
    """Not a file to keep."""
    answer = page.request.get(address)
    return answer.headers.get("content-type", "").startswith("text/html")
