"""Every page that somebody can reach by links from where they begin, a few of each kind."""

from collections import deque
from collections.abc import Iterator
from urllib.parse import urlsplit

from playwright.sync_api import Page
from werkzeug.exceptions import HTTPException

from tests.browser.site import Site

DEPTH = 2
#: Cases look different at each stage; beyond that, one page of a kind is like the other.
OF_EACH_KIND = 2
_LINKS = "links => links.filter(link => !link.hasAttribute('download')).map(link => link.href)"


def walk(page: Page, site: Site, *more: str, of_each_kind: int = OF_EACH_KIND) -> Iterator[str]:
    """Goes from page to page, beginning with the one that is open; says the address while the browser is on it.

    `more`: what it visits at any rate, links or not.
    """
    surely = [f"{site.url}{path}" for path in more]
    waiting = deque([(page.url, 0), *((address, DEPTH) for address in surely)])
    seen = {page.url, *surely}
    wanted: dict[str, int] = {}
    while waiting:
        address, depth = waiting.popleft()
        kind = _kind(address, site)
        if kind not in wanted:
            wanted[kind] = of_each_kind if _is_page(page, address) else 0
        if not wanted[kind] and address not in surely:
            continue
        wanted[kind] -= wanted[kind] > 0
        page.goto(address)
        if page.url != address and page.url in seen:
            continue  # it only leads to another
        for found in _links(page, site) if depth < DEPTH else ():
            if found not in seen:
                seen.add(found)
                waiting.append((found, depth + 1))
        yield address.removeprefix(site.url)


def view(site: Site, address: str) -> str:
    """The endpoint that answers there, or nothing."""
    try:
        endpoint, _ = site.app.url_map.bind("").match(urlsplit(address).path)
    except HTTPException:
        return ""
    return str(endpoint)


def _links(page: Page, site: Site) -> list[str]:
    found = page.eval_on_selector_all("a[href]", _LINKS)
    return [link.partition("#")[0] for link in found if link.startswith(f"{site.url}/")]


def _kind(address: str, site: Site) -> str:
    """The view, and whether it is asked something."""
    return f"{view(site, address)}?{bool(urlsplit(address).query)}"


def _is_page(page: Page, address: str) -> bool:
    """Not a file to keep."""
    answer = page.request.get(address)
    return answer.headers.get("content-type", "").startswith("text/html")
