"""What is suspended stands still, loses nothing that comes meanwhile, and does each of it once when it goes on."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from cpm.channels import message_ids
from cpm.commands import batches, jobs, messages, posting, resolutions, settling, suspending, tasks
from cpm.connectors import Done, Failed, Retry
from cpm.errors import Forbidden, Suspended, WrongState
from cpm.model import (
    Arrival,
    Case,
    Interaction,
    Job,
    JobKind,
    JobState,
    Remedy,
    TaskKind,
    Timers,
)
from cpm.queries import suspensions
from cpm.queries.targets import Targets
from tests.clock import FakeClock
from tests.commands.conversing import (
    SIGNALS,
    begun,
    begun_by_storm,
    cases_of,
    declared,
    deploy,
    open_case,
    open_ones,
    publish,
)
from tests.office import ANSWER, FACTS, REMEDY
from tests.unit.bpmn.drawing import (
    boundary,
    catch,
    end,
    message,
    model,
    node,
    parallel,
    path,
    signal,
    start,
    timer,
    user,
)
from tests.world import World, mail

HOUR = timedelta(hours=1)
_CALL = '<zeebe:taskDefinition type="smtp.send" retries="2"/>'


def busy(process_id: str) -> bytes:
    """A case that could go on in every way: by a person, a time, a call, a message, a signal."""
    ways = (
        user("work"),
        boundary("late", "work", timer("PT2H"), interrupting=False),
        user("chase"),
        node("serviceTask", "call", zeebe=_CALL),
        user("called"),
        catch("wait", message()),
        user("paid"),
        catch("hear", signal()),
        user("heard"),
    )
    flows = [path("s", "p", step, then, "e") for step, then in _WAYS] + [
        path("p", "work", "e"),
        path("late", "chase", "e"),
    ]
    parts = (start(), parallel("p"), *ways, end(), *flows)
    return model(*parts, process_id=process_id, declared=declared(m1="paid|=order") + SIGNALS)


_WAYS = (("call", "called"), ("wait", "paid"), ("hear", "heard"))


@pytest.fixture
def standing(firm: World) -> World:
    deploy(firm, busy("busy"), begun("begun"), begun_by_storm("stormy"))
    return firm


def suspend(firm: World, case: Case, why: str = "wrong address") -> None:
    with firm.engine.begin("sue") as uow:
        suspending.suspend_case(uow, case.id, why=why)


def resume(firm: World, case: Case, timers: Timers = Timers.RING) -> None:
    with firm.engine.begin("sue") as uow:
        suspending.resume_case(uow, case.id, timers=timers)
    firm.drain()


def steps(firm: World, case: Case) -> list[str | None]:
    """What waits for people, exceptions left aside."""
    return sorted(task.element or "" for task in firm.open_tasks(case) if task.kind == TaskKind.STEP)


def held(firm: World) -> int:
    with firm.engine.read() as look:
        return look.session.scalar(select(func.count()).where(Job.state == JobState.HELD)) or 0


def test_nothing_of_a_suspended_case_moves_and_all_that_came_happens_once_when_it_goes_on(
    standing: World, clock: FakeClock
):
    """In every way in which a case can go on by itself; another case goes on beside it."""
    case, other = open_case(standing, "busy", order="A-1"), open_case(standing, "busy", order="A-2")
    suspend(standing, case)
    clock.advance(3 * HOUR)
    for order in ("A-1", "A-2"):
        publish(standing, "paid", order, unique_id=order)
    throw(standing, "storm")
    standing.post.outcomes = [Done(), Done()]
    standing.drain()
    clock.advance(30 * 24 * HOUR)
    standing.drain()
    assert steps(standing, case) == ["work"]
    assert steps(standing, other) == ["called", "chase", "heard", "paid", "work"]
    assert len(standing.post.calls) == 1
    resume(standing, case)
    assert steps(standing, case) == ["called", "chase", "heard", "paid", "work"]
    assert len(standing.post.calls) == 2
    assert held(standing) == 0


def test_people_are_told_who_suspended_it_and_why_and_remedies_stay_possible(standing: World):
    case = open_case(standing, "busy", order="A-1")
    task = standing.step(case, "work")
    with standing.engine.begin("sue") as uow:
        tasks.claim(uow, task.id)
    standing.post.outcomes = [Failed("refused", "550 no")]
    standing.drain()
    suspend(standing, case)
    told = pytest.raises(Suspended, match=r"Sue suspended the case on .*: wrong address")
    with told as refused, standing.engine.begin("sue") as uow:
        tasks.complete(uow, task.id, {})
    assert "wrong address" in (refused.value.de or "")
    assert refused.value.status == 409
    with standing.engine.begin("sue") as uow:
        tasks.release(uow, task.id)
    with pytest.raises(Suspended), standing.engine.begin("anna") as uow:
        tasks.claim(uow, task.id)
    incident = standing.incident(case)
    with standing.engine.begin("sue") as uow:
        resolutions.resolve(uow, incident.id, Remedy.RETRY)
    standing.drain()
    assert len(standing.post.calls) == 1, "the call that a remedy enqueues is held"
    resume(standing, case)
    assert len(standing.post.calls) == 2


def test_only_supervisors_suspend_cases_and_only_what_can_be(standing: World):
    case = open_case(standing, "busy", order="A-1")
    with pytest.raises(Forbidden), standing.engine.begin("anna") as uow:
        suspending.suspend_case(uow, case.id, why="no")
    with pytest.raises(WrongState, match="it is not"):
        resume(standing, case)
    suspend(standing, case)
    with pytest.raises(WrongState, match="Sue suspended the case"):
        suspend(standing, case)
    resume(standing, case)
    with pytest.raises(WrongState, match="it is not"):
        resume(standing, case)
    with standing.engine.begin("test") as uow:
        uow.case(case.id).move("close")
    with pytest.raises(WrongState, match="closed"):
        suspend(standing, case)


def test_a_call_under_way_is_settled_and_what_follows_waits(standing: World):
    """Its result is not lost, the call is not made twice, and the case goes no further by it."""
    case = open_case(standing, "busy", order="A-1")
    with standing.engine.begin("worker") as uow:
        lease = jobs.lease(uow, "worker")
    assert lease is not None
    suspend(standing, case)
    with standing.engine.begin("worker") as uow:
        assert settling.settle(uow, lease, Done({"ticket": "T-1"}))
    standing.drain()
    assert steps(standing, case) == ["work"]
    assert standing.story(case)[-1] == "job.answered"
    resume(standing, case)
    assert steps(standing, case) == ["called", "work"]
    assert standing.post.calls == []
    assert standing.story(case).count("job.finished") == 1


def test_mail_to_a_suspended_case_is_filed_and_heard_when_it_goes_on(firm: World, clock: FakeClock):
    case = _answered(firm)
    suspend(firm, case)
    _reply(firm, case)
    firm.drain()
    with firm.engine.read() as look:
        said = look.session.scalars(select(Interaction).where(Interaction.case_id == case.id)).all()
    assert "<reply@example.org>" in {each.message_key for each in said}
    assert steps(firm, case) == []
    clock.advance(10 * 24 * HOUR)
    resume(firm, case)
    assert steps(firm, case) == ["read_reply"], (
        "the reply came before the time in which we wait for one was over"
    )


def test_a_suspended_process_begins_nothing_until_it_goes_on(standing: World, clock: FakeClock):
    """By mail, message, signal and hand; what can wait waits, longer than it lives, and people are told."""
    with standing.engine.begin("otto") as uow:
        for process in ("begun", "stormy", "complaint"):
            suspending.suspend_process(uow, process, why="a mistake in the model")
    publish(standing, "ordered", "O-1", email="mara@example.org")
    throw(standing, "storm", email="mara@example.org")
    assert standing.receive(mail()) is None
    with pytest.raises(Suspended, match="a mistake in the model"):
        open_case(standing, "begun")
    standing.drain()
    clock.advance(messages.TIME_TO_LIVE + HOUR)
    standing.drain()
    assert [open_ones(standing, each) for each in ("begun", "stormy", "complaint")] == [[], [], []]
    with standing.engine.begin("otto") as uow:
        for process in ("begun", "stormy", "complaint"):
            suspending.resume_process(uow, process)
    standing.drain()
    assert [len(cases_of(standing, each)) for each in ("begun", "stormy", "complaint")] == [1, 1, 1]
    with standing.engine.read() as look:
        assert look.session.scalars(select(Arrival.reason)).all() == [None]
    standing.drain()
    assert len(cases_of(standing, "begun")) == 1


def test_what_is_suspended_twice_goes_on_when_both_are_lifted(standing: World):
    case = open_case(standing, "busy", order="A-1")
    with standing.engine.begin("otto") as uow:
        suspending.suspend_process(uow, "busy", version=1, why="a mistake")
    suspend(standing, case)
    standing.drain()
    resume(standing, case)
    assert standing.post.calls == []
    assert standing.story(case)[-1] == "case.suspension_lifted"
    with pytest.raises(WrongState, match="its process is"):
        resume(standing, case)
    with standing.engine.begin("otto") as uow:
        suspending.resume_process(uow, "busy", version=1)
    standing.post.outcomes = [Done()]
    standing.drain()
    assert steps(standing, case) == ["called", "work"]


def test_only_one_version_stands_still_if_that_is_said(standing: World):
    old = open_case(standing, "busy", order="A-1")
    deploy(standing, busy("busy").replace(b"PT2H", b"PT3H"))
    new = open_case(standing, "busy", order="A-2")
    with standing.engine.begin("otto") as uow:
        suspending.suspend_process(uow, "busy", version=1, why="a mistake")
    standing.post.outcomes = [Done(), Done()]
    standing.drain()
    assert steps(standing, old) == ["work"]
    assert steps(standing, new) == ["called", "work"]
    assert open_case(standing, "busy", order="A-3").state == "open"


def test_a_new_version_begins_what_waited_for_the_suspended_one(standing: World):
    with standing.engine.begin("otto") as uow:
        for process in ("begun", "complaint"):
            suspending.suspend_process(uow, process, version=1, why="a mistake")
    publish(standing, "ordered", "O-1", email="mara@example.org")
    assert standing.receive(mail()) is None
    standing.drain()
    assert cases_of(standing, "begun") == []
    deploy(standing, begun("begun").replace(b'name="work"', b'name="Work"'))
    standing.drain()
    assert len(cases_of(standing, "begun")) == 1
    assert cases_of(standing, "complaint") == []


def test_many_cases_are_suspended_and_resumed_as_a_batch(standing: World, clock: FakeClock):
    """A batch's own work is not held by what it is to let go on."""
    cases = [open_case(standing, "busy", order=f"A-{number}") for number in range(2)]
    standing.post.outcomes = [Done()] * 2
    for kind, then in (("suspend", ["called", "work"]), ("resume", ["called", "chase", "work"])):
        with standing.engine.begin("sue") as uow:
            chosen = Targets(numbers=tuple(case.number for case in cases))
            batch = batches.propose(uow, kind, chosen, {}, why="a fire drill")
        standing.drain()
        with standing.engine.begin("sue") as uow:
            batches.start(uow, batch.id)
        standing.drain()
        clock.advance(3 * HOUR)
        standing.drain()
        assert [steps(standing, case) for case in cases] == [then, then]


