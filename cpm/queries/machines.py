"""What machines have done in a case, by its journal, which is read together with why a step is there: one statement."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, or_, select

from cpm.model import Event
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


def entries(uow: UnitOfWork, case_id: int, *, besides: ColumnElement[bool] | None = None) -> list[Event]:
    """The oldest first; `besides`: others of the case that the page wants."""
    of_case = Event.case_id == case_id
    theirs = select(Event.seq).where(of_case, Event.what.in_(_DONE)).order_by(Event.seq.desc()).limit(_LATEST)
    wanted = [Event.seq.in_(theirs), *(() if besides is None else (besides,))]
    return list(uow.session.scalars(select(Event).where(of_case, or_(*wanted)).order_by(Event.seq)))


def done(entries: Iterable[Event]) -> set[str]:
    """Elements. Entries of the first releases do not all name theirs."""
    found = (each.particulars.get("element") for each in entries if each.what in _DONE)
    return {str(element) for element in found if element}
