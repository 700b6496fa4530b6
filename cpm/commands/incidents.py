"""What the standard path did not foresee: raise it to a person in the same transaction.

The four origins end in one place: a job that failed, data or rules that do not fit, an error or escalation that
the model raises, and a special case that an agent declares. How they are settled is in `resolutions`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select

from cpm import bpmn
from cpm.channels import Attachment
from cpm.commands import (
    asking,
    automatic,
    checks,
    covering,
    documents,
    interventions,
    policies,
    steering,
    variables,
)
from cpm.errors import Invalid, WrongState
from cpm.model import (
    Case,
    CaseState,
    Incident,
    IncidentState,
    Job,
    JobKind,
    Origin,
    Remedy,
    Task,
    TaskKind,
    TaskState,
)
from cpm.queries import drift
from cpm.uow import UnitOfWork

#: Codes about a person's step alone: over when it is done, whatever else then stands at its node.
OVERDUE = "overdue"
_OF_PEOPLE = frozenset({OVERDUE, "unknown_people"})
#: What needs something that stands still; an escalation of the model leaves nothing behind that does.
_NEED_A_PLACE = frozenset({Remedy.RETRY, Remedy.CORRECT, Remedy.SKIP, Remedy.MOVE})
#: For a message that somebody wrote and that did not leave: again, to another address, or the customer was reached otherwise.
_OF_LETTERS = (Remedy.CORRECT, Remedy.RETRY, Remedy.SUPPLY, Remedy.HANDOVER)

#: For a notice of a step: again with what is in the texts and the customer's record by then, or they were told otherwise.
_OF_NOTICES = (Remedy.RETRY, Remedy.SUPPLY, Remedy.HANDOVER)


@dataclass(frozen=True, slots=True)
class Trouble:
    """What went wrong, in the words of exceptions.dmn."""

    origin: Origin
    connector: str
    code: str
    message: str
    element: str | None
    node: int | None = None
    attempts: int | None = None
    facts: Mapping[str, Any] | None = None
    approver: str | None = None  #: the team whose approval a policy wants


def raise_incident(
    uow: UnitOfWork, case: Case, trouble: Trouble, *, job: Job | None = None, held: Task | None = None
) -> Incident:
    """Give what went wrong to the person whom the rules name, with due time and the remedies that make sense."""
    known = variables.load(uow, case)[""]
    to = steering.route(uow, case, _facts(trouble), known)
    task = Task(
        case_id=case.id,
        kind=TaskKind.INCIDENT,
        element=trouble.element,
        title_de=to.title_de,
        title_en=to.title_en,
        team=to.team,
        state=TaskState.READY,
        priority=90 if to.severity == "critical" else 70,
        due_at=to.due,
        created_at=uow.now,
    )
    incident = Incident(
        case_id=case.id,
        task=task,
        job=job,
        held_task=held,
        origin=trouble.origin,
        node=trouble.node,
        element=trouble.element,
        connector=trouble.connector,
        code=trouble.code,
        message=trouble.message,
        facts=dict(trouble.facts or {}),
        rule=to.rule,
        team=to.team,
        severity=to.severity,
        due_at=to.due,
        remedies=[remedy.value for remedy in _sensible(case, to.remedies, trouble, held, job)],
        state=IncidentState.OPEN,
        raised_at=uow.now,
        raised_by=uow.actor,
    )
    uow.session.add(incident)
    uow.session.flush()
    task.incident_id = incident.id
    asking.journal(uow, case, to.evidence, incident=incident.id)
    uow.record(
        case,
        "incident.raised",
        incident=incident.id,
        connector=trouble.connector,
        code=trouble.code,
        why=trouble.message,
        element=trouble.element,
        title=to.title_de,
        title_en=to.title_en,
        team=to.team,
        due=to.due,
        severity=to.severity,
        rule=to.rule,
        remedies=incident.remedies,
    )
    automatic.plan(uow, incident, to.auto)
    return incident


def declare(
    uow: UnitOfWork,
    task_id: int,
    *,
    kind: str,
    note: str,
    facts: Mapping[str, Any] | None = None,
    attachments: Sequence[Attachment] = (),
) -> Incident:
    """An agent says that their step does not fit; it is held until the special case is settled."""
    task = uow.of_case(Task, task_id)
    uow.must_be_active()
    if task.kind == TaskKind.STEP and task.state == TaskState.HELD:
        raise WrongState(
            f"Expected to declare a special case at task {task_id}, but one is reported there already: settle that first",
            de="Zu dieser Aufgabe ist schon ein Sonderfall gemeldet: Sie wartet, bis er geklärt ist.",
        )
    if task.kind != TaskKind.STEP or task.assignee != uow.actor:
        raise WrongState(
            f"Expected to declare a special case at a step {uow.actor} holds, but task {task_id} is none",
            de="Einen Sonderfall meldet, wer die Aufgabe gerade in Arbeit hat.",
        )
    checks.together(lambda: _check_kind(uow, task, kind), lambda: checks.plain_text("note", note))
    given = checks.values(facts or {})
    subject = f"task {task.id}"
    policies.check(uow, task.case, "declare", element=task.element, subject=subject, given=given, code=kind)
    trouble = Trouble(
        Origin.DECLARED,
        "case",
        kind,
        note.strip(),
        task.element,
        node=task.node,
        facts={**given, "note": note},
    )
    with interventions.shown(uow, task.case, "incident.raised"):
        task.move("hold")
        incident = raise_incident(uow, task.case, trouble, held=task)
    for attachment in attachments:
        documents.attach(uow, task.case, attachment, incident=incident)
    return incident


def _check_kind(uow: UnitOfWork, task: Task, kind: str) -> None:
    """The process's texts name the kinds it knows; without such a list any word will do."""
    known = uow.bundle(task.case).texts.get("de", {}).get("special_cases", {})
    if known and kind not in known:
        raise Invalid(
            f"Expected the kind to be one of {', '.join(known)}, but it is {kind!r}",
            [("kind", "Please choose one of the kinds.")],
            problems_de=[("kind", "Bitte die Art des Sonderfalls auswählen.")],
        )


