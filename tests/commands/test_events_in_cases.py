"""Events of a process in a case: each thing waited for has its row, and what happened is told in the journal."""

from datetime import timedelta

from sqlalchemy import select

from cpm import bpmn
from cpm.commands import closing, incidents, process, resolutions, tasks
from cpm.model import Case, Job, JobKind, Remedy, Wait
from tests.clock import FakeClock
from tests.commands.conversing import declared, deploy, open_case, publish
from tests.unit.bpmn.drawing import (
    boundary,
    called,
    catch,
    condition,
    each,
    end,
    error,
    escalation,
    message,
    model,
    node,
    parallel,
    path,
    script,
    signal,
    start,
    throw,
    timer,
    user,
)
from tests.world import World

DECLARED = declared(m1="paid|=order", m2="customer_replied|=case_no") + (
    '<bpmn:signal id="si1" name="alarm"/><bpmn:error id="er1" errorCode="E1"/>'
    '<bpmn:escalation id="es1" escalationCode="S1"/>'
)


def drawn(*parts: str, process_id: str = "p1") -> bytes:
    return model(*parts, process_id=process_id, declared=DECLARED)


def opened(firm: World, *models: bytes, **data: object) -> Case:
    deploy(firm, *models)
    return open_case(firm, "p1", **data)


def happened(firm: World, case: Case, *words: str) -> list[tuple[str, object]]:
    told = {
        "signal": "signal",
        "error": "code",
        "escalation": "code",
        "call": "called",
        "condition": "element",
    }
    return [
        (entry.what, entry.particulars[told[entry.what.split(".")[0]]])
        for entry in firm.journal(case)
        if entry.what in words
    ]


def changed(firm: World, case: Case, **data: object) -> None:
    with firm.engine.begin("sue") as uow:
        process.change(uow, uow.get(Case, case.id), data)


SEVERAL = drawn(
    start(), catch("c", timer("PT1H") + message() + signal()), user("a"), end(), path("s", "c", "a", "e")
)  # fmt: skip


def rows(firm: World, case: Case) -> list[tuple[str, str | None]]:
    with firm.engine.read() as uow:
        jobs = select(Job.element).where(Job.case_id == case.id, Job.kind == JobKind.TIMER)
        waits = select(Wait.element).where(Wait.case_id == case.id, Wait.message == "paid")
        return [("timer", element) for element in uow.session.scalars(jobs)] + [
            ("wait", element) for element in uow.session.scalars(waits)
        ]


def test_each_thing_that_a_multiple_event_waits_for_has_its_row(firm: World):
    case = opened(firm, SEVERAL, order="A-1")
    assert rows(firm, case) == [("timer", "c"), ("wait", "c")]
    assert publish(firm, "paid", "A-1", payload={"amount": 7})
    assert firm.at(case) == ["a"]
    assert rows(firm, case) == []


def test_the_timer_of_a_multiple_event_rings(firm: World, clock: FakeClock):
    case = opened(firm, SEVERAL, order="A-1")
    clock.advance(timedelta(hours=1))
    firm.drain()
    assert firm.at(case) == ["a"]
    assert rows(firm, case) == []


def test_what_happens_on_the_way_is_in_the_journal(firm: World):
    inner = (start("is"), throw("ie", escalation("es1")), end("ix", error("er1")), path("is", "ie", "ix"))
    case = opened(
        firm,
        drawn(
            start(), parallel("f"), catch("c", signal()), throw("t", signal()), node("subProcess", "sub", *inner),
            boundary("be", "sub", escalation("es1"), interrupting=False), boundary("bx", "sub", error("er1")),
            node("callActivity", "call", zeebe=called("p2")), end(),
            path("s", "f", "c", "e"), path("f", "t", "sub", "call"), path("be", "e"), path("bx", "call", "e"),
        ),
        drawn(start(), end(), path("s", "e"), process_id="p2"),
    )  # fmt: skip
    words = ("signal.thrown", "signal.heard", "error.caught", "escalation.caught", "call.begun")
    assert happened(firm, case, *words) == [
        ("signal.thrown", "alarm"),
        ("signal.heard", "alarm"),
        ("escalation.caught", "S1"),
        ("error.caught", "E1"),
        ("call.begun", "p2"),
    ]


def of_many(*inside: str) -> bytes:
    """With so many instances that each lies apart if it may."""
    return drawn(
        start(), node("subProcess", "sub", *inside, each("=for i in 1..40 return i")), user("after"), path("s", "sub", "after")
    )  # fmt: skip


