"""Next task: the server decides by urgency, so that people need not choose."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, case, or_, select

from cpm.commands import tasks
from cpm.errors import Conflict, Forbidden
from cpm.model import OF_PROCESS, Case, Event, Task, TaskKind, TaskState, User
from cpm.model.base import UtcDateTime, at_most, written
from cpm.policies import NOTHING_SAID, PolicyRefusal
from cpm.queries import queues, suspensions
from cpm.queries.queues import Selection
from cpm.uow import UnitOfWork

#: More people than the first number rarely reach for the same task in the same moment; further than the second nobody looks.
_LOOKED_AT = (50, 500)
#: What is later than this is next to what was promised, whoever has it, whatever it takes and however urgent the rest is: only so is it certain
#: that all work is done one day. Steps have grown more urgent long before (`overdue`), incidents and questions have not.
PATIENCE = timedelta(days=7)
#: So long what somebody has given back comes last for them.
GIVEN_BACK = timedelta(hours=1)

#: Who hands in a step asks it: made once.
_OPEN_STEPS = (
    select(Task)
    .where(
        Task.case_id == bindparam("case"),
        Task.kind.in_(OF_PROCESS),
        Task.state.in_((TaskState.READY, TaskState.CLAIMED)),
    )
    .order_by(Task.id)
)
#: What somebody has to do later, and later is now.
_PROMISED = (
    select(Task)
    .where(
        Task.assignee == bindparam("login"),
        written(Task.state, TaskState.CLAIMED),
        written(Task.kind, TaskKind.FOLLOW_UP),
        Task.follow_up_at <= bindparam("now"),
        or_(Task.parked_until.is_(None), Task.parked_until <= bindparam("now")),
    )
    .order_by(Task.due_at, Task.id)
    .limit(at_most(1))
)
_GIVEN_BACK = select(Event.particulars).where(
    Event.case_id == bindparam("case"),
    Event.what == "task.released",
    Event.actor == bindparam("login"),
    Event.at > bindparam("since"),
)


def take_next(uow: UnitOfWork) -> Task | None:
    """Claim what the actor should do next; None if there is nothing. No two get the same.

    What they promised for now, such as a call back, comes before all, until it is done, put off or given back. Then what is
    far too late, the latest first, then the next step of a case that the actor has, then what
    they have the skills for, then the rest; each by urgency. What is kept for somebody else is not given, and what they
    have just given back comes last.
    """
    user = uow.user()
    if (promised := uow.session.scalar(_PROMISED, {"login": user.login, "now": uow.now})) is not None:
        return promised
    last: dict[int, None] = {}
    taken = _first(uow, _oldest(user), last) or _first(uow, _most_urgent(user), last)
    if taken is None and uow.session.scalar(select(suspensions.cases_stand_still())):
        # what stands still may have stood in front of what can be done
        taken = _first(uow, _most_urgent(user, that_go_on=True), last)
    return taken or next(filter(None, (_claimed(uow, task_id) for task_id in last)), None)


def gave_back(uow: UnitOfWork, task: Task) -> bool:
    """Whether the actor gave it back a moment ago."""
    return task.id in _given_back(uow, task.case_id)


def begun(uow: UnitOfWork, most: int) -> Sequence[Task]:
    """What the actor has in hand and has not put aside; the most urgent first."""
    now = bindparam("now", type_=UtcDateTime())
    theirs, _ = queues.held(queues.anybody(0, 0), now)
    query = select(Task).where(Task.id.in_(theirs.with_only_columns(Task.id))).order_by(*queues.urgent(Task))
    return uow.session.scalars(query.limit(most), {"login": uow.actor, "now": uow.now}).all()


def open_steps(uow: UnitOfWork, case_id: int) -> Sequence[Task]:
    """Of the case's process: what somebody may begin, or has in hand; the oldest first."""
    uow.session.flush()
    return uow.session.scalars(_OPEN_STEPS, {"case": case_id}).all()


def go_on(uow: UnitOfWork, done: Task, steps: Sequence[Task]) -> Task | None:
    """Claim of the case's open steps the next one that is kept for the actor, once this transaction has done a step of theirs.

    None if none is, if they have another of the case in hand, may not, or a policy speaks: then they are asked as they begin it.
    """
    if done.kind not in OF_PROCESS or done.done_at != uow.now:
        return None
    return take_up(uow, steps)


def take_up(uow: UnitOfWork, steps: Sequence[Task]) -> Task | None:
    """Claim of the case's open steps the first that is kept for the actor. None as for `go_on`."""
    if in_hand(uow, steps) is not None:
        return None
    kept = (step for step in steps if step.state == TaskState.READY and step.kept_for == uow.actor)
    return None if (first := next(kept, None)) is None else _taken(uow, first)


def in_hand(uow: UnitOfWork, steps: Sequence[Task]) -> Task | None:
    """The first of them that the actor has begun and not put aside."""
    theirs = (step for step in steps if step.assignee == uow.actor and not step.parked(uow.now))
    return next(theirs, None)


