"""The cases that somebody has in hand: those of which they hold a step, or what they promised and is due now. They are the tabs of the frame."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    SQLColumnExpression,
    and_,
    bindparam,
    case,
    exists,
    or_,
    select,
)

from cpm.case_numbers import case_number
from cpm.model import OF_PROCESS, Case, Customer, Direction, Interaction, Task, TaskKind, TaskState
from cpm.model.base import at_most, written
from cpm.model.customer import named
from cpm.model.talk import NOTED
from cpm.uow import UnitOfWork

MOST = 6
#: So long before its due time a step is said to be due.
SOON = timedelta(hours=1)
_NAME = (Customer.id, Customer.company_name, Customer.title, Customer.first_name, Customer.last_name)
_READ = 40  #: nobody has as many steps in hand


@dataclass(frozen=True, slots=True)
class Tab:
    case: str  #: number
    task: int
    customer: str
    subject: str
    mark: str  #: new: the customer has written since; due: now or soon; waiting: put aside; empty: none of it


@dataclass(frozen=True, slots=True)
class InHand:
    tabs: tuple[Tab, ...]  #: in the order in which they came, so that none changes its place
    more: int  #: cases beyond MOST


def has_any(login: SQLColumnExpression[str]) -> ColumnElement[bool]:
    """Whether this person may have any, for a statement over people: `in_hand` looks what of it is for later."""
    return exists().where(_held(login))


def in_hand(uow: UnitOfWork, login: str) -> InHand:
    """One statement, and nothing of whether they may see the case: who holds a step of it may."""
    return _tabs(uow.session.execute(_IN_HAND, {"login": login, "now": uow.now, "soon": uow.now + SOON}))


def _in_hand() -> Select[*tuple[Any, ...]]:
    login: BindParameter[str] = bindparam("login")
    now: BindParameter[datetime] = bindparam("now")
    soon: BindParameter[datetime] = bindparam("soon")
    written = exists().where(
        Interaction.case_id == Task.case_id,
        Interaction.direction == Direction.IN,
        Interaction.automatic.is_(None),
        Interaction.at > Task.created_at,
        ~Interaction.message_key.startswith(NOTED),
    )
    parked = and_(Task.parked_until.is_not(None), Task.parked_until > now)
    mark = case((written, "new"), (parked, "waiting"), (Task.due_at <= soon, "due"), else_="")
    held = (
        select(Task.id, Task.case_id, Case.subject, *_NAME, mark.label("mark"))
        .join(Case, Case.id == Task.case_id)
        .join(Customer, Customer.id == Case.customer_id)
        .where(_held(login), or_(Task.kind != TaskKind.FOLLOW_UP, ~parked))
    )
    # what somebody has written is looked up of few, as it is sorted by
    promised = and_(Task.kind == TaskKind.FOLLOW_UP, Task.follow_up_at <= now)  # first, as *Next case* has it
    rank = case((promised, 0), (and_(parked, ~written), 2), else_=1)
    urgent = (rank, Task.priority.desc(), Task.due_at, Task.id)
    return held.order_by(*urgent).limit(at_most(_READ))


def _held(login: SQLColumnExpression[str]) -> ColumnElement[bool]:
    return and_(
        Task.assignee == login,
        written(Task.state, TaskState.CLAIMED),
        written(Task.kind, *sorted(OF_PROCESS), TaskKind.FOLLOW_UP),
    )


#: On every page of who has some: made once.
_IN_HAND = _in_hand()


def _tabs(rows: Any) -> InHand:
    """One for each case, of its most urgent step."""
    found: dict[int, Tab] = {}
    for task, case_id, subject, *name, mark in rows:
        if case_id not in found:
            found[case_id] = Tab(case_number(case_id), task, named(*name), subject, mark)
    shown = sorted(list(found.values())[:MOST], key=lambda tab: tab.task)
    return InHand(tuple(shown), len(found) - len(shown))
