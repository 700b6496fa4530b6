"""The worklist: what waits for a person, the most urgent first."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import joinedload

from cpm.errors import Forbidden
from cpm.model import OPEN_TASKS, Candidate, CandidateKind, Case, Role, Task, TaskState, User
from cpm.queries import one_case, queues
from cpm.uow import UnitOfWork

MOST = 1_000  #: lines; nobody reads further


@dataclass(frozen=True, slots=True)
class TaskLine:
    id: int
    kind: str
    title: str
    case: str
    subject: str
    customer: str
    team: str
    assignee: str | None
    state: str
    priority: int
    due: datetime | None
    overdue: bool
    parked_until: datetime | None  #: None too when it is back
    incident: int | None


def open_tasks(
    uow: UnitOfWork, login: str | None, *, everybody: bool = False, language: str = "de"
) -> list[TaskLine]:
    """What the user holds and what nobody of their teams has taken yet; `everybody`: all there is, for supervisors.

    Who stands in for somebody has that one's teams and tasks too. Without a user it is all there is.
    """
    query = select(Task).where(queues.OPEN)
    if login is not None:
        user = uow.person(login)
        if not everybody:
            theirs = Task.assignee.in_({login, *user.stands_in_for})
            query = query.where(or_(theirs, and_(Task.assignee.is_(None), _is_for(user))))
        elif Role.SUPERVISOR not in user.roles:
            raise Forbidden(f"Expected a supervisor to see everybody's tasks, but {login} is none")
    return lines(uow, query, language)


def _is_for(user: User) -> ColumnElement[bool]:
    """As `Task.is_for`, without what supervisors may."""
    of_team = and_(Task.for_team, Task.team.in_(user.teams))
    as_user = and_(Candidate.kind == CandidateKind.USER, Candidate.name == user.login)
    as_team = and_(Candidate.kind == CandidateKind.TEAM, Candidate.name.in_(user.teams))
    return or_(of_team, Task.candidates.any(or_(as_user, as_team)))


def of_case(uow: UnitOfWork, case: Case, language: str) -> list[TaskLine]:
    found = [task for task in one_case.tasks(uow, case.id) if task.state in OPEN_TASKS]
    found.sort(key=lambda task: (-task.priority, task.due_at or uow.now, task.id))
    return [line(uow, task, language) for task in found[:MOST]]


def lines(uow: UnitOfWork, query: Select[Task], language: str) -> list[TaskLine]:
    """The most urgent MOST of them."""
    urgent = (Task.priority.desc(), Task.due_at, Task.id)  # every task has a due time
    whole = joinedload(Task.case).joinedload(Case.customer)
    found = uow.session.scalars(query.order_by(*urgent).limit(MOST).options(whole))
    return [line(uow, task, language) for task in found]


def line(uow: UnitOfWork, task: Task, language: str) -> TaskLine:
    return TaskLine(
        id=task.id,
        kind=task.kind.value,
        title=task.title(language),
        case=task.case.number,
        subject=task.case.subject,
        customer=task.case.customer.name,
        team=task.team,
        assignee=task.assignee,
        state=task.state.value,
        priority=task.priority,
        due=task.due_at,
        overdue=task.state != TaskState.DONE and task.due_at is not None and task.due_at < uow.now,
        parked_until=task.parked_until if task.parked(uow.now) else None,
        incident=task.incident_id,
    )
