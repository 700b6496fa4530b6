"""The tasks of a case's process: new ones for steps that wait for a person, withdrawn ones for those left behind."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, func, insert, select

from cpm import bpmn
from cpm.commands import asking, enqueue, incidents, owning, placing, steering
from cpm.commands.incidents import Trouble
from cpm.commands.placing import Place
from cpm.model import (
    OPEN_TASKS,
    Candidate,
    CandidateKind,
    Case,
    JobKind,
    Origin,
    Resource,
    ResourceKind,
    Task,
    TaskKind,
    TaskState,
)
from cpm.uow import UnitOfWork

_TASKS = cast("Table", Task.__table__)
#: Rows and not objects: the journal needs no more of them than their ids, in the order in which they are given.
_INSERT = insert(_TASKS).returning(_TASKS.c.id, sort_by_parameter_order=True)

_OFFER = insert(cast("Table", Candidate.__table__))


@dataclass(frozen=True, slots=True)
class Due:
    at: datetime
    evidence: tuple[Mapping[str, Any], ...] = ()  #: of the decision, if one was asked


def follow(uow: UnitOfWork, case: Case, step: bpmn.Step, open_ones: Sequence[Task]) -> None:
    """Make the open tasks of the process equal to the people's steps it waits for."""
    present = {task.node: task for task in open_ones if task.state in OPEN_TASKS}  # not the one just done
    new = [need for need in step.for_people if present.pop(need.node, None) is None]
    for left in present.values():
        if _came_to_its_end(left, step):
            left.end(at=uow.now)
        else:
            withdraw(uow, case, left)
    if not new:
        return
    owner = owning.owner(uow, case, open_ones)
    places = [placing.place(uow, case, need, owner) for need in new]
    dues = [_due(uow, case, need) for need in new]
    rows = [_row(uow, case, *each) for each in zip(new, places, dues, strict=True)]
    ids = uow.rows.scalars(_INSERT, rows).all()
    for task, row, place, due in zip(ids, rows, places, dues, strict=True):
        asking.journal(uow, case, place.steered.evidence, *due.evidence, task=task)
        _opened(uow, case, task, row, place)
    watch(uow, case, zip(ids, rows, strict=True))


def watch(uow: UnitOfWork, case: Case, tasks: Iterable[tuple[int, Mapping[str, Any]]]) -> None:
    """Somebody is told when they are overdue; of each its id and what is in its row."""
    enqueue.put(uow, [_overdue(case, *each) for each in tasks if each[1]["due_at"] > uow.now])


def _came_to_its_end(task: Task, step: bpmn.Step) -> bool:
    """Whether the task's ad-hoc subprocess is over, so that nothing was taken from anybody."""
    ended = {trace.node for trace in step.trace if trace.what == "ended"}
    return task.kind == TaskKind.CHOICE and task.node in ended


def withdraw(uow: UnitOfWork, case: Case, task: Task) -> None:
    task.move("withdraw")
    uow.record(case, "task.withdrawn", task=task.id, element=task.element, title=task.title_de)


def _due(uow: UnitOfWork, case: Case, need: bpmn.ForPeople) -> Due:
    """By the model if it says, else by deadlines.dmn."""
    if need.due:
        return Due(need.due)
    steered = steering.deadline(uow, case, need.element, need.visible)
    return Due(steered.due, (steered.evidence,))


def _row(uow: UnitOfWork, case: Case, need: bpmn.ForPeople, place: Place, due: Due) -> dict[str, Any]:
    bundle = uow.bundle(case)
    return {
        "case_id": case.id,
        "kind": TaskKind.CHOICE if isinstance(need, bpmn.Choice) else TaskKind.STEP,
        "node": need.node,
        "element": need.element,
        "form": need.form_id and form(uow, need.form_id),
        "title_de": bundle.step_text(need.element, "name", "de") or need.name,
        "title_en": bundle.step_text(need.element, "name", "en") or need.name,
        "team": place.team,
        "for_team": place.for_team,
        "offered": bool(place.candidates),
        "assignee": place.assignee,
        "state": TaskState.CLAIMED if place.assignee else TaskState.READY,
        "priority": place.priority,
        "skills": list(place.steered.skills),
        "kept_for": place.kept_for,
        "kept_until": place.kept_until,
        "due_at": due.at,
        "follow_up_at": need.follow_up,
        "created_at": uow.now,
    }


def form(uow: UnitOfWork, address: str) -> str:
    """The latest form is that of the moment when the step begins (docs.camunda.io, "Resource binding")."""
    if not bpmn.latest(address):
        return address
    key = bpmn.bare(address)
    same = (Resource.kind == ResourceKind.FORM, Resource.key == key)
    return f"{key}@{uow.session.scalar(select(func.max(Resource.version)).where(*same))}"


def _opened(uow: UnitOfWork, case: Case, task: int, row: Mapping[str, Any], place: Place) -> None:
    uow.record(
        case,
        "task.opened",
        task=task,
        element=row["element"],
        title=row["title_de"],
        title_en=row["title_en"],
        team=row["team"],
        assignee=row["assignee"],
        kept_for=row["kept_for"],
        priority=row["priority"],
        due=row["due_at"],
        rule=place.steered.rule,
    )
    if place.candidates:
        uow.rows.execute(_OFFER, [_candidate(task, row, *each) for each in place.candidates])
    if place.unknown:
        why = f"Expected people to give this step to, but nobody knows {', '.join(place.unknown)}."
        trouble = Trouble(Origin.RULE, "rule", "unknown_people", why, row["element"], node=row["node"])
        incidents.raise_incident(uow, case, trouble)


def _candidate(task: int, row: Mapping[str, Any], kind: CandidateKind, name: str) -> dict[str, Any]:
    as_it = {"free": row["state"] == TaskState.READY, "priority": row["priority"], "due_at": row["due_at"]}
    return {"task_id": task, "kind": kind, "name": name, **as_it}


def _overdue(case: Case, task: int, row: Mapping[str, Any]) -> dict[str, Any]:
    """The job that tells when its due time has passed."""
    passing = {"run_at": row["due_at"], "payload": {"task": task}}
    return enqueue.at_node(case, row["node"], row["element"], JobKind.OVERDUE, **passing)
