"""An installation that came from somewhere else: is everything in order, and does every case run to its end?"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from cpm import bpmn
from cpm.commands import broadcasting, choices, correlation, process, resolutions, tasks
from cpm.commands.messages import Sent
from cpm.engine import Engine
from cpm.errors import Conflict, CpmError, Forbidden
from cpm.model import (
    OPEN_TASKS,
    Case,
    CaseState,
    Event,
    Incident,
    IncidentState,
    Job,
    JobState,
    Remedy,
    Task,
    TaskKind,
    TaskState,
    User,
    Wait,
    WaitKind,
)
from cpm.model.message import ENGINES_MESSAGES
from cpm.policies import Assent, PolicyRefusal
from cpm.uow import UnitOfWork
from cpm.worker import Worker
from tests.clock import FakeClock

#: What is entered at a step of the shipped processes, so that the case goes on towards its end.
ANSWERS: Mapping[str, Mapping[str, Any]] = {
    "check_facts": {"cause": "other", "damage_text": "Riss im Kessel", "safety": False},
    "decide_remedy": {"remedy": "explain", "reason": "Der Riss ist nur im Lack."},
    "approve": {"approved": "yes"},
    "book_visit": {"visit_on": "2027-03-01", "visit_time": "09:00", "chargeable": "warranty"},
    "write_answer": {"answer_channel": "email", "subject": "Antwort", "answer": "Nur im Lack."},
    "print_and_post": {"posted_on": "2027-03-01"},
    "read_reply": {"reply_kind": "accepted"},
}


def audit(engine: Engine) -> int:
    """Every journal has its entries without a gap; every open case's tokens load, and its rows are what it waits for.

    How many cases are open. Nothing is changed.
    """
    with engine.read() as uow:
        cases = uow.session.scalars(select(Case).order_by(Case.id)).all()
        told = dict(uow.session.execute(select(Event.case_id, func.count()).group_by(Event.case_id)).all())
        last = dict(
            uow.session.execute(select(Event.case_id, func.max(Event.seq)).group_by(Event.case_id)).all()
        )
    assert told == last == {case.id: case.rev for case in cases}
    still_open = [case.id for case in cases if case.state == CaseState.OPEN]
    for case_id in still_open:
        _look_again(engine, case_id)
    return len(still_open)


def _look_again(engine: Engine, case_id: int) -> None:
    """Harvest the case as if nothing had happened: then nothing may change."""
    with engine.rehearse("test") as uow:
        case = uow.case(case_id)
        before = _rows(uow.session, case_id)
        process.resume(uow, case, bpmn.Changed({}))
        uow.session.flush()
        assert [entry["what"] for entry in uow.journal] == []
        assert _rows(uow.session, case_id) == before


def _rows(session: Any, case_id: int) -> list[tuple[object, ...]]:
    task = select(Task.id, Task.node, Task.element, Task.state).where(Task.state.in_(OPEN_TASKS))
    queries = (
        task.where(Task.case_id == case_id),
        select(Job.id, Job.node, Job.kind, Job.run_at).where(Job.case_id == case_id),
        select(Wait.id, Wait.node, Wait.message, Wait.key).where(Wait.case_id == case_id),
        select(Incident.id, Incident.node, Incident.state).where(Incident.case_id == case_id),
    )
    return [tuple(row) for query in queries for row in session.execute(query.order_by("id"))]


def finish(engine: Engine, clock: FakeClock, *, rounds: int = 80) -> None:
    """Work every case to its end: machines do what is due, people what lies there, and time passes when nothing is."""
    people, tried, told = _people(engine), set[tuple[int, int | None, str]](), set[int]()
    for _ in range(rounds):
        Worker(engine).drain()
        with engine.read() as look:
            if look.session.scalar(select(func.count()).where(Case.state == CaseState.OPEN)) == 0:
                return
            open_tasks = select(Task.id).where(Task.state.in_(OPEN_TASKS)).order_by(Task.id)
            todo = look.session.scalars(open_tasks).all()
        if not sum(_do(engine, task_id, people, tried) for task_id in todo) and not _tell(engine, told):
            _let_time_pass(engine, clock)
    raise AssertionError(f"expected all cases to end, but these are open: {_open(engine)}")


def _do(engine: Engine, task_id: int, people: Sequence[str], tried: set[tuple[int, int | None, str]]) -> bool:
    """Whoever may does the task, whatever policies warn of; False if nobody can go on with it."""
    for login in people:
        confirmed = Assent()
        while True:
            try:
                with engine.begin(login, confirmed) as uow:
                    return _act(uow, uow.get(Task, task_id), tried)
            except PolicyRefusal as refused:
                keys = frozenset(policy.key for policy in refused.policies)
                if confirmed.override:
                    break
                confirmed = Assent(
                    confirmed=keys, override="" if keys - confirmed.confirmed else "im Test erlaubt"
                )
            except CpmError:
                break
    return False


def _act(uow: UnitOfWork, task: Task, tried: set[tuple[int, int | None, str]]) -> bool:
    if task.state not in {TaskState.READY, TaskState.CLAIMED}:
        return False
    if not task.is_for(uow.user()) or task.assignee not in {None, uow.actor}:
        raise Forbidden("Expected somebody else to do it, but this one tried")
    if task.kind == TaskKind.INCIDENT:
        _settle(uow, task, tried)
        return True
    if task.assignee is None:
        tasks.claim(uow, task.id)
    if task.kind == TaskKind.CHOICE:
        choices.end_choice(uow, task.id, cancel_running=True)
    else:
        tasks.complete(uow, task.id, ANSWERS.get(task.element or "", {}))
    return True


def _settle(uow: UnitOfWork, task: Task, tried: set[tuple[int, int | None, str]]) -> None:
    """Once more, or else past it."""
    one = uow.session.scalars(
        select(Incident).where(Incident.task_id == task.id, Incident.state == IncidentState.OPEN)
    ).one()
    for remedy in (Remedy.RETRY, Remedy.SKIP, Remedy.END):
        if remedy in one.remedies and (about := (one.case_id, one.node, remedy)) not in tried:
            resolutions.resolve(uow, one.id, remedy, note="im Test erledigt")
            tried.add(about)
            return
    raise Conflict(f"Expected a remedy for incident {one.id}, but all were tried")


def _tell(engine: Engine, told: set[int]) -> bool:
    """Each place that waits hears what it waits for, once; a customer's answer comes with time, or not at all."""
    with engine.read() as look:
        waits = [wait for wait in look.session.scalars(select(Wait)) if wait.id not in told]
    for wait in waits:
        told.add(wait.id)
        with engine.begin("test machine") as uow:
            if wait.kind == WaitKind.SIGNAL:
                broadcasting.broadcast(uow, wait.message, {}, customer_id=None)
                process.change(uow, uow.case(wait.case_id), {"n": 9})  # and its conditions come true
            elif wait.message not in ENGINES_MESSAGES:
                correlation.publish(uow, Sent(wait.message, wait.key, f"wait {wait.id}", {}, sender="test"))
    return bool(waits)


def _people(engine: Engine) -> list[str]:
    with engine.read() as look:
        return list(look.session.scalars(select(User.login).where(User.active).order_by(User.login)))


def _let_time_pass(engine: Engine, clock: FakeClock) -> None:
    """Until the next job is due."""
    with engine.read() as look:
        due = look.session.scalar(select(func.min(Job.run_at)).where(Job.state != JobState.DEAD))
    assert due is not None, f"nothing is left to happen, but these are open: {_open(engine)}"
    clock.advance(max(due - clock(), timedelta(seconds=1)))


def _open(engine: Engine) -> list[tuple[object, ...]]:
    with engine.read() as look:
        of_case = Task.case_id == Case.id
        query = select(Case.id, Case.process, Task.kind, Task.element, Task.state, Task.team)
        rows = look.session.execute(
            query.outerjoin(Task, of_case & Task.state.in_(OPEN_TASKS)).where(Case.state == CaseState.OPEN)
        )
        return [tuple(row) for row in rows]
