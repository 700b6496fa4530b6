"""Timers, messages, errors, escalations, links, and the ends of a process."""

from datetime import UTC, datetime, timedelta

import pytest

from cpm.bpmn import catches
from tests.unit.bpmn.drawing import (
    DECLARED,
    TERMINATE,
    boundary,
    catch,
    end,
    error,
    escalation,
    job,
    link,
    mapping,
    message,
    model,
    node,
    parallel,
    path,
    service,
    start,
    throw,
    timer,
    user,
)
from tests.unit.bpmn.driving import NOW, Case


def due(case):
    return {item.element: item.due - NOW for item in case.step.timers}


@pytest.mark.parametrize(
    ("text", "kind", "at"),
    [
        ("PT1H", "timeDuration", datetime(2030, 1, 1, 1, tzinfo=UTC)),
        ("P1M", "timeDuration", datetime(2030, 2, 1, tzinfo=UTC)),
        ("P1Y2M3DT4H", "timeDuration", datetime(2031, 3, 4, 4, tzinfo=UTC)),
        ('=duration("P2D")', "timeDuration", datetime(2030, 1, 3, tzinfo=UTC)),
        ('=duration("P1Y")', "timeDuration", datetime(2031, 1, 1, tzinfo=UTC)),
        ("=wait", "timeDuration", datetime(2030, 1, 8, tzinfo=UTC)),
        ("2031-05-01T12:00:00+02:00", "timeDate", datetime(2031, 5, 1, 10, tzinfo=UTC)),
        ("=until", "timeDate", datetime(2032, 1, 1, tzinfo=UTC)),
        ('=now() + duration("PT5M")', "timeDate", datetime(2030, 1, 1, 0, 5, tzinfo=UTC)),
    ],
)
def test_a_timer_is_due_in_utc(text, kind, at):
    case = Case(
        model(start(), catch("t", timer(text, kind)), end(), path("s", "t", "e")),
        wait="P7D",
        until=datetime(2032, 1, 1, tzinfo=UTC),
    )
    (found,) = case.step.timers
    assert (found.element, found.due) == ("t", at)
    assert case.fire("t").finished


def test_an_interrupting_timer_ends_its_task_and_a_repeating_one_comes_again():
    text = model(
        start(), user("a"), boundary("late", "a", timer("P2D")), boundary("remind", "a", timer("R3/PT1H", "timeCycle"), interrupting=False),
        user("l"), user("r"), path("s", "a"), path("late", "l"), path("remind", "r"),
    )  # fmt: skip
    case = Case(text)
    assert due(case) == {"late": timedelta(days=2), "remind": timedelta(hours=1)}
    case.now += timedelta(minutes=70)
    case.fire("remind")
    assert case.at == ["a", "late", "r", "remind"]
    assert due(case)["remind"] == timedelta(hours=2), "late ringing must not add up"
    case.fire("remind").fire("remind")
    assert case.at == ["a", "late", "r", "r", "r"]
    case.fire("late")
    assert case.at == ["l", "r", "r", "r"]
    assert case.told("cancelled") == ["a"]
    case.do("r").do("r").do("r").do("l")
    assert case.finished


def test_boundary_events_are_over_when_their_task_is():
    case = Case(
        model(
            start(),
            user("a"),
            boundary("b", "a", timer("P1D")),
            user("n"),
            path("s", "a", "n"),
            path("b", "n"),
        )
    )
    assert case.do("a").at == ["n"]
    assert not case.step.timers


def test_a_message_is_awaited_by_its_name_and_key():
    case = Case(
        model(
            start(),
            catch("m", message()),
            node("receiveTask", "r", messageRef="m1"),
            end(),
            path("s", "m", "r", "e"),
            declared=DECLARED,
        ),
        order="o7",
    )
    (wait,) = case.step.waits
    assert (wait.element, wait.message, wait.key) == ("m", "paid", "o7")
    assert case.program.messages == {"paid"}
    case.fire("m", amount=5)
    assert case.variables["amount"] == 5
    assert case.do("r").finished


def test_a_number_is_a_key_as_its_text():
    case = Case(
        model(start(), catch("m", message()), end(), path("s", "m", "e"), declared=DECLARED), order=17
    )
    assert case.step.waits[0].key == "17"


def test_a_message_boundary_that_does_not_interrupt_comes_as_often_as_it_likes():
    case = Case(
        model(
            start(),
            user("a"),
            boundary("b", "a", message(), interrupting=False),
            user("n"),
            path("s", "a"),
            path("b", "n"),
            declared=DECLARED,
        ),
        order="x",
    )
    case.fire("b").fire("b").fire("b")
    assert case.at == ["a", "b", "n", "n", "n"]
    assert case.do("a").at == ["n", "n", "n"]


