"""What `tests.bench.flat` measures: each by name, told the number of its round so that it meets other rows each time."""

import random
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from sqlalchemy import func, select

from cpm import schema
from cpm.attributes import CaseFilter, Search
from cpm.case_numbers import case_number
from cpm.commands import (
    broadcasting,
    correlation,
    jobs,
    messages,
    next_task,
    overdue,
    requests,
    settling,
    sign_ins,
    tasks,
)
from cpm.commands.messages import Sent
from cpm.commands.sign_ins import Compared
from cpm.model import Case, Job, JobKind, Task, TaskState, User, Wait
from cpm.queries import (
    case_lists,
    cases,
    customers,
    guided,
    inbox,
    incident_list,
    incident_queue,
    outline,
    search,
    task_list,
    why,
    worklist,
    workload,
)
from cpm.queries.inbox_views import View, of_text
from cpm.queries.incident_list import IncidentSearch
from cpm.queries.incident_queue import Wanted
from cpm.queries.journal import journal
from cpm.queries.task_list import TaskSearch
from cpm.uow import UnitOfWork
from tests.bench.many import STEP
from tests.commands.conversing import begin
from tests.office import FACTS
from tests.world import World

Doing = Callable[[int], object]
Doings = Mapping[str, Doing]


def doings(firm: World) -> Doings:
    return {**_desk(firm), **_supervisors(firm), **_steps(firm), **_messages(firm), **_machine(firm)}


def _desk(firm: World) -> Doings:
    """Pages of an agent whose team has seven tenths of all tasks."""
    look = partial(_look, firm, "anna")
    found: dict[str, Doing] = {}
    for view in (View.MINE, View.TEAM, View.DUE_TODAY, View.WAITING, View.PARKED):
        found[f"inbox: {view.value}"] = look(lambda uow, _, view=view: inbox.inbox(uow, view))
    ids = _Ids(firm)
    return found | {
        "inbox: team, page 12": look(lambda uow, _: inbox.inbox(uow, View.TEAM, page=12)),
        "inbox of a small team": _look(
            firm, "agent_7", lambda uow, at: inbox.inbox(uow, (View.TEAM, View.MINE)[at % 2])
        ),
        "inbox filtered by number": look(
            lambda uow, at: inbox.inbox(uow, View.TEAM, search=of_text(case_number(ids.case(at))))
        ),
        "task page": look(lambda uow, at: guided.guided(uow, ids.task(at), "de")),
        "case page": look(lambda uow, at: _case_page(uow, ids.case(at))),
        "customer page": look(lambda uow, at: customers.page(uow, ids.customer(at))),
        "search: case number": look(lambda uow, at: search.search(uow, case_number(ids.case(at)))),
        "search: address": look(lambda uow, at: search.search(uow, f"k5@example.org-{1 + at}")),
        "search: whole name": look(lambda uow, at: search.search(uow, f"Kim Kunde5{1 + at}")),
        "search: common word": look(lambda uow, _: search.search(uow, "Kessel")),
        "search: nothing": look(lambda uow, at: search.search(uow, f"Qwert{at}")),
        "cases: all": look(lambda uow, _: case_lists.page(uow, Search())),
        "cases: open, by due": look(
            lambda uow, _: case_lists.page(
                uow, Search(filters=(CaseFilter("state", any_of=("open",)),), sort="due")
            )
        ),
        "cases: by order number": look(
            lambda uow, at: case_lists.page(uow, _of_order(f"4711{1 + at}")),
        ),
        "cases: by cause, of a process": look(
            lambda uow, _: case_lists.page(
                uow, Search(process="complaint", filters=(CaseFilter("cause", any_of=("other",)),))
            )
        ),
        "tasks over REST": look(
            lambda uow, _: task_list.page(uow, TaskSearch(team="service"), offset=0, limit=50, language="de")
        ),
        "cpm task list": look(lambda uow, _: worklist.open_tasks(uow, "anna")),
    }


def _of_order(number: str) -> Search:
    return Search(process="complaint", filters=(CaseFilter("order_no", any_of=(number,)),))


def _case_page(uow: UnitOfWork, case_id: int) -> None:
    cases.view(uow, case_id, latest=16)
    journal(uow, case_id)
    why.of_case(uow, uow.get(Case, case_id), "de")
    outline.of_case(uow, uow.get(Case, case_id), "de")


def _supervisors(firm: World) -> Doings:
    look = partial(_look, firm, "sue")
    return {
        "inbox: everybody": look(lambda uow, _: inbox.inbox(uow, View.EVERYBODY)),
        "exceptions": look(lambda uow, _: incident_queue.queue(uow, Wanted())),
        "exceptions, page 4": look(lambda uow, _: incident_queue.queue(uow, Wanted(), page=4)),
        "exceptions of a team": _look(firm, "agent_7", lambda uow, _: incident_queue.queue(uow, Wanted())),
        "exceptions of an agent's team": _look(
            firm, "anna", lambda uow, _: incident_queue.queue(uow, Wanted())
        ),
        "exceptions over REST": look(
            lambda uow, _: incident_list.page(uow, IncidentSearch(), offset=0, limit=50, language="de")
        ),
        "/metrics, but for amounts": look(lambda uow, _: workload.troubles(uow)),
        "/metrics, amounts": look(lambda uow, _: workload.amounts(uow)),
        "/readyz": lambda _: schema.require_current(firm.engine.database),
    }


