"""What is due while it is suspended is held, and released when it goes on; nothing else moves what stands still.

A held job is in no index that a claim reads, so any number of them slows nobody down. Jobs are held by whoever suspends,
and by the promoter: when they come due, or when a claim has met them, which finds those enqueued meanwhile.
"""

from uuid import uuid4

from sqlalchemy import ColumnElement, bindparam, exists, select, update

from cpm.commands import lifting, messages
from cpm.model import (
    Case,
    Job,
    JobKind,
    JobState,
    Message,
    MessageTaker,
    Suspension,
    SuspensionState,
    Wait,
    WaitKind,
)
from cpm.model.suspension import begins_nothing, done_by_hand, holds, in_case_that_stands_still, stands_still
from cpm.queries import starting, suspensions
from cpm.uow import UnitOfWork

#: Made once, as it is asked for every case that begins.
_NEVER_BEGINS = select(begins_nothing(bindparam("process")))


def hold(uow: UnitOfWork, which: ColumnElement[bool]) -> None:
    """Those that are ready, of what was just suspended. Who works on one is let: it is met again, if it stays."""
    ready = select(Job.id).where(Job.state == JobState.READY, which, ~done_by_hand())
    _set(uow, ready.with_for_update(skip_locked=True, key_share=True), JobState.HELD)


def release(uow: UnitOfWork, which: ColumnElement[bool]) -> None:
    """What nothing else holds waits for its time again: the promoter takes what is due, the oldest first."""
    lifting.alone(uow)
    free = select(Job.id).where(Job.state == JobState.HELD, which, ~holds())
    _set(uow, free, JobState.WAITING)


def must_go_on(uow: UnitOfWork, case: Case) -> None:
    """Suspended if the case, which is locked, stands still, unless it is moved by hand."""
    if case.id in uow.suspended and not uow.by_hand:
        raise suspensions.suspended(uow, case)


def must_begin(uow: UnitOfWork, process: str) -> None:
    """Suspended if no case of the process may begin."""
    refused = suspensions.not_begun(uow, process) if never_begins(uow, process) else None
    if refused is not None:
        raise refused


def never_begins(uow: UnitOfWork, process: str) -> bool:
    """Whether the process is suspended in the version that a new case would have."""
    return bool(uow.session.scalar(_NEVER_BEGINS, {"process": process}))


def are_suspended(uow: UnitOfWork, process: str | None) -> bool:
    """Whether any version of a process is, so that whoever resumes it will release what is held now for it."""
    lifting.beside(uow)
    of_process = (Suspension.process == process) & (Suspension.state == SuspensionState.STANDING)
    return bool(uow.session.scalar(select(exists().where(of_process))))


def bring_later(uow: UnitOfWork, *, case: int | None = None, process: str | None = None) -> None:
    """What came for this case, or for this process, right after this command: then it sees all who still found it suspended."""
    told = {"came_for": {"case": case, "process": process}}
    key, kind = f"came/{uuid4().hex}", JobKind.MESSAGE
    uow.session.add(
        Job(kind=kind, queue="intake", key=key, state=JobState.READY, run_at=uow.now, payload=told)
    )


def bring(uow: UnitOfWork, *, case: int | None, process: str | None) -> None:
    """The messages that came for this case, or for those of this process and for new ones."""
    if case is not None:
        _bring_to(uow, Wait.case_id == int(case))
    if process is None:
        return
    _bring_to(uow, (Wait.process == process) & ~in_case_that_stands_still(Wait.case_id))
    if not never_begins(uow, process):
        _bring_beginnings(uow, process)


def _bring_to(uow: UnitOfWork, waits: ColumnElement[bool]) -> None:
    """The messages that came for these waits while their cases stood still, the oldest first."""
    meant = select(Message).join(
        Wait,
        (Wait.kind == WaitKind.MESSAGE) & (Wait.message == Message.name) & (Wait.key == Message.key),
    )
    kept = meant.where(waits, Message.expires_at > uow.now, messages.not_taken_by(Wait.process))
    for message in uow.session.scalars(kept.distinct().order_by(Message.id)):
        messages.again(uow, message)


def _bring_beginnings(uow: UnitOfWork, process: str) -> None:
    """The messages that would have begun a case of the process."""
    names = {start.message for start in starting.starts_of(uow, process) if start.message}
    kept = select(Message).where(Message.name.in_(names), Message.expires_at > uow.now)
    theirs = kept.where(Message.customer_id.is_not(None), messages.not_taken_by(process))
    for message in uow.session.scalars(theirs.order_by(Message.id)) if names else ():
        messages.again(uow, message)


def replaced(uow: UnitOfWork, process: str) -> None:
    """Another version is in force: if the one before was suspended alone, cases may begin."""
    suspended = select(
        exists().where(Suspension.state == SuspensionState.STANDING, Suspension.process == process)
    )
    if uow.session.scalar(suspended) and not never_begins(uow, process):
        release(uow, Job.process == process)
        bring_later(uow, process=process)


def waited_for(uow: UnitOfWork, message: Message) -> bool:
    """Whether what stands still would have the message: then its time is not over yet."""
    taken = exists().where(MessageTaker.message_id == message.id, MessageTaker.process == Wait.process)
    waits = (
        select(Wait.id)
        .join(Case, Case.id == Wait.case_id)
        .where(Wait.kind == WaitKind.MESSAGE, Wait.message == message.name, Wait.key == message.key)
        .where(~taken, stands_still())
    )
    if uow.session.scalar(waits.limit(1)) is not None:
        return True
    begun = starting.by_message(uow, message.name) if message.customer_id is not None else []
    return any(
        never_begins(uow, bundle.key) and not starting.has_taken(uow, message, bundle.key)
        for bundle, _ in begun
    )


def _set(uow: UnitOfWork, found: object, state: JobState) -> None:
    moved = update(Job).where(Job.id.in_(found)).values(state=state)  # type: ignore[arg-type]
    uow.session.flush()
    uow.session.execute(moved.execution_options(synchronize_session=False))
