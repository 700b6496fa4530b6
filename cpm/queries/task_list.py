"""Tasks by what they are, in pages: for programs; people have their worklist."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import contains_eager, joinedload

from cpm.model import OPEN_TASKS, Case, Task, TaskKind, TaskState
from cpm.queries import access, queues, worklist
from cpm.queries.pages import Page, counted
from cpm.queries.worklist import TaskLine
from cpm.uow import UnitOfWork

#: Name of an order -> its columns; the task's number decides between equals. Every task has a due time.
SORTS: dict[str, tuple[Any, ...]] = {
    "urgency": (Task.priority.desc(), Task.due_at, Task.id),
    "due": (Task.due_at, Task.id),
    "-due": (Task.due_at.desc(), Task.id.desc()),
    "created": (Task.id,),
    "-created": (Task.id.desc(),),
}


@dataclass(frozen=True, slots=True)
class TaskSearch:
    case: int | None = None
    team: str | None = None
    assignee: str | None = None
    kind: TaskKind | None = None
    states: Collection[TaskState] = OPEN_TASKS
    overdue: bool | None = None
    sort: str = "urgency"


def page(uow: UnitOfWork, search: TaskSearch, *, offset: int, limit: int, language: str) -> Page[TaskLine]:
    """Of the cases that the actor, who comes with an API token, may see."""
    query = access.visible(uow, _found(uow, search), api=True)
    shown = query.options(contains_eager(Task.case), joinedload(Task.case, Case.customer))
    shown = shown.order_by(*SORTS[search.sort]).offset(offset).limit(limit)
    lines = tuple(worklist.line(uow, task, language) for task in uow.session.scalars(shown))
    return Page(lines, counted(uow, query.with_only_columns(Task.id)))


def _stands(states: Collection[TaskState]) -> ColumnElement[bool]:
    return queues.OPEN if set(states) == OPEN_TASKS else Task.state.in_(states)


def _found(uow: UnitOfWork, search: TaskSearch) -> Select[Task]:
    query = select(Task).join(Task.case).where(_stands(search.states))
    for column, wanted in (
        (Task.case_id, search.case),
        (Task.team, search.team),
        (Task.assignee, search.assignee),
    ):
        query = query if wanted is None else query.where(column == wanted)
    if search.kind is not None:
        query = query.where(Task.kind == search.kind)
    if search.overdue is not None:
        late = Task.state.in_(OPEN_TASKS) & Task.due_at.is_not(None) & (Task.due_at < uow.now)
        query = query.where(late if search.overdue else ~late)
    return query
