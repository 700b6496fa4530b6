"""The end of a case: by its process, or by a person who ends it."""

from sqlalchemy import and_, delete, not_, select, update

from cpm.commands import late_notices, parts, steps, variables
from cpm.model import (
    OPEN_TASKS,
    Case,
    Incident,
    IncidentState,
    Job,
    JobKind,
    JobState,
    Suspension,
    SuspensionState,
    Task,
    Wait,
)
from cpm.uow import UnitOfWork


def close(uow: UnitOfWork, case: Case, *, outcome: str | None) -> None:
    """Nothing is left to do for it, and nothing of where it stood is kept: its story is in the journal."""
    case.move("close")
    case.outcome, case.closed_at, case.awaits_reply = outcome, uow.now, False
    case.paused_at = case.tokens = None
    late_notices.withdraw(uow, case)
    if case.id in uow.suspended:
        _lift(uow, case)
    if case.business_key is not None:
        uow.freed.append((case.process, case.business_key))
    uow.record(case, "case.closed", outcome=outcome)


def _lift(uow: UnitOfWork, case: Case) -> None:
    """What is over does not stand still, and hears nothing more: nobody would release what is held for it."""
    held = (Job.case_id == case.id) & (Job.state == JobState.HELD)
    uow.session.execute(delete(Job).where(held, Job.kind.not_in((JobKind.LETTER, JobKind.NOTICE))))
    # what somebody wrote leaves, and so does what the customer is told of the steps that led here
    uow.session.execute(update(Job).where(held).values(state=JobState.WAITING))
    own = (Suspension.case_id == case.id) & (Suspension.state == SuspensionState.STANDING)
    lifted = {"state": SuspensionState.LIFTED, "lifted_at": uow.now, "lifted_by": uow.actor}
    uow.session.execute(update(Suspension).where(own).values(lifted))


def end(uow: UnitOfWork, case: Case, *, outcome: str, reason: str) -> None:
    """Close the case whatever it waits for; all that was open is withdrawn."""
    for task in uow.session.scalars(select(Task).where(Task.case_id == case.id, Task.state.in_(OPEN_TASKS))):
        steps.withdraw(uow, case, task)
    # a batch tells that it is closed; what somebody wrote before leaves all the same
    leaving = and_(Job.kind == JobKind.LETTER, Job.state != JobState.DEAD)
    theirs = select(Job).where(Job.case_id == case.id, Job.kind != JobKind.BATCH, not_(leaving))
    for row in (
        *uow.session.scalars(theirs),
        *uow.session.scalars(select(Wait).where(Wait.case_id == case.id)),
    ):
        uow.session.delete(row)
    uow.session.execute(
        update(Incident)
        .where(Incident.case_id == case.id, Incident.state == IncidentState.OPEN)
        .values(state=IncidentState.WITHDRAWN)
    )
    parts.forget(uow, case)
    uow.record(case, "case.ended", reason=reason)
    variables.leave_inner(uow, case)
    close(uow, case, outcome=outcome)