def test_a_kind_of_jobs_stands_still_and_no_attempt_is_consumed(standing: World, clock: FakeClock):
    """The mail server is down: what was tried before waits, and what is enqueued meanwhile."""
    first = open_case(standing, "busy", order="A-1")
    standing.post.outcomes = [Retry("down")]
    standing.drain()
    with standing.engine.begin("otto") as uow:
        suspending.suspend_jobs(uow, "smtp", why="the server moves")
    second = open_case(standing, "busy", order="A-2")
    clock.advance(24 * HOUR)
    standing.drain()
    assert len(standing.post.calls) == 1
    assert steps(standing, first) == steps(standing, second) == ["chase", "work"], "their timers rang"
    with standing.engine.read() as look:
        found = look.session.scalars(select(Job).where(Job.kind == JobKind.CALL).order_by(Job.id)).all()
        assert [(job.state, job.attempts) for job in found] == [(JobState.HELD, 1), (JobState.HELD, 0)]
        (told,) = suspensions.everything(look, "en")
        assert (told.of, told.key, suspensions.held(look, told).jobs) == ("jobs", "smtp", 2)
    with standing.engine.begin("otto") as uow:
        suspending.resume_jobs(uow, "smtp")
    standing.post.outcomes = [Done(), Done()]
    standing.drain()
    assert len(standing.post.calls) == 3


