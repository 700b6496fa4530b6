"""Multiple events wait for the first of several things, or for all of them; thrown, all of them (BPMN 2.0.2, 10.5.5)."""

from datetime import timedelta

import pytest

from cpm.bpmn import Retried, prepare
from rules.xml import Refused
from tests.unit.bpmn.drawing import (
    DECLARED,
    TERMINATE,
    boundary,
    catch,
    condition,
    end,
    error,
    escalation,
    job,
    link,
    message,
    model,
    node,
    parallel,
    path,
    referred,
    service,
    signal,
    start,
    throw,
    timer,
    user,
)
from tests.unit.bpmn.driving import NOW, Case

FOUR = timer("PT1H") + message() + signal() + condition("=x > 1")
DEFINITIONS = (
    '<bpmn:timerEventDefinition id="dt"><bpmn:timeDuration>PT2H</bpmn:timeDuration></bpmn:timerEventDefinition>'
    '<bpmn:signalEventDefinition id="ds" signalRef="si1"/><bpmn:errorEventDefinition id="de" errorRef="er1"/>'
    '<bpmn:messageEventDefinition id="dm" messageRef="m1"/>'
)


def drawn(*parts):
    return model(*parts, declared=DECLARED + DEFINITIONS)


def waiting(case):
    step = case.step
    return sorted(
        [("timer", wait.due - NOW) for wait in step.timers]
        + [("message", wait.message) for wait in step.waits]
        + [("signal", wait.signal) for wait in step.listening],
        key=str,
    )


def caught(definition, together=False):
    attributes = {"parallelMultiple": "true"} if together else {}
    return drawn(start(), catch("c", definition, **attributes), user("a"), path("s", "c", "a"))


def begin(text):
    return Case(text, order="o7")


ALL = [("message", "paid"), ("signal", "alarm"), ("timer", timedelta(hours=1))]


@pytest.mark.parametrize(
    "come",
    [
        lambda case: case.fire_node(case.step.timers[0].node),
        lambda case: case.fire_node(case.step.waits[0].node, level=1),
        lambda case: case.signal("alarm", level=1),
        lambda case: case.change(x=2),
    ],
)
def test_a_catch_event_goes_on_with_the_first_of_its_things(come):
    case = begin(caught(FOUR))
    assert waiting(case) == ALL
    assert {wait.element for wait in (*case.step.timers, *case.step.waits, *case.step.listening)} == {"c"}
    assert len({wait.node for wait in (*case.step.timers, *case.step.waits, *case.step.listening)}) == 3
    come(case)
    assert case.at == ["a"]
    assert case.told("entered") == ["s", "c", "a"]
    assert case.told("left") == ["s", "c"]
    assert case.told("cancelled") == []


def test_a_parallel_multiple_event_waits_for_all_of_them_in_any_order():
    case = begin(caught(FOUR, together=True))
    assert waiting(case) == ALL
    case.signal("alarm", level=1, who="signal")
    assert waiting(case) == [ALL[0], ALL[2]]
    case.signal("alarm", level=9)
    case.change(x=2)
    assert "level" not in case.variables, "it has not happened yet"
    case.fire_node(case.step.waits[0].node, who="message")
    assert waiting(case) == [ALL[2]]
    assert case.change(x=0).fire_node(case.step.timers[0].node).at == ["a"]
    assert case.variables == {"order": "o7", "x": 0, "level": 1, "who": "message"}
    assert case.step.scopes.keys() == {""}, "what was kept apart is gone"


def test_the_same_thing_twice_is_met_by_one_that_comes():
    case = begin(caught(signal() + signal("si2") + signal(), together=True))
    assert case.signal("alarm").at == ["c"]
    assert case.signal("calm").at == ["a"]


@pytest.mark.parametrize("together", [False, True])
def test_a_boundary_event_interrupts(together):
    attributes = {"parallelMultiple": "true"} if together else {}
    case = begin(
        drawn(
            start(), user("a"), boundary("b", "a", message() + signal(), **attributes), user("n"),
            path("s", "a"), path("b", "n"),
        )
    )  # fmt: skip
    case.signal("alarm")
    if together:
        assert case.at == ["a", "b"]
        case.fire("b", level=1)
    assert case.at == ["n"]
    assert case.told("cancelled") == ["a"]
    assert waiting(case) == []


