"""Some tasks that somebody has chosen in a list, by number: what of them they may see, in the order in which they were said."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from cpm.model import Case, Task
from cpm.queries import access
from cpm.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Chosen:
    task: int
    title: str | None  #: None: there is none, or it is not the reader's to see
    case: str = ""  #: its number
    subject: str = ""
    customer: str = ""


def chosen(uow: UnitOfWork, ids: Sequence[int], language: str) -> tuple[Chosen, ...]:
    """One statement."""
    query = access.visible(uow, select(Task).join(Task.case).where(Task.id.in_(ids)))
    whole = joinedload(Task.case).joinedload(Case.customer)
    found = {task.id: task for task in uow.session.scalars(query.options(whole))}
    return tuple(_line(found.get(each), each, language) for each in ids)


def _line(task: Task | None, number: int, language: str) -> Chosen:
    if task is None:
        return Chosen(number, None)
    case = task.case
    return Chosen(number, task.title(language), case.number, case.subject, case.customer.name)
