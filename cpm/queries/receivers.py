"""To whom a task may be handed: the one place that says who is kept from it and by what, for commands and for lists of names.

Whoever gets it must be able to see its case; it must be for them, as if they took it themselves.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import joinedload, selectinload

from cpm.model import (
    OF_PROCESS,
    Absence,
    Candidate,
    CandidateKind,
    Case,
    Membership,
    Role,
    Task,
    TaskKind,
    Team,
    User,
)
from cpm.model.absence import lend, with_lent_teams
from cpm.queries import access, four_eyes
from cpm.queries.four_eyes import Eyes
from cpm.uow import UnitOfWork

_WORK = frozenset({Role.AGENT, Role.SUPERVISOR})
_PASSED_ON = OF_PROCESS | {TaskKind.FOLLOW_UP}


class Bar(StrEnum):
    SIGHT = "sight"  #: they may not see the case
    OTHERS = "others"  #: it is for others
    SKILLS = "skills"  #: it needs skills that are not among theirs
    FOUR_EYES = "four_eyes"
    AWAY = "away"
    KIND = "kind"  #: such a task stays with its team
    NOBODY = "nobody"  #: nobody of the team works on cases


@dataclass(frozen=True, slots=True)
class Receivers:
    """For several tasks: names by login or key, with how many of the tasks each may get, if any."""

    people: Mapping[str, tuple[str, int]]
    teams: Mapping[str, tuple[str, int]]


def of_person(uow: UnitOfWork, task: Task, person: User) -> Bar | None:
    """What keeps the task from them; None if they may get it."""
    if not access.seen_by(uow, task.case, person):
        return Bar.SIGHT
    if (bar := _unfit(task, person, four_eyes.of_task(uow, task))) is not None:
        return bar
    return Bar.AWAY if person.login in _away(uow, [person.login]) else None


def of_team(uow: UnitOfWork, task: Task, team: Team) -> Bar | None:
    """What keeps the task from them; None if it may be theirs."""
    return _unfit_for(uow, task, team, four_eyes.of_task(uow, task)) or _unstaffed(uow, team)


def receivers(uow: UnitOfWork, ids: Collection[int], language: str) -> Receivers:
    """For those of the tasks that the acting user may see. Statements grow with the approvals among them, not with people."""
    query = access.visible(uow, select(Task).join(Task.case).where(Task.id.in_(sorted(ids))))
    whole = (joinedload(Task.case), selectinload(Task.candidates))
    tasks = [(task, four_eyes.of_task(uow, task)) for task in uow.session.scalars(query.options(*whole))]
    away, everybody = _away(uow), _working(uow)
    people = {
        person.login: (person.name, sum(_fits(uow, task, person, eyes) for task, eyes in tasks))
        for person in everybody
        if person.login not in away and person.login != uow.actor
    }
    staffed = {team for person in everybody for team in person.own_teams}
    teams = {
        team.key: (
            team.name_en if language == "en" else team.name_de,
            sum(_unfit_for(uow, task, team, eyes) is None for task, eyes in tasks),
        )
        for team in uow.session.scalars(select(Team).order_by(Team.key))
        if team.key in staffed
    }
    return Receivers(_some(people), _some(teams))


def _unfit(task: Task, person: User, eyes: Eyes) -> Bar | None:
    if not task.is_for(person):
        return Bar.OTHERS
    if eyes.keep_out(person):
        return Bar.FOUR_EYES
    if person.skills and not set(task.skills) <= set(person.skills):
        return Bar.SKILLS
    return None


def _fits(uow: UnitOfWork, task: Task, person: User, eyes: Eyes) -> bool:
    """As `of_person` without a statement: of a confidential case only those are offered whom the task names."""
    if _unfit(task, person, eyes) is not None or task.assignee == person.login:
        return False
    return task.case.process not in uow.library.confidential or _named(task, person)


def _named(task: Task, person: User) -> bool:
    own = {(CandidateKind.USER, person.login), *((CandidateKind.TEAM, team) for team in person.teams)}
    return task.team in person.teams or any((one.kind, one.name) in own for one in task.candidates)


def _unfit_for(uow: UnitOfWork, task: Task, team: Team, eyes: Eyes) -> Bar | None:
    if task.kind not in _PASSED_ON:
        return Bar.KIND
    if not task.for_team:
        return Bar.OTHERS
    if eyes.team is not None and eyes.team != team.key:
        return Bar.FOUR_EYES
    if task.case.process in uow.library.confidential and not _involved(uow, task, team):
        return Bar.SIGHT
    return None


def _involved(uow: UnitOfWork, task: Task, team: Team) -> bool:
    """Whether the case is or was the team's to see before it gets this task."""
    if team.key in (task.team, task.case.team):
        return True
    as_team = (Candidate.kind == CandidateKind.TEAM) & (Candidate.name == team.key)
    theirs = or_(Task.team == team.key, Task.candidates.any(as_team))
    asked = exists().where(Task.case_id == Case.id, theirs).correlate(Case)
    return uow.session.scalar(select(Case.id).where(Case.id == task.case_id, asked)) is not None


def _unstaffed(uow: UnitOfWork, team: Team) -> Bar | None:
    members = select(User).join(Membership, Membership.login == User.login)
    people = uow.session.scalars(members.where(Membership.team == team.key, User.active))
    return None if any(_WORK.intersection(person.roles) for person in people) else Bar.NOBODY


def _working(uow: UnitOfWork) -> Sequence[User]:
    """Who works on cases, by name, each with the teams they work for now."""
    rows = uow.session.execute(with_lent_teams(select(User).where(User.active), uow.now)).unique()
    found: dict[User, list[tuple[object, ...]]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(tuple(row))
    for person, theirs in found.items():
        lend(person, theirs)
    return sorted(
        (one for one in found if _WORK.intersection(one.roles)), key=lambda one: (one.name, one.login)
    )


def _away(uow: UnitOfWork, logins: Iterable[str] | None = None) -> frozenset[str]:
    """Of these, or of all, who is away now."""
    query = select(Absence.login).where(Absence.from_at <= uow.now, Absence.until_at > uow.now)
    if logins is not None:
        query = query.where(Absence.login.in_(list(logins)))
    return frozenset(uow.session.scalars(query))


def _some(found: Mapping[str, tuple[str, int]]) -> dict[str, tuple[str, int]]:
    return {key: (name, count) for key, (name, count) in found.items() if count}