def test_a_boundary_event_that_does_not_interrupt_goes_on_waiting_for_what_has_not_come():
    definition = timer("PT1H") + message() + timer("R2/PT10M", "timeCycle")
    case = begin(
        drawn(
            start(), user("a"), boundary("b", "a", definition, interrupting=False), user("n"), path("s", "a"), path("b", "n")
        )
    )  # fmt: skip
    case.now += timedelta(minutes=30)
    case.fire_node(case.step.waits[0].node)
    assert waiting(case) == [
        ("message", "paid"),
        ("timer", timedelta(hours=1)),
        ("timer", timedelta(minutes=10)),
    ]
    hour, *_ = [timer.node for timer in case.step.timers if timer.due - NOW == timedelta(hours=1)]
    case.fire_node(hour)
    assert waiting(case) == [("message", "paid"), ("timer", timedelta(minutes=10))], "a duration comes once"
    assert case.at.count("n") == 2
    assert case.do("a").at == ["n", "n"]


def test_a_parallel_multiple_boundary_event_begins_anew_after_all_have_come():
    case = begin(
        drawn(
            start(), user("a"), boundary("b", "a", signal() + signal("si2"), interrupting=False, parallelMultiple="true"),
            user("n"), path("s", "a"), path("b", "n"),
        )
    )  # fmt: skip
    case.signal("alarm").signal("calm")
    assert case.at == ["a", "b", "b", "n"]
    case.signal("calm").signal("alarm")
    assert case.at == ["a", "b", "b", "n", "n"]


def test_what_comes_once_lets_a_parallel_multiple_event_happen_once():
    case = begin(
        drawn(
            start(), user("a"), boundary("b", "a", signal() + timer("PT1H"), interrupting=False, parallelMultiple="true"),
            user("n"), path("s", "a"), path("b", "n"),
        )
    )  # fmt: skip
    case.signal("alarm").fire("b")
    assert case.at == ["a", "n"]


@pytest.mark.parametrize("interrupting", [True, False])
@pytest.mark.parametrize("together", [True, False])
def test_an_event_subprocess_starts_with_several_things(interrupting, together):
    attributes = {"parallelMultiple": "true"} if together else {}
    handler = node(
        "subProcess", "h",
        start("hs", signal() + message() + condition("=x > 1"), isInterrupting=str(interrupting).lower(), **attributes),
        user("hu"), path("hs", "hu"), triggeredByEvent="true",
    )  # fmt: skip
    case = begin(drawn(start(), user("a"), path("s", "a"), handler))
    assert case.at == ["a", "hs", "hs"]
    if together:
        case.change(x=2).fire_node(case.step.waits[0].node, got=1)
        assert case.at == ["a", "hs"]
    case.signal("alarm", level=1)
    assert case.variables["level"] == 1
    assert case.at == (["hu"] if interrupting else ["a", "hs", "hs", "hu"])
    if not interrupting:
        assert case.do("a").do("hu").finished
        assert waiting(case) == []


def test_an_error_is_one_of_several_things():
    text = drawn(
        start(), service("a"), boundary("b", "a", error("er1") + signal()), user("n"), path("s", "a"), path("b", "n")
    )  # fmt: skip
    case = begin(text).fail("a", "E1", level=1)
    assert case.at == ["n"]
    assert case.told("erred") == ["b"]
    assert case.variables["level"] == 1
    assert begin(text).signal("alarm").at == ["n"]


def test_behind_an_event_gateway_a_multiple_event_is_one_way():
    text = drawn(
        start(), node("eventBasedGateway", "g"), catch("c", signal() + timer("PT1H")), catch("d", message()), user("x"), user("y"),
        path("s", "g", "c", "x"), path("g", "d", "y"),
    )  # fmt: skip
    case = begin(text)
    assert waiting(case) == ALL
    assert case.signal("alarm").at == ["x"]
    assert case.told("left") == ["s", "g", "c"]
    assert begin(text).fire("d").at == ["y"]


@pytest.mark.parametrize("kind", ["intermediateThrowEvent", "endEvent"])
def test_all_that_a_multiple_event_throws_is_thrown(kind):
    text = drawn(
        start(), parallel("f"), catch("c", signal()), catch("d", signal("si2")), user("x"), user("y"),
        node(kind, "t", signal() + escalation("es1") + signal("si2")),
        path("s", "f", "c", "x"), path("f", "d", "y"), path("f", "t"),
        end() + path("t", "e") if kind == "intermediateThrowEvent" else "",
    )  # fmt: skip
    case = begin(text)
    assert case.at == ["x", "y"]
    assert [thrown.name for thrown in case.step.signals] == ["alarm", "calm"]
    assert [raised.code for raised in case.step.escalations] == ["S1"]


