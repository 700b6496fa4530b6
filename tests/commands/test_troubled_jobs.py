"""When the trouble is in the handling itself: nothing is called again, nothing stands in the way, nothing is silent."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from cpm import bpmn
from cpm.commands import closing, incidents, interactions, jobs, process, settling
from cpm.connectors import Done, Retry, Sent
from cpm.errors import Invalid, Unavailable
from cpm.model import Case, CaseState, Interaction, Job, JobKind, JobState, Remedy
from cpm.worker import calling, working
from tests.clock import FakeClock
from tests.commands.test_incidents import about_to_answer, refused, resolve
from tests.world import World, mail


def answers(firm: World) -> int:
    return sum(call.operation == "smtp.send" for call in firm.post.calls)


def test_an_answer_that_cannot_be_written_down_is_not_sent_again(
    firm: World, monkeypatch: pytest.MonkeyPatch
):
    """The mail has left; whatever our own trouble is, the customer gets it once and a person learns of it."""
    case = about_to_answer(firm)
    with monkeypatch.context() as broken:
        broken.setattr(process, "resume", _fail)
        firm.drain()
    assert answers(firm) == 1
    incident = firm.incident(case)
    assert (incident.connector, incident.code) == ("smtp", "not_applied")
    assert "does not fit" in incident.message
    assert "interaction.sent" in firm.story(case)[-3:]
    resolve(firm, incident, Remedy.SUPPLY, note="Die Antwort ist draußen.")
    assert (answers(firm), firm.waits(case)) == (1, ["customer_replied", "customer_wrote"])


def _fail(*_arguments) -> None:
    raise Invalid("the answer does not fit")


def test_a_lock_while_settling_does_not_send_the_mail_again(firm: World, monkeypatch: pytest.MonkeyPatch):
    case = about_to_answer(firm)
    real, tries = settling.settle, []

    def locked_twice(uow, **what):
        tries.append(what)
        if len(tries) < 3:
            raise Unavailable("Expected to use the database, but it is locked")
        return real(uow, **what)

    monkeypatch.setattr(settling, "settle", locked_twice)
    firm.drain()
    assert (answers(firm), len(tries)) == (1, 3)
    assert firm.waits(case) == ["customer_replied", "customer_wrote"]


def test_a_call_that_cannot_be_made_ready_leaves_the_way_to_others(
    firm: World, monkeypatch: pytest.MonkeyPatch
):
    stuck, sound = (
        about_to_answer(firm),
        firm.receive(mail(sender="x@example.org", message_id="<x@example.org>")),
    )
    real = calling.prepared

    def not_for_the_first(engine, leased):
        if leased.case_id == stuck.id:
            raise ValueError("its definition cannot be read any more")
        return real(engine, leased)

    monkeypatch.setattr(calling, "prepared", not_for_the_first)
    firm.drain()
    assert [call.case_id for call in firm.post.calls][-1] == sound.id
    assert firm.incident(stuck).code == "crashed"


def test_a_database_away_for_a_moment_is_no_fault_of_the_call(firm: World, monkeypatch: pytest.MonkeyPatch):
    case = about_to_answer(firm)
    monkeypatch.setattr(working, "_LONGEST_NAP", timedelta(0))
    real, away = calling.prepared, iter([True, True])

    def at_last(engine, leased):
        if next(away, False):
            raise Unavailable("Expected to use the database, but it said: server closed the connection")
        return real(engine, leased)

    monkeypatch.setattr(calling, "prepared", at_last)
    firm.drain()
    assert answers(firm) == 1
    assert firm.waits(case) == ["customer_replied", "customer_wrote"]


def test_a_job_nobody_can_be_told_of_stands_in_nobodys_way(firm: World, clock: FakeClock, monkeypatch):
    first, second = (
        firm.receive(mail()),
        firm.receive(mail(sender="x@example.org", message_id="<x@example.org>")),
    )
    real = settling.run

    def first_crashes(uow, job):
        if job.case_id == first.id and job.kind == JobKind.OVERDUE:
            raise RuntimeError("boom")
        real(uow, job)

    monkeypatch.setattr(settling, "run", first_crashes)
    monkeypatch.setattr(settling, "crashed", _fail)
    clock.advance(timedelta(days=4))
    firm.drain()
    assert firm.incident(second).code == "overdue"
    with firm.engine.read() as uow:
        put_off = uow.session.scalars(
            select(Job).where(Job.case_id == first.id, Job.kind == JobKind.OVERDUE)
        ).one()
    assert (put_off.state, put_off.run_at) == (JobState.WAITING, clock() + jobs.PUT_OFF)


def test_a_mail_that_left_while_its_case_ended_is_filed_all_the_same(firm: World):
    case = about_to_answer(firm)
    with firm.engine.begin("worker") as uow:
        leased = jobs.lease(uow, "slow")
        _end(uow, uow.case(case.id))
    sent = Sent("email", "<late@firm.example>", ("mara@example.org",), "Antwort", "...")
    with firm.engine.begin("worker") as uow:
        assert settling.settle(uow, leased, Done(sent=sent)) is False
    assert firm.story(case)[-2:] == ["job.came_late", "interaction.sent"]
    with firm.engine.read() as uow:
        assert uow.session.scalars(
            select(Interaction).where(Interaction.message_key == sent.message_id)
        ).one()


def test_a_booking_that_came_too_late_ends_with_a_person(firm: World):
    case = about_to_answer(firm)
    with firm.engine.begin("worker") as uow:
        leased = jobs.lease(uow, "slow")
        _end(uow, uow.case(case.id))
    with firm.engine.begin("worker") as uow:
        settling.settle(uow, leased, Done({"credit_note_no": "GS-1"}))
    incident = firm.incident(case)
    assert (incident.code, incident.remedies) == ("came_late", ["supply", "handover"])
    resolve(firm, incident, Remedy.SUPPLY, note="Gutschrift im ERP storniert.")
    assert firm.now(case).state == CaseState.CLOSED


def _end(uow, case: Case) -> None:
    closing.end(uow, case, outcome="withdrawn", reason="test")


def test_a_stale_lease_does_not_undo_the_present_one(firm: World, clock: FakeClock):
    about_to_answer(firm)
    with firm.engine.begin("worker") as uow:
        stale = jobs.lease(uow, "frozen")
    clock.advance(jobs.LEASE)
    with firm.engine.begin("worker") as uow:
        jobs.promote(uow)
    with firm.engine.begin("worker") as uow:
        present = jobs.lease(uow, "alive")
    with firm.engine.begin("worker") as uow:
        assert settling.settle(uow, stale, Retry("no answer")) is False
    with firm.engine.begin("worker") as uow:
        assert jobs.leased(uow, present) is not None


def test_mail_that_kills_its_workers_is_quarantined(firm: World, clock: FakeClock):
    with firm.engine.begin("mailbox") as uow:
        arrival = interactions.store(uow, mail(), process="complaint")
    for _ in range(3):
        with firm.engine.begin("worker") as uow:
            assert jobs.lease(uow, "doomed", queue="intake") is not None
        clock.advance(jobs.LEASE)
        with firm.engine.begin("worker") as uow:
            jobs.promote(uow)
    firm.drain()
    with firm.engine.read() as uow:
        held = uow.get(type(arrival), arrival.id)
    assert (held.state, held.reason) == (
        "quarantined",
        "The worker that had it in hand died, 3 times in a row",
    )


def test_a_fault_behind_an_overdue_step_is_told_as_well(firm: World, clock: FakeClock):
    case = firm.receive(mail())
    clock.advance(timedelta(days=4))
    firm.drain()
    assert firm.incident(case).code == "overdue"
    task = firm.step(case, "check_facts")
    fault = bpmn.Fault(task.node, "check_facts", "Sachverhalt prüfen", "evaluation_error", "no such thing")
    with firm.engine.begin("test") as uow:
        step = _Step(faults=(fault,))
        incidents.follow(uow, uow.case(case.id), step, any_open=True)
    assert firm.incident(case).code == "evaluation_error"


class _Step:
    escalations = for_people = jobs = timers = waits = ()
    covers = None

    def __init__(self, faults) -> None:
        self.faults = faults


@pytest.mark.parametrize("name", ["case_no", "customer_id", "goodwill_amount", "approved", "answer_channel"])
def test_no_remedy_changes_what_the_engine_or_an_approval_stands_on(firm: World, name: str):
    _, incident = refused(firm)
    with pytest.raises(Invalid) as told:
        resolve(firm, incident, Remedy.CORRECT, data={"email": "mara@example.com", name: "C-000002-1"})
    assert [field for field, _ in told.value.problems] == [name]
