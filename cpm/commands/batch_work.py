"""What the machine does with a batch: writes its cases down, keeps what was seen at each, hands them out as jobs, ends it.

A batch has one job of its own, which does this in portions, each a short transaction: however many cases there are, no
statement and no lock is long. Killed at any moment, the portion is done again. Each case is a job by itself, after all
other work: with it, all of that case happens in one transaction or nothing (`do`).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Select, func, insert, literal, or_, select, update

from cpm.commands import jobs
from cpm.commands.bulk_kinds import kind
from cpm.commands.jobs import Leased
from cpm.errors import Conflict, CpmError, Forbidden
from cpm.model import (
    UNDONE,
    Batch,
    BatchItem,
    BatchState,
    Case,
    CaseState,
    ItemState,
    Job,
    JobKind,
    JobState,
)
from cpm.policies import Assent, PolicyWarning
from cpm.queries import access, targets
from cpm.queries.targets import Targets
from cpm.uow import UnitOfWork

QUEUE = "batches"
#: After all other work, which has 50.
PRIORITY = 90
#: Cases that one transaction writes down.
LISTED_AT_ONCE = 2_000
#: Cases whose jobs are in the queue at a time: the rest waits where it disturbs nobody.
HANDED_OUT = 500
_AGAIN = timedelta(seconds=0.5)
_NUMBERS = re.compile(r"C-\d+-\d|\d+")
_LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class Verdict:
    case_id: int
    refusal: CpmError | None = None  #: a warning of a policy is none: whoever starts the batch may confirm it
    broke: str = ""  #: what went wrong with us, if the look itself failed


def begin(uow: UnitOfWork, batch: Batch) -> None:
    """Let a worker go on with it; the job is there once."""
    key = _key(batch)
    if uow.session.scalar(select(Job.id).where(Job.key == key)) is None:
        about = {"queue": QUEUE, "state": JobState.READY, "run_at": uow.now, "priority": PRIORITY}
        uow.session.add(Job(kind=JobKind.BATCH, key=key, payload={"batch": batch.id}, **about))


def list_more(uow: UnitOfWork, lease: Leased) -> None:
    """Write down the next cases, in the order of their ids."""
    if (found := _own(uow, lease, BatchState.LISTING)) is None:
        return
    job, batch = found
    uow.actor = batch.created_by
    every = targets.cases(uow, Targets.of(batch.targets), closed=kind(batch.kind).closed)
    mine = access.within_reach(uow, every)
    after = mine.where(Case.id > batch.listed_to).order_by(Case.id).limit(LISTED_AT_ONCE).subquery()
    state = literal(ItemState.LISTED, BatchItem.state.type)
    rows = select(literal(batch.id), after.c.id, state, literal(0))
    columns = [BatchItem.batch_id, BatchItem.case_id, BatchItem.state, BatchItem.round]
    uow.session.execute(insert(BatchItem).from_select(columns, rows))
    listed = select(func.count(), func.max(BatchItem.case_id))
    fresh = BatchItem.batch_id == batch.id, BatchItem.case_id > batch.listed_to
    count, last = uow.session.execute(listed.where(*fresh)).one()
    batch.listed_to = last or batch.listed_to
    if count < LISTED_AT_ONCE:
        if mine is not every:
            batch.unseen = _count(uow, every) - _count(uow, mine)
        batch.move("look")
    _go_on(uow, job)


def unlooked(uow: UnitOfWork, batch: Batch, limit: int) -> Sequence[int]:
    """The next cases that nobody has looked at."""
    listed = BatchItem.batch_id == batch.id, BatchItem.state == ItemState.LISTED
    return uow.session.scalars(
        select(BatchItem.case_id).where(*listed).order_by(BatchItem.case_id).limit(limit)
    ).all()


def look(uow: UnitOfWork, batch: Batch, case_id: int) -> None:
    """Raises what would refuse the act. Of kinds that cannot look, the act is done: the caller rolls it back."""
    act = kind(batch.kind)
    case = uow.get(Case, case_id) if act.look else uow.case(case_id)
    _must_be_theirs(uow, batch, case)
    if act.look:
        act.look(uow, case, batch.options)
    else:
        act.act(uow, case, batch.options, batch.why)


def looked(uow: UnitOfWork, lease: Leased, verdicts: Sequence[Verdict]) -> None:
    """Write down what was seen; after the last one the batch waits for its start."""
    if (found := _own(uow, lease, BatchState.LOOKING)) is None:
        return
    job, batch = found
    if verdicts:
        uow.session.execute(update(BatchItem), [_row(uow, batch, verdict) for verdict in verdicts])
    if not unlooked(uow, batch, 1):
        batch.move("propose")
        uow.session.delete(job)
        return
    _go_on(uow, job)


def hand_out(uow: UnitOfWork, lease: Leased) -> None:
    """Put the next cases into the queue, never many at a time; after the last one the batch is done."""
    if (found := _own(uow, lease, BatchState.RUNNING)) is None:
        return
    job, batch = found
    waiting = _waiting(uow, batch)
    ids = _next(uow, batch, HANDED_OUT - waiting) if waiting <= HANDED_OUT // 2 else ()
    if ids:
        uow.session.execute(insert(Job), [_job(uow, batch, case_id) for case_id in ids])
        about = {"state": ItemState.WAITING, "round": batch.round, "reason": None, "told": None}
        these = BatchItem.batch_id == batch.id, BatchItem.case_id.in_(ids)
        uow.session.execute(update(BatchItem).where(*these).values(**about))
    elif not waiting:
        batch.move("finish")
        batch.finished_at = uow.now
        uow.session.delete(job)
        return
    job.attempts, job.deaths, job.token, job.worker = 0, 0, None, None
    job.run_at = uow.now + _AGAIN
    job.move("postpone")


def put_down(uow: UnitOfWork, lease: Leased) -> None:
    """Somebody has stopped the batch meanwhile: it has nothing of its own to do."""
    if (job := jobs.leased(uow, lease)) is None:
        return
    if _locked(uow, job).state == BatchState.RUNNING:  # tried again just now
        _go_on(uow, job)
    else:
        uow.session.delete(job)


def do(uow: UnitOfWork, case: Case, batch_id: int) -> None:
    """The act itself, to one case, in the name of who started the batch; the case is locked, its job is gone."""
    batch, item = uow.get(Batch, batch_id), uow.get(BatchItem, (batch_id, case.id))
    if item.state != ItemState.WAITING:
        return
    if batch.state != BatchState.RUNNING:
        item.move("leave")
        _hurry(uow, batch)
        return
    assert batch.started_by is not None, "a running batch was started by somebody"
    uow.actor, uow.batch = batch.started_by, batch.id
    uow.assent = Assent(frozenset(batch.said["confirmed"]), batch.said["override"])
    _must_be_theirs(uow, batch, case)
    kind(batch.kind).act(uow, case, batch.options, batch.why)
    item.move("finish")
    item.at = uow.now
    _hurry(uow, batch)


def ended_badly(uow: UnitOfWork, job: Job, why: str, error: BaseException | None) -> None:
    """The act has raised, and its transaction is gone: the reason is kept. Of the batch's own work: it breaks."""
    batch = uow.get(Batch, int(job.payload["batch"]))
    if job.case_id is None:
        if batch.state in (BatchState.LISTING, BatchState.LOOKING, BatchState.RUNNING):
            batch.error = why
            batch.move("break")
    elif (item := uow.get(BatchItem, (batch.id, job.case_id))).state == ItemState.WAITING:
        item.move("refuse" if isinstance(error, CpmError) else "fail")
        item.at, item.told, item.reason = uow.now, *_told(error if isinstance(error, CpmError) else None, why)
        _hurry(uow, batch)
    uow.session.delete(job)