def test_all_of_many_instances_hear_a_signal(firm: World):
    case = opened(
        firm,
        of_many(
            start("is"), user("u"), boundary("b", "u", signal()), end("ie"), path("is", "u"), path("b", "ie")
        ),
    )
    assert firm.at(case) == ["u"] * 40
    with firm.engine.begin("sue") as uow:
        process.resume(uow, uow.get(Case, case.id), bpmn.Signalled("alarm"))
    assert firm.at(case) == ["after"]
    assert firm.story(case).count("signal.heard") == 40


def test_all_of_many_instances_see_data_change(firm: World):
    case = opened(
        firm, of_many(start("is"), catch("c", condition("=limit > item")), user("u"), path("is", "c", "u"))
    )
    assert firm.at(case) == []
    changed(firm, case, limit=11)
    assert firm.at(case) == ["u"] * 10
    changed(firm, case, limit=99)
    assert firm.at(case) == ["u"] * 40


def test_what_one_of_many_instances_throws_is_heard_and_caught_around_it(firm: World):
    case = opened(
        firm,
        drawn(
            start(), parallel("f"), node("subProcess", "sub", start("is"), user("u"), end("ie", signal() + escalation("es1")),
                                         path("is", "u", "ie"), each("=for i in 1..40 return i")),
            boundary("b", "sub", escalation("es1"), interrupting=False), catch("c", signal()), user("n"), user("m"),
            path("s", "f", "sub"), path("f", "c", "n"), path("b", "m"),
        ),
    )  # fmt: skip
    with firm.engine.begin("anna") as uow:
        task = firm.open_tasks(case)[0].id
        tasks.claim(uow, task)
        tasks.complete(uow, task, {})
    assert sorted(map(str, firm.at(case))) == ["m", "n", *["u"] * 39]


WATCHED = drawn(
    start(), user("a"), boundary("b", "a", condition('=boilers = "2"')), user("n"), path("s", "a"), path("b", "n")
)  # fmt: skip


def test_data_that_a_person_supplies_meet_a_condition(firm: World):
    """The step it was held at is over by that, and its task withdrawn."""
    case = opened(firm, WATCHED)
    task = firm.step(case, "a")
    with firm.engine.begin("anna") as uow:
        tasks.claim(uow, task.id)
        incidents.declare(uow, task.id, kind="other", note="Zwei Kessel")
    incident = firm.incident(case)
    with firm.engine.begin("sue") as uow:
        resolutions.resolve(uow, incident.id, Remedy.SUPPLY, note="Zwei Kessel.", data={"boilers": "2"})
    assert firm.at(case) == ["n"]
    assert happened(firm, case, "condition.met") == [("condition.met", "b")]
    assert firm.story(case)[-5:].count("task.withdrawn") == 1


def test_data_that_no_condition_reads_are_just_kept(firm: World):
    case = opened(firm, WATCHED)
    before = firm.now(case).tokens
    changed(firm, case, colour="red")
    assert firm.at(case) == ["a"]
    assert firm.now(case).tokens == before
    changed(firm, case, boilers="1")
    assert firm.at(case) == ["a"]
    changed(firm, case, boilers="2")
    assert firm.at(case) == ["n"]


def test_a_time_that_is_put_off_meets_a_condition(firm: World, clock: FakeClock):
    """While only the customer can go on, the time promised stands still: that is data of the case too."""
    case = opened(
        firm,
        drawn(
            start(), node("scriptTask", "keep", zeebe=script("=due", "first")), catch("reply", message("m2")), user("a"),
            path("s", "keep", "reply", "a"),
            node(
                "subProcess", "h", start("hs", condition("=first != null and due != first"), isInterrupting="false"), user("hu"),
                path("hs", "hu"), triggeredByEvent="true",
            ),
        ),
    )  # fmt: skip
    firm.drain()
    assert firm.at(case) == []
    clock.advance(timedelta(days=3))
    publish(firm, "customer_replied", firm.now(case).number)
    assert firm.at(case) == ["a", "hu"]
    assert firm.story(case).count("case.resumed") == 1
    assert happened(firm, case, "condition.met") == [("condition.met", "hs")]


def test_a_case_that_is_over_waits_for_nothing(firm: World):
    case = opened(firm, WATCHED)
    with firm.engine.begin("sue") as uow:
        closing.end(uow, uow.get(Case, case.id), outcome="handed_over", reason="Genug.")
    changed(firm, case, boilers="2")
    assert firm.story(case)[-1] == "case.closed"
