"""The queue: claim, lease, renew, and promote what has become due. How a job ends is in `settling`.

Inline work (timers, due times, messages, filing) is claimed, done and deleted in one transaction. An external call
takes a lease in a first transaction, is made outside any, and is settled in a second one if the lease is still ours.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from uuid import uuid4

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, literal, or_, select, text, update

from cpm.commands import lifting
from cpm.model import Case, Job, JobState
from cpm.model.base import written
from cpm.model.suspension import holds
from cpm.uow import UnitOfWork

#: How long a job is put off that nobody could be told of.
PUT_OFF = timedelta(minutes=15)
#: A worker that has not settled or renewed by then is taken for dead.
LEASE = timedelta(seconds=60)
#: So many workers in a row that died with a job in hand, and nobody tries it any more.
MOST_DEATHS = 3
_PROMOTED_AT_ONCE = 500
_READY = written(Job.state, JobState.READY)
_SLEEPING = written(Job.state, JobState.WAITING, JobState.RUNNING)
_IN_TURN = (Job.priority, Job.run_at, Job.id)  #: what was due first is done first, also after a late start
_WORN_OUT = and_(written(Job.state, JobState.RUNNING), Job.attempts > Job.retries)
_SUSPECT = text("jobs.deaths > 0")  # word for word as in the index, which SQLite wants
#: Made once: it is asked at every claim, and making it costs more than asking.
_HELD = select(holds()).where(Job.id == bindparam("job"))
_POISONED = and_(_SUSPECT, Job.deaths >= MOST_DEATHS, _READY)


class Share(Enum):
    """Which jobs a worker takes. Suspects are those that were in hand when a worker died, the guilty one and the
    innocent ones beside it: a worker that has nothing else in hand tries them, so that the next death tells which.
    """

    ALL = "all"  #: for who works alone
    SOUND = "sound"
    SUSPECT = "suspect"

    @property
    def condition(self) -> ColumnElement[bool]:
        match self:
            case Share.SOUND:
                return Job.deaths == 0
            case Share.SUSPECT:
                return and_(_SUSPECT, Job.deaths < MOST_DEATHS)
            case Share.ALL:
                return Job.deaths < MOST_DEATHS


@dataclass(frozen=True, slots=True)
class Leased:
    """A job in the hands of one worker, for as long as the token holds."""

    id: int
    token: str
    key: str
    attempt: int
    case_id: int | None


def claim_inline(uow: UnitOfWork, share: Share = Share.ALL) -> Job | None:
    """A due job of a case, with its case locked; skips cases and jobs that somebody else works on."""
    due = (
        select(Job)
        .join(Case, Case.id == Job.case_id)
        .where(_READY, Job.queue == "engine", share.condition)
        .order_by(*_IN_TURN)
        .limit(1)
        .with_for_update(of=[Job, Case], skip_locked=True, key_share=True)
    )
    return _free(uow, due)


def lease(
    uow: UnitOfWork,
    worker: str,
    *,
    queue: str = "calls",
    until: timedelta = LEASE,
    share: Share = Share.ALL,
) -> Leased | None:
    """Take a lease on a due job; it counts as an attempt from now on, whatever becomes of the worker."""
    due = select(Job).where(_READY, Job.queue == queue, share.condition)
    first = due.order_by(*_IN_TURN).limit(1)
    job = _free(uow, first.with_for_update(of=Job, skip_locked=True, key_share=True))
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
    """What is due becomes ready, or held: timers, ended backoffs, and calls whose lease ran out, which counts as a death."""
    due = select(Job.id).where(_SLEEPING, Job.run_at <= uow.now, ~_WORN_OUT).order_by(Job.run_at)
    ids = list(
        uow.session.scalars(due.limit(_PROMOTED_AT_ONCE).with_for_update(skip_locked=True, key_share=True))
    )
    if ids:
        lost = case((Job.state == JobState.RUNNING, 1), else_=0)
        due_now = update(Job).where(Job.id.in_(ids))
        if lifting.beside_at_once(uow):
            state: ColumnElement[str] = case((holds(), JobState.HELD), else_=JobState.READY)
        else:  # what is to be held, or is not any more, is met again
            due_now, state = due_now.where(~holds()), literal(JobState.READY, Job.state.type)
        awake = {"state": state, "token": None, "worker": None, "deaths": Job.deaths + lost}
        due_now = due_now.values(awake)
        uow.session.execute(due_now.execution_options(synchronize_session=False))
    return len(ids)


def bereave(uow: UnitOfWork, worker: str, held: Collection[int], *, alone: bool = True) -> list[int]:
    """A worker died with these jobs in hand: they are ready again, each with one more death.

    However fast others die too, what was not tried `alone` comes to that: only such a death is the last one.

    A second time, for the same worker, it changes nothing: its leases are gone, and what it had claimed bears its name.
    Returns those that another has claimed just now, to be counted later if they are still there.
    """
    leased = and_(Job.state == JobState.RUNNING, Job.worker == worker)
    claimed = and_(Job.state == JobState.READY, Job.worker.is_distinct_from(worker))
    theirs = select(Job.id).where(Job.id.in_(held), or_(leased, claimed))
    free = set(uow.session.scalars(theirs.with_for_update(skip_locked=True, key_share=True)))
    died = Job.deaths + 1 if alone else case((Job.deaths < MOST_DEATHS - 1, Job.deaths + 1), else_=Job.deaths)
    mourned = {"state": JobState.READY, "token": None, "worker": worker, "deaths": died}
    uow.session.execute(update(Job).where(Job.id.in_(free)).values(mourned))
    return [job_id for job_id in uow.session.scalars(theirs) if job_id not in free]


def worn_out(uow: UnitOfWork) -> list[int]:
    """What no worker survives: too many deaths in a row, or a call whose last lease ran out."""
    given_up = select(Job.id).where(_WORN_OUT, Job.run_at <= uow.now)
    return [*uow.session.scalars(given_up), *uow.session.scalars(select(Job.id).where(_POISONED))]


def is_worn_out(uow: UnitOfWork, job: Job) -> bool:
    if job.state == JobState.READY:
        return job.deaths >= MOST_DEATHS
    return job.state == JobState.RUNNING and job.run_at <= uow.now and job.attempts > job.retries


def work_is_due(uow: UnitOfWork, queue: str, share: Share = Share.ALL) -> bool:
    """A look without a lock, so that an idle worker disturbs nobody."""
    due = select(Job.id).where(_READY, Job.queue == queue, share.condition)
    return uow.session.scalar(due.limit(1)) is not None


def promotion_is_due(uow: UnitOfWork) -> bool:
    """Has anything become due, or is there what no worker survives?"""
    due = select(Job.id).where(_SLEEPING, Job.run_at <= uow.now).limit(1)
    poisoned = select(Job.id).where(_POISONED).limit(1)
    return uow.session.scalar(due) is not None or uow.session.scalar(poisoned) is not None


def locked(uow: UnitOfWork, job_id: int) -> Job | None:
    """The job, locked after its case, which is the order that everybody keeps."""
    owner = uow.session.scalar(select(Job.case_id).where(Job.id == job_id))
    if owner is not None:
        uow.case(owner)
    fresh = select(Job).where(Job.id == job_id).execution_options(populate_existing=True)
    return uow.session.scalar(fresh.with_for_update(of=Job, key_share=True))


def _free(uow: UnitOfWork, due: Select[Job]) -> Job | None:
    """The first that is not suspended; those before it, which were enqueued meanwhile, are left to the promoter to hold.

    Asked after the lock, in a statement of its own: the one that locks may have begun before somebody suspended the case.
    """
    while (job := uow.session.scalar(due)) is not None:
        if not uow.session.scalar(_HELD, {"job": job.id}):
            return job
        job.move("postpone")
        uow.session.flush()
    return None
