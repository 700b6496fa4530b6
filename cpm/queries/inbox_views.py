"""The views of the inbox, whose they are, and by what they can be narrowed.

A filter is a `Search`: `text.contains`, `channel`, `due.to` and `team`, beside its process.
"""

from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement

from cpm.attributes import CaseFilter, Search
from cpm.case_numbers import case_id
from cpm.errors import Forbidden, Invalid
from cpm.model import Case, Role, Task, User
from cpm.queries import queues
from cpm.queries.filter_values import Misread, day, moment
from cpm.queries.queues import Selection
from cpm.uow import UnitOfWork


class View(StrEnum):
    MINE = "mine"
    TEAM = "team"  #: what they may take, of people they stand in for too
    DUE_TODAY = "due_today"  #: of both, overdue ones among them
    WAITING = "waiting"  #: cases of their teams in which the customer is awaited
    PARKED = "parked"
    EVERYBODY = "everybody"  #: all open tasks, for supervisors


def views_of(user: User) -> list[View]:
    return [view for view in View if view != View.EVERYBODY or Role.SUPERVISOR in user.roles]


def must_be_theirs(user: User, view: View) -> None:
    if view not in views_of(user):
        raise Forbidden(
            f"Expected a supervisor to see everybody's tasks, but {user.login} is none",
            de="Die Aufgaben aller sieht nur die Teamleitung.",
        )


def of_text(text: str) -> Search:
    """What was typed into the box above the inbox, and nothing else."""
    return Search.of_pairs([("text.contains", text)])


def conditions(uow: UnitOfWork, search: Search, view: View) -> list[ColumnElement[bool]]:
    """On tasks, or cases where the view has them, joined with their case and its customer; Invalid says what cannot be asked."""
    found = [] if search.process is None else [Case.process == search.process]
    for one in search.filters:
        try:
            found.append(_of_one(uow, one, view))
        except Misread as misread:
            raise Invalid(
                f"Expected a view that can be asked for, but of {one.column}, {misread}",
                [(one.column, str(misread))],
                de=f"So lässt sich die Ansicht nicht abfragen: {misread.de}.",
                problems_de=[(one.column, misread.de)],
            ) from misread
    return found


def narrowed(
    uow: UnitOfWork, queue: Iterable[Selection], search: Search, view: View, *, with_cases: bool
) -> list[Selection]:
    """`with_cases`: the queue has its cases already."""
    wanted = conditions(uow, search, view)
    if not wanted:
        return list(queue)
    parts = queue if with_cases else (part.join(Task.case) for part in queue)
    return [part.join(Case.customer).where(*wanted) for part in parts]


def _of_one(uow: UnitOfWork, one: CaseFilter, view: View) -> ColumnElement[bool]:
    of = Case if view == View.WAITING else Task
    match one:
        case CaseFilter("text", contains=str(text)) if text:
            return _matches(text)
        case CaseFilter("channel", any_of=channels) if channels:
            return Case.channel.in_(channels)
        case CaseFilter("team", any_of=teams) if teams:
            return of.team.in_(teams)
        case CaseFilter("due", at_most=str(last)) if last:
            following = day(last, uow.local_now.date()) + timedelta(days=1)
            return of.due_at < moment(following, uow.settings.zone)
    raise Misread(
        f"there is no filter {one.column[:40]!r}", f"einen Filter {one.column[:40]!r} gibt es nicht"
    )


def _matches(sought: str) -> ColumnElement[bool]:
    try:
        return queues.matching(sought, case_id(sought))
    except Invalid:
        return queues.matching(sought, None)
