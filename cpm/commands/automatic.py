"""What the engine tries by itself, once, where exceptions.dmn says so: a call that was set aside is made once more.

It is safe because every attempt has the idempotency key of the first. The incident stays open meanwhile, with its
person: whoever settles it first drops the try.
"""

from datetime import datetime

from sqlalchemy import select

from cpm.commands import enqueue, jobs
from cpm.model import (
    OPEN_TASKS,
    CaseState,
    Incident,
    IncidentState,
    Job,
    JobKind,
    JobState,
    Remedy,
    Task,
)
from cpm.uow import UnitOfWork

#: In the payload of a call that is made by itself: its incident.
_BY_ITSELF = "automatic"
#: Who settled an incident that nobody had to settle.
ACTOR = "automatic"


def plan(uow: UnitOfWork, incident: Incident, at: datetime | None) -> None:
    """Put the try into the queue, if the rules want one, the call can be repeated, and none was made here before."""
    job, case = incident.job, incident.case
    can_be_repeated = job is not None and job.kind == JobKind.CALL and Remedy.RETRY in incident.remedies
    if at is None or not can_be_repeated or case.state == CaseState.CLOSED or _was_tried(uow, incident):
        return
    incident.auto_at = at
    more = {"run_at": at, "payload": {"incident": incident.id}}
    enqueue.put(uow, [enqueue.at_node(case, incident.node, incident.element, JobKind.AUTOMATIC, **more)])
    uow.record(
        case,
        "incident.auto_planned",
        incident=incident.id,
        element=incident.element,
        remedy="retry",
        until=at,
    )


def try_again(uow: UnitOfWork, incident_id: int) -> None:
    """The time has come: one more attempt, under the same key. Nothing if a person was faster."""
    incident = uow.get(Incident, incident_id)
    job = incident.job
    if incident.state != IncidentState.OPEN or job is None or job.state != JobState.DEAD:
        return
    job.move("try again")
    job.run_at, job.retries = uow.now, job.attempts  # this attempt is the last, whatever comes of it
    job.deaths = min(job.deaths, jobs.MOST_DEATHS - 1)  # one more, if that is what it died of
    job.payload = {**job.payload, _BY_ITSELF: incident.id}
    uow.record(
        incident.case, "incident.auto_tried", incident=incident.id, element=incident.element, type=job.type
    )


def succeeded(uow: UnitOfWork, job: Job) -> None:
    """The call went well. If it was one of ours, its incident is settled, and nobody has to look."""
    incident = _incident_of(uow, job)
    if incident is None:
        return
    incident.move("resolve")
    incident.resolved_at, incident.resolved_by = uow.now, ACTOR
    incident.resolution = {"remedy": Remedy.RETRY.value, "note": "", "data": {}}
    for task in uow.session.scalars(
        select(Task).where(Task.case_id == incident.case_id, Task.incident_id == incident.id)
    ):
        if task.state in OPEN_TASKS:
            task.move("withdraw")
    uow.record(
        incident.case,
        "incident.auto_resolved",
        incident=incident.id,
        title=incident.task.title_de,
        title_en=incident.task.title_en,
        element=incident.element,
    )


def failed(uow: UnitOfWork, job: Job, code: str, why: str) -> Incident | None:
    """The call failed. If it was one of ours, its incident, which is still open and with its person."""
    incident = _incident_of(uow, job)
    if incident is None:
        return None
    job.payload = {name: value for name, value in job.payload.items() if name != _BY_ITSELF}
    uow.record(
        incident.case,
        "incident.auto_failed",
        incident=incident.id,
        element=incident.element,
        code=code,
        why=why,
    )
    return incident


def _incident_of(uow: UnitOfWork, job: Job) -> Incident | None:
    if (incident_id := job.payload.get(_BY_ITSELF)) is None:
        return None
    incident = uow.get(Incident, int(incident_id))
    return incident if incident.state == IncidentState.OPEN else None


def _was_tried(uow: UnitOfWork, incident: Incident) -> bool:
    """At this place with this code; a process that comes here again comes to another place."""
    before = select(Incident.id).where(
        Incident.case_id == incident.case_id,
        Incident.node == incident.node,
        Incident.code == incident.code,
        Incident.auto_at.is_not(None),
    )
    return uow.session.scalar(before.limit(1)) is not None
