"""One incident as a line of the queue."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from cpm.model import Incident, IncidentState
from cpm.queries import incidents as one
from cpm.queries import people, troubles, wording
from cpm.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class QueueLine:
    id: int
    title: str
    what: str  #: what happened, in words of every day
    case: str
    case_id: int
    customer: str
    step: str | None
    attempts: int | None  #: of the call that failed, while its row is there
    severity: str
    team: str  #: by name
    owner: str | None  #: by name
    due: datetime
    overdue: bool
    auto_at: datetime | None  #: when the engine tries it again by itself, or has tried
    state: str
    remedies: tuple[str, ...]
    actable: bool  #: whether the acting user may settle it


def lines(
    uow: UnitOfWork, found: Iterable[Incident], teams: Mapping[str, str], language: str
) -> list[QueueLine]:
    """For the acting user; `teams`: what they are called."""
    incidents = list(found)
    if not incidents:
        return []
    users, user = people.user_names(uow), uow.user()
    return [
        QueueLine(
            id=each.id,
            title=each.task.title(language),
            what=_what(uow, each, language),
            case=each.case.number,
            case_id=each.case_id,
            customer=each.case.customer.name,
            step=wording.step_name(uow.bundle(each.case), each.element, language),
            attempts=each.job.attempts if each.job is not None else None,
            severity=each.severity,
            team=teams.get(each.team, each.team),
            owner=users.get(each.task.assignee) if each.task.assignee else None,
            due=each.due_at,
            overdue=each.state == IncidentState.OPEN and each.due_at < uow.now,
            auto_at=one.auto_at(each),
            state=each.state.value,
            remedies=tuple(each.remedies),
            actable=each.state == IncidentState.OPEN and user.may_work_for(each.team),
        )
        for each in incidents
    ]


def _what(uow: UnitOfWork, incident: Incident, language: str) -> str:
    declared = wording.table_word(uow.bundle(incident.case), "special_cases", incident.code, language)
    return troubles.told(incident.code, incident.origin.value, declared, language)