def _hurry(uow: UnitOfWork, batch: Batch) -> None:
    """The last one in the queue calls for the next; if two are last at once, a moment passes."""
    uow.session.flush()
    if not _waiting(uow, batch):
        own = Job.key == _key(batch), Job.state == JobState.WAITING
        uow.session.execute(update(Job).where(*own).values(run_at=uow.now))


def _key(batch: Batch) -> str:
    return f"batch/{batch.id}"


def _own(uow: UnitOfWork, lease: Leased, state: BatchState) -> tuple[Job, Batch] | None:
    """The batch's own job and the batch, both locked, if the lease still holds and nobody has stopped it."""
    if (job := jobs.leased(uow, lease)) is None:
        return None
    if (batch := _locked(uow, job)).state != state:
        _go_on(uow, job)
        return None
    return job, batch


def _locked(uow: UnitOfWork, job: Job) -> Batch:
    this = select(Batch).where(Batch.id == int(job.payload["batch"])).with_for_update(key_share=True)
    return uow.session.scalars(this.execution_options(populate_existing=True)).one()


def _go_on(uow: UnitOfWork, job: Job) -> None:
    job.move("go on")
    job.attempts, job.deaths, job.token, job.worker, job.run_at = 0, 0, None, None, uow.now


def _must_be_theirs(uow: UnitOfWork, batch: Batch, case: Case) -> None:
    act, user = kind(batch.kind), uow.user()
    allowed = act.starters if batch.started_by == uow.actor else act.starters | act.proposers
    if not allowed.intersection(user.roles):
        raise Forbidden(
            f"Expected {uow.actor} to have a role that may do this, but they have none by now",
            de="Wer den Sammelauftrag gestartet hat, darf das inzwischen nicht mehr.",
        )
    access.must_reach(uow, case)
    if case.state != CaseState.OPEN and not act.closed:
        raise Conflict(
            f"Expected case {case.number} to be open, but it is closed",
            de=f"Der Vorgang {case.number} ist schon abgeschlossen.",
        )


