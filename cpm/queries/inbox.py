"""The inbox: what waits for the acting user, in views, the most urgent first, a page at a time.

It costs the same number of statements and reads about the same number of rows however many cases are open, so it
counts no further than MOST. Only a filter may have to look at everything there is.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, func, select

from cpm.case_numbers import case_id
from cpm.errors import Forbidden, Invalid
from cpm.model import Case, Role, Task, User
from cpm.queries import access, inbox_rows, queues
from cpm.queries.inbox_rows import Row
from cpm.queries.pages import MOST, Count, capped
from cpm.queries.queues import Order, Selection
from cpm.uow import UnitOfWork

PAGE = 25
PAGES = MOST // PAGE


class View(StrEnum):
    MINE = "mine"
    TEAM = "team"  #: what they may take, of people they stand in for too
    DUE_TODAY = "due_today"  #: of both, overdue ones among them
    WAITING = "waiting"  #: cases of their teams in which the customer is awaited
    PARKED = "parked"
    EVERYBODY = "everybody"  #: all open tasks, for supervisors


@dataclass(frozen=True, slots=True)
class Inbox:
    view: View
    counts: Mapping[View, Count]  #: of every view the user has, in the order to show them
    total: Count  #: of the rows that fit the filter
    page: int  #: from 1
    pages: int
    rows: tuple[Row, ...]


def inbox(uow: UnitOfWork, view: View, *, page: int = 1, sought: str = "", language: str = "de") -> Inbox:
    """Forbidden for a view that is not theirs. Pages beyond the last one are empty."""
    user, sought = uow.user(), sought.strip()
    _must_be_theirs(user, view)
    theirs = _views(user)
    page = min(max(page, 1), PAGES)
    counts = _counts(uow, {each: _queue(uow, user, each) for each in theirs})
    queue, total = _queue(uow, user, view), counts[view]
    if sought:
        queue = [_joined(part, view).where(_matches(sought)) for part in queue]
        total = _counts(uow, {view: queue})[view]
    rows = inbox_rows.rows(uow, _page(queue, view, page), language, cases=view == View.WAITING)
    return Inbox(view, counts, total, page, max(1, -(-total.number // PAGE)), rows)


def among(uow: UnitOfWork, view: View, ids: Collection[int], *, sought: str = "") -> set[int]:
    """Which of these tasks are in the view now, whatever its page; Forbidden as for the view."""
    user, sought = uow.user(), sought.strip()
    _must_be_theirs(user, view)
    queue = [part.where(Task.id.in_(sorted(ids))) for part in _queue(uow, user, view)]
    if sought:
        queue = [_joined(part, view).where(_matches(sought)) for part in queue]
    return set(uow.session.scalars(select(queues.first(queue, _order(view), len(ids)).c.id)))


def _must_be_theirs(user: User, view: View) -> None:
    if view not in _views(user):
        raise Forbidden(
            f"Expected a supervisor to see everybody's tasks, but {user.login} is none",
            de="Die Aufgaben aller sieht nur die Teamleitung.",
        )


def _views(user: User) -> list[View]:
    return [view for view in View if view != View.EVERYBODY or Role.SUPERVISOR in user.roles]


def _queue(uow: UnitOfWork, user: User, view: View) -> list[Selection]:
    match view:
        case View.MINE:
            return queues.held(user, uow.now)
        case View.TEAM:
            return [*queues.free(user), *queues.of_absent(user)]
        case View.DUE_TODAY:
            own = [*queues.held(user, uow.now), *queues.free(user), *queues.of_absent(user)]
            return queues.due_before(own, _tomorrow(uow))
        case View.PARKED:
            return queues.parked(user, uow.now)
        case View.WAITING:
            return [access.visible(uow, part) for part in queues.awaiting(user)]
        case View.EVERYBODY:
            if not uow.library.confidential:
                return queues.everything()
            return [access.visible(uow, part.join(Task.case)) for part in queues.everything()]


def _order(view: View) -> Order:
    match view:
        case View.DUE_TODAY | View.WAITING:
            return lambda of: (of.due_at, of.id)
        case View.PARKED:
            return lambda of: (of.parked_until, of.id)
    return queues.urgent


def _counts(uow: UnitOfWork, by_view: Mapping[View, list[Selection]]) -> dict[View, Count]:
    """All in one statement."""
    numbers = []
    for view, queue in by_view.items():
        some = select(queues.first(queue, _order(view), MOST)).limit(MOST).subquery()
        numbers.append(select(func.count()).select_from(some).scalar_subquery())
    found = uow.session.execute(select(*numbers)).one()
    return {view: capped(number, MOST) for view, number in zip(by_view, found, strict=True)}


def _page(queue: list[Selection], view: View, page: int) -> Selection:
    """Ids with their order, for one page."""
    picked = queues.first(queue, _order(view), page * PAGE)
    order = _order(view)(picked.c)
    place = func.row_number().over(order_by=order).label("place")
    return select(picked.c.id, place).order_by(*order).limit(PAGE).offset((page - 1) * PAGE)


def _joined(part: Selection, view: View) -> Selection:
    return part.join(Case.customer) if view == View.WAITING else part.join(Task.case).join(Case.customer)


def _matches(sought: str) -> ColumnElement[bool]:
    try:
        return queues.matching(sought, case_id(sought))
    except Invalid:
        return queues.matching(sought, None)


def _tomorrow(uow: UnitOfWork) -> datetime:
    """The coming midnight, by the clocks of the office."""
    today = uow.local_now.replace(hour=0, minute=0, second=0, microsecond=0)
    return (today + timedelta(days=1)).astimezone(uow.now.tzinfo)
