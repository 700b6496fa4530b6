"""The open incidents as a queue to work through: narrowed down, counted by kind, page by page, the most urgent first.

However many there are, the number of statements stays the same, and no more than the MOST most urgent ones are
counted. Only a filter may have to look at all that are open.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, false, func, select, true
from sqlalchemy.orm import aliased, joinedload

from cpm.model import Case, Incident, IncidentState, Role, Task, TaskState
from cpm.model.base import written
from cpm.queries import access, pages, people, queues, troubles, wording
from cpm.queries.pages import Count
from cpm.queries.queue_line import QueueLine, lines
from cpm.queries.queues import Selection
from cpm.uow import UnitOfWork

PAGE = 25
MOST = 500
SEVERITIES = ("critical", "high", "normal")
_OPEN = written(Incident.state, IncidentState.OPEN)
_IN_HAND = (TaskState.CLAIMED, TaskState.HELD)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of them somebody wants to see; None: whichever."""

    origin: str | None = None
    code: str | None = None
    severity: str | None = None
    team: str | None = None
    mine: bool = False


@dataclass(frozen=True, slots=True)
class KindOf:
    """What went wrong, of which there are so many."""

    origin: str
    code: str
    words: str
    count: Count


@dataclass(frozen=True, slots=True)
class Queue:
    lines: tuple[QueueLine, ...]
    kinds: tuple[KindOf, ...]  #: of the most urgent that fit the other wishes, the most frequent first
    total: Count  #: that fit all wishes
    page: int  #: from 1
    pages: int
    teams: tuple[tuple[str, str], ...]  #: key and name of those whose incidents they may see


def queue(uow: UnitOfWork, wanted: Wanted, *, page: int = 1, language: str = "de") -> Queue:
    """What the acting user may see: agents those of their teams and their own, supervisors all."""
    open_ones = _open(uow, wanted)
    kinds, counted = _kinds(uow, open_ones, language)
    exact = (_maybe(Incident.origin, wanted.origin), _maybe(Incident.code, wanted.code))
    of_kind = [part.where(*exact) for part in open_ones]
    one_kind = wanted.origin is not None or wanted.code is not None
    total = pages.counted(uow, select(_first(of_kind, MOST)), MOST) if one_kind else counted
    last = max(1, -(-total.number // PAGE))
    page = min(max(page, 1), last)
    names = people.team_names(uow, language)
    picked = _first(of_kind, page * PAGE)
    query = _whole().join(picked, picked.c.id == Incident.id).order_by(Incident.due_at, Incident.id)
    found = uow.session.scalars(query.limit(PAGE).offset((page - 1) * PAGE)) if total.number else ()
    shown = tuple(lines(uow, found, names, language))
    return Queue(shown, kinds, total, page, last, _teams(uow, names))


def among(uow: UnitOfWork, wanted: Wanted, ids: Collection[int]) -> set[int]:
    """Which of these the queue has now, whatever its page."""
    exact = (_maybe(Incident.origin, wanted.origin), _maybe(Incident.code, wanted.code))
    parts = [part.where(*exact, Incident.id.in_(sorted(ids))) for part in _open(uow, wanted)]
    return set(uow.session.scalars(select(_first(parts, len(ids)).c.id)))


def chosen(uow: UnitOfWork, ids: Sequence[int], language: str = "de") -> list[QueueLine]:
    """These, also settled ones, in the order they were chosen; those they may not see are left out."""
    query = access.visible(uow, _whole().where(Incident.id.in_(ids)))
    found = {
        line.id: line
        for line in lines(uow, uow.session.scalars(query), people.team_names(uow, language), language)
    }
    return [found[each] for each in dict.fromkeys(ids) if each in found]


def _whole() -> Select[Any]:
    return (
        select(Incident)
        .join(Case, Case.id == Incident.case_id)
        .options(
            joinedload(Incident.task),
            joinedload(Incident.job),
            joinedload(Incident.case).joinedload(Case.customer),
        )
    )


def _open(uow: UnitOfWork, wanted: Wanted) -> list[Selection]:
    """One selection for each reason why somebody sees them, as `queues` has it.

    Without the wish for a kind: chips show the others too.
    """
    user = uow.user()
    query = select(Incident.id, Incident.due_at).join(Case, Case.id == Incident.case_id)
    query = access.visible(uow, query).where(
        _OPEN, _maybe(Incident.severity, wanted.severity), _maybe(Incident.team, wanted.team)
    )
    theirs = aliased(Task)  # the rule of who may see a case looks at tasks too
    settles = and_(theirs.incident_id == Incident.id, theirs.id == Incident.task_id)  # from task to incident
    mine = query.join(theirs, settles).where(theirs.assignee == user.login, written(theirs.state, *_IN_HAND))
    if wanted.mine:
        return [mine]
    if Role.SUPERVISOR in user.roles:
        return [query]
    return [*(query.where(Incident.team == team) for team in sorted(user.teams)), mine]


def _first(open_ones: Sequence[Selection], most: int) -> Subquery:
    first = queues.first(open_ones, _in_time, most)
    return select(first).order_by(*_in_time(first.c)).limit(most).subquery()


def _in_time(of: Any) -> tuple[Any, ...]:
    return (of.due_at, of.id)


def _maybe(column: Any, wanted: str | None) -> ColumnElement[bool]:
    if wanted is None:
        return true()
    words = getattr(column.type, "enums", None)
    return false() if words is not None and wanted not in words else column == wanted


def _kinds(
    uow: UnitOfWork, open_ones: Sequence[Selection], language: str
) -> tuple[tuple[KindOf, ...], Count]:
    """Of the most urgent ones; and how many those are."""
    first = _first(open_ones, MOST)
    newest = func.max(Case.definition_id)  # lends declared kinds their words
    columns: tuple[Any, ...] = (Incident.origin, Incident.code, func.count(), newest)
    query = select(*columns).join(first, first.c.id == Incident.id).join(Case, Case.id == Incident.case_id)
    rows = uow.session.execute(query.group_by(Incident.origin, Incident.code)).all()
    total = pages.capped(sum(row[2] for row in rows), MOST)
    found = []
    for origin, code, count, definition in rows:
        bundle = uow.library.bundle(uow.session, definition)
        declared = wording.table_word(bundle, "special_cases", code, language)
        words = troubles.told(code, origin.value, declared, language)
        found.append(KindOf(origin.value, code, words, Count(count, total.more)))
    return tuple(sorted(found, key=lambda kind: (-kind.count.number, kind.words))), total


def _teams(uow: UnitOfWork, names: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    user = uow.user()
    keys = names if Role.SUPERVISOR in user.roles else user.teams
    return tuple(sorted(((key, names.get(key, key)) for key in keys), key=lambda pair: pair[1]))
