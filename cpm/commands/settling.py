"""How a job ends: done, postponed, or set aside with an incident. Never in silence."""

import logging
from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select

from cpm import bpmn
from cpm.commands import (
    answers,
    automatic,
    backoff,
    batch_work,
    correlation,
    guarding,
    hearing,
    holding,
    incidents,
    interactions,
    jobs,
    overdue,
    process,
    receiving,
    suspending,
)
from cpm.commands.incidents import Trouble
from cpm.commands.jobs import Leased
from cpm.connectors import Done, Failed, Outcome, Retry
from cpm.model import Case, Event, Job, JobKind, JobState, Origin
from cpm.uow import UnitOfWork

log = logging.getLogger(__name__)
CIRCLE = "circle"  #: code of an incident


def run(uow: UnitOfWork, job: Job) -> None:
    """Do an inline job: all of it in this transaction, the job's deletion included."""
    payload, case, node = job.payload, job.case, job.node
    if job.kind == JobKind.CALL:
        _apply(uow, job, answers.take(job))
        return
    uow.session.delete(job)
    uow.session.flush()
    match job.kind:
        case JobKind.TIMER if case and node is not None:
            uow.record(case, "timer.fired", element=job.element)
            process.resume(uow, case, bpmn.Fired(node))
        case JobKind.OVERDUE:
            overdue.passed(uow, payload)
        case JobKind.AUTOMATIC:
            automatic.try_again(uow, int(payload["incident"]))
        case JobKind.MESSAGE:
            _correlate(uow, case, payload)
        case JobKind.SIGNAL:
            _signal(uow, case, job.element, payload)
        case JobKind.BATCH | JobKind.RESUMPTION if case:
            _act(uow, case, payload)
        case JobKind.FILING:
            interactions.file(uow, int(payload["arrival"]))


def _act(uow: UnitOfWork, case: Case, payload: Mapping[str, Any]) -> None:
    """What somebody does to a case by a job, which may stand still."""
    uow.case(case.id)
    if "batch" in payload:
        batch_work.do(uow, case, int(payload["batch"]))
    else:
        suspending.go_on_shifted(uow, case)


def _signal(uow: UnitOfWork, case: Case | None, element: str | None, payload: Mapping[str, Any]) -> None:
    if case is not None and element:
        hearing.hear(uow, case, element, payload)
    else:
        hearing.begin(uow, payload)


def _correlate(uow: UnitOfWork, case: Case | None, payload: Mapping[str, Any]) -> None:
    if case is not None:
        receiving.tell(uow, case, payload)
    elif "came_for" in payload:
        holding.bring(uow, **payload["came_for"])
    elif "wait" in payload:
        correlation.hand_to(uow, int(payload["wait"]))
    else:
        correlation.hand_over(uow, int(payload["message"]))


def settle(uow: UnitOfWork, lease: Leased, outcome: Outcome) -> bool:
    """Apply what an external call brought; False if the lease is no longer ours and somebody else settles it."""
    if (job := jobs.leased(uow, lease)) is None:
        _came_late(uow, lease, outcome)
        return False
    if answers.must_wait(uow, job, outcome):
        answers.keep(uow, job, outcome)
    else:
        _apply(uow, job, outcome)
    return True


def _apply(uow: UnitOfWork, job: Job, outcome: Outcome) -> None:
    assert job.case is not None, "an external call belongs to a case"
    assert job.node is not None, "an external call stands at a node"
    case, node = job.case, job.node
    match outcome:
        case Done(variables, sent):
            _finish(uow, job)
            if sent is not None:
                interactions.sent(uow, case, sent)
            process.resume(uow, case, bpmn.Completed(node, variables))
        case Failed(code, why) if process.catches(uow, case, node, code):
            uow.record(case, "job.refused", element=job.element, type=job.type, code=code, why=why)
            uow.session.delete(job)
            uow.session.flush()
            process.resume(uow, case, bpmn.Errored(node, code, why))
        case Retry() if job.attempts <= job.retries:
            _postpone(uow, job, outcome)
        case Retry(why, code):
            _set_aside(uow, job, code, why)
        case Failed(code, why):
            _set_aside(uow, job, code, why)


def stop(uow: UnitOfWork, lease: Leased) -> None:
    """A policy forbids by now what it allowed when the call was enqueued: it is not made."""
    if (job := jobs.leased(uow, lease)) is not None:
        guarding.stop(uow, job)


def not_applied(uow: UnitOfWork, lease: Leased, outcome: Outcome, why: str) -> None:
    """The other system has answered, but the case could not take the answer: a person gets both."""
    job = jobs.leased(uow, lease)
    if job is None or job.case is None:
        return
    job.payload = {**job.payload, "answer": _told(outcome)}
    if isinstance(outcome, Done) and outcome.sent is not None:
        interactions.sent(uow, job.case, outcome.sent)
    _set_aside(uow, job, "not_applied", why)


def crashed(uow: UnitOfWork, job_id: int, why: str, error: BaseException | None = None) -> None:
    """An inline job raised: its transaction is gone, this one counts the attempt and ends with a person."""
    job = jobs.locked(uow, job_id)
    if job is None:
        return
    if job.kind == JobKind.BATCH and job.case_id is not None:  # people try it again, if they want to
        batch_work.ended_badly(uow, job, why, error)
        return
    if job.state == JobState.READY:  # a leased one was counted when it was leased
        job.attempts += 1
    if job.attempts <= job.retries:
        _came_back(job, why)
        job.run_at = uow.now + backoff.wait(job)
        job.move("postpone")
    else:
        _give_up(uow, job, "crashed", why)


