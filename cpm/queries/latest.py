"""What happened last in each of many cases, in a sentence: read for a whole page at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import aliased

from cpm.library import Bundle
from cpm.model import Case, Event, Task
from cpm.model.base import written
from cpm.queries import people
from cpm.queries.journal import phrasing
from cpm.queries.journal.names import Names
from cpm.queries.journal.story import BY_ITSELF
from cpm.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Happened:
    bundle: Bundle
    what: str
    particulars: Mapping[str, Any]


def is_last_of_case() -> ColumnElement[bool]:
    """To join `Event`: the case's last entry that somebody or something did, not what the process made of it."""
    each = aliased(Event)
    last = select(func.max(each.seq)).where(each.case_id == Case.id, ~written(each.what, *sorted(BY_ITSELF)))
    return and_(Event.case_id == Case.id, Event.seq == last.correlate(Case).scalar_subquery())


def sentences(
    uow: UnitOfWork, happened: Sequence[Happened | None], language: str, known: Iterable[Task] = ()
) -> list[str]:
    """In the order given; empty where there is none. Tasks that are known already are not read again."""
    # a journal's numbers are Decimals, and PostgreSQL finds no integer by one but by looking at them all
    ids = {
        int(one.particulars["task"]) for one in happened if one and one.particulars.get("task") is not None
    }
    tasks = {task.id: task for task in known}
    if others := ids - tasks.keys():
        tasks |= {task.id: task for task in uow.session.scalars(select(Task).where(Task.id.in_(others)))}
    users, teams = people.user_names(uow), people.team_names(uow, language)

    def told(one: Happened) -> str:
        names = Names(one.bundle, language, uow.settings.zone, users, teams, tasks, {})
        return phrasing.sentence(one.what, one.particulars, names)

    return ["" if one is None else told(one) for one in happened]
