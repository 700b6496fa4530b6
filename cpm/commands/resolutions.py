"""Settle an incident: retry, correct, supply, skip, move, hand over or end. The process goes on in the same transaction."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from cpm import bpmn
from cpm.commands import (
    checks,
    clashes,
    closing,
    drifting,
    guarding,
    interventions,
    moving,
    noticing,
    policies,
    process,
    replies,
    resolvable,
    steps,
    telling,
)
from cpm.errors import Invalid
from cpm.model import (
    OPEN_TASKS,
    Case,
    Incident,
    Job,
    Remedy,
    Task,
    TaskKind,
    TaskState,
    Team,
)
from cpm.queries import drift, stopping_policies
from cpm.uow import UnitOfWork

#: The word of the journal, where it is not that the incident was resolved.
_TOLD_AS = {Remedy.HANDOVER: "incident.handed_over"}


def resolve(
    uow: UnitOfWork,
    incident_id: int,
    remedy: Remedy,
    *,
    note: str = "",
    data: Mapping[str, Any] | None = None,
    team: str | None = None,
    outcome: str = "handed_over",
    to: str | None = None,
    seen: int | None = None,
) -> Incident:
    """Settle the incident with one of the remedies it offers, and let the process go on.

    `data` are variables: put right (correct) or found by hand (supply). `team` takes over (handover).
    `outcome` is how the case ends (end). `to` is the element at which it goes on (move). Who acts takes the incident's task with it. `seen` is the revision of
    the case that they have looked at: Conflict if it has moved on since.
    """
    incident = uow.of_case(Incident, incident_id)
    case, given = incident.case, checks.values(data or {})
    resolvable.check(uow, incident, remedy, note=note, data=given, outcome=outcome, seen=seen)
    uow.by_hand = True
    about = {"code": incident.code, "outcome": outcome if remedy == Remedy.END else None, "team": team}
    if remedy == Remedy.MOVE:
        moving.must_be_supervisor(uow, case)
        about["element"] = to  # as where a case is moved without an incident
    _check_policies(uow, incident, remedy.value, given, **about)
    with interventions.shown(uow, case, _TOLD_AS.get(remedy, "incident.resolved")):
        _take(uow, incident)
        if remedy == Remedy.HANDOVER:
            return _hand_over(uow, incident, team, note)
        _settle(uow, incident, remedy, note, given)
        match remedy:
            case Remedy.RETRY | Remedy.CORRECT:
                _go_on(uow, case, incident, given)
            case Remedy.SUPPLY:
                _supply(uow, case, incident, given)
            case Remedy.SKIP:
                _skip(uow, case, incident)
            case Remedy.MOVE:
                _move(uow, case, incident, to)
            case Remedy.END:
                closing.end(uow, case, outcome=outcome, reason=note)
    return incident


def ask(uow: UnitOfWork, incident_id: int, *, title: str, team: str) -> Task:
    """An ad-hoc task: ask another team for something while the incident is settled."""
    title = checks.plain_text("title", title)
    incident = uow.of_case(Incident, incident_id)
    resolvable.must_be_open(uow, incident)
    resolvable.must_be_theirs(uow, incident)
    uow.get(Team, team)
    _check_policies(uow, incident, "ask", {}, code=incident.code, team=team)
    task = Task(
        case_id=incident.case_id,
        kind=TaskKind.AD_HOC,
        element=incident.element,
        incident_id=incident.id,
        title_de=title,
        title_en=title,
        team=team,
        state=TaskState.READY,
        priority=incident.task.priority,
        due_at=incident.due_at,
        created_at=uow.now,
    )
    with interventions.shown(uow, incident.case, "task.asked"):
        uow.session.add(task)
        uow.session.flush()
        uow.record(
            incident.case,
            "task.asked",
            task=task.id,
            incident=incident.id,
            title=task.title_de,
            team=team,
            due=task.due_at,
        )
    return task


def _check_policies(
    uow: UnitOfWork, incident: Incident, action: str, given: Mapping[str, Any], **about: Any
) -> None:
    subject = f"incident {incident.id}"
    about = {"element": incident.element, **about}
    policies.check(uow, incident.case, action, subject=subject, given=given, **about)


def _take(uow: UnitOfWork, incident: Incident) -> None:
    """Who settles an incident holds its task."""
    clashes.must_be_free(uow, incident.task)
    if incident.task.claim(by=uow.actor):
        uow.record(incident.case, "task.claimed", task=incident.task.id, title=incident.task.title_de)


def _settle(uow: UnitOfWork, incident: Incident, remedy: Remedy, note: str, data: dict[str, Any]) -> None:
    incident.move("resolve")
    incident.resolved_at, incident.resolved_by = uow.now, uow.actor
    incident.resolution = {"remedy": remedy.value, "note": note, "data": data}
    incident.task.complete(at=uow.now)
    uow.record(
        incident.case,
        "incident.resolved",
        incident=incident.id,
        title=incident.task.title_de,
        title_en=incident.task.title_en,
        remedy=remedy.value,
        note=note or None,
        data=data or None,
        element=incident.element,
    )
    uow.session.flush()  # the process's next step looks at what is still open


def _hand_over(uow: UnitOfWork, incident: Incident, team: str | None, note: str) -> Incident:
    if not team:
        raise Invalid(
            "Expected the team that takes over, but none is given",
            [("team", "Please name the team that takes over.")],
            problems_de=[("team", "Bitte das Team angeben, das übernimmt.")],
        )
    uow.get(Team, team)
    before, incident.team = incident.team, team
    incident.task.move("release")
    incident.task.team, incident.task.assignee = team, None
    uow.record(
        incident.case,
        "incident.handed_over",
        incident=incident.id,
        team=team,
        was=before,
        note=note,
        title=incident.task.title_de,
    )
    return incident


def _go_on(uow: UnitOfWork, case: Case, incident: Incident, data: dict[str, Any]) -> None:
    """Do the step again, or give the held one back to its agent, with the data put right."""
    if incident.held_task is not None:
        incident.held_task.move("give back")
        uow.record(
            case,
            "task.given_back",
            task=incident.held_task.id,
            title=incident.held_task.title_de,
            assignee=incident.held_task.assignee,
        )
        process.change(uow, case, data)
        return
    if noticing.is_one(incident):
        noticing.again(incident, at=uow.now)
        return
    if drift.is_one(incident):
        drifting.settle(uow, incident, data)
        return
    if incident.node is None:
        replies.again(uow, incident, data)
        return
    _drop_rows(uow, incident)
    if incident.connector == stopping_policies.CONNECTOR:
        uow.settling = incident
    process.resume(uow, case, bpmn.Retried(incident.node, data))


def _supply(uow: UnitOfWork, case: Case, incident: Incident, data: dict[str, Any]) -> None:
    """Go on with the result that was found by hand; with nothing standing still, just keep it."""
    telling.told_by_hand(uow, incident)
    if incident.node is None:
        replies.let_go(uow, incident)
        noticing.let_go(uow, incident)
    if incident.node is None or incident.held_task is not None:
        _go_on(uow, case, incident, data) if incident.held_task else process.change(uow, case, data)
        return
    _drop_rows(uow, incident)
    process.resume(uow, case, bpmn.Completed(incident.node, data))


def _skip(uow: UnitOfWork, case: Case, incident: Incident) -> None:
    assert incident.node is not None, "only what stands still can be skipped"
    _drop_rows(uow, incident)
    process.resume(uow, case, bpmn.Skipped(incident.node))


def _move(uow: UnitOfWork, case: Case, incident: Incident, to: str | None) -> None:
    """What stands still is taken away, and the process goes on elsewhere."""
    assert incident.node is not None, "only what stands still can be moved"
    if not to:
        raise Invalid(
            "Expected the element at which the case goes on, but none is given",
            [("to", "Please choose where it goes on.")],
            problems_de=[("to", "Bitte auswählen, wo es weitergeht.")],
        )
    _drop_rows(uow, incident)
    moving.go(uow, case, bpmn.Modified((incident.node,), (bpmn.Begin(to),)))


def _drop_rows(uow: UnitOfWork, incident: Incident) -> None:
    """What stood at the place has its answer; a retry makes it anew, a call under the same key as before."""
    here = (Job.case_id == incident.case_id) & (Job.node == incident.node)
    for job in uow.session.scalars(select(Job).where(here)):
        guarding.remember_passed(uow, job)
        uow.session.delete(job)
    open_here = (Task.case_id == incident.case_id) & (Task.node == incident.node) & Task.state.in_(OPEN_TASKS)
    for task in uow.session.scalars(select(Task).where(open_here)):
        steps.withdraw(uow, incident.case, task)
    uow.session.flush()