def break_off(uow: UnitOfWork, job_id: int, why: str) -> None:
    """Processes set off each other in a circle: it is not tried again, and somebody is told of it once.

    Other signals on their way to the same place are not heard either.
    """
    if (job := jobs.locked(uow, job_id)) is None:
        return
    if job.kind == JobKind.BATCH:
        batch_work.ended_badly(uow, job, why, None)
        return
    case = job.case or correlation.concerned(uow, job.payload)
    if case is not None and not incidents.is_open(uow, case, CIRCLE):
        trouble = Trouble(Origin.JOB, job.kind.value, CIRCLE, why, job.element, facts=job.payload)
        incidents.raise_incident(uow, case, trouble)
    uow.session.delete(job)
    if job.kind == JobKind.SIGNAL and case is not None:
        same = (Job.case_id == case.id) & (Job.kind == JobKind.SIGNAL) & (Job.element == job.element)
        uow.session.execute(delete(Job).where(same, Job.id != job.id))


def bury(uow: UnitOfWork, job_id: int) -> None:
    """Set aside what no worker survives."""
    job = jobs.locked(uow, job_id)
    if job is None or not jobs.is_worn_out(uow, job):
        return
    if job.state == JobState.RUNNING:  # this lease ran out, and nobody has counted it yet
        job.deaths += 1
    times = "once" if job.deaths == 1 else f"{job.deaths} times in a row"
    log.error("job.poisoned", extra={"job": job.id, "deaths": job.deaths, "worker": job.worker})
    _give_up(uow, job, "poisoned", f"The worker that had it in hand died, {times}")


def _finish(uow: UnitOfWork, job: Job) -> None:
    assert job.case is not None, "an external call belongs to a case"
    assert job.type is not None, "an external call has a type"
    by = uow.connectors[job.type.partition(".")[0]].name
    uow.record(
        job.case,
        "job.finished",
        element=job.element,
        type=job.type,
        connector=by,
        attempt=job.attempts,
        key=job.key,
    )
    automatic.succeeded(uow, job)
    uow.session.delete(job)
    uow.session.flush()


def _came_back(job: Job, why: str) -> None:
    """An attempt failed and its worker lives: only deaths in a row are poison."""
    job.error, job.token, job.worker, job.deaths = why, None, None, 0


def _postpone(uow: UnitOfWork, job: Job, outcome: Retry) -> None:
    assert job.case is not None, "an external call belongs to a case"
    _came_back(job, outcome.why)
    job.run_at = uow.now + (outcome.after or backoff.wait(job))
    job.move("postpone")
    uow.record(
        job.case,
        "job.postponed",
        element=job.element,
        type=job.type,
        code=outcome.code,
        why=outcome.why,
        attempt=job.attempts,
        until=job.run_at,
    )


def _give_up(uow: UnitOfWork, job: Job, code: str, why: str) -> None:
    """The last word on a job: an incident on its case; what belongs to no case yet is quarantined or dropped."""
    if job.kind == JobKind.BATCH:
        batch_work.ended_badly(uow, job, why, None)
        return
    if job.case_id is not None:
        _set_aside(uow, job, code, why)
        return
    if job.kind == JobKind.FILING:
        interactions.quarantine(uow, int(job.payload["arrival"]), why)
    elif (case := correlation.concerned(uow, job.payload)) is not None:
        trouble = Trouble(Origin.JOB, job.kind.value, code, why, None, facts=job.payload)
        incidents.raise_incident(uow, case, trouble)
    uow.session.delete(job)


def _set_aside(uow: UnitOfWork, job: Job, code: str, why: str) -> None:
    """No more tries: the job keeps its place, and its incident goes to a person."""
    assert job.case is not None, "a job that belongs to no case has nobody to tell"
    job.move("set aside")
    job.error, job.token, job.worker = why, None, None
    connector = "worker" if code == "poisoned" else (job.type or job.kind).partition(".")[0]
    if (tried := automatic.failed(uow, job, code, why)) is not None:
        if tried.code == code:
            return  # no news: whoever has it has it still
        incidents.withdraw(uow, tried)
    trouble = Trouble(
        Origin.JOB, connector, code, why, job.element, node=job.node, attempts=job.attempts, facts=job.payload
    )
    incidents.raise_incident(uow, job.case, trouble, job=job)


def _came_late(uow: UnitOfWork, lease: Leased, outcome: Outcome) -> None:
    """The case went another way while the call was under way: what it brought is told, not lost.

    If the job is still there, another lease has it, and that one settles. If another lease has settled it, it brought
    what this one brings, for both asked under one key.
    """
    there = uow.session.scalar(select(Job.id).where(Job.key == lease.key))
    if lease.case_id is None or there is not None or not isinstance(outcome, Done):
        return
    case = uow.case(lease.case_id)
    if _was_finished(uow, lease):
        return
    uow.record(case, "job.came_late", key=lease.key)
    if outcome.sent is not None:
        interactions.sent(uow, case, outcome.sent)
        return
    why = "The other system did it, but the case had gone another way meanwhile."
    trouble = Trouble(
        Origin.JOB, "worker", "came_late", why, None, facts={"key": lease.key, **_told(outcome)}
    )
    incidents.raise_incident(uow, case, trouble)


def _was_finished(uow: UnitOfWork, lease: Leased) -> bool:
    finished = select(Event.particulars).where(Event.case_id == lease.case_id, Event.what == "job.finished")
    return any(told.get("key") == lease.key for told in uow.session.scalars(finished))


def _told(outcome: Outcome) -> dict[str, Any]:
    match outcome:
        case Done(variables):
            return {"done": {name: str(value) for name, value in variables.items()}}
        case Retry(why, code) | Failed(code, why):
            return {"code": code, "why": why}
