"""How a job ends: done, postponed, or set aside with an incident. Never in silence."""

import logging
from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete

from cpm import bpmn
from cpm.commands import (
    answers,
    automatic,
    backoff,
    batch_work,
    bringing,
    correlation,
    duplicates,
    erp_links,
    giving_up,
    guarding,
    incidents,
    inner,
    interactions,
    jobs,
    late,
    late_notices,
    overdue,
    process,
    replies,
    results,
    suspending,
)
from cpm.commands.incidents import Trouble
from cpm.commands.jobs import Leased
from cpm.connectors import Done, Failed, Outcome, Retry
from cpm.model import Case, Job, JobKind, JobState, Origin
from cpm.model.job import DONE_HERE
from cpm.uow import UnitOfWork

log = logging.getLogger(__name__)
CIRCLE = "circle"  #: code of an incident


def run(uow: UnitOfWork, job: Job) -> None:
    """Do an inline job: all of it in this transaction, the job's deletion included."""
    payload, case, node = job.payload, job.case, job.node
    if job.kind == JobKind.CALL:
        _call(uow, job)
        return
    uow.session.delete(job)
    uow.session.flush()
    match job.kind:
        case JobKind.TIMER if case and node is not None:
            uow.record(case, "timer.fired", element=job.element)
            process.resume(uow, case, bpmn.Fired(node))
        case JobKind.OVERDUE | JobKind.LATE if case:
            _late(uow, case, payload)
        case JobKind.AUTOMATIC:
            automatic.try_again(uow, int(payload["incident"]))
        case JobKind.MESSAGE:
            bringing.message(uow, case, payload)
        case JobKind.SIGNAL:
            bringing.signal(uow, case, job.element, payload)
        case JobKind.BATCH | JobKind.RESUMPTION if case:
            _act(uow, case, payload)
        case JobKind.FILING:
            interactions.file(uow, int(payload["arrival"]))
        case JobKind.IDENTITY:
            duplicates.examine(uow, [int(payload["customer"])])


def _call(uow: UnitOfWork, job: Job) -> None:
    """What a call has brought and nobody could take until now; or one that needs no other system."""
    if job.type not in DONE_HERE:
        _apply(uow, job, answers.take(job))
    elif guarding.forbids(uow, job):
        guarding.stop(uow, job)
    else:
        _apply(uow, job, inner.run(uow, job))


def _late(uow: UnitOfWork, case: Case, payload: Mapping[str, Any]) -> None:
    """A step's time is over, or most of the whole case's."""
    if "task" in payload:
        overdue.passed(uow, payload)
    else:
        late_notices.passed(uow, case, payload)


def _act(uow: UnitOfWork, case: Case, payload: Mapping[str, Any]) -> None:
    """What somebody does to a case by a job, which may stand still."""
    uow.case(case.id)
    if "batch" in payload:
        batch_work.do(uow, case, int(payload["batch"]))
    else:
        suspending.go_on_shifted(uow, case)


def settle(uow: UnitOfWork, lease: Leased, outcome: Outcome) -> bool:
    """Apply what an external call brought; False if the lease is no longer ours and somebody else settles it."""
    if (job := jobs.leased(uow, lease)) is None:
        late.came_late(uow, lease, outcome)
        return False
    if job.kind == JobKind.LETTER:
        _settle_letter(uow, job, outcome)
    elif job.kind == JobKind.NOTICE:
        _settle_notice(uow, job, outcome)
    elif answers.must_wait(uow, job, outcome):
        answers.keep(uow, job, outcome)
    else:
        _apply(uow, job, outcome)
    return True


def _settle_letter(uow: UnitOfWork, job: Job, outcome: Outcome) -> None:
    """What somebody wrote has left, or will be tried again, or a person has to look at it. No process hears of it."""
    assert job.case is not None, "a letter belongs to a case"
    match outcome:
        case Done(_, sent):
            if sent is not None:
                interactions.sent(uow, job.case, sent)
            replies.arrived(uow, job)
            uow.session.delete(job)
        case Retry() if job.attempts <= job.retries:
            _postpone(uow, job, outcome)
        case Retry(why, code) | Failed(code, why):
            giving_up.set_aside(uow, job, code, why)


