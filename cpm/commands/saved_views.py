"""Lists and views of the inbox that people keep under a name: their own, and those that supervisors share."""

from sqlalchemy import func, select

from cpm.attributes import Search
from cpm.commands import checks
from cpm.errors import Forbidden, Invalid, NotFound
from cpm.model import Role, SavedView, Team, User
from cpm.model.saved_view import ALL, OWN
from cpm.queries import case_lists, inbox_views
from cpm.queries.inbox_views import View, must_be_theirs
from cpm.uow import UnitOfWork

MOST = 100  #: of one owner
MOST_OF_INBOX = 20  #: views of the inbox of one owner: each is counted whenever somebody looks
LONGEST = 80  #: characters of a name
_KEEPERS = frozenset({Role.AGENT, Role.SUPERVISOR})


def create(
    uow: UnitOfWork, name: str, search: Search, *, share: str = OWN, inbox: View | None = None
) -> SavedView:
    """`inbox`: what it narrows; without it, it is a list of cases."""
    user = _keeper(uow)
    owner, team = _whose(uow, user, share)
    view = SavedView(owner=owner, team=team, inbox=inbox)
    view.name = _free_name(uow, name, view)
    if inbox is not None:
        _must_have_room(uow, owner)
    _ask(uow, view, search)
    uow.session.add(view)
    uow.session.flush()
    return view


def change(
    uow: UnitOfWork,
    view_id: int,
    *,
    name: str | None = None,
    search: Search | None = None,
    share: str | None = None,
    inbox: View | None = None,
) -> SavedView:
    """Change what is given and leave the rest; a list stays one, and so does a view of the inbox."""
    user, view = _keeper(uow), _own(uow, view_id)
    before = (view.owner, view.team)
    if share is not None and (whose := _whose(uow, user, share, before)) != before:
        view.owner, view.team = whose
        if view.inbox is not None and view.owner != before[0]:
            _must_have_room(uow, view.owner)
        name = view.name if name is None else name
    if name is not None:
        view.name = _free_name(uow, name, view)
    if view.inbox is not None and inbox is not None:
        view.inbox = inbox
    _ask(uow, view, search)
    return view


def remove(uow: UnitOfWork, view_id: int) -> None:
    uow.session.delete(_own(uow, view_id))


def _keeper(uow: UnitOfWork) -> User:
    user = uow.user()
    if not _KEEPERS.intersection(user.roles):
        raise Forbidden(
            f"Expected an agent or a supervisor to keep a list, but {user.login} is neither",
            de="Listen speichern nur Agenten und Teamleitung.",
        )
    return user


def _whose(
    uow: UnitOfWork, user: User, share: str, before: tuple[str | None, str | None] | None = None
) -> tuple[str | None, str | None]:
    """Owner and team. Forbidden where it is, or was, shared and they are no supervisor."""
    owner = user.login if share == OWN else None
    if owner is None or (before is not None and before[0] is None):
        _must_supervise(user)
    if share in (OWN, ALL):
        return owner, None
    if uow.session.get(Team, share) is None:
        raise Invalid(
            f"Expected a team to share a list with, but {share!r:.60} is none",
            [("share", "There is no such team.")],
            de="Dieses Team gibt es nicht.",
        )
    return None, share


def _own(uow: UnitOfWork, view_id: int) -> SavedView:
    """Theirs, or what is shared for supervisors; another's does not exist for them."""
    user, view = _keeper(uow), uow.session.get(SavedView, view_id)
    if view is None or not (view.owner == user.login or _is_shared_with(user, view)):
        raise NotFound(f"Expected to find list {view_id}, but there is none", de="Diese Liste gibt es nicht.")
    if view.owner is None:
        _must_supervise(user)
    return view


def _is_shared_with(user: User, view: SavedView) -> bool:
    return view.owner is None and (
        view.team is None or view.team in user.teams or Role.SUPERVISOR in user.roles
    )


def _must_supervise(user: User) -> None:
    if Role.SUPERVISOR not in user.roles:
        raise Forbidden(
            f"Expected a supervisor to share a list or to change one that is shared, but {user.login} is none",
            de="Gemeinsame Listen ändert nur die Teamleitung.",
        )


def _free_name(uow: UnitOfWork, name: str, view: SavedView) -> str:
    name = " ".join(checks.plain_text("name", name).split())
    if len(name) > LONGEST:
        raise Invalid(
            f"Expected a name of at most {LONGEST} characters, but it has {len(name)}",
            [("name", f"That is too long: at most {LONGEST} characters.")],
            de=f"Der Name hat mehr als {LONGEST} Zeichen.",
        )
    theirs = SavedView.owner.is_(None) if view.owner is None else SavedView.owner == view.owner
    others = select(SavedView.name, SavedView.inbox).where(theirs, SavedView.id != (view.id or 0))
    taken = {row.name: row.inbox for row in uow.session.execute(others)}
    if name in taken:
        thing, german = ("list", "Liste") if taken[name] is None else ("view", "Ansicht")
        raise Invalid(
            f"Expected a new name, but there is a {thing} {name!r}",
            [("name", f"There is such a {thing} already.")],
            de=f"Eine {german} „{name}“ gibt es schon.",
        )
    if len(taken) >= MOST:
        raise Invalid(
            f"Expected at most {MOST} lists, but there are {len(taken)}",
            [("name", "too many lists")],
            de=f"Mehr als {MOST} Listen lassen sich nicht speichern.",
        )
    return name


def _must_have_room(uow: UnitOfWork, owner: str | None) -> None:
    theirs = SavedView.owner.is_(None) if owner is None else SavedView.owner == owner
    kept = select(func.count()).where(theirs, SavedView.inbox.is_not(None)).select_from(SavedView)
    with uow.session.no_autoflush:
        if (uow.session.scalar(kept) or 0) >= MOST_OF_INBOX:
            raise Invalid(
                f"Expected at most {MOST_OF_INBOX} views of the inbox, but there are as many",
                [("name", "too many views")],
                de=f"Mehr als {MOST_OF_INBOX} Ansichten lassen sich nicht speichern.",
            )


def _ask(uow: UnitOfWork, view: SavedView, search: Search | None) -> None:
    if view.inbox is not None:
        must_be_theirs(uow.user(), View(view.inbox))
    if search is not None:
        if view.inbox is None:
            case_lists.check(uow, search)
        else:
            inbox_views.conditions(uow, search, View(view.inbox))
        view.process, view.sort = search.process, search.sort
        view.filters = [list(pair) for pair in search.filter_pairs()]
        view.columns = list(search.columns)
    view.changed_at, view.changed_by = uow.now, uow.actor
