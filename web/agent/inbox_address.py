"""The address of an inbox: a view, what narrows it, and the view that is kept with which it began.

`saved` alone means that one as it is kept; `q` is what was typed into the box, the rest as `cpm.queries.inbox_views` says.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import request, url_for

from cpm.attributes import Search
from cpm.errors import NotFound
from cpm.queries.inbox_views import View
from cpm.queries.saved_views import InboxView
from web.agent.blueprint import page_number

_LONGEST = 200  #: characters of what is typed
_NAMES = {
    "q": "text.contains",
    "process": "process",
    "channel": "channel",
    "due.to": "due.to",
    "team": "team",
}


@dataclass(frozen=True, slots=True)
class Asked:
    view: View
    search: Search
    kept: InboxView | None = None  #: with which it began
    page: int = 1

    @property
    def changed(self) -> bool:
        return self.kept is not None and (self.view, self.search) != (self.kept.view, self.kept.search)

    def of(self, name: str) -> str:
        """What is asked of one filter, as its box shows it."""
        return dict(_pairs(self.search)).get(name, "")


def asked(kept: Sequence[InboxView]) -> Asked:
    """What this request's address says; NotFound for a view that is none of theirs."""
    said = request.args
    began = _find(kept, said["saved"]) if said.get("saved") else None
    if began is not None and "view" not in said:
        return Asked(began.view, began.search, began, page_number())
    pairs = [(_NAMES[name], value[:_LONGEST]) for name, value in said.items(multi=True) if name in _NAMES]
    return Asked(view_of(said.get("view", View.MINE)), Search.of_pairs(pairs), began, page_number())


def address(at: Asked, *, page: int = 1, to: str = "agent.inbox") -> str:
    if at.kept is not None and not at.changed:
        pairs = [("saved", str(at.kept.id))]
    else:
        pairs = [("view", at.view.value), *_pairs(at.search)]
        pairs += [("saved", str(at.kept.id))] if at.kept is not None else []
    if page > 1:
        pairs.append(("page", str(page)))
    return f"{url_for(to)}?{urlencode(pairs)}"


def view_of(word: str) -> View:
    try:
        return View(word)
    except ValueError as error:
        raise NotFound(f"Expected a view of the inbox, but {word!r:.40} is none") from error


def _find(kept: Sequence[InboxView], number: str) -> InboxView:
    found = next((view for view in kept if str(view.id) == number), None)
    if found is None:
        raise NotFound(
            f"Expected to find view {number:.40}, but there is none", de="Diese Ansicht gibt es nicht (mehr)."
        )
    return found


def _pairs(search: Search) -> Iterator[tuple[str, str]]:
    if search.process is not None:
        yield "process", search.process
    short = {said: name for name, said in _NAMES.items()}
    yield from ((short.get(name, name), value) for name, value in search.filter_pairs())
