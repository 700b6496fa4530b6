"""Customers hear once that we are still at it, when three quarters of what they were promised are over."""

from datetime import timedelta

from sqlalchemy import select

from cpm.commands import closing
from cpm.model import Case, Job, JobKind
from tests.clock import FakeClock
from tests.commands.test_pausing import promised
from tests.commands.test_spine import answered, reply
from tests.world import World, mail

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def told(firm: World) -> int:
    firm.drain()
    return sum(call.inputs.get("event") == "still_working" for call in firm.post.calls)


def planned(firm: World, case: Case) -> int:
    late = select(Job).where(Job.case_id == case.id, Job.kind == JobKind.LATE)
    with firm.engine.read() as look:
        return len(look.session.scalars(late).all())


def test_it_is_said_once_at_three_quarters_of_the_time(firm: World, clock: FakeClock):
    promised(firm, "8bh", "always")
    case = firm.receive(mail())
    assert case is not None
    assert told(firm) == 0
    clock.advance(6 * HOUR - MINUTE)
    assert told(firm) == 0
    clock.advance(2 * MINUTE)
    assert told(firm) == 1
    [call] = [each for each in firm.post.calls if each.inputs.get("event") == "still_working"]
    assert call.inputs["values"]["due"] == firm.now(case).due_at
    clock.advance(24 * HOUR)
    assert told(firm) == 1


def test_it_waits_while_the_customer_has_to_answer(firm: World, clock: FakeClock):
    promised(firm, "8bh", "always")
    case = answered(firm)
    clock.advance(7 * HOUR)
    assert told(firm) == 0
    firm.receive(reply(firm, case, "Das passt mir nicht."))
    assert firm.now(case).paused_at is None
    clock.advance(6 * HOUR - MINUTE)
    assert told(firm) == 0
    clock.advance(2 * MINUTE)
    assert told(firm) == 1


def test_it_goes_with_the_case(firm: World):
    case = firm.receive(mail())
    assert case is not None
    assert planned(firm, case) == 1
    with firm.engine.begin("sue") as uow:
        closing.end(uow, uow.case(case.id), outcome="withdrawn", reason="test")
    assert planned(firm, case) == 0