def _steps(firm: World) -> Doings:
    ids = _Ids(firm)

    def complete(uow: UnitOfWork, at: int) -> None:
        tasks.claim(uow, ids.task(at))
        tasks.complete(uow, ids.task(at), FACTS)

    return {
        "next task": _do(firm, "anna", lambda uow, _: next_task.take_next(uow)),
        "next task of a small team": _do(firm, "agent_7", lambda uow, _: next_task.take_next(uow)),
        "claim and complete a step": _do(firm, "sue", complete),
        "open a case": _do(firm, "sue", lambda uow, at: begin(uow, "complaint", order_no=f"X{at}")),
        "a due time passes": _do(
            firm, "worker", lambda uow, at: overdue.passed(uow, {"task": ids.task(at), "from": 5})
        ),
    }


def _messages(firm: World) -> Doings:
    def paid(key: str, at: int) -> Sent:
        return Sent("paid", key, f"bench {at}", {"amount": 7}, sender="ina")

    def buffered(uow: UnitOfWork, at: int) -> None:
        case = begin(uow, "first", order=f"B-{1 + at}")
        messages.meet(uow)
        wait = uow.session.scalars(select(Wait).where(Wait.case_id == case.id, Wait.message == "paid")).one()
        assert correlation.hand_to(uow, wait.id)

    def publish(uow: UnitOfWork, at: int) -> None:
        assert correlation.publish(uow, paid(f"A-1-{1 + at}", at))

    def heard(uow: UnitOfWork, at: int) -> None:
        assert broadcasting.broadcast(uow, f"storm-{1 + at}", {}, customer_id=None) == 1

    return {
        "a message that a case waits for": _do(firm, "worker", publish),
        "a message that nobody waits for": _do(
            firm, "worker", lambda uow, at: correlation.publish(uow, paid(f"N-{at}", at))
        ),
        "a case whose message is there": _do(firm, "worker", buffered),
        "a signal that one case hears": _do(firm, "worker", heard),
        "forget old messages": _do(firm, "worker", lambda uow, _: messages.forget_old(uow)),
        "a message's time is over": _do(
            firm, "worker", lambda uow, at: _late(uow, lambda: correlation.hand_over(uow, STEP + 1 + at))
        ),
        "forget, a week behind": _do(
            firm, "worker", lambda uow, _: _late(uow, lambda: messages.forget_old(uow))
        ),
    }


def _machine(firm: World) -> Doings:
    def ring(uow: UnitOfWork, at: int) -> None:
        ready = select(Job.id).where(Job.kind == JobKind.TIMER, Job.id > STEP * (1 + at)).limit(1)
        settling.run(uow, uow.get(Job, uow.session.scalar(ready)))

    def find(uow: UnitOfWork, at: int) -> None:
        requests.find(uow, f"k{1 + at}", "f")
        requests.keep(uow, f"n{at}", "f", status=200, media_type="", location=None, body=b"")

    def sign_in(uow: UnitOfWork, _: int) -> None:
        known = uow.get(User, "anna").password
        sign_ins.begin(uow, "anna", Compared(True, known), address="192.0.2.7", browser="b")

    return {
        "nothing is due": _do(firm, "worker", _idle),
        "promote 500 of those that are due": _do(
            firm, "worker", lambda uow, _: _late(uow, lambda: jobs.promote(uow))
        ),
        "a timer rings": _do(firm, "worker", ring),
        "sign in": _do(firm, "anna", sign_in),
        "whose browser it is": _look(firm, "", lambda uow, at: sign_ins.find(uow, f"t{at}")),
        "an idempotency key": _do(firm, "anna", find),
    }


def _idle(uow: UnitOfWork, _: int) -> None:
    """What every worker asks again and again."""
    for queue in ("engine", "calls", "intake"):
        assert not jobs.work_is_due(uow, queue)
    assert jobs.claim_inline(uow) is None
    assert jobs.lease(uow, "bench") is None
    assert not jobs.promotion_is_due(uow)


def _late(uow: UnitOfWork, do: Callable[[], Any]) -> Any:
    """Three months later, when all has come due."""
    from datetime import timedelta  # noqa: PLC0415

    uow.now += timedelta(days=90)
    return do()


def _look(firm: World, who: str, what: Callable[..., object]) -> Doing:
    def look(number: int) -> object:
        with firm.engine.read(who) as uow:
            return what(uow, number)

    return look


def _do(firm: World, who: str, what: Callable[..., object]) -> Doing:
    def do(number: int) -> object:
        with firm.engine.rehearse(who) as uow:
            return what(uow, number)

    return do


class _Ids:
    """Rows of copies, the same for both databases only in kind."""

    def __init__(self, firm: World) -> None:
        with firm.engine.read() as uow:
            self._copies = (uow.session.scalar(select(func.max(Case.id))) or 0) // STEP
            ready = select(Task.id, Task.case_id).where(Task.id < STEP, Task.state == TaskState.READY)
            ready = ready.where(Task.element == "check_facts").order_by(Task.id)
            self._task, self._case = uow.session.execute(ready).first() or (0, 0)
            self._customer = uow.get(Case, self._case).customer_id
        self._random = random.Random(7)
        self._drawn: list[int] = []

    def task(self, number: int) -> int:
        return self._task + self._copy(number)

    def case(self, number: int) -> int:
        return self._case + self._copy(number)

    def customer(self, number: int) -> int:
        return self._customer + self._copy(number)

    def _copy(self, number: int) -> int:
        while len(self._drawn) <= number:
            self._drawn.append(STEP * self._random.randint(1, self._copies))
        return self._drawn[number]