def test_due_times_ring_or_move_as_who_resumes_says(standing: World, clock: FakeClock):
    """A timer of two hours, suspended after one, for a whole night, which nobody of the office would have worked."""
    ring, shift = open_case(standing, "busy", order="A-1"), open_case(standing, "busy", order="A-2")
    due = {case.id: _due(standing, case) for case in (ring, shift)}
    clock.advance(HOUR)
    for case in (ring, shift):
        suspend(standing, case)
    since = clock()
    clock.advance(24 * HOUR)
    standing.post.outcomes = [Done(), Done()]
    resume(standing, ring)
    resume(standing, shift, Timers.SHIFT)
    assert "chase" in steps(standing, ring)
    assert "chase" not in steps(standing, shift)
    assert _due(standing, ring) == due[ring.id]
    assert _due(standing, shift) > due[shift.id]
    told = standing.journal(shift)
    moved = next(event for event in told if event.what == "case.continued").particulars
    assert (moved["since"], moved["timers"]) == (since, "shift")
    clock.advance(HOUR)
    standing.drain()
    assert "chase" in steps(standing, shift)


def test_a_process_resumed_with_shift_gives_each_case_its_time_back(standing: World, clock: FakeClock):
    """One that was suspended by itself before the process was goes on later, and gets all of it back."""
    one, other = open_case(standing, "busy", order="A-1"), open_case(standing, "busy", order="A-2")
    suspend(standing, other)
    clock.advance(HOUR)
    with standing.engine.begin("otto") as uow:
        suspending.suspend_process(uow, "busy", why="a mistake")
    clock.advance(10 * HOUR)
    with standing.engine.begin("otto") as uow:
        suspending.resume_process(uow, "busy", timers=Timers.SHIFT)
    standing.post.outcomes = [Done(), Done()]
    standing.drain()
    assert steps(standing, one) == ["called", "work"]
    assert steps(standing, other) == ["work"]
    resume(standing, other, Timers.SHIFT)
    clock.advance(timedelta(minutes=61))
    standing.drain()
    assert "chase" in steps(standing, one)
    assert "chase" not in steps(standing, other)
    clock.advance(HOUR)
    standing.drain()
    assert "chase" in steps(standing, other)


