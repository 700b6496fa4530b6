"""Incidents by what they are, in pages: for programs; people have their queue."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager, joinedload

from cpm.model import Case, Incident, IncidentState
from cpm.queries import access, incidents
from cpm.queries.incidents import IncidentLine
from cpm.queries.pages import Page, counted
from cpm.uow import UnitOfWork

SORTS: dict[str, tuple[Any, ...]] = {
    "due": (Incident.due_at, Incident.id),
    "-due": (Incident.due_at.desc(), Incident.id.desc()),
    "raised": (Incident.id,),
    "-raised": (Incident.id.desc(),),
}


@dataclass(frozen=True, slots=True)
class IncidentSearch:
    case: int | None = None
    team: str | None = None
    severity: str | None = None
    code: str | None = None
    state: IncidentState = IncidentState.OPEN
    overdue: bool | None = None
    sort: str = "due"


def page(
    uow: UnitOfWork, search: IncidentSearch, *, offset: int, limit: int, language: str
) -> Page[IncidentLine]:
    """Of the cases that the actor, who comes with an API token, may see."""
    query = access.visible(uow, _found(uow, search), api=True)
    whole = (
        contains_eager(Incident.case),
        joinedload(Incident.case, Case.customer),
        joinedload(Incident.task),
    )
    shown = query.options(*whole).order_by(*SORTS[search.sort]).offset(offset).limit(limit)
    lines = tuple(incidents.line(uow, found, language) for found in uow.session.scalars(shown))
    return Page(lines, counted(uow, query.with_only_columns(Incident.id)))


def _found(uow: UnitOfWork, search: IncidentSearch) -> Select[Incident]:
    query = select(Incident).join(Incident.case).where(Incident.state == search.state)
    wanted = (
        (Incident.case_id, search.case),
        (Incident.team, search.team),
        (Incident.severity, search.severity),
        (Incident.code, search.code),
    )
    for column, value in wanted:
        query = query if value is None else query.where(column == value)
    if search.overdue is not None:
        late = (Incident.state == IncidentState.OPEN) & (Incident.due_at < uow.now)
        query = query.where(late if search.overdue else ~late)
    return query
