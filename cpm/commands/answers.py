"""What a call brings while its case stands still: it is written down with its job, and moves the case when that goes on."""

from cpm.commands import process, results
from cpm.connectors import Done, Failed, Outcome, Retry
from cpm.model import Case, Job
from cpm.uow import UnitOfWork

_KEPT = "outcome"  #: in the job's payload


def must_wait(uow: UnitOfWork, job: Job, outcome: Outcome) -> bool:
    """Whether the outcome would move a case that stands still; a failure that nobody catches moves none, nor does another try."""
    if job.case is None or job.node is None or job.case.id not in uow.suspended:
        return False
    match outcome:
        case Done():
            return True
        case Failed(code):
            return process.catches(uow, job.case, job.node, code)
        case Retry(code=code) if job.attempts > job.retries:
            return process.catches(uow, job.case, job.node, code)
    return False


def keep(uow: UnitOfWork, job: Job, outcome: Outcome) -> None:
    """The call was made, and is not made again. What was sent has left, and the case shows it at once."""
    assert job.case is not None, "an external call belongs to a case"
    job.payload = {**job.payload, _KEPT: _written(uow, job.case, outcome)}
    job.token, job.worker, job.deaths = None, None, 0
    job.queue, job.run_at = "engine", uow.now
    job.move("postpone")  # the promoter holds it
    uow.record(job.case, "job.answered", element=job.element, type=job.type)


def take(job: Job) -> Outcome:
    """What it brought, at last."""
    told = job.payload[_KEPT]
    job.payload = {name: value for name, value in job.payload.items() if name != _KEPT}
    job.queue = "calls"
    return Done(told["done"]) if "done" in told else Failed(told["code"], told["why"])


def _written(uow: UnitOfWork, case: Case, outcome: Outcome) -> dict[str, object]:
    match outcome:
        case Done():
            return {"done": dict(results.kept(uow, case, outcome))}
        case _:
            return {"code": outcome.code, "why": outcome.why}
