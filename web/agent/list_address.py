"""The address of a list of cases: its search as `cpm.attributes.Search` writes it, and what is the page's own.

`view` names the list that it began with, `page`, `page.size` and `page.typed` say which rows and in which language
numbers and days were typed; no column has such a name.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import request, url_for

from cpm.attributes import Search
from web.agent.blueprint import page_number
from web.language import LANGUAGES

SIZES = (25, 50, 100)
USUAL_SIZE = 50
_OWN = frozenset({"page", "view", "lang"})


@dataclass(frozen=True, slots=True)
class Asked:
    search: Search | None  #: None: what the view says
    view: str | None = None
    page: int = 1
    size: int = USUAL_SIZE
    typed: str | None = None  #: None: numbers and days are written as in every address


def asked() -> Asked:
    """What this request's address says."""
    said = request.args
    pairs = [
        (name, value)
        for name, value in said.items(multi=True)
        if value.strip() and name.partition(".")[0] not in _OWN
    ]
    view = said.get("view") or None
    sizes = {str(size): size for size in SIZES}
    typed = said.get("page.typed")
    return Asked(
        search=None if view and not pairs else Search.of_pairs(pairs),
        view=view,
        page=page_number(),
        size=sizes.get(said.get("page.size", ""), USUAL_SIZE),
        typed=typed if typed in LANGUAGES else None,
    )


def address(
    search: Search, *, view: str | None = None, size: int = USUAL_SIZE, page: int = 1, to: str = "agent.cases"
) -> str:
    pairs = [*pairs_of(search, view=view, size=size)]
    if page > 1:
        pairs.append(("page", str(page)))
    return f"{url_for(to)}?{urlencode(pairs)}" if pairs else url_for(to)


def pairs_of(search: Search, *, view: str | None = None, size: int = USUAL_SIZE) -> Iterator[tuple[str, str]]:
    """With a view the order is always said: an address that says only the view means the list as it is kept."""
    if search.process is not None:
        yield "process", search.process
    yield from search.pairs()
    if view is not None:
        yield "sort", search.sort
        yield "view", view
    if size != USUAL_SIZE:
        yield "page.size", str(size)


def text_of(search: Search) -> str:
    """What `Search.of_text` reads back, process included."""
    return urlencode([*pairs_of(search)])