def _settle_notice(uow: UnitOfWork, job: Job, outcome: Outcome) -> None:
    """The customer was told of a step, or a person gets it. The process has gone on long ago."""
    assert job.case is not None, "a notice is about a case"
    match outcome:
        case Done():
            _finish(uow, job)
            results.kept(uow, job.case, outcome)
        case Retry() if job.attempts <= job.retries:
            _postpone(uow, job, outcome)
        case Retry(why, code) | Failed(code, why):
            giving_up.set_aside(uow, job, code, why)


def _apply(uow: UnitOfWork, job: Job, outcome: Outcome) -> None:
    assert job.case is not None, "an external call belongs to a case"
    assert job.node is not None, "an external call stands at a node"
    case, node = job.case, job.node
    match outcome:
        case Done():
            _finish(uow, job)
            process.resume(uow, case, bpmn.Completed(node, results.kept(uow, case, outcome)))
        case Retry() if job.attempts <= job.retries:
            _postpone(uow, job, outcome)
        case Retry(why, code) | Failed(code, why) if process.catches(uow, case, node, code):
            uow.record(case, "job.refused", element=job.element, type=job.type, code=code, why=why)
            uow.session.delete(job)
            uow.session.flush()
            process.resume(uow, case, bpmn.Errored(node, code, why))
        case Retry(why, code):
            giving_up.set_aside(uow, job, code, why)
        case Failed(code, why):
            giving_up.set_aside(uow, job, code, why)


def stop(uow: UnitOfWork, lease: Leased) -> None:
    """A policy forbids by now what it allowed when the call was enqueued: it is not made."""
    if (job := jobs.leased(uow, lease)) is not None:
        guarding.stop(uow, job)


def not_applied(uow: UnitOfWork, lease: Leased, outcome: Outcome, why: str) -> None:
    """The other system has answered, but the case could not take the answer: a person gets both."""
    job = jobs.leased(uow, lease)
    if job is None or job.case is None:
        return
    job.payload = {**job.payload, "answer": late.told(outcome)}
    if isinstance(outcome, Done):
        erp_links.keep(uow, job.case, outcome.links)
        if outcome.sent is not None:
            interactions.sent(uow, job.case, outcome.sent)
    giving_up.set_aside(uow, job, "not_applied", why)


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
        giving_up.give_up(uow, job, "crashed", why)


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
    giving_up.give_up(uow, job, "poisoned", f"The worker that had it in hand died, {times}")


def _finish(uow: UnitOfWork, job: Job) -> None:
    assert job.case is not None, "an external call belongs to a case"
    assert job.type is not None, "an external call has a type"
    uow.record(
        job.case,
        "job.finished",
        element=job.element,
        type=job.type,
        connector=_done_by(uow, job.case, job.type),
        attempt=job.attempts,
        key=job.key,
    )
    automatic.succeeded(uow, job)
    uow.session.delete(job)
    uow.session.flush()


def _done_by(uow: UnitOfWork, case: Case, service: str) -> str | None:
    """The connector, or the ERP that it reached; None if it needed neither."""
    if service in DONE_HERE:
        return None
    name = uow.connectors[service.partition(".")[0]].name
    return case.erp if name == "erp" and case.erp is not None else name


def _came_back(job: Job, why: str) -> None:
    """An attempt failed and its worker lives: only deaths in a row are poison."""
    job.error, job.token, job.worker, job.deaths = why, None, None, 0


def _postpone(uow: UnitOfWork, job: Job, outcome: Retry) -> None:
    assert job.case is not None, "an external call belongs to a case"
    _came_back(job, outcome.why)
    job.run_at = uow.now + max(outcome.after or backoff.wait(job), outcome.least)
    job.move("postpone")
    why, code, until = outcome.why, outcome.code, job.run_at
    if job.kind == JobKind.LETTER:
        uow.record(job.case, "reply.postponed", code=code, why=why, attempt=job.attempts, until=until)
        return
    uow.record(
        job.case,
        "job.postponed",
        element=job.element,
        type=job.type,
        key=job.key,
        code=code,
        why=why,
        attempt=job.attempts,
        until=until,
    )
