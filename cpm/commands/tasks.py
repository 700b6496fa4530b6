"""Claim, park, release and complete a person's steps."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from cpm import bpmn
from cpm.commands import (
    approvals,
    as_seen,
    checks,
    clashes,
    follow_ups,
    holding,
    interventions,
    owning,
    policies,
    process,
    showing,
    taken_away,
    task_drafts,
)
from cpm.errors import Forbidden, Invalid, WrongState
from cpm.model import OF_PROCESS, Role, Task, TaskKind, TaskState
from cpm.queries import four_eyes, lookups
from cpm.uow import UnitOfWork

#: What lies longer than that is forgotten, not parked.
LONGEST_PARKED = timedelta(days=366)


def claim(uow: UnitOfWork, task_id: int) -> Task:
    """Take the task. Idempotent for its holder; Conflict when somebody else holds it."""
    return take(uow, uow.of_case(Task, task_id))


def take(uow: UnitOfWork, task: Task) -> Task:
    """`claim` of a task whose case this transaction has locked already."""
    user = uow.user()
    if not task.is_for(user):
        raise Forbidden(
            f"Expected {user.login} to be in team {task.team} or a supervisor, but they are not",
            de="Diese Aufgabe ist für ein anderes Team bestimmt.",
        )
    clashes.must_be_free(uow, task)
    _must_go_on(uow, task)
    _check_four_eyes(uow, task)
    _check_policies(uow, task, "claim")
    if task.claim(by=user.login):
        owning.took(task, user.login)
        uow.record(task.case, "task.claimed", task=task.id, element=task.element, title=task.title_de)
        showing.show(uow, task)
    return task


def take_over(uow: UnitOfWork, task_id: int) -> Task:
    """Go on with a task of a colleague: one whom the actor stands in for, or of any, if they lead. Idempotent for its holder.

    Whoever loses it to somebody who leads is told by a comment.
    """
    task = uow.of_case(Task, task_id)
    user = uow.user()
    if task.assignee == user.login and task.state == TaskState.CLAIMED:
        return task
    before = task.assignee
    stands_in = before in user.stands_in_for
    if not stands_in and not (Role.SUPERVISOR in user.roles and task.is_for(user)):
        raise Forbidden(
            f"Expected {user.login} to stand in for whoever holds task {task.id}, or to lead, but they do neither",
            de="Übernehmen kann diese Aufgabe nur, wer gerade die Vertretung hat, oder die Teamleitung.",
        )
    if not stands_in and task.state != TaskState.CLAIMED:
        clashes.must_be_held(uow, task, "take over")
    _must_go_on(uow, task)
    _check_four_eyes(uow, task)
    _check_policies(uow, task, "take_over")
    absent, holder = (before, None) if stands_in else (None, before)
    with interventions.told(uow, task.case, "task.taken_over", **_about(task), absent=absent, holder=holder):
        task.hand_to(user.login)
        owning.took(task, user.login)
    if not stands_in:
        taken_away.tell(uow, task, before)
    return task


def release(uow: UnitOfWork, task_id: int) -> Task:
    """Give the task back to its team, so that somebody else can claim it; a supervisor may do so for others."""
    task = uow.of_case(Task, task_id)
    uow.must_be_active()
    if Role.SUPERVISOR not in uow.user().roles or task.state != TaskState.CLAIMED:
        clashes.must_be_held(uow, task, "release")
    _check_policies(uow, task, "release")
    holder = task.assignee if task.assignee != uow.actor else None
    with interventions.told(uow, task.case, "task.released", **_about(task), holder=holder):
        task.move("release")
        task.assignee = task.parked_until = task.parked_because = task.kept_for = None
    return task


def park(uow: UnitOfWork, task_id: int, *, reason: str, until: datetime) -> Task:
    """Put a task aside that one holds; it comes back by itself when the time has come. Again: a new time."""
    task = uow.of_case(Task, task_id)
    uow.must_be_active()
    clashes.must_be_held(uow, task, "park")
    reason, until = checks.plain_text("reason", reason), _to_come(uow, until)
    _check_policies(uow, task, "park", until=until)
    with interventions.told(uow, task.case, "task.parked", **_about(task), reason=reason, until=until):
        task.parked_because, task.parked_until = reason, until
    return task


def unpark(uow: UnitOfWork, task_id: int) -> Task:
    """Take a parked task up again before its time; a supervisor may do so for others."""
    task = uow.of_case(Task, task_id)
    uow.must_be_active()
    if Role.SUPERVISOR not in uow.user().roles or task.state != TaskState.CLAIMED:
        clashes.must_be_held(uow, task, "take up")
    if not task.parked(uow.now):
        raise WrongState(
            f"Expected to take up task {task_id}, but it is not parked",
            de="Diese Aufgabe ist nicht zurückgestellt.",
        )
    _check_policies(uow, task, "unpark")
    with interventions.told(uow, task.case, "task.unparked", **_about(task)):
        task.parked_until = task.parked_because = None
    return task


def complete(
    uow: UnitOfWork,
    task_id: int,
    data: Mapping[str, Any],
    *,
    language: str = "de",
    asked: frozenset[str] | None = None,
    seen: int | None = None,
    after: int | None = None,
) -> Task:
    """Hand the form's data to the process and let it go on; `asked` is as Form.validate has it.

    Invalid names each field that does not fit. Conflict says who was faster and when; Overtaken, which fields the case
    has otherwise since the journal entry `seen`, the last one when the form was drawn; TypedElsewhere, that the actor's
    draft is a later save than `after`.
    """
    task = uow.of_case(Task, task_id)
    uow.must_be_active()
    if task.kind == TaskKind.INCIDENT:
        raise WrongState(
            f"Expected to settle incident {task.incident_id} by resolving it with a remedy, "
            f"but task {task_id} was to be completed: use `cpm incident resolve {task.incident_id}`",
            de="Eine Ausnahme wird mit einer Abhilfe gelöst, nicht als Aufgabe erledigt.",
        )
    if task.kind == TaskKind.CHOICE:
        raise WrongState(
            f"Expected to choose what is done next at task {task_id}, or to end it, but it was to be completed: "
            f"use `cpm choose {task_id}`",
            de="Hier wird der nächste Schritt gewählt, oder es ist nichts mehr zu tun.",
        )
    task_drafts.hand_in(uow, task, data, after=after)
    clashes.must_be_held(uow, task, "complete")
    _must_go_on(uow, task)
    if task.kind in (TaskKind.AD_HOC, TaskKind.FOLLOW_UP):
        _answer(uow, task, data)
        return task
    _check_four_eyes(uow, task)  # again: the model may have given the task to somebody without a claim
    values = _checked(uow, task, data, asked, language)
    as_seen.must_be_as_seen(uow, task, values, seen)
    _check_policies(uow, task, "complete", given=values)
    task.complete(at=uow.now)
    uow.record(
        task.case, "task.completed", task=task.id, element=task.element, title=task.title_de, data=values
    )
    assert task.node is not None, "a step stands at a node"
    process.resume(uow, task.case, bpmn.Completed(task.node, values))
    return task


def _must_go_on(uow: UnitOfWork, task: Task) -> None:
    """A step of a case that stands still waits; what settles its exceptions goes on."""
    if task.kind in OF_PROCESS:
        holding.must_go_on(uow, task.case)


def _about(task: Task) -> dict[str, Any]:
    return {"task": task.id, "element": task.element, "title": task.title_de}


def _answer(uow: UnitOfWork, task: Task, data: Mapping[str, Any]) -> None:
    if task.kind == TaskKind.AD_HOC and (wanted := approvals.of_task(uow, task)) is not None:
        task.complete(at=uow.now)
        approvals.decide(uow, wanted, data)
        return
    note = _note(data)
    _check_policies(uow, task, "answer", given={"note": note})
    task.complete(at=uow.now)
    if task.kind == TaskKind.FOLLOW_UP:
        follow_ups.done(uow, task, note)
    uow.record(task.case, "task.answered", task=task.id, title=task.title_de, note=note)


def _check_policies(
    uow: UnitOfWork, task: Task, action: str, *, given: Mapping[str, Any] | None = None, **about: Any
) -> None:
    """What policies say of a step stands on the data as the step sees them."""
    see = partial(process.visible, uow, task) if task.node is not None else None
    subject = f"task {task.id}"
    policies.check(
        uow, task.case, action, element=task.element, subject=subject, given=given or {}, see=see, **about
    )


def _check_four_eyes(uow: UnitOfWork, task: Task) -> None:
    """An approval (cpm:fourEyes names the steps it checks) is its team's alone, and never of who did that step.

    A supervisor may step in for other teams elsewhere; a limit that sends it to management means management.
    """
    if task.kind == TaskKind.AD_HOC and (wanted := approvals.of_task(uow, task)) is not None:
        approvals.must_be_anothers(uow, wanted)
    first = four_eyes.checked(uow, task)
    if not first:
        return
    if task.team not in uow.user().teams:
        raise Forbidden(
            f"Expected {uow.actor} to be in team {task.team} to approve this, but they are not",
            de="Freigeben darf das nur, wer zum zuständigen Team gehört.",
        )
    if four_eyes.did(uow, task, first) == uow.actor:
        raise Forbidden(
            f"Expected somebody else for task {task.id}, but {uow.actor} did the step it checks: {first}",
            de="Das muss jemand anderes freigeben: Den geprüften Schritt haben Sie selbst erledigt.",
        )


def _checked(
    uow: UnitOfWork, task: Task, data: Mapping[str, Any], asked: frozenset[str] | None, language: str
) -> dict[str, Any]:
    if (form := uow.form(task)) is None:
        if data:
            raise Invalid(
                f"Expected no data for task {task.id}, which has no form, but got {', '.join(data)}",
                de="Diese Aufgabe hat kein Formular und nimmt keine Angaben.",
            )
        return {}
    seen = process.visible(uow, task)
    looking = lookups.of_task(uow, task, language)
    return form.validate(data, seen, now=uow.local_now, language=language, asked=asked, lookups=looking)


def _to_come(uow: UnitOfWork, until: datetime) -> datetime:
    if until <= uow.now:
        raise Invalid(
            f"Expected a time to come, but {until:%Y-%m-%d %H:%M} lies in the past",
            [("until", f"lies in the past; it must lie within the next {LONGEST_PARKED.days} days")],
            de="Der Zeitpunkt passt nicht.",
            problems_de=[
                (
                    "until",
                    f"Das liegt in der Vergangenheit. Der Zeitpunkt muss in den nächsten {LONGEST_PARKED.days} Tagen liegen.",
                )
            ],
        )
    if until > uow.now + LONGEST_PARKED:
        raise Invalid(
            f"Expected a time within the next {LONGEST_PARKED.days} days, but {until:%Y-%m-%d %H:%M} is not",
            [("until", f"must lie within the next {LONGEST_PARKED.days} days")],
            de="Der Zeitpunkt passt nicht.",
            problems_de=[
                ("until", f"Der Zeitpunkt muss in den nächsten {LONGEST_PARKED.days} Tagen liegen.")
            ],
        )
    return until


def _note(data: Mapping[str, Any]) -> str:
    note = data.get("note")
    if set(data) - {"note"} or not isinstance(note, str):
        raise Invalid(
            "Expected a note and nothing else, but it is not so",
            [("note", "must be a text")],
            de="Hier wird eine Antwort gebraucht und nichts sonst.",
            problems_de=[("note", "Bitte eine Antwort eingeben.")],
        )
    return checks.plain_text("note", note)
