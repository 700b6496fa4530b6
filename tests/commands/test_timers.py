"""Timers are rows that the worker rings: in the order in which they were due, each once, whatever happens to it."""

import threading
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from cpm.commands import cases, customers, definitions, jobs, process, settling
from cpm.model import Case, Event, Job, JobKind
from cpm.uow import UnitOfWork
from cpm.worker import Worker
from tests.clock import FakeClock
from tests.unit.bpmn.drawing import boundary, end, model, path, start, timer, user
from tests.world import World

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def deploy(firm: World, value: str, kind: str = "timeDate") -> None:
    drawn = boundary("late", "a", timer(value, kind), interrupting=False)
    text = model(
        start(), user("a"), drawn, end(), end("f"), path("s", "a", "e"), path("late", "f"), process_id="t"
    )
    with firm.engine.begin("test") as uow:
        definitions.deploy(uow, {"t/t.bpmn": text})


def begin(firm: World, **data: object) -> Case:
    with firm.engine.begin("test") as uow:
        customer = customers.of_address(uow, "mara@example.org", name="Mara Beispiel", language="de")
        case = cases.open_case(
            uow, customer, process="t", subject="Frist", channel="email", language="de", data=data
        )
        process.start(uow, case)
        return case


def rung(firm: World) -> Counter[int]:
    """How often each case's timers rang."""
    with firm.engine.read() as look:
        return Counter(look.session.scalars(select(Event.case_id).where(Event.what == "timer.fired")))


@pytest.fixture
def order(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The cases whose timers rang, in that order."""
    rang: list[int] = []
    run = settling.run

    def noted(uow: UnitOfWork, job: Job) -> None:
        if job.kind == JobKind.TIMER and job.case_id is not None:
            rang.append(job.case_id)
        run(uow, job)

    monkeypatch.setattr(settling, "run", noted)
    return rang


def test_a_late_start_catches_up_in_order_of_due_time(firm: World, clock: FakeClock, order: list[int]):
    """Across cases, and whichever was set first."""
    deploy(firm, "=until")
    due = [5, 1, 4, 1, 3, 2]
    opened = [begin(firm, until=(clock() + hours * HOUR).isoformat()) for hours in due]
    clock.advance(DAY)
    firm.drain()
    wanted = sorted(zip(due, [case.id for case in opened], strict=True))
    assert order == [case_id for _, case_id in wanted]


def test_more_than_are_promoted_at_once_ring_in_order_too(
    firm: World, clock: FakeClock, order: list[int], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(jobs, "_PROMOTED_AT_ONCE", 2)
    deploy(firm, "=until")
    opened = [begin(firm, until=(clock() + hours * HOUR).isoformat()) for hours in (6, 5, 4, 3, 2, 1)]
    clock.advance(DAY)
    firm.drain()
    assert order == [case.id for case in reversed(opened)]


def test_two_workers_ring_each_timer_once(firm: World, clock: FakeClock):
    deploy(firm, "=until")
    opened = [begin(firm, until=(clock() + HOUR).isoformat()) for _ in range(12)]
    clock.advance(DAY)
    threads = [threading.Thread(target=Worker(firm.engine).drain) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    firm.drain()
    assert rung(firm) == {case.id: 1 for case in opened}


def test_what_a_crash_interrupts_rings_once_all_the_same(
    firm: World, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
):
    """The job's deletion, the step and its journal are one transaction."""
    deploy(firm, "=until")
    case = begin(firm, until=(clock() + HOUR).isoformat())
    clock.advance(DAY)
    run = settling.run

    def dies(uow, job):
        run(uow, job)
        raise KeyboardInterrupt

    monkeypatch.setattr(settling, "run", dies)
    with pytest.raises(KeyboardInterrupt):
        firm.drain()
    assert not rung(firm)
    monkeypatch.setattr(settling, "run", run)
    firm.drain()
    assert rung(firm) == {case.id: 1}


def test_a_week_without_a_worker_makes_no_flood(firm: World, clock: FakeClock):
    """The cycle rings once for all of it, says since when, and goes on in its rhythm."""
    deploy(firm, "R/PT1S", "timeCycle")
    case = begin(firm)
    began = clock()
    clock.advance(timedelta(days=7))
    firm.drain()
    told = [(event.what, event.particulars.get("since")) for event in firm.journal(case)]
    assert [what for what, _ in told].count("timer.fired") == 1
    assert ("timer.missed", began + timedelta(seconds=2)) in told
    with firm.engine.read() as look:
        (job,) = look.session.scalars(select(Job).where(Job.case_id == case.id, Job.kind == JobKind.TIMER))
        assert job.run_at == clock() + timedelta(seconds=1)


def test_every_day_at_nine_is_nine_in_the_house(firm: World, clock: FakeClock):
    """CPM_ZONE is Berlin here, where 29 March 2026 has 23 hours."""
    deploy(firm, "0 0 9 * * *", "timeCycle")
    case = begin(firm)
    shown = []
    for _ in range(28):
        with firm.engine.read() as look:
            (job,) = look.session.scalars(
                select(Job).where(Job.case_id == case.id, Job.kind == JobKind.TIMER)
            )
        shown.append(job.run_at.astimezone(firm.engine.settings.zone))
        clock.advance(job.run_at - clock())
        firm.drain()
    assert {moment.hour for moment in shown} == {9}
    assert {moment.utcoffset() for moment in shown} == {HOUR, 2 * HOUR}
