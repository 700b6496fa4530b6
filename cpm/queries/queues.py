"""What waits for whom, as queries that read no more than they show, however much waits.

Each queue is several selections, one for each team and each reason why something is somebody's: each of them ends
after `most` rows of an index that has their order, and only what they bring is sorted together. `team IN (...)`
would sort all.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    Subquery,
    and_,
    bindparam,
    false,
    func,
    not_,
    or_,
    select,
    text,
    union,
    union_all,
)

from cpm.model import OF_PROCESS, Candidate, CandidateKind, Case, Customer, Task, TaskKind, TaskState, User
from cpm.model.base import at_most, written
from cpm.model.suspension import in_case_that_stands_still

Selection: TypeAlias = Select[*tuple[Any, ...]]

#: What to sort by, of the columns that are selected.
Order: TypeAlias = Callable[[Any], tuple[Any, ...]]

_READY, _CLAIMED = written(Task.state, TaskState.READY), written(Task.state, TaskState.CLAIMED)
#: In the order in which the index has the words: to SQLite others are another condition.
OPEN = written(Task.state, TaskState.READY, TaskState.CLAIMED, TaskState.HELD)
# As the indexes have it; `= 1` is not the same to SQLite
_AWAITS_REPLY, _FREE, _FOR_TEAM = (
    text(column) for column in ("cases.awaits_reply", "candidates.free", "tasks.for_team")
)
_TASKS = (Task.id, Task.priority, Task.due_at)
_CASES = (Case.id, Case.priority, Case.due_at)
#: The same, from where an index has them in order for who is offered something by name.
_OFFERS = (Candidate.task_id.label("id"), Candidate.priority, Candidate.due_at)


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose queues: by their words, or by the parameters for which a statement is given them."""

    login: Any
    teams: Sequence[Any]  #: that they work for
    absent: Sequence[Any]  #: whom they stand in for


def whose(user: User) -> Whose:
    return Whose(user.login, sorted(user.teams), sorted(user.stands_in_for))


@lru_cache(maxsize=64)
def anybody(teams: int, absent: int) -> Whose:
    """Whoever works for so many teams and stands in for so many people: for a statement that is made once."""
    return Whose(
        bindparam("login", type_=String()),
        [bindparam(f"their_team_{place}", type_=String()) for place in range(teams)],
        [bindparam(f"their_absent_{place}", type_=String()) for place in range(absent)],
    )


def values(who: Whose) -> dict[str, Any]:
    """What to ask a statement about `anybody` with."""
    of_teams = {f"their_team_{place}": team for place, team in enumerate(who.teams)}
    return {
        "login": who.login,
        **of_teams,
        **{f"their_absent_{place}": one for place, one in enumerate(who.absent)},
    }


def urgent(of: Any) -> tuple[Any, ...]:
    """As index ix_tasks_ready has it; every task has a due time, so null has no place in it."""
    return (of.priority.desc(), of.due_at, of.id)


def held(who: Whose, now: Any) -> list[Selection]:
    """What the user works on."""
    back = or_(Task.parked_until.is_(None), Task.parked_until <= now)
    theirs = select(*_TASKS).where(Task.assignee == who.login)
    return [theirs.where(_CLAIMED, back), theirs.where(written(Task.state, TaskState.HELD))]


def parked(who: Whose, now: Any) -> list[Selection]:
    return [
        select(*_TASKS, Task.parked_until).where(
            Task.assignee == who.login, _CLAIMED, Task.parked_until > now
        )
    ]


def free(who: Whose) -> list[Selection]:
    """What the user may take: of their teams, and what the model offers them by name. As `Task.is_for`."""
    return [*of_teams(who), *offered(who)]


def of_teams(who: Whose) -> list[Selection]:
    return [select(*_TASKS).where(Task.team == team, _READY, _FOR_TEAM) for team in who.teams]


