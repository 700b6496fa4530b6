"""The inbox: what waits for the acting user, in views, the most urgent first, a page at a time.

It costs the same number of statements and reads about the same number of rows however many cases are open, so it
counts no further than MOST in the view that is shown, and than MOST_BESIDE in the others; of a view that somebody keeps
it looks at MOST of what it narrows, and says "12+" if there is more. Only a filter that is looked at may have to look at everything there is.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import FromClause, ScalarSelect, Subquery, bindparam, func, select, true

from cpm.attributes import Search
from cpm.model import Case, Customer, Task, User
from cpm.model.base import at_most
from cpm.queries import access, inbox_rows, inbox_views, queues
from cpm.queries.inbox_rows import Row
from cpm.queries.inbox_views import View, must_be_theirs, views_of
from cpm.queries.pages import MOST, Count, capped
from cpm.queries.queues import Order, Selection, Whose
from cpm.queries.saved_views import InboxView
from cpm.uow import UnitOfWork

PAGE = 20
PAGES = MOST // PAGE
MOST_BESIDE = 99  #: said of a view that is not shown, or is kept
ALL = Search()


@dataclass(frozen=True, slots=True)
class Inbox:
    view: View
    counts: Mapping[View, Count]  #: of every view the user has, in the order to show them
    kept: Mapping[int, Count]  #: of those that are kept, by number
    total: Count  #: of the rows that fit the filter
    page: int  #: from 1
    pages: int
    rows: tuple[Row, ...]


def inbox(
    uow: UnitOfWork,
    view: View,
    *,
    page: int = 1,
    search: Search = ALL,
    kept: Sequence[InboxView] = (),
    language: str = "de",
) -> Inbox:
    """Forbidden for a view that is not theirs. Pages beyond the last one are empty."""
    user = uow.user()
    must_be_theirs(user, view)
    page = min(max(page, 1), PAGES)
    counts, kept_counts, total = _counted(uow, user, kept, view, search)
    total = total or counts[view]
    cases = view == View.WAITING
    if search == ALL and not uow.library.confidential:
        known, values = _known(uow, user)
        rows = inbox_rows.rows(uow, _rows_of(known, view, page), language, values, cases=cases)
    else:
        queue = _narrowed(uow, _queue(uow, _asker(uow, user), view), search, view)
        rows = inbox_rows.rows(
            uow, inbox_rows.query(_page(queue, view, page), cases=cases), language, cases=cases
        )
    return Inbox(view, counts, kept_counts, total, page, max(1, -(-total.number // PAGE)), rows)


def counts(
    uow: UnitOfWork, kept: Sequence[InboxView], view: View
) -> tuple[Mapping[View, Count], Mapping[int, Count]]:
    """Of all views of the acting user while they look at one, and of those that are kept, by number; one statement."""
    user = uow.user()
    found, of_kept, _ = _counted(uow, user, kept, view)
    return found, of_kept


def among(uow: UnitOfWork, view: View, ids: Collection[int], *, search: Search = ALL) -> set[int]:
    """Which of these tasks are in the view now, whatever its page; Forbidden as for the view."""
    user = uow.user()
    must_be_theirs(user, view)
    queue = [part.where(Task.id.in_(sorted(ids))) for part in _queue(uow, _asker(uow, user), view)]
    queue = _narrowed(uow, queue, search, view)
    return set(uow.session.scalars(select(queues.first(queue, _order(view), len(ids)).c.id)))


@dataclass(frozen=True, slots=True)
class _Asker:
    """Who asks, and when: values, or the parameters that stand for them."""

    whose: Whose
    now: Any
    tomorrow: Any


def _asker(uow: UnitOfWork, user: User) -> _Asker:
    return _Asker(queues.whose(user), uow.now, _tomorrow(uow))


def _known(uow: UnitOfWork, user: User) -> tuple[tuple[int, int], dict[str, Any]]:
    """Of how many teams and absent people a statement made once is about, and the values to ask it with."""
    of = queues.whose(user)
    values = {**queues.values(of), "now": uow.now, "tomorrow": _tomorrow(uow)}
    return (len(of.teams), len(of.absent)), values


def _anybody(teams: int, absent: int) -> _Asker:
    """The parameters that `_known` has values for."""
    return _Asker(queues.anybody(teams, absent), bindparam("now"), bindparam("tomorrow"))


@lru_cache(maxsize=256)
def _counts_of(known: tuple[int, int], views: tuple[View, ...], shown: View) -> Selection:
    """How much there is in each view."""
    asker = _anybody(*known)
    return select(
        *(
            queues.how_many(
                *_apart(asker, view), asker.whose, _order(view), _most(view, shown)
            ).scalar_subquery()
            for view in views
        )
    )


@lru_cache(maxsize=256)
def _rows_of(known: tuple[int, int], view: View, page: int) -> Selection:
    picked = _page(_plain(_anybody(*known), view), view, page)
    return inbox_rows.query(picked, cases=view == View.WAITING)


def _plain(asker: _Asker, view: View) -> list[Selection]:
    """Where nothing is confidential."""
    apart, offered = _apart(asker, view)
    return [*apart, *offered]


def _apart(asker: _Asker, view: View) -> tuple[list[Selection], list[Selection]]:
    """Parts that have nothing in common, and what is offered by name, which may be in several of them."""
    match view:
        case View.MINE:
            return queues.held(asker.whose, asker.now), []
        case View.TEAM:
            return (
                [*queues.of_teams(asker.whose), *queues.of_absent(asker.whose)],
                queues.offered(asker.whose),
            )
        case View.DUE_TODAY:
            apart, offered = _apart(asker, View.TEAM)
            own = [*queues.held(asker.whose, asker.now), *apart]
            return queues.due_before(own, asker.tomorrow), queues.due_before(offered, asker.tomorrow)
        case View.PARKED:
            return queues.parked(asker.whose, asker.now), []
        case View.WAITING:
            return queues.awaiting(asker.whose), []
        case View.EVERYBODY:
            return queues.everything(), []


def _queue(uow: UnitOfWork, asker: _Asker, view: View) -> list[Selection]:
    parts = _plain(asker, view)
    if view == View.WAITING:
        return [access.visible(uow, part) for part in parts]
    if view == View.EVERYBODY and uow.library.confidential:
        return [access.visible(uow, part.join(Task.case)) for part in parts]
    return parts


def _order(view: View) -> Order:
    match view:
        case View.DUE_TODAY | View.WAITING:
            return lambda of: (of.due_at, of.id)
        case View.PARKED:
            return lambda of: (of.parked_until, of.id)
    return queues.urgent


def _counted(
    uow: UnitOfWork,
    user: User,
    kept: Sequence[InboxView],
    shown: View,
    search: Search = ALL,
) -> tuple[dict[View, Count], dict[int, Count], Count | None]:
    """All in one statement: the views, those that are kept, and what is shown if that is narrower."""
    views, asker = tuple(views_of(user)), _asker(uow, user)
    known, values = _known(uow, user)
    query: Selection = _counts_of(known, views, shown)
    if uow.library.confidential:
        numbers = (_number(_queue(uow, asker, view), view, _most(view, shown)) for view in views)
        query, values = select(*numbers), {}
    if search != ALL:
        of_filter = _narrowed(uow, _queue(uow, asker, shown), search, shown)
        query = query.add_columns(_number(of_filter, shown, MOST))
    looked = {view: [one for one in kept if one.view == view] for view in views}
    parts = [_fitting(uow, _queue(uow, asker, view), view, ones) for view, ones in looked.items() if ones]
    if parts:
        query = query.add_columns(*(column for part in parts for column in part.c))
        all_: FromClause = parts[0]
        for part in parts[1:]:
            all_ = all_.join(part, true())
        query = query.select_from(all_)
    found = list(uow.session.execute(query, values).one())
    rest = iter(found)
    counts = {view: capped(next(rest), _most(view, shown)) for view in views}
    total = None if search == ALL else capped(next(rest), MOST)
    fits: dict[int, Count] = {}
    for ones in filter(None, looked.values()):
        read = next(rest)
        for one in ones:
            number = next(rest)
            fits[one.id] = Count(min(number, MOST_BESIDE), number > MOST_BESIDE or read >= MOST)
    return counts, fits, total


def _fitting(uow: UnitOfWork, queue: list[Selection], view: View, kept: Sequence[InboxView]) -> Subquery:
    """How many of the first rows there are, and how many of them fit each of the views that are kept: one row."""
    first = _first(queue, view, MOST)
    fit = [func.count().filter(true(), *inbox_views.conditions(uow, one.search, view)) for one in kept]
    of = select(func.count(), *fit).select_from(first)
    if view == View.WAITING:
        of = of.join(Case, Case.id == first.c.id)
    else:
        of = of.join(Task, Task.id == first.c.id).join(Case, Case.id == Task.case_id)
    named = [column.label(f"fit_{place}") for place, column in enumerate(of.selected_columns)]
    return of.with_only_columns(*named).join(Customer, Customer.id == Case.customer_id).subquery()


def _most(view: View, shown: View) -> int:
    """Rows that are read to count a view."""
    return MOST if view == shown else MOST_BESIDE + 1


def _number(queue: list[Selection], view: View, most: int) -> ScalarSelect[int]:
    return select(func.count()).select_from(_first(queue, view, most)).scalar_subquery()


def _first(queue: list[Selection], view: View, most: int) -> Subquery:
    return select(queues.first(queue, _order(view), most)).limit(at_most(most)).subquery()


def _page(queue: list[Selection], view: View, page: int) -> Selection:
    """Ids with their order, for one page."""
    picked = queues.first(queue, _order(view), page * PAGE)
    order = _order(view)(picked.c)
    place = func.row_number().over(order_by=order).label("place")
    return select(picked.c.id, place).order_by(*order).limit(at_most(PAGE)).offset((page - 1) * PAGE)


def _narrowed(uow: UnitOfWork, queue: list[Selection], search: Search, view: View) -> list[Selection]:
    confidential = view == View.EVERYBODY and bool(uow.library.confidential)
    return inbox_views.narrowed(uow, queue, search, view, with_cases=view == View.WAITING or confidential)


def _tomorrow(uow: UnitOfWork) -> datetime:
    """The coming midnight, by the clocks of the office."""
    today = uow.local_now.replace(hour=0, minute=0, second=0, microsecond=0)
    return (today + timedelta(days=1)).astimezone(uow.now.tzinfo)
