"""A customer's master data and those of an ERP meet: what changed here goes there, what changed there comes here.

A job for each link (`party_jobs`) asks them, outside any transaction (`cpm/master_data.py`); this is what is read before
and written after.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import case as when
from sqlalchemy import select

from cpm.commands import audit, customer_rows, incidents, jobs, taking
from cpm.commands.incidents import Trouble
from cpm.commands.jobs import Leased
from cpm.connectors.erp import Party
from cpm.connectors.erp.meeting import Met
from cpm.model import Case, CaseState, Customer, ErpLink, ErpParty, Job, Origin
from cpm.queries.party import party
from cpm.queries.survivors import survivor
from cpm.uow import UnitOfWork

_AGAIN = (timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=5))


@dataclass(frozen=True, slots=True)
class Plan:
    """What a meeting is about, as it began."""

    link: int
    system: str
    customer: int
    ours: Party  #: under their key
    common: Mapping[str, Any] | None
    make: bool  #: they do not have it yet, and are to
    mark: str


def plan(look: UnitOfWork, lease: Leased) -> Plan | None:
    """None if there is nobody to meet any more."""
    job = look.session.get(Job, lease.id)
    link = look.session.get(ErpLink, int(job.payload["link"])) if job is not None else None
    if job is None or link is None or link.customer_id is None:
        return None
    customer = survivor(look, look.get(Customer, link.customer_id))
    known = look.session.get(ErpParty, (link.system, customer.id))
    return Plan(
        link.id,
        link.system,
        customer.id,
        party(look, customer, key=link.key),
        None if known is None else known.common,
        bool(job.payload.get("make")),
        str(job.payload["mark"]),
    )


def met(uow: UnitOfWork, lease: Leased, of: Plan, both: Met) -> None:
    """What they have got is written down, and we take what is for us; what changed meanwhile meets once more."""
    customer = customer_rows.locked(uow, of.customer)  # before the job, as those do who change a customer
    if (job := jobs.leased(uow, lease)) is None:
        return
    row = _row(uow, of)
    if both.write:
        audit.record(
            uow, "customer.erp_written", customer=customer.id, system=of.system, fields=[*both.write]
        )
    if job.payload["mark"] != of.mark:
        row.common = {**row.common, **{name: both.common[name] for name in both.write}}
        _once_more(job)
        return
    left = taking.take_by_itself(uow, customer, both.take)
    _differs(uow, row, {**both.decide, **left})
    row.common = {**both.common, **{name: row.common.get(name) for name in left}}
    row.met_at, row.code, row.why = uow.now, None, None
    uow.session.delete(job)


def _once_more(job: Job) -> None:
    job.move("go on")
    job.token = job.worker = None


def end(uow: UnitOfWork, lease: Leased) -> None:
    if (job := jobs.leased(uow, lease)) is not None:
        uow.session.delete(job)


def later(uow: UnitOfWork, lease: Leased, of: Plan, code: str, why: str) -> None:
    """They are not there: they are asked again, as long as it takes."""
    if (job := jobs.leased(uow, lease)) is None:
        return
    _not_there(uow, of, code, why)
    job.error, job.token, job.worker, job.deaths = why, None, None, 0
    job.run_at = uow.now + _AGAIN[min(job.attempts, len(_AGAIN)) - 1]
    job.attempts = min(job.attempts, job.retries - 1)  # however often: only a worker's deaths wear it out
    job.move("postpone")


def refused(uow: UnitOfWork, lease: Leased, of: Plan, code: str, why: str) -> None:
    """They will not have it: a person has to look at it, and a change of the customer tries it again."""
    if (job := jobs.leased(uow, lease)) is None:
        return
    _not_there(uow, of, code, why)
    if job.payload["mark"] != of.mark:  # put right while they were asked
        _once_more(job)
    else:
        uow.session.delete(job)


def give_up(uow: UnitOfWork, job: Job, code: str, why: str) -> None:
    """No worker gets through it."""
    link = uow.session.get(ErpLink, int(job.payload["link"]))
    if link is not None and link.customer_id is not None:
        row = _row_of(uow, link.system, link.customer_id)
        row.code, row.why = code, why


def case_to_tell(uow: UnitOfWork, customer_id: int) -> int | None:
    """The customer's newest case, an open one rather than a closed one."""
    newest = select(Case.id).where(Case.customer_id == customer_id)
    return uow.session.scalar(
        newest.order_by(when((Case.state == CaseState.OPEN, 0), else_=1), Case.id.desc()).limit(1)
    )


def tell(uow: UnitOfWork, case_id: int, of: Plan, code: str, why: str) -> None:
    """An incident, once for each code; who has no case is found in the list of customers that differ."""
    case = uow.case(case_id)
    if not incidents.is_open(uow, case, code):
        facts = {"customer": of.customer, "system": of.system, "key": of.ours.key}
        incidents.raise_incident(uow, case, Trouble(Origin.JOB, "erp", code, why, None, facts=facts))


def _not_there(uow: UnitOfWork, of: Plan, code: str, why: str) -> None:
    row = _row(uow, of)
    row.code, row.why = code, why


def _row(uow: UnitOfWork, of: Plan) -> ErpParty:
    return _row_of(uow, of.system, of.customer)


def _row_of(uow: UnitOfWork, system: str, customer_id: int) -> ErpParty:
    row = uow.session.get(ErpParty, (system, customer_id), populate_existing=True)
    if row is None:
        row = ErpParty(system=system, customer_id=customer_id, common={}, theirs={}, met_at=None)
        uow.session.add(row)
    return row


def _differs(uow: UnitOfWork, row: ErpParty, theirs: Mapping[str, Any]) -> None:
    if theirs and dict(theirs) != row.theirs:
        who, system = row.customer_id, row.system
        audit.record(uow, "customer.erp_differs", customer=who, system=system, fields=[*theirs])
    row.theirs = dict(theirs)