def offered(who: Whose) -> list[Selection]:
    """By name; the same task may be offered more than once, and to a whole team, too."""
    offers = select(*_OFFERS).join(Task, Task.id == Candidate.task_id).where(_FREE)
    names = [(CandidateKind.USER, who.login), *((CandidateKind.TEAM, team) for team in who.teams)]
    return [offers.where(written(Candidate.kind, kind), Candidate.name == name) for kind, name in names]


def kept(who: Whose) -> list[Selection]:
    """Next steps of cases that the user has."""
    return [select(*_TASKS).where(Task.kept_for == who.login, _READY)]


def not_kept(queue: Iterable[Selection], who: Whose, now: Any) -> list[Selection]:
    """Without what is kept for somebody else."""
    anybodys = or_(Task.kept_for.is_(None), Task.kept_for == who.login, Task.kept_until <= now)
    return [part.where(anybodys) for part in queue]


def not_too_soon(queue: Iterable[Selection], now: Any) -> list[Selection]:
    """Without what was put off to a later time, as long as that has not come."""
    its_time = or_(Task.kind != TaskKind.FOLLOW_UP, Task.follow_up_at <= now)
    return [part.where(its_time) for part in queue]


def in_cases_that_go_on(queue: Iterable[Selection]) -> list[Selection]:
    """Without steps of cases that are suspended."""
    still = in_case_that_stands_still(Task.case_id)
    return [part.where(or_(Task.kind.not_in(OF_PROCESS), ~still)) for part in queue]


def of_absent(who: Whose) -> list[Selection]:
    """Held by people who are away and whom the user stands in for."""
    return [select(*_TASKS).where(Task.assignee.in_(who.absent), _CLAIMED)] if who.absent else []


def everything() -> list[Selection]:
    return [select(*_TASKS).where(OPEN)]


def awaiting(who: Whose) -> list[Selection]:
    """Cases of the user's teams that wait for the customer."""
    teams = [select(*_CASES).where(Case.team == team, _AWAITS_REPLY) for team in who.teams]
    return teams or [select(*_CASES).where(false())]


def due_before(queue: Iterable[Selection], moment: Any) -> list[Selection]:
    return [part.where(part.selected_columns.due_at < moment) for part in queue]


def first(queue: Iterable[Selection], order: Order, most: int) -> Subquery:
    """The first rows of the queue by the order, and perhaps as many of each part; to be sorted and cut once more."""
    cut = (part.order_by(*order(part.selected_columns)).limit(at_most(most)) for part in queue)
    return union(*(select(part.subquery()) for part in cut)).subquery("first")


def how_many(
    apart: Iterable[Selection], offered: Iterable[Selection], who: Whose, order: Order, most: int
) -> Select[int]:
    """How many rows there are, and no more than `most`: none further is read once there are so many.

    `apart`: parts that have no row in common; `offered`: what is offered by name, which they may have in common with the
    parts of the teams and with each other.
    """
    parts: list[Any] = [_ids(part, order, most) for part in apart]
    rest = [part.where(not_(and_(Task.for_team, Task.team.in_(who.teams)))) for part in offered]
    if rest:
        parts.append(select(union(*(_ids(part, order, most) for part in rest)).subquery()))
    some = union_all(*parts).subquery() if len(parts) > 1 else parts[0].subquery()
    return select(func.count()).select_from(select(some.c.id).limit(at_most(most)).subquery())


def _ids(part: Selection, order: Order, most: int) -> Select[int]:
    cut = part.order_by(*order(part.selected_columns)).limit(at_most(most)).subquery()
    return select(cut.c.id)


def matching(sought: str, case_id: int | None) -> ColumnElement[bool]:
    """Cases whose customer or subject has the text in it; or whose number it is, which alone counts if it has its C."""
    texts = (Case.subject, Customer.first_name, Customer.last_name, Customer.company_name)
    parts = [text.icontains(sought, autoescape=True) for text in texts]
    if case_id is None:
        return or_(*parts)
    return Case.id == case_id if sought[:1] in "cC" else or_(*parts, Case.id == case_id)
