"""Where instances lie apart, a step speaks for some of a case's nodes: only the rows at these are looked at.

So a step costs what stands around it, and not what a thousand other instances wait for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from sqlalchemy import Select, Table, bindparam, delete, select
from sqlalchemy.orm.util import identity_key

from cpm import bpmn
from cpm.model import OF_PROCESS, OPEN_TASKS, Case, Incident, Job, Task, Wait, WaitKind
from cpm.model.message import REPLIED, WROTE
from cpm.queries.variables import MOST_NAMED
from cpm.uow import UnitOfWork

Row = TypeVar("Row", Task, Job, Wait, Incident)


def rows(uow: UnitOfWork, noun: type[Row], query: Select[Row], case: Case, step: bpmn.Step) -> list[Row]:
    """Those of the `:case` that the query finds at nodes which the step speaks for; if that is the whole case, all."""
    found = uow.session.scalars(_around(noun, query, step), {"case": case.id})
    return [row for row in found if step.covers is None or row.node in step.covers]


def places(uow: UnitOfWork, noun: type[Row], query: Select[Any], case: Case, step: bpmn.Step) -> list[Any]:
    """The same for a query of columns, `node` among them: to know where rows stand takes less than to have them all."""
    found = uow.rows.execute(_around(noun, query, step), {"case": case.id})
    return [row for row in found if step.covers is None or row.node in step.covers]


def remove(uow: UnitOfWork, noun: type[Row], ids: Sequence[int]) -> None:
    """Delete rows of which only the places were read."""
    if not ids:
        return
    table = cast("Table", noun.__table__)
    uow.rows.execute(delete(table).where(table.c.id == bindparam("gone")), [{"gone": key} for key in ids])
    for key in ids:  # or else what this command did to one of them would be written afterwards
        if (held := uow.session.identity_map.get(identity_key(noun, key))) is not None:
            uow.session.expunge(held)


def _around(noun: type[Row], query: Select[Any], step: bpmn.Step) -> Select[Any]:
    if step.covers is None or len(step.covers) > MOST_NAMED:
        return query
    return query.where(noun.node.in_(sorted(step.covers)))


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the whole case waits for, the instances included that the step did not look at."""

    people: bool  #: somebody of us has a step to do
    reply: bool  #: it wrote to the customer; not asked for while there are people
    message: bool  #: any but what it may hear all the time; not asked for while there are people


def waiting(uow: UnitOfWork, case: Case, step: bpmn.Step) -> Waiting:
    reply = any(need.message == REPLIED for need in step.waits)
    message = any(need.message != WROTE for need in step.waits)
    if step.ours or step.covers is None:
        return Waiting(step.ours, reply, message)
    people = _anywhere_else(uow, step.covers, Task.node, _open_steps(case))
    if not people:
        of_case = select(Wait.node).where(Wait.case_id == case.id, Wait.kind == WaitKind.MESSAGE)
        replies, others = of_case.where(Wait.message == REPLIED), of_case.where(Wait.message != WROTE)
        reply = reply or _anywhere_else(uow, step.covers, Wait.node, replies)
        message = message or reply or _anywhere_else(uow, step.covers, Wait.node, others)
    return Waiting(people, reply, message)


def _open_steps(case: Case) -> Select[int | None]:
    return select(Task.node).where(
        Task.case_id == case.id, Task.state.in_(OPEN_TASKS), Task.kind.in_(OF_PROCESS)
    )


def _anywhere_else(uow: UnitOfWork, covers: frozenset[int], node: Any, query: Select[Any]) -> bool:
    """Is there such a row at a node that the step does not speak for?"""
    if len(covers) <= MOST_NAMED:
        return uow.session.scalar(query.where(node.not_in(sorted(covers))).limit(1)) is not None
    return any(found not in covers for found in uow.session.scalars(query))
