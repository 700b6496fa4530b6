"""After a step: the case's open rows become what the process now waits for, no more and no less."""

from typing import Any, cast

from sqlalchemy import Table, bindparam, or_, select

from cpm import bpmn
from cpm.commands import (
    broadcasting,
    closing,
    covering,
    enqueue,
    guarding,
    incidents,
    messages,
    noticing,
    parts,
    pausing,
    steps,
    tracing,
    variables,
)
from cpm.model import OF_PROCESS, OPEN_TASKS, Case, Job, JobKind, JobState, Task, TaskKind, Wait, WaitKind
from cpm.model.job import DONE_HERE
from cpm.model.message import WROTE
from cpm.uow import UnitOfWork

#: Jobs that belong to a place in the process, and go when it goes.
_OF_NODES = (JobKind.CALL, JobKind.TIMER, JobKind.OVERDUE, JobKind.AUTOMATIC)
_TASKS = select(Task).where(Task.case_id == bindparam("case"), Task.state.in_(OPEN_TASKS))
_QUEUED = cast("Table", Job.__table__).c
_JOBS = select(_QUEUED.id, _QUEUED.node, _QUEUED.kind).where(
    _QUEUED.case_id == bindparam("case"),
    _QUEUED.kind.in_(_OF_NODES),
    or_(_QUEUED.kind != JobKind.OVERDUE, _QUEUED.node.is_not(None)),  # what was promised for later is at none
)
_WAITING = cast("Table", Wait.__table__).c
_WAITS = select(_WAITING.id, _WAITING.node).where(_WAITING.case_id == bindparam("case"))


def harvest(uow: UnitOfWork, case: Case, before: bpmn.Scopes, step: bpmn.Step) -> dict[str, Any]:
    """Write the step down: journal, variables, tasks, jobs, waits, incidents, and the end of the case.

    Gives what of the case's variables was changed by that.
    """
    case.tokens, case.last_node = step.state, step.last_node
    tracing.journal(uow, case, step)
    parts.save(uow, case, step)
    open_tasks = covering.rows(uow, Task, _TASKS, case, step)
    # an incident's task stands at no node: where only some nodes are looked at, it is not among these
    any_incident = step.covers is not None or any(task.kind == TaskKind.INCIDENT for task in open_tasks)
    steps.follow(uow, case, step, [task for task in open_tasks if task.kind in OF_PROCESS])
    _jobs(uow, case, step, any_incident=any_incident)
    _waits(uow, case, step)
    waiting = covering.waiting(uow, case, step)
    case.awaits_reply = waiting.message and not waiting.people and not step.finished
    promised = case.due_at
    pausing.follow(uow, case, waiting)
    incidents.follow(uow, case, step, any_open=any_incident)
    if step.finished:
        closing.close(uow, case, outcome=step.scopes[""].get("outcome"))
    _tell_others(uow, case, step)
    moved = {} if case.due_at == promised else {"due": case.due_at}
    variables.save(uow, case, before, {**step.scopes, "": {**step.scopes[""], **moved}})
    return moved


def _tell_others(uow: UnitOfWork, case: Case, step: bpmn.Step) -> None:
    among = len(step.sent) + len(step.signals)
    if step.sent:
        messages.forget_old(uow)
    for sent in step.sent:
        messages.send(uow, case, sent, among=among)
    for signal in step.signals:
        broadcasting.broadcast(
            uow,
            signal.name,
            signal.variables,
            customer_id=case.customer_id,
            thrown_by=case,
            among=among,
        )


def _jobs(uow: UnitOfWork, case: Case, step: bpmn.Step, *, any_incident: bool) -> None:
    """Calls, timers and due times, each by its node. What nothing waits for any more is deleted."""
    wanted: dict[tuple[int, JobKind], bpmn.ServiceCall | bpmn.Timer | None] = {}
    wanted |= {(call.node, JobKind.CALL): call for call in step.jobs}
    wanted |= {(timer.node, JobKind.TIMER): timer for timer in step.timers}
    wanted |= {(task.node, JobKind.OVERDUE): None for task in step.for_people}
    wanted |= {(call.node, JobKind.AUTOMATIC): None for call in step.jobs}
    present = {(job.node, job.kind): job.id for job in covering.places(uow, Job, _JOBS, case, step)}
    covering.remove(uow, Job, [key for place, key in present.items() if place not in wanted])
    for place in present:
        wanted.pop(place, None)
    for node in guarding.stopped(uow, case, step) if any_incident and step.jobs else ():
        wanted.pop((node, JobKind.CALL), None)
    fresh = noticing.entered(uow, case, step)
    for (node, kind), need in wanted.items():
        match need:
            case bpmn.ServiceCall():
                fresh += _call(uow, case, need)
            case bpmn.Timer():
                more = {"payload": {enqueue.SET: uow.now}} if case.id in uow.suspended else {}
                fresh.append(enqueue.at_node(case, node, need.element, kind, run_at=need.due, **more))
                uow.record(case, "timer.set", element=need.element, due=need.due)
    enqueue.put(uow, fresh)


def _call(uow: UnitOfWork, case: Case, need: bpmn.ServiceCall) -> list[dict[str, Any]]:
    """Its job; none if a policy stops it."""
    if (passed := guarding.passed(uow, case, need)) is None:
        return []
    job = enqueue.at_node(case, need.node, need.element, JobKind.CALL, type=need.type, run_at=uow.now)
    job |= {"queue": "intake" if need.type in DONE_HERE else "calls", "state": JobState.READY}
    job["payload"] = {"inputs": dict(need.inputs), "headers": dict(need.headers)}
    if passed:
        job["payload"][guarding.PASSED] = passed
    if need.retries is not None:
        job["retries"] = need.retries
    uow.record(case, "job.enqueued", element=need.element, name=need.name, type=need.type)
    return [job]


def _waits(uow: UnitOfWork, case: Case, step: bpmn.Step) -> None:
    """Whose message may have come before them, is looked at when the transaction ends: `messages.meet`."""
    present = {wait.node: wait.id for wait in covering.places(uow, Wait, _WAITS, case, step)}
    for need in step.waits:
        if present.pop(need.node, None) is None:
            place = {"node": need.node, "element": need.element, "message": need.message, "key": need.key}
            wait = Wait(case_id=case.id, process=case.process, kind=WaitKind.MESSAGE, **place)
            uow.session.add(wait)
            if need.message != WROTE:  # which is heard as it comes, or never
                uow.begun.append(wait)
    for heard in step.listening:
        if present.pop(heard.node, None) is None:
            place = {"node": heard.node, "element": heard.element, "message": heard.signal, "key": ""}
            uow.session.add(Wait(case_id=case.id, process=case.process, kind=WaitKind.SIGNAL, **place))
    covering.remove(uow, Wait, list(present.values()))
