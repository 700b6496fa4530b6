"""What a call brought when its case had gone another way: it is told, not lost."""

from typing import Any

from sqlalchemy import select

from cpm.commands import erp_links, incidents, interactions
from cpm.commands.incidents import Trouble
from cpm.commands.jobs import Leased
from cpm.connectors import Done, Failed, Outcome, Retry
from cpm.model import Event, Job, Origin
from cpm.uow import UnitOfWork


def came_late(uow: UnitOfWork, lease: Leased, outcome: Outcome) -> None:
    """The case went another way while the call was under way: what it brought is told, not lost.

    If the job is still there, another lease has it, and that one settles. If another lease has settled it, it brought
    what this one brings, for both asked under one key.
    """
    there = uow.session.scalar(select(Job.id).where(Job.key == lease.key))
    if lease.case_id is None or there is not None or not isinstance(outcome, Done):
        return
    case = uow.case(lease.case_id)
    if _was_finished(uow, lease):
        return
    uow.record(case, "job.came_late", key=lease.key)
    erp_links.keep(uow, case, outcome.links)
    if outcome.sent is not None:
        interactions.sent(uow, case, outcome.sent)
        return
    why = "The other system did it, but the case had gone another way meanwhile."
    trouble = Trouble(Origin.JOB, "worker", "came_late", why, None, facts={"key": lease.key, **told(outcome)})
    incidents.raise_incident(uow, case, trouble)


def _was_finished(uow: UnitOfWork, lease: Leased) -> bool:
    finished = select(Event.particulars).where(Event.case_id == lease.case_id, Event.what == "job.finished")
    return any(told.get("key") == lease.key for told in uow.session.scalars(finished))


def told(outcome: Outcome) -> dict[str, Any]:
    match outcome:
        case Done(variables):
            return {"done": {name: str(value) for name, value in variables.items()}}
        case Retry(why, code) | Failed(code, why):
            return {"code": code, "why": why}
