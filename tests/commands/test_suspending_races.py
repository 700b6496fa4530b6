"""Who suspends or resumes meets others at work. PostgreSQL alone: on SQLite one writes at a time."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import ColumnElement, and_, func, update

from cpm.commands import jobs, suspending
from cpm.connectors import Done
from cpm.model import Job, JobState
from cpm.model.suspension import holds
from cpm.worker import Worker
from tests.clock import FakeClock
from tests.commands.conversing import begun, deploy, open_case, open_ones, publish
from tests.commands.test_suspending import HOUR, busy, held, resume, steps, suspend
from tests.databases import Databases
from tests.world import World, mail

_SECONDS = 0.4  #: until a thread waits for a lock


@pytest.fixture
def databases(postgresql: Databases) -> Databases:
    return postgresql


@pytest.fixture
def standing(firm: World) -> World:
    deploy(firm, busy("busy"), begun("begun"))
    return firm


def _suspend_process(firm: World, process: str = "busy") -> None:
    with firm.engine.begin("otto") as uow:
        suspending.suspend_process(uow, process, why="a mistake")


def test_a_timer_that_comes_due_while_its_process_is_being_resumed_rings(standing: World, clock: FakeClock):
    """The promoter still sees the suspension, and who resumes does not see what it holds."""
    case = open_case(standing, "busy", order="A-1")
    _suspend_process(standing)
    clock.advance(3 * HOUR)
    with standing.engine.begin("otto") as uow:
        suspending.resume_process(uow, "busy")
        Worker(standing.engine).promote()
    standing.drain()
    assert (held(standing), "chase" in steps(standing, case)) == (0, True)


def test_a_call_that_is_met_while_its_kind_is_being_resumed_is_made(standing: World):
    with standing.engine.begin("otto") as uow:
        suspending.suspend_jobs(uow, "smtp", why="the server moves")
    case = open_case(standing, "busy", order="A-1")
    standing.post.outcomes = [Done()]
    with standing.engine.begin("otto") as uow:
        suspending.resume_jobs(uow, "smtp")
        Worker(standing.engine).call_one()
    standing.drain()
    assert (held(standing), "called" in steps(standing, case)) == (0, True)


def test_what_a_call_brings_while_its_process_is_being_resumed_is_not_kept_for_ever(standing: World):
    case = open_case(standing, "busy", order="A-1")
    with standing.engine.begin("worker") as uow:
        leased = jobs.lease(uow, "w1")
    assert leased is not None
    _suspend_process(standing)
    worker = Worker(standing.engine)
    with standing.engine.begin("otto") as uow:
        suspending.resume_process(uow, "busy")
        worker._settle(leased, Done())
    standing.drain()
    assert (held(standing), "called" in steps(standing, case)) == (0, True)


def test_mail_for_a_process_that_is_being_resumed_is_filed(standing: World):
    _suspend_process(standing, "complaint")
    with ThreadPoolExecutor() as hands:
        with standing.engine.begin("otto") as uow:
            suspending.resume_process(uow, "complaint")
            filing = hands.submit(standing.receive, mail())
            time.sleep(_SECONDS)
        filing.result()
    standing.drain()
    assert (held(standing), len(open_ones(standing, "complaint"))) == (0, 1)


def test_what_two_suspensions_hold_goes_on_when_both_are_lifted_at_once(standing: World, clock: FakeClock):
    """Each sees the other standing still, as neither is committed."""
    case = open_case(standing, "busy", order="A-1")
    suspend(standing, case)
    _suspend_process(standing)
    clock.advance(3 * HOUR)
    standing.drain()
    assert held(standing) > 0
    with ThreadPoolExecutor() as hands:
        with standing.engine.begin("otto") as uow:
            suspending.resume_process(uow, "busy")
            other = hands.submit(resume, standing, case)
            time.sleep(_SECONDS)
        other.result()
    standing.drain()
    assert (held(standing), "chase" in steps(standing, case)) == (0, True)


def test_a_message_that_comes_while_its_case_is_being_resumed_is_heard(standing: World):
    """It found the case standing still, and who resumed it did not find the message."""
    case = open_case(standing, "busy", order="A-1")
    suspend(standing, case)
    with standing.engine.begin("sue") as uow:
        suspending.resume_case(uow, case.id)
        uow.session.flush()
        publish(standing, "paid", "A-1")
        Worker(standing.engine).file_one()
    standing.drain()
    assert "paid" in steps(standing, case)


def test_a_message_that_comes_while_its_process_is_being_resumed_begins_a_case(standing: World):
    _suspend_process(standing, "begun")
    with standing.engine.begin("otto") as uow:
        suspending.resume_process(uow, "begun")
        publish(standing, "ordered", "B-1", email="mara@example.org")
        Worker(standing.engine).file_one()
    standing.drain()
    assert len(open_ones(standing, "begun")) == 1


def test_a_claim_that_began_before_its_case_was_suspended_moves_nothing(
    standing: World, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
):
    """Its locks are free again when it comes to them, but other tables it sees as they were when it began."""
    case = open_case(standing, "busy", order="A-1")
    clock.advance(3 * HOUR)
    late = Job.key.like(f"%{case.id}%") & (Job.kind == "timer")
    monkeypatch.setattr(jobs, "holds", lambda: and_(func.pg_sleep(2 * _SECONDS).is_not(None), holds()))
    with ThreadPoolExecutor() as hands:
        with standing.engine.begin("sue") as uow:
            suspending.suspend_case(uow, case.id, why="wrong address")
            _made_ready(standing, late)
            claim = hands.submit(Worker(standing.engine).inline_one)
            time.sleep(_SECONDS)
        claim.result()
    assert steps(standing, case) == ["work"]


def _made_ready(firm: World, which: ColumnElement[bool]) -> None:
    """As a promoter does who did not see the suspension either."""
    with firm.engine.begin("worker") as uow:
        uow.session.execute(update(Job).where(which).values(state=JobState.READY))
