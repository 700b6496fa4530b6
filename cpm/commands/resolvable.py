"""Whether an incident may be settled like that: all that could be wrong with it, before anything is changed."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from cpm import writing
from cpm.commands import changeable, checks, holding
from cpm.commands.looked_at import must_be_as_looked_at
from cpm.errors import Conflict, Forbidden, Invalid
from cpm.model import OPEN_TASKS, CaseState, Incident, IncidentState, Remedy, Role, Task, TaskKind, Team, User
from cpm.queries import words
from cpm.uow import UnitOfWork

#: What people must explain, because it departs from what the machine would have done.
NEED_A_NOTE = frozenset({Remedy.SUPPLY, Remedy.SKIP, Remedy.MOVE, Remedy.END, Remedy.HANDOVER})
#: With which word a case may be ended by hand.
OUTCOMES = ("settled", "refused", "withdrawn", "handed_over")


def check(
    uow: UnitOfWork,
    incident: Incident,
    remedy: Remedy,
    *,
    note: str,
    data: Mapping[str, Any],
    outcome: str,
    seen: int | None,
) -> None:
    must_be_open(uow, incident)
    must_be_theirs(uow, incident)
    if remedy != Remedy.HANDOVER and Role.SUPERVISOR not in uow.user().roles:
        holding.must_go_on(uow, incident.case)
    must_be_as_looked_at(uow, incident.case, seen)
    _must_fit(incident, remedy, note, data, outcome)
    changeable.check(uow, incident, remedy, data)
    if remedy == Remedy.END and incident.case.state == CaseState.CLOSED:
        raise Conflict(
            f"Expected case {incident.case.number} to be open, but it is closed: note what was done (supply)",
            de=f"Der Vorgang {incident.case.number} ist schon abgeschlossen: Bitte festhalten, was getan wurde.",
        )
    if remedy not in (Remedy.HANDOVER, Remedy.END):
        _must_have_answers(uow, incident)


def must_be_open(uow: UnitOfWork, incident: Incident) -> None:
    """Conflict says who was faster, when and with what."""
    if incident.state == IncidentState.OPEN:
        return
    if incident.resolved_by is None or incident.resolved_at is None:
        raise Conflict(
            f"Expected incident {incident.id} to be open, but it is {incident.state}",
            de="Diese Ausnahme hat sich erledigt: Der Vorgang ist inzwischen weitergegangen.",
        )
    user = uow.session.get(User, incident.resolved_by)
    when = writing.written(incident.resolved_at, "de", uow.settings.zone)
    how = words.remedy(str((incident.resolution or {}).get("remedy", "")), "de")
    raise Conflict(
        f"Expected incident {incident.id} to be open, but it is {incident.state} by {incident.resolved_by}",
        de=f"Diese Ausnahme hat {user.name if user else incident.resolved_by} schon gelöst ({when}): {how}.",
    )


def must_be_theirs(uow: UnitOfWork, incident: Incident) -> None:
    if not uow.user().may_work_for(incident.team):
        team = uow.get(Team, incident.team)
        raise Forbidden(
            f"Expected {uow.actor} to be in team {incident.team} or a supervisor to resolve incident {incident.id}, "
            "but they are not",
            de=f"Diese Ausnahme löst das Team {team.name_de} oder die Teamleitung.",
        )


def _must_fit(incident: Incident, remedy: Remedy, note: str, data: Mapping[str, Any], outcome: str) -> None:
    if remedy not in incident.remedies:
        offered = ", ".join(incident.remedies)
        raise Invalid(
            f"Expected one of the remedies of incident {incident.id}: {offered}, but got {remedy}",
            de="Diese Abhilfe gibt es bei dieser Ausnahme nicht.",
        )
    checks.plain_text("note", note, required=remedy in NEED_A_NOTE)
    if remedy == Remedy.CORRECT and not data:
        raise Invalid(
            "Expected the data that are put right, but there are none",
            [("data", "is empty")],
            de="Noch ist nichts berichtigt: Bitte mindestens eine Angabe ändern.",
        )
    if data and remedy not in (Remedy.CORRECT, Remedy.SUPPLY):
        raise Invalid(
            f"Expected no data with {remedy}, but got {', '.join(data)}",
            [("data", "not used")],
            de="Zu dieser Abhilfe gehören keine Angaben.",
        )
    if outcome not in OUTCOMES:
        raise Invalid(
            f"Expected the outcome to be one of {', '.join(OUTCOMES)}, but it is {outcome!r}",
            [("outcome", f"must be one of {', '.join(OUTCOMES)}")],
            de="So kann ein Vorgang nicht enden.",
        )


def _must_have_answers(uow: UnitOfWork, incident: Incident) -> None:
    asked = select(Task).where(
        Task.case_id == incident.case_id,
        Task.incident_id == incident.id,
        Task.kind == TaskKind.AD_HOC,
        Task.state.in_(OPEN_TASKS),
    )
    if waiting := uow.session.scalars(asked).first():
        raise Conflict(
            f"Expected incident {incident.id} to have all its answers, but task {waiting.id} "
            f"{waiting.title_de!r} is still open for {waiting.team}",
            de=f"Auf „{waiting.title_de}“ hat das Team {uow.get(Team, waiting.team).name_de} noch nicht geantwortet.",
        )
