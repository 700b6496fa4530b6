"""What a person decides of a notice that waits: it goes at once, or it is not said."""

from cpm import bpmn
from cpm.commands import notices, process, telling
from cpm.errors import Conflict
from cpm.model import Case, Job, JobState
from cpm.queries.notice_words import WAITS, event_of
from cpm.uow import UnitOfWork


def hurry(uow: UnitOfWork, job_id: int) -> Job:
    """Somebody decides that a notice which waits goes at once; advertising keeps to its hours."""
    case, job = _waiting(uow, job_id)
    if notices.plan(uow, job).kind == "advertising":
        raise Conflict(
            "Expected to tell the customer now, but advertising keeps to its hours",
            de="Werbung geht nur zu den Werbezeiten hinaus.",
        )
    job.payload = {**job.payload, "at_once": True}
    job.run_at = uow.now
    event = event_of(job) or ""
    de, en = telling.names(uow, case, event)
    uow.record(case, "notice.hurried", event=event, title=de, title_en=en)
    return job


def leave_out(uow: UnitOfWork, job_id: int) -> None:
    """Somebody decides that the customer is not told; the process goes on and hears it."""
    case, job = _waiting(uow, job_id)
    name = uow.user().name
    reason = (f"{name} hat entschieden, es nicht zu sagen.", f"{name} decided not to say it.")
    outcome, node = telling.left_out(uow, case, job, reason), job.node
    uow.session.delete(job)
    uow.session.flush()
    if node is not None:
        process.resume(uow, case, bpmn.Completed(node, outcome.variables))


def _waiting(uow: UnitOfWork, job_id: int) -> tuple[Case, Job]:
    job = uow.of_case(Job, job_id)
    uow.must_be_active()
    if job.case is None or job.state != JobState.WAITING or WAITS not in job.payload:
        raise Conflict(
            f"Expected a notice that waits, but job {job_id} is none",
            de="Diese Benachrichtigung wartet nicht (mehr).",
        )
    return job.case, job
