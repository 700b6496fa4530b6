"""The queue's protocol: claim, lease, settle, postpone, set aside; promote what has become due.

Inline work (timers, due times, messages, filing) is claimed, done and deleted in one transaction. An external call
takes a lease in a first transaction, is made outside any, and is settled in a second one if the lease is still ours.
"""

from datetime import timedelta
from uuid import uuid4

from sqlalchemy import and_, select, update

from cpm import bpmn
from cpm.commands import backoff, correlation, incidents, interactions, process
from cpm.commands.incidents import Trouble
from cpm.connectors import Done, Failed, Outcome, Retry
from cpm.model import Case, CaseState, Job, JobKind, JobState, Origin, Task, TaskState
from cpm.uow import UnitOfWork

#: A worker that has not settled or renewed by then is taken for dead.
LEASE = timedelta(seconds=60)
_PROMOTED_AT_ONCE = 500
_SLEEPING = Job.state.in_((JobState.WAITING, JobState.RUNNING))
_WORN_OUT = and_(Job.state == JobState.RUNNING, Job.attempts > Job.retries)


def claim_inline(uow: UnitOfWork) -> Job | None:
    """A due job of a case, with its case locked; skips cases and jobs that somebody else works on."""
    due = (
        select(Job)
        .join(Case, Case.id == Job.case_id)
        .where(Job.state == JobState.READY, Job.queue == "engine")
        .order_by(Job.priority, Job.id)
        .limit(1)
        .with_for_update(of=[Job, Case], skip_locked=True, key_share=True)
    )
    return uow.session.scalar(due)


def claim_caseless(uow: UnitOfWork) -> Job | None:
    """A due job that belongs to no case yet."""
    due = select(Job).where(Job.state == JobState.READY, Job.queue == "intake").order_by(Job.priority, Job.id)
    return uow.session.scalar(due.limit(1).with_for_update(skip_locked=True, key_share=True))


def run(uow: UnitOfWork, job: Job) -> None:
    """Do an inline job: all of it in this transaction, the job's deletion included."""
    payload, case, node = job.payload, job.case, job.node
    uow.session.delete(job)
    uow.session.flush()
    match job.kind:
        case JobKind.TIMER if case and node is not None:
            uow.record(case, "timer.fired", element=job.element)
            process.resume(uow, case, bpmn.Fired(node))
        case JobKind.OVERDUE:
            task = uow.get(Task, int(payload["task"]))
            if task.state not in (TaskState.DONE, TaskState.WITHDRAWN):
                incidents.overdue(uow, task)
        case JobKind.MESSAGE:
            correlation.hand_over(uow, int(payload["message"]))
        case JobKind.FILING:
            interactions.file(uow, int(payload["arrival"]))


def lease(uow: UnitOfWork, worker: str, *, until: timedelta = LEASE) -> Job | None:
    """Take a lease on a due call; it counts as an attempt from now on, whatever becomes of the worker."""
    due = (
        select(Job)
        .where(Job.state == JobState.READY, Job.queue == "calls")
        .order_by(Job.priority, Job.id)
        .limit(1)
    )
    job = uow.session.scalar(due.with_for_update(skip_locked=True, key_share=True))
    if job is None:
        return None
    job.move("lease")
    job.token, job.worker = uuid4().hex, worker
    job.run_at = uow.now + until
    job.attempts += 1
    return job


def renew(uow: UnitOfWork, tokens: list[str], *, until: timedelta = LEASE) -> None:
    """A long call is still alive."""
    alive = update(Job).where(Job.token.in_(tokens), Job.state == JobState.RUNNING)
    uow.session.execute(alive.values(run_at=uow.now + until))


def settle(uow: UnitOfWork, job_id: int, token: str, outcome: Outcome) -> bool:
    """Apply what an external call brought; False if the lease is no longer ours and somebody else settles it."""
    job = _leased(uow, job_id, token)
    if job is None or job.case is None or job.node is None:
        return False
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
    return True


