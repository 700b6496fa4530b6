"""What machines have done in a case, by its journal, which is read together with why a step is there: one statement."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, Select, bindparam, or_, select

from cpm.model import Event
from cpm.queries.one_case import ASKED_FOR
from cpm.uow import UnitOfWork

#: What is written down once an element was done without a person.
_DONE = (
    "call.ended",
    "condition.met",
    "decision.made",
    "job.finished",
    "message.began",
    "message.correlated",
    "message.sent",
    "signal.heard",
    "signal.thrown",
    "timer.fired",
)
_LATEST = 500  #: of those: a case that goes round for years is drawn as quickly as any other


def _entries(*besides: ColumnElement[bool]) -> Select[Event]:
    of_case = Event.case_id == bindparam("case")
    theirs = select(Event.seq).where(of_case, Event.what.in_(_DONE)).order_by(Event.seq.desc()).limit(_LATEST)
    return select(Event).where(of_case, or_(Event.seq.in_(theirs), *besides)).order_by(Event.seq)


#: Every step asks one of them: made once.
_ALONE, _WITH_GROUNDS = _entries(), _entries(Event.what.in_(ASKED_FOR))


def entries(uow: UnitOfWork, case_id: int, *, grounds: bool = False) -> list[Event]:
    """The oldest first; `grounds`: those that tell why something is there, too."""
    return list(uow.session.scalars(_WITH_GROUNDS if grounds else _ALONE, {"case": case_id}))


def done(entries: Iterable[Event]) -> set[str]:
    """Elements. Entries of the first releases do not all name theirs."""
    found = (each.particulars.get("element") for each in entries if each.what in _DONE)
    return {str(element) for element in found if element}
