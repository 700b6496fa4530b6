"""Steps of a process that need no other system: done in the database, in the transaction that settles them.

They are drawn as service tasks, and the job of one keeps its place in the queue like any other; it is leased, because
what it works on comes from strangers, and never calls a connector.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select

from cpm.commands import capturing, refiling, returned, sorting
from cpm.commands.jobs import Leased
from cpm.connectors import Outcome
from cpm.model import Case, Job
from cpm.model.job import DONE_HERE
from cpm.uow import UnitOfWork

_DO: Mapping[str, Callable[[UnitOfWork, Case, Mapping[str, Any]], Outcome]] = {
    "cases.attach": sorting.attach,
    "cases.start": sorting.start,
    "customers.add_address": capturing.add_address,
    "customers.known": capturing.known,
    "customers.save": capturing.save,
    "customers.set_status": capturing.set_status,
    "document.file": refiling.file,
    "post.again": returned.again,
}
assert _DO.keys() == DONE_HERE, "what is enqueued for here is done here"


def run(uow: UnitOfWork, job: Job) -> Outcome:
    assert job.case is not None, "a step belongs to a case"
    return _DO[job.type or ""](uow, job.case, job.payload["inputs"])


def lock_first(uow: UnitOfWork, leased: Leased) -> None:
    """The other case that a step is about, if its number is smaller than the own one's: so everybody locks them."""
    if leased.case_id is None:
        return
    wanted = select(Job.payload).where(Job.id == leased.id, Job.type.in_(DONE_HERE))
    payload = uow.session.scalar(wanted)
    other = sorting.target(uow, payload["inputs"]) if payload else None
    if other is not None and other < leased.case_id:
        uow.case(other)
