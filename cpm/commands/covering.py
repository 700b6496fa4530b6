"""Where instances lie apart, a step speaks for some of a case's nodes: only the rows at these are looked at.

So a step costs what stands around it, and not what a thousand other instances wait for.
"""

from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Select, select

from cpm import bpmn
from cpm.model import OF_PROCESS, OPEN_TASKS, Case, Incident, Job, Task, Wait, WaitKind
from cpm.model.message import REPLIED, WROTE
from cpm.queries.variables import MOST_NAMED
from cpm.uow import UnitOfWork

Row = TypeVar("Row", Task, Job, Wait, Incident)


def rows(uow: UnitOfWork, noun: type[Row], query: Select[Row], step: bpmn.Step) -> list[Row]:
    """Those that the query finds at nodes which the step speaks for; if that is the whole case, all."""
    if step.covers is None:
        return list(uow.session.scalars(query))
    if len(step.covers) <= MOST_NAMED:
        query = query.where(noun.node.in_(sorted(step.covers)))
    return [row for row in uow.session.scalars(query) if row.node in step.covers]


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the whole case waits for, the instances included that the step did not look at."""

    people: bool  #: somebody of us has a step to do
    reply: bool  #: it wrote to the customer; not asked for while there are people
    message: bool  #: any but what it may hear all the time; not asked for while there are people


def waiting(uow: UnitOfWork, case: Case, step: bpmn.Step) -> Waiting:
    people = step.ours or _anywhere_else(uow, step, Task.node, _open_steps(case))
    reply = any(need.message == REPLIED for need in step.waits)
    message = any(need.message != WROTE for need in step.waits)
    if not people:
        of_case = select(Wait.node).where(Wait.case_id == case.id, Wait.kind == WaitKind.MESSAGE)
        reply = reply or _anywhere_else(uow, step, Wait.node, of_case.where(Wait.message == REPLIED))
        message = (
            message or reply or _anywhere_else(uow, step, Wait.node, of_case.where(Wait.message != WROTE))
        )
    return Waiting(people, reply, message)


def _open_steps(case: Case) -> Select[int | None]:
    return select(Task.node).where(
        Task.case_id == case.id, Task.state.in_(OPEN_TASKS), Task.kind.in_(OF_PROCESS)
    )


def _anywhere_else(uow: UnitOfWork, step: bpmn.Step, node: Any, query: Select[Any]) -> bool:
    """Is there such a row at a node that the step does not speak for?"""
    if step.covers is None:
        return False
    if len(step.covers) <= MOST_NAMED:
        return uow.session.scalar(query.where(node.not_in(sorted(step.covers))).limit(1)) is not None
    return any(found not in step.covers for found in uow.session.scalars(query))
