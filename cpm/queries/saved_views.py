"""The lists somebody can open: those that come with the processes, everybody's, and their own."""

from dataclasses import dataclass, replace

from sqlalchemy import select

from cpm.attributes import FIXED, Search
from cpm.errors import NotFound
from cpm.model import SavedView
from cpm.queries.columns import newest
from cpm.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class ViewLine:
    key: str  #: the number of a saved one; `complaint:open` of one that comes with a process
    name: str
    process: str | None
    search: Search  #: fits the process's newest version, whatever was saved
    shared: bool  #: everybody's
    shipped: bool  #: with a process, so that nobody here changes it


def of_user(uow: UnitOfWork, language: str = "de") -> list[ViewLine]:
    """In this order: shipped, shared, own; the last two by name."""
    bundles = newest(uow)
    found = [
        ViewLine(f"{key}:{view.key}", view.words.of(language), key, view.search, shared=True, shipped=True)
        for key, bundle in bundles.items()
        for view in bundle.views
    ]
    theirs = SavedView.owner.is_(None) | (SavedView.owner == uow.actor)
    kept = uow.session.scalars(select(SavedView).where(theirs)).all()
    columns = {key: {*FIXED, *bundle.attributes} for key, bundle in bundles.items()}
    for view in sorted(kept, key=lambda one: (one.owner is not None, one.name.casefold(), one.id)):
        search = replace(Search.of_pairs(_pairs(view), view.process), sort=view.sort)
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


def _pairs(view: SavedView) -> list[tuple[str, str]]:
    return [(str(name), str(value)) for name, value in view.filters]