def follow(uow: UnitOfWork, case: Case, step: bpmn.Step, *, any_open: bool) -> None:
    """After a step: raise what it brought, withdraw what the process has left behind."""
    open_ones = _open(uow, case, step) if any_open else ()
    for incident in open_ones:
        if incident.node is not None and incident.node not in _standing(step, incident):
            withdraw(uow, incident)
    told = {(incident.node, incident.message) for incident in open_ones if incident.origin == Origin.RULE}
    for fault in step.faults:
        if (fault.node, fault.message) not in told:
            raise_incident(uow, case, _of_fault(fault))
    for raised in step.escalations:
        connector, _, code = raised.code.rpartition(".")
        trouble = Trouble(Origin.MODEL, connector or "case", code, raised.name, raised.element)
        raise_incident(uow, case, trouble)


def overdue(uow: UnitOfWork, task: Task) -> None:
    """A task's due time passed before it was done: tell those who can do something about it."""
    title = f"{task.title_de} (Aufgabe {task.id})"
    trouble = Trouble(
        Origin.MODEL, "case", OVERDUE, title, task.element, node=task.node, facts={"task": task.id}
    )
    raise_incident(uow, task.case, trouble)


def _standing(step: bpmn.Step, incident: Incident) -> set[int]:
    """The nodes where what the incident is about may still stand."""
    people = {task.node for task in step.for_people}
    if incident.code in _OF_PEOPLE:
        return people
    machines = {fault.node for fault in step.faults} | {call.node for call in step.jobs}
    return people | machines | {timer.node for timer in step.timers} | {wait.node for wait in step.waits}


def _of_fault(fault: bpmn.Fault) -> Trouble:
    connector, _, code = fault.code.rpartition(".")
    return Trouble(Origin.RULE, connector or "rule", code, fault.message, fault.element, node=fault.node)


def _facts(trouble: Trouble) -> dict[str, Any]:
    return {
        "origin": trouble.origin.value,
        "connector": trouble.connector,
        "code": trouble.code,
        "element": trouble.element,
        "attempts": trouble.attempts,
        "approver": trouble.approver,
    }


def _sensible(
    case: Case, remedies: Sequence[Remedy], trouble: Trouble, held: Task | None, job: Job | None
) -> list[Remedy]:
    if job is not None and job.kind == JobKind.LETTER:  # it stands at no place, and may leave after the end
        return list(_OF_LETTERS)
    if job is not None and job.kind == JobKind.NOTICE:  # nor does that
        return [each for each in _OF_NOTICES if trouble.approver is None or each != Remedy.RETRY]
    if case.state == CaseState.CLOSED:  # it outlived its case, or was raised after it
        return [Remedy.SUPPLY, Remedy.HANDOVER]
    if drift.FINDING in (trouble.facts or {}):  # it stands nowhere, but one side may be taken over
        return [remedy for remedy in remedies if remedy == Remedy.CORRECT or remedy not in _NEED_A_PLACE]
    if trouble.node is None:  # nothing stands still, but what was done about it can always be noted
        rest = [remedy for remedy in remedies if remedy not in _NEED_A_PLACE]
        return rest if Remedy.SUPPLY in rest else [Remedy.SUPPLY, *rest]
    if held is not None and Remedy.RETRY not in remedies:
        return [Remedy.RETRY, *remedies]  # the step that was held can always go on where it left
    return list(remedies)


def is_open(uow: UnitOfWork, case: Case, code: str) -> bool:
    """Has somebody this trouble with the case on their desk?"""
    same = (Incident.case_id == case.id) & (Incident.code == code) & (Incident.state == IncidentState.OPEN)
    return uow.session.scalar(select(Incident.id).where(same).limit(1)) is not None


def _open(uow: UnitOfWork, case: Case, step: bpmn.Step) -> Sequence[Incident]:
    query = select(Incident).where(
        Incident.case_id == bindparam("case"), Incident.state == IncidentState.OPEN
    )
    return covering.rows(uow, Incident, query, case, step)


def withdraw(uow: UnitOfWork, incident: Incident) -> None:
    """The process went another way, by itself or because a remedy led it there."""
    incident.move("withdraw")
    for task in uow.session.scalars(
        select(Task).where(Task.case_id == incident.case_id, Task.incident_id == incident.id)
    ):
        if task.state in (TaskState.READY, TaskState.CLAIMED):
            task.move("withdraw")
    uow.record(incident.case, "incident.withdrawn", incident=incident.id, title=incident.task.title_de)
