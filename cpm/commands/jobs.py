"""The queue: claim, lease, renew, and promote what has become due. How a job ends is in `settling`.

Inline work (timers, due times, messages, filing) is claimed, done and deleted in one transaction. An external call
takes a lease in a first transaction, is made outside any, and is settled in a second one if the lease is still ours.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from sqlalchemy import and_, select, update

from cpm.model import Case, Job, JobState
from cpm.uow import UnitOfWork

#: How long a job is put off that nobody could be told of.
PUT_OFF = timedelta(minutes=15)
#: A worker that has not settled or renewed by then is taken for dead.
LEASE = timedelta(seconds=60)
_PROMOTED_AT_ONCE = 500
_SLEEPING = Job.state.in_((JobState.WAITING, JobState.RUNNING))
_IN_TURN = (Job.priority, Job.run_at, Job.id)  #: what was due first is done first, also after a late start
_WORN_OUT = and_(Job.state == JobState.RUNNING, Job.attempts > Job.retries)


@dataclass(frozen=True, slots=True)
class Leased:
    """A job in the hands of one worker, for as long as the token holds."""

    id: int
    token: str
    key: str
    attempt: int
    case_id: int | None


def claim_inline(uow: UnitOfWork) -> Job | None:
    """A due job of a case, with its case locked; skips cases and jobs that somebody else works on."""
    due = (
        select(Job)
        .join(Case, Case.id == Job.case_id)
        .where(Job.state == JobState.READY, Job.queue == "engine")
        .order_by(*_IN_TURN)
        .limit(1)
        .with_for_update(of=[Job, Case], skip_locked=True, key_share=True)
    )
    return uow.session.scalar(due)


def lease(uow: UnitOfWork, worker: str, *, queue: str = "calls", until: timedelta = LEASE) -> Leased | None:
    """Take a lease on a due job; it counts as an attempt from now on, whatever becomes of the worker."""
    due = select(Job).where(Job.state == JobState.READY, Job.queue == queue).order_by(*_IN_TURN)
    job = uow.session.scalar(due.limit(1).with_for_update(skip_locked=True, key_share=True))
    if job is None:
        return None
    job.move("lease")
    job.token, job.worker = uuid4().hex, worker
    job.run_at = uow.now + until
    job.attempts += 1
    return Leased(job.id, job.token, job.key, job.attempts, job.case_id)


def leased(uow: UnitOfWork, lease: Leased) -> Job | None:
    """The job, locked after its case, if this lease still holds."""
    job = locked(uow, lease.id)
    return job if job and job.token == lease.token and job.state == JobState.RUNNING else None


def renew(uow: UnitOfWork, tokens: list[str], *, until: timedelta = LEASE) -> None:
    """A long call is still alive."""
    alive = update(Job).where(Job.token.in_(tokens), Job.state == JobState.RUNNING)
    uow.session.execute(alive.values(run_at=uow.now + until))


def put_off(uow: UnitOfWork, job_id: int) -> None:
    """Out of the others' way for a while, when even telling somebody of it failed; touches this row alone."""
    away = update(Job).where(Job.id == job_id, Job.state.in_((JobState.READY, JobState.RUNNING)))
    uow.session.execute(
        away.values(state=JobState.WAITING, run_at=uow.now + PUT_OFF, attempts=Job.retries, token=None)
    )


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


def work_is_due(uow: UnitOfWork, queue: str) -> bool:
    """A look without a lock, so that an idle worker disturbs nobody."""
    return (
        uow.session.scalar(select(Job.id).where(Job.state == JobState.READY, Job.queue == queue).limit(1))
        is not None
    )


def promotion_is_due(uow: UnitOfWork) -> bool:
    return uow.session.scalar(select(Job.id).where(_SLEEPING, Job.run_at <= uow.now).limit(1)) is not None


def locked(uow: UnitOfWork, job_id: int) -> Job | None:
    """The job, locked after its case, which is the order that everybody keeps."""
    owner = uow.session.scalar(select(Job.case_id).where(Job.id == job_id))
    if owner is not None:
        uow.case(owner)
    fresh = select(Job).where(Job.id == job_id).execution_options(populate_existing=True)
    return uow.session.scalar(fresh.with_for_update(of=Job, key_share=True))