def _row(uow: UnitOfWork, batch: Batch, verdict: Verdict) -> Mapping[str, object]:
    warned = isinstance(verdict.refusal, PolicyWarning)
    able = warned or (verdict.refusal is None and not verdict.broke)
    told, reason = _told(verdict.refusal, verdict.broke) if warned or not able else (None, None)
    state = ItemState.ABLE if able else ItemState.UNABLE
    about = {"state": state, "reason": reason, "told": told, "at": uow.now}
    return {"batch_id": batch.id, "case_id": verdict.case_id, **about}


def _told(refusal: CpmError | None, broke: str) -> tuple[dict[str, str], str]:
    """In words, and what is the same for all with the same reason: the words without their numbers."""
    english = str(refusal) if refusal else broke
    german = refusal.sentence("de") if refusal else f"Dabei ging etwas schief: {broke}"
    reason = _NUMBERS.sub("#", english)[:_LONGEST_REASON]
    return {"de": german, "en": english}, reason


def _count(uow: UnitOfWork, query: Select[int]) -> int:
    return uow.session.scalar(select(func.count()).select_from(query.subquery())) or 0


def _waiting(uow: UnitOfWork, batch: Batch) -> int:
    waiting = BatchItem.batch_id == batch.id, BatchItem.state == ItemState.WAITING
    few = select(BatchItem.case_id).where(*waiting).limit(HANDED_OUT)
    return uow.session.scalar(select(func.count()).select_from(few.subquery())) or 0


def _next(uow: UnitOfWork, batch: Batch, limit: int) -> Sequence[int]:
    """Those that can and were not begun, then what a retry tries again."""
    fresh = BatchItem.state == ItemState.CHOSEN
    if not batch.picked:
        fresh = or_(fresh, BatchItem.state == ItemState.ABLE)
    undone = BatchItem.state.in_(UNDONE) & (BatchItem.round < batch.round)
    query = select(BatchItem.case_id).where(BatchItem.batch_id == batch.id, or_(fresh, undone))
    return uow.session.scalars(query.order_by(BatchItem.case_id).limit(limit)).all()


def _job(uow: UnitOfWork, batch: Batch, case_id: int) -> dict[str, object]:
    return {
        "case_id": case_id,
        "kind": JobKind.BATCH,
        "queue": "engine",
        "key": f"batch/{batch.id}/{case_id}/{batch.round}",
        "state": JobState.READY,
        "priority": PRIORITY,
        "run_at": uow.now,
        "payload": {"batch": batch.id},
    }