def crashed(uow: UnitOfWork, job_id: int, why: str) -> None:
    """An inline job raised: its transaction is gone, this one counts the attempt and ends with a person."""
    job = _with_case(uow, job_id)
    if job is None:
        return
    job.attempts += 1
    if job.attempts <= job.retries:
        job.error = why
        job.run_at = uow.now + backoff.wait(job)
        job.move("postpone")
    elif job.case_id is not None:
        _set_aside(uow, job, "crashed", why)
    else:
        if job.kind == JobKind.FILING:
            interactions.quarantine(uow, int(job.payload["arrival"]), why)
        uow.session.delete(job)


def promote(uow: UnitOfWork) -> int:
    """What is due becomes ready: timers, ended backoffs, and calls whose lease ran out."""
    due = select(Job.id).where(_SLEEPING, Job.run_at <= uow.now, ~_WORN_OUT).order_by(Job.run_at)
    ids = list(
        uow.session.scalars(due.limit(_PROMOTED_AT_ONCE).with_for_update(skip_locked=True, key_share=True))
    )
    if ids:
        awake = update(Job).where(Job.id.in_(ids)).values(state=JobState.READY, token=None, worker=None)
        uow.session.execute(awake.execution_options(synchronize_session=False))
    return len(ids)


def worn_out(uow: UnitOfWork) -> list[int]:
    """Calls whose last lease ran out: every worker that tried died of them or froze."""
    return list(uow.session.scalars(select(Job.id).where(_WORN_OUT, Job.run_at <= uow.now)))


def bury(uow: UnitOfWork, job_id: int) -> None:
    """Set a worn-out call aside."""
    job = _with_case(uow, job_id)
    if job and job.state == JobState.RUNNING and job.run_at <= uow.now and job.attempts > job.retries:
        _set_aside(uow, job, "poisoned", f"{job.attempts} workers took it, and none came back")


def work_is_due(uow: UnitOfWork, queue: str) -> bool:
    """A look without a lock, so that an idle worker disturbs nobody."""
    return (
        uow.session.scalar(select(Job.id).where(Job.state == JobState.READY, Job.queue == queue).limit(1))
        is not None
    )


def promotion_is_due(uow: UnitOfWork) -> bool:
    return uow.session.scalar(select(Job.id).where(_SLEEPING, Job.run_at <= uow.now).limit(1)) is not None


def _leased(uow: UnitOfWork, job_id: int, token: str) -> Job | None:
    """The job with its case locked, if this lease still holds."""
    owner = uow.session.scalar(select(Job.case_id).where(Job.id == job_id, Job.token == token))
    if owner is None or uow.case(owner).state != CaseState.OPEN:
        return None
    mine = select(Job).where(Job.id == job_id, Job.token == token, Job.state == JobState.RUNNING)
    return uow.session.scalar(mine.execution_options(populate_existing=True))


def _with_case(uow: UnitOfWork, job_id: int) -> Job | None:
    """The job, locked after its case, which is the order that everybody keeps."""
    owner = uow.session.scalar(select(Job.case_id).where(Job.id == job_id))
    if owner is not None:
        uow.case(owner)
    fresh = select(Job).where(Job.id == job_id).execution_options(populate_existing=True)
    return uow.session.scalar(fresh.with_for_update(of=Job, key_share=True))


def _finish(uow: UnitOfWork, job: Job) -> None:
    assert job.case is not None, "an external call belongs to a case"
    assert job.type is not None, "an external call has a type"
    by = uow.connectors[job.type.partition(".")[0]].name
    uow.record(
        job.case, "job.finished", element=job.element, type=job.type, connector=by, attempt=job.attempts
    )
    uow.session.delete(job)
    uow.session.flush()


def _postpone(uow: UnitOfWork, job: Job, outcome: Retry) -> None:
    assert job.case is not None, "an external call belongs to a case"
    job.error, job.token, job.worker = outcome.why, None, None
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


def _set_aside(uow: UnitOfWork, job: Job, code: str, why: str) -> None:
    """No more tries: the job keeps its place, and its incident goes to a person."""
    assert job.case is not None, "a job that belongs to no case has nobody to tell"
    job.move("set aside")
    job.error, job.token, job.worker = why, None, None
    connector = "worker" if code == "poisoned" else (job.type or job.kind).partition(".")[0]
    trouble = Trouble(
        Origin.JOB, connector, code, why, job.element, node=job.node, attempts=job.attempts, facts=job.payload
    )
    incidents.raise_incident(uow, job.case, trouble, job=job)
