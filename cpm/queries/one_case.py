"""What several parts of a page tell of one case: who only reads it reads it once."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import BindParameter, ColumnElement, bindparam, exists, or_, select
from sqlalchemy.orm import aliased, joinedload

from cpm.database import ONLY_READS
from cpm.model import (
    Base,
    Case,
    CaseLink,
    CaseState,
    Comment,
    Document,
    ErpLink,
    Event,
    Incident,
    Job,
    Presence,
    Reply,
    ReplyState,
    StatusLink,
    Suggestion,
    Suspension,
    Task,
    TaskDraft,
    Variable,
    Wait,
)
from cpm.model.base import written
from cpm.model.suspension import stands_still
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


def _there() -> Mapping[type[Base], ColumnElement[bool]]:
    """Whether there is any of what most cases have none of."""
    other = aliased(Case)
    of_case: dict[type[Base], ColumnElement[bool]] = {
        noun: exists().where(noun.case_id == Case.id) for noun in _SELDOM
    }
    return {
        **of_case,
        Case: exists().where(
            other.customer_id == Case.customer_id, written(other.state, CaseState.OPEN), other.id != Case.id
        ),
        CaseLink: or_(
            exists().where(CaseLink.case_id == Case.id), exists().where(CaseLink.other_id == Case.id)
        ),
        Presence: exists().where(Presence.case_id == Case.id, Presence.login != bindparam("me")),
        Reply: exists().where(Reply.case_id == Case.id, Reply.state != ReplyState.SENT),
        Suspension: stands_still(),
        TaskDraft: exists().where(TaskDraft.task_id == Task.id, Task.case_id == Case.id),
    }


_SELDOM = (Comment, Document, ErpLink, Incident, StatusLink, Suggestion)
_THERE = _there()
_ANY = select(*_THERE.values()).where(Case.id == _CASE)


def has(uow: UnitOfWork, case_id: int, noun: type[Base]) -> bool:
    """Whether the case may have any: no is certain. Asked of all of them at once, for a page that then reads what there is.

    Case: other open ones of its customer; Presence: of others; Reply: that has not left; Suspension: that holds it.
    """
    if ONLY_READS not in uow.session.info:
        return True
    return noun in once(uow, has, case_id, lambda: _held(uow, case_id))


def _held(uow: UnitOfWork, case_id: int) -> frozenset[type[Base]]:
    row = uow.session.execute(_ANY, {"case": case_id, "me": uow.actor}).one_or_none() or ()
    return frozenset(noun for noun, there in zip(_THERE, row, strict=False) if there)


def tasks(uow: UnitOfWork, case_id: int) -> Sequence[Task]:
    return once(uow, tasks, case_id, lambda: uow.session.scalars(_TASKS, {"case": case_id}).all())


def jobs(uow: UnitOfWork, case_id: int) -> Sequence[Job]:
    return once(uow, jobs, case_id, lambda: uow.session.scalars(_JOBS, {"case": case_id}).all())


def waits(uow: UnitOfWork, case_id: int) -> Sequence[Wait]:
    return once(uow, waits, case_id, lambda: uow.session.scalars(_WAITS, {"case": case_id}).all())


def incidents(uow: UnitOfWork, case_id: int) -> Sequence[Incident]:
    """Each with its task."""
    if not has(uow, case_id, Incident):
        return ()
    return once(uow, incidents, case_id, lambda: uow.session.scalars(_INCIDENTS, {"case": case_id}).all())


def status_link(uow: UnitOfWork, case_id: int) -> StatusLink | None:
    if not has(uow, case_id, StatusLink):
        return None
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
