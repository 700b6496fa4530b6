"""Signals are broadcast: every case that listens as one is thrown hears it once, and nobody later (BPMN 2.0.2, 10.5.1).

Who listens is written down as jobs in the same transaction, one for each case and place, so that thousands of cases
are neither locked nor resumed by one command. A process in force with a start event for the signal begins, too.
"""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from sqlalchemy import Subquery, cast, func, insert, literal, select

from cpm import values
from cpm.commands import circles
from cpm.errors import Invalid
from cpm.model import Case, Job, JobKind, JobState, Wait, WaitKind
from cpm.queries import starting
from cpm.uow import UnitOfWork

#: Characters of what a signal brings: it is written down for each case that listens.
LARGEST = 10_000


def broadcast(
    uow: UnitOfWork,
    name: str,
    data: Mapping[str, Any],
    *,
    customer_id: int | None,
    thrown_by: Case | None = None,
    among: int = 1,
) -> int:
    """Let all that listens at this moment hear it right afterwards; how many cases do or will be opened.

    The case that throws it, as one of so many things, has heard it already. Cases are opened for the customer, whom the caller knows if there are
    processes that begin by it.
    """
    _check(data)
    once = uuid4().hex
    begun = starting.by_signal(uow, name)
    listening = _listening(name, thrown_by)
    uow.session.flush()
    counted = select(func.count(), func.count(listening.c.case_id.distinct())).select_from(listening)
    places, cases = uow.session.execute(counted).one()
    if not places and not begun:
        return 0
    reach = circles.share(uow, among * (places + len(begun)))
    told = {"signal": name, "data": dict(data), "thrown_by": thrown_by and thrown_by.id, "reach": reach}
    _tell_cases(uow, listening, told, once)
    for bundle, start in begun:
        opens = {**told, "process": bundle.key, "start": start.id, "customer": customer_id}
        place = {"kind": JobKind.SIGNAL, "queue": "intake", "state": JobState.READY, "run_at": uow.now}
        key = f"signal/{once}/{bundle.key}/{start.id}"
        uow.session.add(Job(key=key, process=bundle.key, payload=opens, **place))
    return cases + len(begun)


def _check(data: Mapping[str, Any]) -> None:
    if (size := len(values.dumps(dict(data)))) > LARGEST:
        raise Invalid(
            f"Expected a signal to bring at most {LARGEST} characters, but it brings {size}",
            [("data", "is too large")],
            problems_de=[("data", f"Ein Signal bringt höchstens {LARGEST} Zeichen mit.")],
        )


def _listening(name: str, thrown_by: Case | None) -> Subquery:
    """Each case and place once."""
    listening = select(Wait.case_id, Wait.element).where(Wait.kind == WaitKind.SIGNAL, Wait.message == name)
    if thrown_by is not None:
        listening = listening.where(Wait.case_id != thrown_by.id)
    return listening.distinct().subquery()


def _tell_cases(uow: UnitOfWork, found: Subquery, told: Mapping[str, Any], once: str) -> None:
    """One statement, however many listen."""
    columns = {
        Job.case_id: found.c.case_id,
        Job.element: found.c.element,
        Job.kind: literal(JobKind.SIGNAL, Job.kind.type),
        Job.queue: literal("engine"),
        Job.key: literal(f"signal/{once}/") + cast(found.c.case_id, Job.key.type) + "/" + found.c.element,
        Job.state: literal(JobState.READY, Job.state.type),
        Job.priority: literal(50),
        Job.run_at: literal(uow.now, Job.run_at.type),
        Job.attempts: literal(0),
        Job.retries: literal(5),
        Job.payload: literal(dict(told), Job.payload.type),
    }
    chosen = select(*columns.values()).order_by(found.c.case_id)
    uow.session.execute(insert(Job).from_select(list(columns), chosen))