def test_what_is_thrown_first_may_end_what_throws():
    text = drawn(
        start(), node("subProcess", "sub", start("is"), end("ie", signal() + signal("si2")), path("is", "ie")),
        boundary("b", "sub", signal()), user("n"), path("s", "sub"), path("b", "n"),
    )  # fmt: skip
    case = begin(text)
    assert case.at == ["n"]
    assert [thrown.name for thrown in case.step.signals] == ["alarm"]


def test_an_end_event_throws_and_terminates():
    text = drawn(
        start(), parallel("f"), user("a"), catch("c", signal()), end("t", signal() + TERMINATE), path("s", "f", "a"),
        path("f", "c", "t"), path("f", "t"),
    )  # fmt: skip
    case = begin(text)
    assert case.finished
    assert case.told("cancelled") == ["a", "c"]


def test_a_message_among_others_is_sent_by_a_job():
    text = drawn(
        start(), throw("t", signal() + message("m2"), zeebe=job("mail")), user("a"), path("s", "t", "a")
    )
    case = begin(text)
    assert [(call.element, call.type) for call in case.step.jobs] == [("t", "mail")]
    assert [thrown.name for thrown in case.step.signals] == ["alarm"]
    assert case.do("t").at == ["a"]
    assert case.told("signalled") == ["t"], "once"


def test_a_part_that_cannot_be_waited_for_is_a_fault_of_its_own():
    case = Case(caught(FOUR))
    assert case.faults == [("c", "no_correlation_key")]
    assert waiting(case) == [ALL[1], ALL[2]]
    case.tell(Retried(case.step.faults[0].node, {"order": "o8"}))
    assert case.step.waits[0].key == "o8"
    assert case.signal("alarm").at == ["a"]
    case = Case(caught(FOUR))
    assert case.skip("c").at == ["a"]


def test_event_definitions_may_stand_beside_the_processes():
    text = drawn(
        start(), service("a"), boundary("b", "a", referred("de")), boundary("c", "a", referred("ds") + timer("PT1H")),
        catch("t", referred("dt")), user("n"), user("m"), path("s", "a", "t", "n"), path("b", "n"), path("c", "m"),
    )  # fmt: skip
    assert begin(text).fail("a", "E1").at == ["n"]
    assert begin(text).signal("alarm").at == ["m"]
    assert waiting(begin(text).do("a")) == [("timer", timedelta(hours=2))]


def test_a_referred_message_needs_its_key_where_it_is_awaited():
    text = drawn(start(), catch("c", referred("dm")), user("a"), path("s", "c", "a"))
    assert begin(text).step.waits[0].key == "o7"


def test_a_multiple_start_event_is_one_for_each_trigger():
    program = prepare({"m": drawn(start("s", signal() + message("m2")), user("a"), path("s", "a"))})
    assert [(event.id, event.message, event.signal) for event in program.starts] == [
        ("s", None, "alarm"),
        ("s", "plain", None),
    ]
    assert Case(program=program, at="s").at == ["a"]


@pytest.mark.parametrize(
    ("part", "reason"),
    [
        (catch("c", referred("nothing")), "to name an event definition, but 'nothing' is none"),
        (catch("c", referred("si1")), "to name an event definition"),
        (catch("c", referred("de")), "this error event on intermediateCatchEvent does not"),
        (catch("c", signal() + error("er1")), "this error event on intermediateCatchEvent does not"),
        (catch("c", signal() + link("l")), "link events stand alone"),
        (boundary("c", "a", signal() + error("er1"), parallelMultiple="true"), "error events stand alone"),
        (boundary("c", "a", signal() + error("er1"), interrupting=False), "an error to interrupt"),
        (catch("c", signal() * 101), "at most 100 event definitions"),
        (start("c", signal() + message("m2"), parallelMultiple="true"), "in event subprocesses only"),
    ],
)
def test_what_cannot_stand_together_is_refused(part, reason):
    with pytest.raises(Refused) as refused:
        prepare({"m": drawn(start(), user("a"), part, path("s", "a"))})
    assert any(reason in finding.reason and finding.german for finding in refused.value.findings)
