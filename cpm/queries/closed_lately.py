"""How the cases that somebody had have closed in the last fortnight: each against its due time."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, select

from cpm.model import Case, CaseState
from cpm.model.base import written
from cpm.uow import UnitOfWork

DAYS = 14
_MOST = 300  #: dots; more say nothing more


@dataclass(frozen=True, slots=True)
class Closed:
    day: int  #: 0 is the first of the days, DAYS - 1 today
    spare: timedelta  #: that was left until it was due; negative: it was late


@dataclass(frozen=True, slots=True)
class Lately:
    first: date
    last: date
    closed: tuple[Closed, ...]

    @property
    def late(self) -> int:
        return sum(one.spare < timedelta(0) for one in self.closed)


#: Every inbox asks it: made once.
_LATELY = (
    select(Case.closed_at, Case.due_at)
    .where(Case.owner == bindparam("owner"), written(Case.state, CaseState.CLOSED))
    .where(Case.closed_at >= bindparam("first"))
    .order_by(Case.closed_at.desc())
    .limit(_MOST)
)


def lately(uow: UnitOfWork) -> Lately:
    """Of the acting user, the days as the office counts them; the latest _MOST. What had no due time was in time."""
    today = uow.local_now.replace(hour=0, minute=0, second=0, microsecond=0)
    first = today - timedelta(days=DAYS - 1)
    rows = uow.session.execute(_LATELY, {"owner": uow.actor, "first": first})
    found = [_closed(uow, first.date(), at, due) for at, due in rows if at is not None]
    return Lately(first.date(), today.date(), tuple(reversed(found)))


def _closed(uow: UnitOfWork, first: date, at: datetime, due: datetime | None) -> Closed:
    day = at.astimezone(uow.settings.zone).date() - first
    return Closed(day.days, timedelta(0) if due is None else due - at)
