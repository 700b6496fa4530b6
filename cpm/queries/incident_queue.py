"""The open incidents as a queue to work through: narrowed down, counted by kind, page by page, the most urgent first.

However many there are, the number of statements stays the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, false, func, or_, select, true
from sqlalchemy.orm import aliased, joinedload

from cpm.model import Case, Incident, IncidentState, Role, Task
from cpm.queries import access, people, troubles, wording
from cpm.queries.queue_line import QueueLine, lines
from cpm.uow import UnitOfWork

PAGE = 25
SEVERITIES = ("critical", "high", "normal")


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
    count: int


@dataclass(frozen=True, slots=True)
class Queue:
    lines: tuple[QueueLine, ...]
    kinds: tuple[KindOf, ...]  #: of all that fit the other wishes, the most frequent first
    total: int  #: that fit all wishes
    page: int  #: from 1
    pages: int
    teams: tuple[tuple[str, str], ...]  #: key and name of those whose incidents they may see


def queue(uow: UnitOfWork, wanted: Wanted, *, page: int = 1, language: str = "de") -> Queue:
    """What the acting user may see: agents those of their teams and their own, supervisors all."""
    kinds = _kinds(uow, wanted, language)
    total = sum(kind.count for kind in kinds if _is(kind, wanted))
    pages = max(1, -(-total // PAGE))
    page = min(max(page, 1), pages)
    names = people.team_names(uow, language)
    exact = (_maybe(Incident.origin, wanted.origin), _maybe(Incident.code, wanted.code))
    query = _visible(uow, _whole(), wanted).where(*exact).order_by(Incident.due_at, Incident.id)
    found = uow.session.scalars(query.limit(PAGE).offset((page - 1) * PAGE)) if total else ()
    shown = tuple(lines(uow, found, names, language))
    return Queue(shown, kinds, total, page, pages, _teams(uow, names))


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


def _visible(uow: UnitOfWork, query: Select[Any], wanted: Wanted) -> Select[Any]:
    """Without the wish for a kind: chips show the others too."""
    user = uow.user()
    query = access.visible(uow, query).where(Incident.state == IncidentState.OPEN)
    theirs = aliased(Task)  # the rule of who may see a case looks at tasks too
    query = query.join(theirs, theirs.id == Incident.task_id)
    if Role.SUPERVISOR not in user.roles:
        query = query.where(or_(Incident.team.in_(user.teams), theirs.assignee == user.login))
    return query.where(
        _maybe(Incident.severity, wanted.severity),
        _maybe(Incident.team, wanted.team),
        theirs.assignee == user.login if wanted.mine else true(),
    )


def _maybe(column: Any, wanted: str | None) -> ColumnElement[bool]:
    if wanted is None:
        return true()
    words = getattr(column.type, "enums", None)
    return false() if words is not None and wanted not in words else column == wanted


def _is(kind: KindOf, wanted: Wanted) -> bool:
    return wanted.origin in (None, kind.origin) and wanted.code in (None, kind.code)


def _kinds(uow: UnitOfWork, wanted: Wanted, language: str) -> tuple[KindOf, ...]:
    newest = func.max(Case.definition_id)  # lends declared kinds their words
    columns: tuple[Any, ...] = (Incident.origin, Incident.code, func.count(), newest)
    joined = _visible(uow, select(*columns).join(Case, Case.id == Incident.case_id), wanted)
    found = []
    for origin, code, count, definition in uow.session.execute(
        joined.group_by(Incident.origin, Incident.code)
    ):
        bundle = uow.library.bundle(uow.session, definition)
        declared = wording.table_word(bundle, "special_cases", code, language)
        found.append(KindOf(origin.value, code, troubles.told(code, origin.value, declared, language), count))
    return tuple(sorted(found, key=lambda kind: (-kind.count, kind.words)))


def _teams(uow: UnitOfWork, names: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    user = uow.user()
    keys = names if Role.SUPERVISOR in user.roles else user.teams
    return tuple(sorted(((key, names.get(key, key)) for key in keys), key=lambda pair: pair[1]))
