"""Incidents: which are open, and one whole, with what each remedy would do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from cpm.model import Case, Document, Event, Incident, IncidentState, Origin, Remedy, Role, Task, TaskKind
from cpm.queries import changeable, one_case, remedies, steering_words, stopping_policies, troubles, wording
from cpm.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class IncidentLine:
    id: int
    title: str
    case: str
    customer: str
    team: str
    assignee: str | None
    severity: str
    code: str
    state: str
    raised: datetime
    due: datetime
    overdue: bool
    auto_at: datetime | None  #: when the engine tries it again by itself, or has tried


@dataclass(frozen=True, slots=True)
class Asked:
    """An ad-hoc task, and its answer if there is one."""

    task: int
    title: str
    team: str
    state: str
    answer: str | None


@dataclass(frozen=True, slots=True)
class IncidentView:
    incident: IncidentLine
    task: int
    step: str | None
    origin: str
    what: str  #: in words of every day
    message: str  #: as it was reported
    plain: bool  #: and in words that people read, not a machine's
    approval: bool  #: a policy wants one, and nothing else is wrong
    facts: Mapping[str, Any]
    correctable: Mapping[str, Any]  #: the case's variables that stand behind the facts
    rule: str
    remedies: tuple[tuple[str, str], ...]  #: each with what it will do
    asked: tuple[Asked, ...]
    documents: tuple[str, ...]
    resolved_by: str | None
    resolution: Mapping[str, Any] | None


def open_incidents(
    uow: UnitOfWork, *, login: str | None = None, team: str | None = None, language: str = "de"
) -> list[IncidentLine]:
    """Of one team; of the user's teams; or all, for a supervisor or nobody in particular. The most urgent first."""
    query = select(Incident).where(Incident.state == IncidentState.OPEN)
    if team is not None:
        query = query.where(Incident.team == team)
    elif login is not None:
        user = uow.person(login)
        if Role.SUPERVISOR not in user.roles:
            query = query.where(Incident.team.in_(user.teams))
    whole = (joinedload(Incident.task), joinedload(Incident.case).joinedload(Case.customer))
    found = uow.session.scalars(query.order_by(Incident.due_at, Incident.id).options(*whole))
    return [line(uow, incident, language) for incident in found]


def of_case(uow: UnitOfWork, case: Case, language: str) -> list[IncidentLine]:
    return [line(uow, incident, language) for incident in one_case.incidents(uow, case.id)]


def holding(uow: UnitOfWork, task_id: int) -> int | None:
    """Which open one holds the task."""
    theirs = select(Incident.id).where(Incident.held_task_id == task_id, Incident.state == IncidentState.OPEN)
    return uow.session.scalar(theirs.limit(1))


def view(uow: UnitOfWork, incident_id: int, language: str = "de") -> IncidentView:
    incident = uow.get(Incident, incident_id)
    bundle = uow.bundle(incident.case)
    stopped = stopping_policies.is_one(incident)
    declared = wording.table_word(bundle, "special_cases", incident.code, language)
    documents = select(Document.name).where(Document.incident_id == incident.id).order_by(Document.id)
    return IncidentView(
        incident=line(uow, incident, language),
        task=incident.task_id,
        step=wording.step_name(bundle, incident.element, language),
        origin=incident.origin.value,
        what=troubles.told(incident.code, incident.origin.value, declared, language),
        message=stopping_policies.reasons(incident, language)
        if stopped
        else _message(uow, incident, language),
        plain=stopped or incident.origin not in (Origin.JOB, Origin.RULE),
        approval=stopping_policies.wants_approval(incident),
        facts=incident.facts,
        correctable=_correctable(uow, incident),
        rule=steering_words.row(incident.rule, language),
        remedies=tuple(
            (word, remedies.sentence(Remedy(word), incident, language)) for word in _theirs(uow, incident)
        ),
        asked=_asked(uow, incident, language),
        documents=tuple(uow.session.scalars(documents)),
        resolved_by=incident.resolved_by,
        resolution=incident.resolution,
    )


def _message(uow: UnitOfWork, incident: Incident, language: str) -> str:
    """As it was reported; what a model reports, it has in German alone."""
    if language != "en" or incident.origin != Origin.MODEL:
        return incident.message
    task = uow.session.get(Task, int(incident.facts.get("task") or 0))
    return incident.task.title("en") if task is None else f"{task.title('en')} (task {task.id})"


def _theirs(uow: UnitOfWork, incident: Incident) -> list[str]:
    """Moving a case is for supervisors, also as a remedy."""
    user = uow.acting()
    moves = user is None or Role.SUPERVISOR in user.roles
    return [word for word in incident.remedies if moves or word != Remedy.MOVE]


def line(uow: UnitOfWork, incident: Incident, language: str) -> IncidentLine:
    still_open = incident.state == IncidentState.OPEN
    return IncidentLine(
        id=incident.id,
        title=incident.task.title(language),
        case=incident.case.number,
        customer=incident.case.customer.name,
        team=incident.team,
        assignee=incident.task.assignee,
        severity=incident.severity,
        code=incident.code,
        state=incident.state.value,
        raised=incident.raised_at,
        due=incident.due_at,
        overdue=still_open and incident.due_at < uow.now,
        auto_at=auto_at(incident),
    )


def auto_at(incident: Incident) -> datetime | None:
    """When the engine tries it again by itself, or has tried; None once it is settled."""
    return incident.auto_at if incident.state == IncidentState.OPEN else None


def _correctable(uow: UnitOfWork, incident: Incident) -> dict[str, Any]:
    """The variables that the step reads: what to put right if one of them is wrong."""
    if Remedy.CORRECT not in incident.remedies:
        return {}
    known = changeable.known(uow, incident)
    return {name: known.get(name) for name in sorted(changeable.correctable(uow, incident))}


def _asked(uow: UnitOfWork, incident: Incident, language: str) -> tuple[Asked, ...]:
    query = (
        select(Task)
        .where(
            Task.case_id == incident.case_id, Task.incident_id == incident.id, Task.kind == TaskKind.AD_HOC
        )
        .order_by(Task.id)
    )
    asked = uow.session.scalars(query).all()
    answers = _answers(uow, incident.case_id) if asked else {}
    return tuple(
        Asked(task.id, task.title(language), task.team, task.state.value, answers.get(task.id))
        for task in asked
    )


def _answers(uow: UnitOfWork, case_id: int) -> dict[int, str]:
    query = select(Event).where(Event.case_id == case_id, Event.what == "task.answered")
    return {event.particulars["task"]: event.particulars["note"] for event in uow.session.scalars(query)}
