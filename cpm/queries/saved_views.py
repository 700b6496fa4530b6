"""The lists and views of the inbox somebody can open: those that come with the processes, those that are shared, and their own."""

from dataclasses import dataclass, replace

from sqlalchemy import Boolean, Select, bindparam, select, true

from cpm.attributes import FIXED, Search
from cpm.errors import NotFound
from cpm.model import Role, SavedView
from cpm.model.saved_view import ALL, OWN
from cpm.queries.columns import newest
from cpm.queries.inbox_views import View, views_of
from cpm.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class ViewLine:
    key: str  #: the number of a saved one; `complaint:open` of one that comes with a process
    name: str
    process: str | None
    search: Search  #: fits the process's newest version, whatever was saved
    share: str  #: with whom, as the model's OWN and ALL, or a team
    shipped: bool  #: with a process, so that nobody here changes it


@dataclass(frozen=True, slots=True)
class InboxView:
    id: int
    name: str
    view: View  #: that it narrows
    search: Search
    share: str  #: with whom, as the model's OWN and ALL, or a team


def of_user(uow: UnitOfWork, language: str = "de") -> list[ViewLine]:
    """In this order: shipped, shared, own; the last two by name."""
    bundles = newest(uow)
    found = [
        ViewLine(f"{key}:{view.key}", view.words.of(language), key, view.search, share=ALL, shipped=True)
        for key, bundle in bundles.items()
        for view in bundle.views
    ]
    columns = {key: {*FIXED, *bundle.attributes} for key, bundle in bundles.items()}
    for view in _kept(uow, _LISTS):
        search = replace(_search(view), sort=view.sort)
        search = replace(search, columns=tuple(view.columns)).kept_to(columns.get(view.process or "", FIXED))
        found.append(
            ViewLine(str(view.id), view.name, view.process, search, share=_share(view), shipped=False)
        )
    return found


def find(uow: UnitOfWork, key: str, language: str = "de") -> ViewLine:
    for view in of_user(uow, language):
        if view.key == key:
            return view
    raise NotFound(f"Expected to find list {key}, but there is none", de="Diese Liste gibt es nicht.")


def of_inbox(uow: UnitOfWork) -> list[InboxView]:
    """Those that are shared first, then one's own, by name; without those of views that only others have."""
    theirs = views_of(uow.user())
    kept = _kept(uow, _VIEWS, views=list(theirs))
    return [
        InboxView(view.id, view.name, View(str(view.inbox)), _search(view), share=_share(view))
        for view in kept
    ]


#: Every list and every inbox asks one of them: made once.
_THEIRS = select(SavedView).where(
    (SavedView.owner == bindparam("owner"))
    | (
        SavedView.owner.is_(None)
        & (
            SavedView.team.is_(None)
            | SavedView.team.in_(bindparam("teams", expanding=True))
            | (bindparam("all_teams", type_=Boolean) == true())
        )
    )
)
_LISTS = _THEIRS.where(SavedView.inbox.is_(None))
_VIEWS = _THEIRS.where(SavedView.inbox.in_(bindparam("views", expanding=True)))


def _kept(uow: UnitOfWork, query: Select[SavedView], **of: object) -> list[SavedView]:
    user = uow.acting()
    theirs = {
        "owner": uow.actor,
        "teams": sorted(user.teams) if user else [],
        "all_teams": user is not None and Role.SUPERVISOR in user.roles,
    }
    kept = uow.session.scalars(query, {**theirs, **of})
    return sorted(kept, key=lambda one: (one.owner is not None, one.name.casefold(), one.id))


def _share(view: SavedView) -> str:
    return OWN if view.owner is not None else view.team or ALL


def _search(view: SavedView) -> Search:
    return Search.of_pairs([(str(name), str(value)) for name, value in view.filters], view.process)