def begin(uow: UnitOfWork, case: Case) -> Task | None:
    """Claim the first step of a case that the actor has opened in this transaction, if it stays with one person of their team.

    None if none does, or as for `go_on`.
    """
    if case.opened_at != uow.now:
        return None
    uow.session.flush()
    first = select(Task).where(Task.case_id == case.id, Task.kind.in_(OF_PROCESS)).order_by(Task.id)
    step = uow.session.scalars(first.limit(1)).first()
    if step is None or step.state != TaskState.READY or step.kept_until is None:
        return None
    return _taken(uow, step) if step.team in uow.user().own_teams else None


def _taken(uow: UnitOfWork, step: Task) -> Task | None:
    """None if they may not, or a policy speaks."""
    said, uow.assent = uow.assent, NOTHING_SAID  # it was said of what they did, not of this
    try:
        return tasks.take(uow, step)
    except (Conflict, Forbidden, PolicyRefusal):
        return None
    finally:
        uow.assent = said


def _first(
    uow: UnitOfWork, ids: Callable[[UnitOfWork, int], list[int]], last: dict[int, None]
) -> Task | None:
    """The first of them that can be taken; further ones are looked for only if there may be some.

    `last` gets those that the actor gave back a moment ago.
    """
    tried: set[int] = set()
    for most in _LOOKED_AT:
        found = ids(uow, most)
        for task_id in found:
            if task_id in tried:
                continue
            if task_id in last or (case_id := _at_rest(uow, task_id)) is None:
                continue
            if task_id in _given_back(uow, case_id):
                last[task_id] = None
            elif (task := _claimed(uow, task_id)) is not None:
                return task
        tried.update(found)
        if len(found) < most:
            break
    return None


def _oldest(user: User) -> Callable[[UnitOfWork, int], list[int]]:
    def look(uow: UnitOfWork, most: int) -> list[int]:
        asked = {**_asked(uow, user), "long_ago": uow.now - PATIENCE}
        return list(uow.session.scalars(_far_too_late(len(user.teams), most), asked))

    return look


def _most_urgent(user: User, *, that_go_on: bool = False) -> Callable[[UnitOfWork, int], list[int]]:
    def look(uow: UnitOfWork, most: int) -> list[int]:
        query = _by_urgency(len(user.teams), most, that_go_on=that_go_on)
        found = uow.session.execute(query, _asked(uow, user)).all()
        return [each[0] for each in sorted(found, key=lambda each: (not each[1], not _can(user, each[2])))]

    return look


def _asked(uow: UnitOfWork, user: User) -> dict[str, Any]:
    return {**queues.values(queues.whose(user)), "now": uow.now}


def _queue(teams: int) -> list[Selection]:
    """What somebody of so many teams may take."""
    who, now = queues.anybody(teams, 0), bindparam("now", type_=UtcDateTime())
    free = queues.not_kept(queues.free(who), who, now)
    return queues.not_too_soon([*queues.kept(who), *free], now)


@lru_cache(maxsize=64)
def _far_too_late(teams: int, most: int) -> Select[int]:
    late = queues.due_before(_queue(teams), bindparam("long_ago", type_=UtcDateTime()))
    first = queues.first(queues.in_cases_that_go_on(late), _by_due, most)
    return select(first.c.id).order_by(*_by_due(first.c)).limit(at_most(most))


@lru_cache(maxsize=64)
def _by_urgency(teams: int, most: int, *, that_go_on: bool) -> Selection:
    queue = queues.in_cases_that_go_on(_queue(teams)) if that_go_on else _queue(teams)
    first = queues.first(queue, queues.urgent, most)
    is_theirs = Task.kept_for == bindparam("login")
    query = select(Task.id, is_theirs, Task.skills).join(first, first.c.id == Task.id)
    return query.order_by(case((is_theirs, 0), else_=1), *queues.urgent(first.c)).limit(at_most(most))


def _by_due(of: Any) -> tuple[Any, ...]:
    return (of.due_at, of.id)


def _can(user: User, skills: list[str]) -> bool:
    """Of whom nobody noted any skill, it is not known what they cannot do."""
    return not user.skills or set(skills) <= set(user.skills)


def _given_back(uow: UnitOfWork, case_id: int) -> set[int]:
    """The tasks of the case that the actor gave back a moment ago."""
    asked = {"case": case_id, "login": uow.actor, "since": uow.now - GIVEN_BACK}
    return {said["task"] for said in uow.session.scalars(_GIVEN_BACK, asked)}


def _at_rest(uow: UnitOfWork, task_id: int) -> int | None:
    """Its case, if nobody acts on it just now; then nobody else can until we are done."""
    of = select(Case.id).join(Task, Task.case_id == Case.id).where(Task.id == task_id)
    return uow.session.scalar(of.with_for_update(of=Case, key_share=True, skip_locked=True))


def _claimed(uow: UnitOfWork, task_id: int) -> Task | None:
    """None if it was taken since we looked, is an approval of what the actor did, or a policy speaks."""
    if uow.of_case(Task, task_id).state != TaskState.READY:
        return None
    try:
        return tasks.claim(uow, task_id)
    except (Conflict, Forbidden, PolicyRefusal):
        return None
