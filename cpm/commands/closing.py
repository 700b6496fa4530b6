"""The end of a case: by its process, or by a person who ends it."""

from sqlalchemy import delete, select, update

from cpm.commands import parts, steps, variables
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
    if case.id in uow.suspended:
        _lift(uow, case)
    if case.business_key is not None:
        uow.freed.append((case.process, case.business_key))
    uow.record(case, "case.closed", outcome=outcome)


def _lift(uow: UnitOfWork, case: Case) -> None:
    """What is over does not stand still, and hears nothing more: nobody would release what is held for it."""
    uow.session.execute(delete(Job).where(Job.case_id == case.id, Job.state == JobState.HELD))
    own = (Suspension.case_id == case.id) & (Suspension.state == SuspensionState.STANDING)
    lifted = {"state": SuspensionState.LIFTED, "lifted_at": uow.now, "lifted_by": uow.actor}
    uow.session.execute(update(Suspension).where(own).values(lifted))


def end(uow: UnitOfWork, case: Case, *, outcome: str, reason: str) -> None:
    """Close the case whatever it waits for; all that was open is withdrawn."""
    for task in uow.session.scalars(select(Task).where(Task.case_id == case.id, Task.state.in_(OPEN_TASKS))):
        steps.withdraw(uow, case, task)
    theirs = select(Job).where(
        Job.case_id == case.id, Job.kind != JobKind.BATCH
    )  # which tells that it is closed
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