def test_a_boundary_event_waits_with_its_tasks_variables_and_gives_to_the_process():
    text = model(
        start(), user("a", zeebe=mapping({"order": "=7", "seen": "=1"})), boundary("b", "a", message(), zeebe=mapping(outputs={"got": "=seen"})),
        boundary("c", "a", message(), interrupting=False), user("n"), path("s", "a"), path("b", "n"), path("c", "n"), declared=DECLARED,
    )  # fmt: skip
    case = Case(text)
    assert {wait.key for wait in case.step.waits} == {"7"}
    case.fire("c", seen=2)
    assert case.variables == {"seen": 2}
    case.fire("b", seen=3)
    assert case.variables == {"seen": 2, "got": 3}


@pytest.mark.parametrize("tasks", [True, False])
def test_an_event_gateway_takes_the_first_event_only(tasks):
    """10.6.6: behind it stand message events or receive tasks, and not both."""

    def awaits(name, reference):
        task = node("receiveTask", name, messageRef=reference)
        return task if tasks else catch(name, message(reference))

    third = (
        '<bpmn:message id="m3" name="sent"><bpmn:extensionElements><zeebe:subscription correlationKey="=order"/>'
        "</bpmn:extensionElements></bpmn:message>"
    )
    text = model(
        start(), node("eventBasedGateway", "g"), awaits("m", "m1"), catch("t1", timer("PT1H")), catch("t2", timer("PT2H")),
        awaits("r", "m3"), user("um"), user("u1"), user("u2"), user("ur"),
        path("s", "g", "m", "um"), path("g", "t1", "u1"), path("g", "t2", "u2"), path("g", "r", "ur"), declared=DECLARED + third,
    )  # fmt: skip
    for event, way in (("m", "um"), ("t1", "u1"), ("t2", "u2"), ("r", "ur")):
        case = Case(text, order="x")
        assert case.at == ["m", "r", "t1", "t2"]
        assert case.fire(event, x=1).at == [way]
        assert case.variables["x"] == 1
        assert case.told("left") == ["s", "g", event]
        assert case.told("cancelled") == []


def test_the_error_event_with_the_code_goes_before_the_one_for_all():
    text = model(
        start(), service("x"), boundary("all", "x", error()), boundary("one", "x", error("er1")), user("ua"), user("u1"),
        path("s", "x"), path("all", "ua"), path("one", "u1"), declared=DECLARED,
    )  # fmt: skip
    assert Case(text).fail("x", "E1").at == ["u1"]
    case = Case(text)
    assert catches(case.program, case.step.state, case.node("x"), "E7")
    assert case.fail("x", "E7", why="no").at == ["ua"]
    assert case.variables == {"why": "no"}
    assert case.told("cancelled") == ["x"]


def test_an_error_that_nothing_catches_stays_as_a_fault_until_somebody_helps():
    text = model(
        start(),
        service("x"),
        boundary("b", "x", error("er1")),
        user("u"),
        path("s", "x", "u"),
        path("b", "u"),
        declared=DECLARED,
    )
    case = Case(text)
    assert not catches(case.program, case.step.state, case.node("x"), "E9")
    node_before = case.node("x")
    case.fail("x", "E9", "The printer is on fire")
    assert case.faults == [("x", "E9")]
    assert case.step.faults[0].message == "The printer is on fire"
    assert [raised.code for raised in case.step.errors] == ["E9"]
    assert case.step.jobs == ()
    case.retry("x", printer="new")
    assert (case.at, case.node("x"), case.variables) == (["x"], node_before, {"printer": "new"})
    assert case.step.jobs
    assert case.do("x").at == ["u"]


def test_an_error_end_event_climbs_to_the_nearest_scope_that_catches_it():
    inner = [
        start("s1"),
        parallel("f"),
        service("x"),
        user("y"),
        end("bad", error("er1")),
        end("ok"),
        path("s1", "f", "x", "bad"),
        path("f", "y", "ok"),
    ]
    text = model(
        start(), node("subProcess", "outer", start("s2"), node("subProcess", "sub", *inner), path("s2", "sub")),
        boundary("b", "outer", error("er1")), user("u"), user("n"), path("s", "outer", "n"), path("b", "u"), declared=DECLARED,
    )  # fmt: skip
    case = Case(text)
    assert case.at == ["x", "y"]
    assert case.do("x").at == ["u"]
    assert sorted(case.told("cancelled")) == ["outer", "sub", "y"]
    assert case.do("u").finished


def test_an_error_end_event_that_nothing_catches_is_a_fault():
    case = Case(model(start(), user("a"), end("bad", error("er1")), path("s", "a", "bad"), declared=DECLARED))
    case.do("a")
    assert case.faults == [("bad", "E1")]
    assert [(raised.element, raised.code, raised.name) for raised in case.step.errors] == [
        ("bad", "E1", "First")
    ]
    assert not case.finished
    assert case.skip("bad").finished


