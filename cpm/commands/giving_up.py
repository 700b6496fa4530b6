"""The last word on a job that will not go well: an incident on its case, quarantine for a message, nothing in silence."""

from cpm.commands import (
    automatic,
    batch_work,
    correlation,
    incidents,
    interactions,
    mentioning,
    parties,
    replies,
    scans,
    webhooks,
)
from cpm.commands.incidents import Trouble
from cpm.model import Job, JobKind, Origin
from cpm.uow import UnitOfWork


def give_up(uow: UnitOfWork, job: Job, code: str, why: str) -> None:
    """An incident on its case; what belongs to no case yet is quarantined or dropped."""
    if job.kind == JobKind.BATCH:
        batch_work.ended_badly(uow, job, why, None)
        return
    if job.case_id is not None:
        set_aside(uow, job, code, why)
        return
    if job.kind == JobKind.SCAN:
        scans.give_up(uow, job, why)
    elif job.kind == JobKind.PARTY:
        parties.give_up(uow, job, code, why)
    elif job.kind == JobKind.MENTION:
        mentioning.give_up(uow, job, why)
    elif job.kind == JobKind.WEBHOOK:
        webhooks.missed(uow, job, why)
    elif job.kind == JobKind.FILING:
        interactions.quarantine(uow, int(job.payload["arrival"]), why)
    elif (case := correlation.concerned(uow, job.payload)) is not None:
        trouble = Trouble(Origin.JOB, job.kind.value, code, why, None, facts=job.payload)
        incidents.raise_incident(uow, case, trouble)
    uow.session.delete(job)


def set_aside(uow: UnitOfWork, job: Job, code: str, why: str) -> None:
    """No more tries: the job keeps its place, and its incident goes to a person."""
    assert job.case is not None, "a job that belongs to no case has nobody to tell"
    job.move("set aside")
    job.error, job.token, job.worker = why, None, None
    if job.kind == JobKind.LETTER:
        replies.failed(uow, job, why)
    connector = "worker" if code == "poisoned" else (job.type or job.kind).partition(".")[0]
    if (tried := automatic.failed(uow, job, code, why)) is not None:
        if tried.code == code:
            return  # no news: whoever has it has it still
        incidents.withdraw(uow, tried)
    trouble = Trouble(
        Origin.JOB, connector, code, why, job.element, node=job.node, attempts=job.attempts, facts=job.payload
    )
    incidents.raise_incident(uow, job.case, trouble, job=job)
