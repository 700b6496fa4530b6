"""The rows of an inbox: a task, or a case that waits for its customer, as a screen shows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import Row as Found
from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from cpm.case_numbers import case_number
from cpm.model import Case, Customer, Event, Incident, IncidentState, Task, TaskKind, User, Wait, WaitKind
from cpm.model.base import written
from cpm.model.customer import named
from cpm.model.message import WROTE
from cpm.model.suspension import stands_still
from cpm.queries import latest, wording
from cpm.queries.latest import Happened
from cpm.queries.queues import Selection
from cpm.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Row:
    task: int | None  #: None: the case waits for its customer
    kind: str | None  #: step, choice, incident, ad_hoc, follow_up
    title: str  #: what is to be done, or what is awaited
    state: str | None
    priority: int
    case_id: int
    case: str  #: its number
    subject: str
    customer_id: int
    customer: str
    process: str
    channel: str
    due: datetime | None
    overdue: bool
    assignee: str | None  #: by name
    handed_by: str | None  #: by name
    parked_until: datetime | None  #: None too when it is back
    parked_because: str | None
    incident: bool  #: something in this case has gone wrong and is open
    suspended: bool  #: the case stands still until somebody resumes it
    last_at: datetime | None
    last: str  #: what happened last, in a sentence


NONE: Mapping[str, Any] = MappingProxyType({})
_OF_CASE = (Case.id, Case.definition_id, Case.subject, Case.channel)
_OF_CUSTOMER = (
    *(Customer.id.label("customer_id"), Customer.company_name),
    *(Customer.title.label("customer_title"), Customer.first_name, Customer.last_name),
)
_LAST = (Event.what, Event.particulars, Event.at.label("last_at"))
_INCIDENT = exists().where(Incident.case_id == Case.id, written(Incident.state, IncidentState.OPEN))
_SUSPENDED = stands_still().label("suspended")
_GIVER = aliased(User)
_AWAITED = (
    select(Wait.element)
    .where(Wait.case_id == Case.id, Wait.kind == WaitKind.MESSAGE, Wait.message != WROTE)
    .order_by(Wait.id)
    .limit(1)
    .correlate(Case)
    .scalar_subquery()
)


def query(picked: Selection, *, cases: bool) -> Selection:
    """What `rows` reads. `picked` has ids of tasks, or of `cases`, and their places."""
    return _cases(picked) if cases else _tasks(picked)


def rows(
    uow: UnitOfWork, of: Selection, language: str, values: Mapping[str, Any] = NONE, *, cases: bool
) -> tuple[Row, ...]:
    """Of a `query`, asked with the values of its parameters."""
    found = uow.session.execute(of, values).all()
    bundles = [uow.library.bundle(uow.session, one.definition_id) for one in found]
    happened = [
        Happened(bundle, one.what, one.particulars) if one.what else None
        for bundle, one in zip(bundles, found, strict=True)
    ]
    tasks = [] if cases else [one.Task for one in found]
    last = latest.sentences(uow, happened, language, tasks) if found else []
    shape = _of_case if cases else _of_task
    return tuple(shape(uow, *each, language) for each in zip(found, bundles, last, strict=True))


def _tasks(picked: Selection) -> Selection:
    of = picked.subquery()
    return (
        select(Task, *_OF_CASE, *_OF_CUSTOMER, *_LAST, User.name.label("holder"), _GIVER.name.label("giver"))
        .add_columns(_INCIDENT.label("incident"), _SUSPENDED)
        .join(of, of.c.id == Task.id)
        .join(Case, Case.id == Task.case_id)
        .join(Customer, Customer.id == Case.customer_id)
        .outerjoin(User, User.login == Task.assignee)
        .outerjoin(_GIVER, _GIVER.login == Task.handed_by)
        .outerjoin(Event, latest.is_last_of_case())
        .order_by(of.c.place)
    )


def _cases(picked: Selection) -> Selection:
    of = picked.subquery()
    return (
        select(*_OF_CASE, Case.priority, Case.due_at, Case.paused_at, *_OF_CUSTOMER, *_LAST)
        .add_columns(_INCIDENT.label("incident"), _SUSPENDED, _AWAITED.label("awaited"))
        .join(of, of.c.id == Case.id)
        .join(Customer, Customer.id == Case.customer_id)
        .outerjoin(Event, latest.is_last_of_case())
        .order_by(of.c.place)
    )


def _of_task(uow: UnitOfWork, found: Found[Any], bundle: Any, last: str, language: str) -> Row:
    task: Task = found.Task
    parked = task.parked(uow.now)
    return Row(
        task=task.id,
        kind=task.kind.value,
        title=task.title(language),
        state=task.state.value,
        priority=task.priority,
        due=task.due_at,
        overdue=task.due_at is not None and task.due_at < uow.now,
        assignee=found.holder,
        handed_by=found.giver,
        parked_until=task.parked_until if parked else None,
        parked_because=task.parked_because if parked else None,
        **_common(found, bundle, last, language),
        incident=found.incident or task.kind == TaskKind.INCIDENT,
    )


def _of_case(uow: UnitOfWork, found: Found[Any], bundle: Any, last: str, language: str) -> Row:
    return Row(
        task=None,
        kind=None,
        title=wording.step_name(bundle, found.awaited, language) or "",
        state=None,
        priority=found.priority,
        due=found.due_at,
        overdue=found.due_at is not None and found.due_at < (found.paused_at or uow.now),
        assignee=None,
        handed_by=None,
        parked_until=None,
        parked_because=None,
        **_common(found, bundle, last, language),
        incident=found.incident,
    )


def _common(found: Found[Any], bundle: Any, last: str, language: str) -> dict[str, Any]:
    return {
        "case_id": found.id,
        "case": case_number(found.id),
        "subject": found.subject,
        "customer_id": found.customer_id,
        "customer": named(
            found.customer_id, found.company_name, found.customer_title, found.first_name, found.last_name
        ),
        "process": wording.process_name(bundle, language),
        "channel": found.channel,
        "last_at": found.last_at,
        "last": last,
        "suspended": found.suspended,
    }