@pytest.mark.parametrize("interrupting", [True, False])
def test_an_escalation_reaches_its_boundary_event(interrupting):
    sub = node(
        "subProcess",
        "sub",
        start("s1"),
        user("x"),
        throw("up", escalation("es1")),
        user("y"),
        path("s1", "x", "up", "y"),
    )
    text = model(
        start(), sub, boundary("b", "sub", escalation("es1"), interrupting=interrupting), user("u"), user("n"),
        path("s", "sub", "n"), path("b", "u"), declared=DECLARED,
    )  # fmt: skip
    case = Case(text).do("x")
    assert case.at == (["u"] if interrupting else ["u", "y"])
    assert not case.step.escalations


def test_an_escalation_at_the_end_of_a_subprocess_is_caught_before_it_ends():
    sub = node(
        "subProcess", "sub", start("s1"), user("x"), end("up", escalation("es1")), path("s1", "x", "up")
    )
    for interrupting, at in ((True, ["u"]), (False, ["n", "u"])):
        text = model(
            start(), sub, boundary("b", "sub", escalation(), interrupting=interrupting), user("u"), user("n"),
            path("s", "sub", "n"), path("b", "u"), declared=DECLARED,
        )  # fmt: skip
        assert Case(text).do("x").at == at


def test_an_escalation_that_nothing_catches_is_told_and_the_process_goes_on():
    case = Case(
        model(start(), throw("up", escalation("es1")), user("u"), path("s", "up", "u"), declared=DECLARED)
    )
    assert [(raised.element, raised.code, raised.name) for raised in case.step.escalations] == [
        ("up", "S1", "Look")
    ]
    assert case.at == ["u"]


def test_a_terminate_event_ends_its_own_scope_only():
    sub = node(
        "subProcess",
        "sub",
        start("s1"),
        parallel("f"),
        user("x"),
        user("y"),
        end("t", TERMINATE),
        path("s1", "f", "x", "t"),
        path("f", "y"),
    )
    case = Case(
        model(start(), parallel("g"), sub, user("n"), user("z"), path("s", "g", "sub", "n"), path("g", "z"))
    )
    assert case.do("x").at == ["n", "z"]
    assert case.told("cancelled") == ["y"]


def test_a_terminate_event_ends_the_whole_process():
    sub = node("subProcess", "sub", start("s1"), user("y"), path("s1", "y"))
    case = Case(
        model(
            start(),
            parallel("g"),
            sub,
            boundary("b", "sub", timer("P1D")),
            user("x"),
            end("t", TERMINATE),
            path("s", "g", "sub"),
            path("g", "x", "t"),
            path("b", "x"),
        )
    )
    assert case.do("x").finished
    assert case.at == []


def test_links_join_two_ends_of_one_flow():
    case = Case(
        model(
            start(),
            user("a"),
            throw("out", link("L")),
            catch("in", link("L")),
            user("b"),
            path("s", "a", "out"),
            path("in", "b"),
        )
    )
    assert case.do("a").at == ["b"]


def test_a_message_is_thrown_by_a_job():
    case = Case(
        model(
            start(),
            throw("t", message("m2"), zeebe=job("send")),
            end("e", message("m2"), zeebe=job("send.last")),
            path("s", "t", "e"),
            declared=DECLARED,
        )
    )
    assert [item.type for item in case.step.jobs] == ["send"]
    assert [item.type for item in case.do("t").step.jobs] == ["send.last"]
    assert case.do("e").finished


def test_the_chosen_start_event_begins_the_case():
    text = model(
        start("s2", message("m2")),
        start("s1"),
        user("a"),
        user("b"),
        path("s1", "a"),
        path("s2", "b"),
        declared=DECLARED,
    )
    assert Case(text).at == ["a"]
    case = Case(text, at="s2")
    assert case.at == ["b"]
    assert [(event.id, event.message) for event in case.program.starts] == [("s1", None), ("s2", "plain")]
    with pytest.raises(LookupError, match="start event 'nowhere'"):
        Case(text, at="nowhere")


def test_an_event_behind_a_gateway_sees_its_inputs_and_maps_its_outputs():
    zeebe = mapping({"order": "=base + 1"}, {"got": "=sum"})
    text = model(
        start(), node("eventBasedGateway", "g"), catch("m", message(), zeebe=zeebe), catch("t", timer("PT1H")), user("u"),
        path("s", "g", "m", "u"), path("g", "t", "u"), declared=DECLARED,
    )  # fmt: skip
    case = Case(text, base=4)
    assert case.step.waits[0].key == "5"
    assert case.fire("m", sum=2, noise=1).variables == {"base": 4, "got": 2}


@pytest.mark.parametrize("cycle", ["R/P5000Y", "R/P2000000D", "R3/P7969Y"])
def test_a_cycle_that_leaves_the_range_of_dates_does_not_ring_again(cycle):
    """Its next ring has no date; that must not take the step down in which it rang."""
    text = model(
        start(), user("u"), boundary("b", "u", timer(cycle, "timeCycle"), interrupting=False), user("r"),
        path("s", "u"), path("b", "r"),
    )  # fmt: skip
    case = Case(text)
    assert len(case.step.timers) == 1
    assert case.fire("b").at == ["r", "u"]
    assert case.do("u").do("r").finished
