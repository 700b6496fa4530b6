"""What has just happened in cases, and whom it may concern: a hint for open pages, which then ask what they may see.

The journal is the source: whoever was away asks for what came since a moment, of whichever process of ours. An entry
carries the moment at which its command began and is seen when that has ended, so each look goes back by OVERLAP; who
looks again and again knows by an entry's key what it has had.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, text, tuple_

from cpm.model import Event, Incident, Talk, TalkRing, Task
from cpm.model.talk import LONGEST
from cpm.uow import UnitOfWork

#: Longer than a command waits for a lock and then takes.
OVERLAP = timedelta(seconds=20)
#: Of one look; a batch writes thousands in a second.
_MOST = 2_000
#: The nouns of entries that may put something into somebody's list, or take it out.
_OF_LISTS = ("task.", "incident.", "follow_up.")
#: What may name somebody.
COMMENTED = "comment.added"


@dataclass(frozen=True, slots=True)
class Entry:
    case_id: int
    seq: int
    at: datetime
    actor: str
    what: str
    particulars: Mapping[str, Any]

    @property
    def key(self) -> tuple[int, int]:
        return self.case_id, self.seq


@dataclass(frozen=True, slots=True)
class Concerned:
    """Whose lists a task or an incident is or was in."""

    id: int
    team: str
    login: str | None
    offered: bool = False  #: to somebody else by name


@dataclass(frozen=True, slots=True)
class News:
    entries: Sequence[Entry]
    tasks: Sequence[Concerned]
    incidents: Sequence[Concerned]


def entries(uow: UnitOfWork, since: datetime, cases: Collection[int] = ()) -> Iterator[Entry]:
    """What changes lists or may name somebody, and all that happened in these `cases`; the oldest first."""
    columns = (Event.case_id, Event.seq, Event.at, Event.actor, Event.what, Event.particulars)
    of_lists = [Event.what.startswith(noun) for noun in _OF_LISTS]
    query = select(*columns).where(or_(*of_lists, Event.what == COMMENTED, Event.case_id.in_(sorted(cases))))
    query = query.order_by(Event.at, Event.case_id, Event.seq).limit(_MOST)
    later: ColumnElement[bool] = Event.at >= since
    while True:
        found = [Entry(*row) for row in uow.session.execute(query.where(later))]
        yield from found
        if len(found) < _MOST:
            return
        last = found[-1]
        same = and_(Event.at == last.at, tuple_(Event.case_id, Event.seq) > (last.case_id, last.seq))
        later = or_(Event.at > last.at, same)


def news(uow: UnitOfWork, found: Sequence[Entry]) -> News:
    """What the entries are about, as it is now."""
    tasks = {int(one.particulars["task"]) for one in found if one.particulars.get("task") is not None}
    about = {int(one.particulars["incident"]) for one in found if one.particulars.get("incident") is not None}
    columns = (Incident.id, Incident.team, Task.assignee, Incident.task_id)
    of_incidents = select(*columns).join(Task, Task.id == Incident.task_id)
    rows = [
        row
        for some in _portions(about)
        for row in uow.session.execute(of_incidents.where(Incident.id.in_(some)))
    ]
    tasks |= {row[3] for row in rows}
    of_tasks = select(Task.id, Task.team, Task.assignee, Task.offered)
    return News(
        found,
        [
            Concerned(*row)
            for some in _portions(tasks)
            for row in uow.session.execute(of_tasks.where(Task.id.in_(some)))
        ],
        [Concerned(*row[:3]) for row in rows],
    )


def _portions(ids: Collection[int]) -> Iterator[list[int]]:
    """No database takes as many in one statement as a batch touches in ten minutes."""
    ordered = sorted(ids)
    for begin in range(0, len(ordered), _MOST):
        yield ordered[begin : begin + _MOST]


def rings(uow: UnitOfWork) -> frozenset[tuple[str, int, str]]:
    """At whose desks which calls are, and how they stand; no page shows one of yesterday that nobody has finished."""
    query = select(TalkRing.login, Talk.id, Talk.state).join(Talk, Talk.id == TalkRing.talk_id)
    of_today = Talk.began_at > uow.now - LONGEST
    found = uow.session.execute(query.where(text("talk_rings.live"), of_today))
    return frozenset((login, talk, state.value) for login, talk, state in found)
