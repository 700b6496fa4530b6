"""The lists and views of the inbox somebody can open: those that come with the processes, everybody's, and their own."""

from dataclasses import dataclass, replace

from sqlalchemy import Select, bindparam, select

from cpm.attributes import FIXED, Search
from cpm.errors import NotFound
from cpm.model import SavedView
from cpm.queries.columns import newest
from cpm.queries.inbox_views import View, views_of
from cpm.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class ViewLine:
    key: str  #: the number of a saved one; `complaint:open` of one that comes with a process
    name: str
    process: str | None
    search: Search  #: fits the process's newest version, whatever was saved
    shared: bool  #: everybody's
    shipped: bool  #: with a process, so that nobody here changes it


@dataclass(frozen=True, slots=True)
class InboxView:
    id: int
    name: str
    view: View  #: that it narrows
    search: Search
    shared: bool  #: everybody's


def of_user(uow: UnitOfWork, language: str = "de") -> list[ViewLine]:
    """In this order: shipped, shared, own; the last two by name."""
    bundles = newest(uow)
    found = [
        ViewLine(f"{key}:{view.key}", view.words.of(language), key, view.search, shared=True, shipped=True)
        for key, bundle in bundles.items()
        for view in bundle.views
    ]
    columns = {key: {*FIXED, *bundle.attributes} for key, bundle in bundles.items()}
    for view in _kept(uow, _LISTS):
        search = replace(_search(view), sort=view.sort)
        search = replace(search, columns=tuple(view.columns)).kept_to(columns.get(view.process or "", FIXED))
        found.append(
            ViewLine(str(view.id), view.name, view.process, search, shared=view.owner is None, shipped=False)
        )
    return found


def find(uow: UnitOfWork, key: str, language: str = "de") -> ViewLine:
    for view in of_user(uow, language):
        if view.key == key:
            return view
    raise NotFound(f"Expected to find list {key}, but there is none", de="Diese Liste gibt es nicht.")


def of_inbox(uow: UnitOfWork) -> list[InboxView]:
    """Everybody's first, then one's own, by name; without those of views that only others have."""
    theirs = views_of(uow.user())
    kept = _kept(uow, _VIEWS, views=list(theirs))
    return [
        InboxView(view.id, view.name, View(str(view.inbox)), _search(view), shared=view.owner is None)
        for view in kept
    ]


#: Every list and every inbox asks one of them: made once.
_THEIRS = select(SavedView).where(SavedView.owner.is_(None) | (SavedView.owner == bindparam("owner")))
_LISTS = _THEIRS.where(SavedView.inbox.is_(None))
_VIEWS = _THEIRS.where(SavedView.inbox.in_(bindparam("views", expanding=True)))


def _kept(uow: UnitOfWork, query: Select[SavedView], **of: object) -> list[SavedView]:
    kept = uow.session.scalars(query, {"owner": uow.actor, **of})
    return sorted(kept, key=lambda one: (one.owner is not None, one.name.casefold(), one.id))


def _search(view: SavedView) -> Search:
    return Search.of_pairs([(str(name), str(value)) for name, value in view.filters], view.process)
