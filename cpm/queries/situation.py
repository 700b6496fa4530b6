"""What a case stands at and waits for at this moment, so that the journal can show it before and after an act."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import select

from cpm import bpmn
from cpm.model import OPEN_TASKS, Case, Job, JobKind, Task, Wait
from cpm.queries import suspensions, variables, wording
from cpm.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Standing:
    """One thing, with the titles it has now: the process may call it otherwise later, or not know it any more."""

    kind: str  #: step, choice, ad_hoc, follow_up, incident, call, timer, message, signal, branches, suspended
    title_de: str
    title_en: str
    node: int | None = None
    element: str | None = None
    team: str | None = None  #: key
    assignee: str | None = None  #: login
    state: str | None = None  #: of the task or job
    due: datetime | None = None  #: when it is due, rings, or is tried next
    until: datetime | None = None  #: parked or suspended until then
    type: str | None = None  #: of a call

    def told(self) -> dict[str, Any]:
        """As the journal keeps it: what is not known is left out."""
        known = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in known.items() if value is not None}


def situation(uow: UnitOfWork, case: Case) -> tuple[Standing, ...]:
    """That it is suspended, people's work, machines, then what is waited for; nothing for a case that is over."""
    uow.session.flush()
    return tuple(standing for read in _READ for standing in read(uow, case))


def _suspended(uow: UnitOfWork, case: Case) -> Iterator[Standing]:
    """With why in place of a title, and who did it."""
    if case.closed_at is None:
        for one in suspensions.of_case(uow, case):
            yield Standing("suspended", one.why, one.why, assignee=one.by)


def _tasks(uow: UnitOfWork, case: Case) -> Iterator[Standing]:
    open_ones = select(Task).where(Task.case_id == case.id, Task.state.in_(OPEN_TASKS)).order_by(Task.id)
    for task in uow.session.scalars(open_ones):
        yield Standing(
            kind=task.kind.value,
            title_de=task.title_de,
            title_en=task.title_en,
            node=task.node,
            element=task.element,
            team=task.team,
            assignee=task.assignee,
            state="parked" if task.parked(uow.now) else task.state.value,
            due=task.due_at,
            until=task.parked_until if task.parked(uow.now) else None,
        )


def _jobs(uow: UnitOfWork, case: Case) -> Iterator[Standing]:
    """Calls and timers; what else is queued is about things that are told already."""
    told = (JobKind.CALL, JobKind.TIMER)
    for job in uow.session.scalars(
        select(Job).where(Job.case_id == case.id, Job.kind.in_(told)).order_by(Job.id)
    ):
        moment = job.run_at if job.kind == JobKind.TIMER or job.state == "waiting" else None
        state = job.state.value if job.kind == JobKind.CALL or job.state == "held" else None
        yield _standing(
            uow, case, job.kind.value, job.node, job.element, state=state, due=moment, type=job.type
        )


def _waits(uow: UnitOfWork, case: Case) -> Iterator[Standing]:
    for wait in uow.session.scalars(select(Wait).where(Wait.case_id == case.id).order_by(Wait.id)):
        yield _standing(uow, case, wait.kind.value, wait.node, wait.element)


def _branches(uow: UnitOfWork, case: Case) -> Iterator[Standing]:
    """Tokens at joins have no rows: they wait for others of the case."""
    if case.tokens is None or case.closed_at is not None:
        return
    try:
        places = bpmn.outline(uow.bundle(case).program, case.tokens, variables.Elsewhere(uow, case))
    except bpmn.UnreadableState:
        return  # whoever lets it go on is told
    for place in _all(places):
        if place.waits == "branches":
            yield _standing(uow, case, "branches", place.node, place.element)


def _all(places: Iterable[bpmn.Place]) -> Iterator[bpmn.Place]:
    for place in places:
        yield place
        yield from _all(place.inside)


def _standing(
    uow: UnitOfWork, case: Case, kind: str, node: int | None, element: str | None, **more: Any
) -> Standing:
    bundle = uow.bundle(case)
    title_de, title_en = (wording.step_name(bundle, element, language) or "" for language in ("de", "en"))
    return Standing(kind, title_de, title_en, node=node, element=element, **more)


#: In the order of a story.
_READ: tuple[Callable[[UnitOfWork, Case], Iterator[Standing]], ...] = (
    _suspended,
    _tasks,
    _jobs,
    _waits,
    _branches,
)
