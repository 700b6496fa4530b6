"""Who may see a case: agents and supervisors every one, but those of confidential processes only with their teams.

This is about seeing; who may act on a task is checked by the commands. What somebody may not see does not exist
for them: it answers NotFound, in the same words as what is not there.
"""

from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, false, or_, select
from sqlalchemy.orm import aliased, joinedload
from sqlalchemy.orm.util import identity_key

from cpm.errors import NotFound
from cpm.model import Candidate, CandidateKind, Case, Incident, Role, Task, User
from cpm.uow import UnitOfWork

Row = TypeVar("Row", Case, Task)
Q = TypeVar("Q", bound=Select[*tuple[Any, ...]])

_READERS = frozenset({Role.AGENT, Role.SUPERVISOR})
#: What every page shows with a task or a case, in one statement.
_CASE = select(Case).where(Case.id == bindparam("id")).options(joinedload(Case.customer))
_TASK = (
    select(Task).where(Task.id == bindparam("id")).options(joinedload(Task.case).joinedload(Case.customer))
)
_REACHING = _READERS | {Role.DESIGNER, Role.OPERATOR}


def sees(uow: UnitOfWork, case: Case, *, api: bool = False) -> bool:
    """Whether the acting user may see this case. `api`: they come with an API token, so an integrator may too.

    Costs a statement only for cases of confidential processes.
    """
    user = _reader(uow, api=api)
    if user is None:
        return False
    if case.process not in uow.library.confidential:
        return True
    involved = select(Case.id).where(Case.id == case.id, _involved(user))
    return uow.session.scalar(involved) is not None


def seen_by(uow: UnitOfWork, case: Case, person: User) -> bool:
    """Whether somebody else, with the teams they work for now, may see this case."""
    if not person.active or not _READERS.intersection(person.roles):
        return False
    if case.process not in uow.library.confidential:
        return True
    involved = select(Case.id).where(Case.id == case.id, _involved(person))
    return uow.session.scalar(involved) is not None


def must_see(uow: UnitOfWork, case_id: int, *, api: bool = False) -> Case:
    """The case; NotFound if it is not there or not theirs to see."""
    case = _read(uow, Case, case_id, _CASE)
    if case is None or not sees(uow, case, api=api):
        raise NotFound(
            f"Expected to find case {case_id}, but there is none",
            de="Diesen Vorgang gibt es nicht, oder Sie dürfen ihn nicht sehen.",
        )
    return case


def must_see_task(uow: UnitOfWork, task_id: int, *, api: bool = False) -> Task:
    task = _read(uow, Task, task_id, _TASK)
    if task is None or not sees(uow, task.case, api=api):
        raise NotFound(
            f"Expected to find task {task_id}, but there is none",
            de="Diese Aufgabe gibt es nicht, oder Sie dürfen sie nicht sehen.",
        )
    return task


def must_see_incident(uow: UnitOfWork, incident_id: int, *, api: bool = False) -> Incident:
    incident = uow.session.get(Incident, incident_id)
    if incident is None or not sees(uow, incident.case, api=api):
        raise NotFound(
            f"Expected to find incident {incident_id}, but there is none",
            de="Diese Ausnahme gibt es nicht, oder Sie dürfen sie nicht sehen.",
        )
    return incident


def visible(uow: UnitOfWork, query: Q, *, api: bool = False) -> Q:
    """The query, which selects from or joins `Case`, without the cases that the acting user may not see.

    It stays as it is, with no cost at all, where no process is confidential.
    """
    user = _reader(uow, api=api)
    if user is None:
        return query.where(false())
    if not uow.library.confidential:
        return query
    return query.where(or_(Case.process.not_in(uow.library.confidential), _involved(user)))


def sees_all(uow: UnitOfWork, *, api: bool = False) -> bool:
    """Whether `visible` leaves a query as it is: then it can be made once."""
    return not uow.library.confidential and _reader(uow, api=api) is not None


def reads_cases(uow: UnitOfWork, *, api: bool = False) -> bool:
    """Whether cases, and the customers behind them, are the acting user's to see at all."""
    return _reader(uow, api=api) is not None


def within_reach(uow: UnitOfWork, query: Q) -> Q:
    """As `visible`, but also for who designs or runs the installation: cases they may act on, or count, and not read."""
    user = uow.acting()
    if user is None or not _REACHING.intersection(user.roles):
        return query.where(false())
    if not uow.library.confidential:
        return query
    return query.where(or_(Case.process.not_in(uow.library.confidential), _involved(user)))


def must_reach(uow: UnitOfWork, case: Case) -> None:
    """NotFound if it is not among those `within_reach`."""
    if uow.session.scalar(within_reach(uow, select(Case.id).where(Case.id == case.id))) is None:
        raise NotFound(
            f"Expected to find case {case.number}, but it is not yours to see",
            de="Diesen Vorgang gibt es nicht, oder Sie dürfen ihn nicht sehen.",
        )


def _read(uow: UnitOfWork, noun: type[Row], key: int, query: Select[Row]) -> Row | None:
    """As `Session.get`, but by a statement that is made once."""
    known: Row | None = uow.session.identity_map.get(identity_key(noun, key))
    return known if known is not None else uow.session.scalar(query, {"id": key})


def _reader(uow: UnitOfWork, *, api: bool) -> User | None:
    user = uow.acting()
    readers = _READERS | {Role.INTEGRATOR} if api else _READERS
    return user if user is not None and readers.intersection(user.roles) else None


def _involved(user: User) -> ColumnElement[bool]:
    """Their teams are or were asked for something in this case, or they themselves are by name."""
    as_user = and_(Candidate.kind == CandidateKind.USER, Candidate.name == user.login)
    as_team = and_(Candidate.kind == CandidateKind.TEAM, Candidate.name.in_(user.teams))
    task = aliased(Task)  # the query may be about tasks itself
    theirs = or_(
        task.team.in_(user.teams),
        task.assignee.in_({user.login, *user.stands_in_for}),
        task.candidates.any(or_(as_user, as_team)),
    )
    return or_(Case.team.in_(user.teams), exists().where(task.case_id == Case.id, theirs).correlate(Case))
