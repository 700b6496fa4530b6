"""Who has a case: whoever took the last of its steps that stays with one person. The next such step is kept for them.

Kept means: "next task" gives it to nobody else for a while. Everybody of the team sees it and may take it by hand.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from cpm import calendars
from cpm.commands.steering import Assignment
from cpm.model import OF_PROCESS, Absence, Case, Membership, Task, TaskState, User
from cpm.uow import UnitOfWork

#: How long a step waits for who has the case, in the open time of its team.
KEPT = "2bh"


@dataclass(frozen=True, slots=True)
class Owner:
    """Who has the case, and for which teams they work at this moment; none while they are away."""

    login: str
    teams: frozenset[str]

    @property
    def available(self) -> bool:
        return bool(self.teams)


def owner(uow: UnitOfWork, case: Case, tasks: Sequence[Task]) -> Owner | None:
    """`tasks` are the case's; one that the owner has done in this command says their team, and spares a query."""
    if case.owner is None:
        return None
    done = {task.team for task in tasks if task.state == TaskState.DONE and task.assignee == case.owner}
    if case.owner == uow.actor and done:
        return Owner(case.owner, frozenset(done))
    away = select(Absence.id).where(
        Absence.login == User.login, Absence.from_at <= uow.now, Absence.until_at > uow.now
    )
    here = (
        select(Membership.team)
        .join(User, User.login == Membership.login)
        .where(User.login == case.owner, User.active, ~away.exists())
    )
    return Owner(case.owner, frozenset(uow.session.scalars(here)))


def kept_until(uow: UnitOfWork, steered: Assignment, team: str) -> datetime | None:
    """Until when a step stays with who has the case; None if it is anybody's from the beginning."""
    if not steered.keep_owner:
        return None
    return calendars.due(uow.now, KEPT, uow.calendar_of(team))


def took(task: Task, login: str) -> None:
    """Who takes a step that stays with one person has the case from now on."""
    if task.kind in OF_PROCESS and task.kept_until is not None:
        task.case.owner = login
