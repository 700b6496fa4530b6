"""What several parts of a page tell of one case: who only reads it reads it once."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import BindParameter, bindparam, select
from sqlalchemy.orm import joinedload

from cpm.database import ONLY_READS
from cpm.model import Event, Incident, Job, StatusLink, Task, Variable, Wait
from cpm.uow import UnitOfWork

T = TypeVar("T")

#: Made once: each page asks them.
_CASE: BindParameter[int] = bindparam("case")
_TASKS = select(Task).where(Task.case_id == _CASE).order_by(Task.id)
_JOBS = select(Job).where(Job.case_id == _CASE).order_by(Job.id)
_WAITS = select(Wait).where(Wait.case_id == _CASE).order_by(Wait.id)
_INCIDENTS = (
    select(Incident).where(Incident.case_id == _CASE).order_by(Incident.id).options(joinedload(Incident.task))
)
_LINK = select(StatusLink).where(StatusLink.case_id == _CASE)
_OWN = (
    select(Variable.name, Variable.value)
    .where(Variable.case_id == _CASE, Variable.part == 0, Variable.scope == "", Variable.until.is_(None))
    .order_by(Variable.id)
)
#: What tells why something is where it is; and what customers were not told.
ASKED_FOR = ("case.steered", "decision.made", "case.resumed")
NOT_TOLD = "notice.skipped"
_EVENTS = (
    select(Event).where(Event.case_id == _CASE, Event.what.in_((*ASKED_FOR, NOT_TOLD))).order_by(Event.seq)
)


def tasks(uow: UnitOfWork, case_id: int) -> Sequence[Task]:
    return once(uow, tasks, case_id, lambda: uow.session.scalars(_TASKS, {"case": case_id}).all())


def jobs(uow: UnitOfWork, case_id: int) -> Sequence[Job]:
    return once(uow, jobs, case_id, lambda: uow.session.scalars(_JOBS, {"case": case_id}).all())


def waits(uow: UnitOfWork, case_id: int) -> Sequence[Wait]:
    return once(uow, waits, case_id, lambda: uow.session.scalars(_WAITS, {"case": case_id}).all())


def incidents(uow: UnitOfWork, case_id: int) -> Sequence[Incident]:
    """Each with its task."""
    return once(uow, incidents, case_id, lambda: uow.session.scalars(_INCIDENTS, {"case": case_id}).all())


def status_link(uow: UnitOfWork, case_id: int) -> StatusLink | None:
    return once(uow, status_link, case_id, lambda: uow.session.scalar(_LINK, {"case": case_id}))


def variables(uow: UnitOfWork, case_id: int) -> Mapping[str, Any]:
    """The case's own, in the order in which they came."""
    return once(uow, variables, case_id, lambda: dict(uow.session.execute(_OWN, {"case": case_id}).all()))


def grounds(uow: UnitOfWork, case_id: int) -> Sequence[Event]:
    """Entries of the journal that are ASKED_FOR or NOT_TOLD, the oldest first."""
    return once(uow, grounds, case_id, lambda: uow.session.scalars(_EVENTS, {"case": case_id}).all())


def once(uow: UnitOfWork, what: object, case_id: int, read: Callable[[], T]) -> T:
    """What `read` brings; who only reads has it from the first time."""
    if ONLY_READS not in uow.session.info:
        return read()
    known: dict[tuple[object, int], Any] = uow.session.info.setdefault(once, {})
    if (what, case_id) not in known:
        known[what, case_id] = read()
    found: T = known[what, case_id]
    return found
