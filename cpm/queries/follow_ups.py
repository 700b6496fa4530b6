"""What was promised for later in a case: to whom, by whom, and what became of it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from cpm.case_numbers import case_number
from cpm.model import OPEN_TASKS, Case, FollowUp, Task, TaskState
from cpm.queries import access, people
from cpm.queries.pages import MOST
from cpm.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Promised:
    case: str  #: its number
    task: int
    what: str
    call: str | None  #: the number to call
    due: datetime | None
    parked_until: datetime | None  #: None too when it is back, or nobody has put it aside
    state: str
    assignee: str | None  #: by name
    asked_by: str  #: by name
    asked_at: datetime
    answer: str | None
    overdue: bool


def of_task(look: UnitOfWork, task_id: int) -> Promised | None:
    """The caller has looked whether the reader may see the task."""
    return next(iter(_promised(look, select(FollowUp).where(FollowUp.task_id == task_id))), None)


def of_case(look: UnitOfWork, case: Case) -> tuple[Promised, ...]:
    """The newest first, MOST of them; the caller has looked whether the reader may see the case."""
    return _promised(
        look, select(FollowUp).where(FollowUp.case_id == case.id).order_by(FollowUp.id.desc()).limit(MOST)
    )


def of_customers(look: UnitOfWork, customers: Collection[int]) -> tuple[Promised, ...]:
    """What is not done yet in cases of theirs that the reader may see, what is due next first; MOST of them."""
    theirs = select(FollowUp).join(Task, Task.id == FollowUp.task_id).join(Case, Case.id == FollowUp.case_id)
    still = theirs.where(Case.customer_id.in_(customers), Task.state.in_(OPEN_TASKS))
    return _promised(look, access.visible(look, still).order_by(Task.due_at, FollowUp.id).limit(MOST))


def _promised(look: UnitOfWork, query: Select[FollowUp]) -> tuple[Promised, ...]:
    found = look.session.scalars(query.options(joinedload(FollowUp.task))).all()
    names = people.user_names(look) if found else {}
    return tuple(
        Promised(
            case=case_number(each.case_id),
            task=each.task_id,
            what=each.what,
            call=each.call,
            due=each.task.due_at,
            parked_until=each.task.parked_until if each.task.parked(look.now) else None,
            state=each.task.state.value,
            assignee=names.get(each.task.assignee or "", each.task.assignee),
            asked_by=names.get(each.asked_by, each.asked_by),
            asked_at=each.asked_at,
            answer=each.answer,
            overdue=each.task.state not in (TaskState.DONE, TaskState.WITHDRAWN)
            and each.task.due_at is not None
            and each.task.due_at < look.now,
        )
        for each in found
    )