def _due(firm: World, case: Case) -> datetime:
    due = firm.step(case, "work").due_at
    assert due is not None
    return due


def throw(firm: World, name: str, email: str = "") -> None:
    with firm.engine.begin("test") as uow:
        posting.signal(uow, name, {}, about=posting.Who(email=email or "mara@example.org"))


def _answered(firm: World) -> Case:
    case = firm.receive(mail())
    assert case is not None
    firm.drain()
    firm.do(case, "check_facts", "anna", FACTS)
    firm.do(case, "decide_remedy", "anna", REMEDY)
    firm.do(case, "write_answer", "anna", ANSWER)
    firm.drain()
    return case


def _reply(firm: World, case: Case) -> None:
    ours = message_ids.make(firm.engine.settings.secret, firm.engine.settings.mail_domain, case.id, "any")
    headers = {"In-Reply-To": ours, "References": ours}
    firm.receive(mail(text="Danke, aber nein.", message_id="<reply@example.org>", headers=headers))


def test_nothing_stays_held_of_a_case_that_ends_while_it_is_suspended(firm: World):
    """A supervisor settles its last exception; a customer had written meanwhile."""
    call = node("serviceTask", "call", zeebe=_CALL)
    deploy(firm, model(start(), call, end(), path("s", "call", "e"), process_id="short"))
    case = open_case(firm, "short")
    firm.post.outcomes = [Failed("refused", "550 no")]
    firm.drain()
    suspend(firm, case)
    _reply(firm, case)
    firm.drain()
    assert held(firm) == 1
    incident = firm.incident(case)
    with firm.engine.begin("sue") as uow:
        resolutions.resolve(uow, incident.id, Remedy.SKIP, note="not needed")
    firm.drain()
    assert (held(firm), open_ones(firm, "short")) == (0, [])


def test_who_waited_for_the_case_while_it_was_suspended_is_told(firm: World):
    """On PostgreSQL a statement that waited for the lock sees other tables as they were before."""
    case = firm.receive(mail())
    assert case is not None
    task = firm.step(case, "check_facts")
    with firm.engine.begin("anna") as uow:
        tasks.claim(uow, task.id)
    with ThreadPoolExecutor() as hands:
        with firm.engine.begin("sue") as uow:
            suspending.suspend_case(uow, case.id, why="wrong address")
            completion = hands.submit(_complete, firm, task.id)
            time.sleep(0.5)  # it waits by now
        with pytest.raises(Suspended, match="wrong address"):
            completion.result()


def _complete(firm: World, task_id: int) -> None:
    with firm.engine.begin("anna") as uow:
        tasks.complete(uow, task_id, FACTS)
