"""Signals reach all that wait for them (BPMN 2.0.2, 10.5.1 and 10.5.7, tables 10.84 to 10.93)."""

import pytest

from cpm.bpmn import Signalled, prepare
from rules.xml import Refused
from tests.unit.bpmn.drawing import (
    DECLARED,
    boundary,
    called,
    catch,
    each,
    end,
    mapping,
    model,
    node,
    parallel,
    path,
    service,
    signal,
    start,
    throw,
    timer,
    user,
)
from tests.unit.bpmn.driving import Case


def signals(case):
    return [(thrown.name, dict(thrown.variables)) for thrown in case.step.signals]


def listening(case):
    return [(waiting.element, waiting.signal) for waiting in case.step.listening]


def handler(name, definition, *, interrupting=True, inside=""):
    return node(
        "subProcess", name, start(f"{name}s", definition, isInterrupting=str(interrupting).lower()), user(f"{name}u"),
        path(f"{name}s", f"{name}u"), inside, triggeredByEvent="true",
    )  # fmt: skip


def drawn(*parts, **others):
    return model(*parts, declared=DECLARED, **others)


def test_a_catch_event_waits_for_a_signal_and_takes_its_variables():
    case = Case(drawn(start(), catch("c", signal()), user("a"), path("s", "c", "a")))
    assert listening(case) == [("c", "alarm")]
    assert case.signal("alarm", level=3).at == ["a"]
    assert case.variables == {"level": 3}
    assert case.told("heard") == ["c"]
    assert case.told("left") == ["s", "c"]


def test_output_mappings_of_a_catch_event_choose_what_of_a_signal_is_kept():
    zeebe = mapping(outputs={"how": "=level * 2"})
    case = Case(drawn(start(), catch("c", signal(), zeebe=zeebe), user("a"), path("s", "c", "a")))
    assert case.signal("alarm", level=3).variables == {"how": 6}


def test_a_signal_that_nobody_waits_for_is_no_error():
    case = Case(drawn(start(), user("a"), end(), path("s", "a", "e")))
    before = case.step.state
    assert case.signal("alarm", level=3).step.state == before
    assert case.variables == {}
    assert signals(case) == [], "it was not this case that threw it"


def test_the_name_of_a_signal_may_be_an_expression():
    case = Case(
        drawn(
            start(), parallel("f"), throw("t", signal("si3")), catch("c", signal("si3")), catch("d", signal()), end(),
            path("s", "f", "t", "e"), path("f", "c", "e"), path("f", "d", "e"),
        ),
        door=7,
    )  # fmt: skip
    assert sorted(case.faults) == [("c", "no_signal_name"), ("t", "no_signal_name")], (
        "7 cannot be joined to a text"
    )
    case = Case(
        drawn(
            start(), parallel("f"), throw("t", signal("si3")), catch("c", signal("si3")), catch("d", signal()), end(),
            path("s", "f", "t", "e"), path("f", "c", "e"), path("f", "d", "e"),
        ),
        door="7",
    )  # fmt: skip
    assert signals(case) == [("door 7", {})]
    assert listening(case) == [("d", "alarm")]


def test_what_is_thrown_is_told_with_the_local_variables_of_the_event_and_heard_in_the_case_at_once():
    text = drawn(
        start(), parallel("f"), throw("t", signal(), zeebe=mapping({"level": "=2"})), catch("c", signal()),
        boundary("b", "a", signal(), interrupting=False), user("a"), user("n"), user("m"), end("e"),
        path("s", "f", "t", "e"), path("f", "c", "n"), path("f", "a"), path("b", "m"),
    )  # fmt: skip
    case = Case(text, other=1)
    assert signals(case) == [("alarm", {"level": 2})]
    assert case.at == ["a", "b", "m", "n"]
    assert case.variables == {"other": 1, "level": 2}
    assert case.told("signalled") == ["t"]
    assert case.told("heard") == ["c", "b"], "those that waited longest first"


def test_only_who_waits_as_it_is_thrown_hears_a_signal():
    text = drawn(start(), throw("t", signal()), catch("c", signal()), end(), path("s", "t", "c", "e"))
    case = Case(text)
    assert listening(case) == [("c", "alarm")]
    assert case.signal("alarm").finished


def test_an_end_event_throws_a_signal_to_the_scope_around_it():
    inner = start("is"), user("x"), end("ie", signal()), path("is", "x", "ie")
    text = drawn(
        start(), node("subProcess", "sub", *inner), boundary("b", "sub", signal()), user("after"), user("n"),
        path("s", "sub", "after"), path("b", "n"),
    )  # fmt: skip
    case = Case(text).do("x")
    assert case.at == ["n"], "the boundary event interrupts the subprocess that was about to end"
    assert case.told("left") == ["s", "is", "x", "ie", "b"], "what throws has done its part"
    assert case.told("cancelled") == ["sub"]


def test_a_signal_thrown_inside_the_scope_that_its_boundary_event_interrupts_stops_all_of_it():
    inner = (
        start("is"), parallel("f"), throw("t", signal()), service("later"), user("x"), path("is", "f", "t", "later"),
        path("f", "x"),
    )  # fmt: skip
    text = drawn(
        start(),
        node("subProcess", "sub", *inner),
        boundary("b", "sub", signal()),
        user("n"),
        path("s", "sub"),
        path("b", "n"),
    )
    case = Case(text)
    assert case.at == ["n"]
    assert case.told("entered").count("later") == 0
    assert case.do("n").finished


def test_boundary_events_hear_signals_as_often_as_they_may():
    text = drawn(
        start(), user("a"), boundary("i", "a", signal("si2")), boundary("n", "a", signal(), interrupting=False),
        user("x"), user("y"), path("s", "a"), path("i", "x"), path("n", "y"),
    )  # fmt: skip
    case = Case(text)
    assert listening(case) == [("i", "calm"), ("n", "alarm")]
    case.signal("alarm").signal("alarm")
    assert case.at == ["a", "i", "n", "y", "y"]
    assert case.signal("calm").at == ["x", "y", "y"]
    assert case.told("cancelled") == ["a"]
    assert case.told("heard") == ["n", "n", "i"]


@pytest.mark.parametrize("interrupting", [True, False])
def test_a_signal_starts_an_event_subprocess(interrupting):
    text = drawn(start(), user("a"), path("s", "a"), handler("h", signal(), interrupting=interrupting))
    case = Case(text)
    assert listening(case) == [("hs", "alarm")]
    case.signal("alarm", level=1)
    assert case.variables == {"level": 1}
    if interrupting:
        assert case.at == ["hu"]
        assert case.told("cancelled") == ["a"]
    else:
        assert case.at == ["a", "hs", "hu"]
        assert case.signal("alarm").at == ["a", "hs", "hu", "hu"]
        assert case.do("a").do("hu").do("hu").finished


def test_a_signal_thrown_in_the_way_that_an_event_subprocess_interrupts_ends_that_way():
    text = drawn(start(), throw("t", signal()), user("a"), path("s", "t", "a"), handler("h", signal()))
    case = Case(text)
    assert case.at == ["hu"]
    assert case.told("entered") == ["s", "t", "h", "hs", "hu"]
    assert case.told("left") == ["s", "t", "hs"]


def test_an_event_gateway_goes_the_way_of_the_signal_that_comes_first():
    text = drawn(
        start(), node("eventBasedGateway", "g"), catch("c", signal()), catch("d", signal("si2")), catch("t", timer("PT1H")),
        user("x"), user("y"), user("z"), path("s", "g", "c", "x"), path("g", "d", "y"), path("g", "t", "z"),
    )  # fmt: skip
    case = Case(text)
    assert case.at == ["c", "d", "t"]
    case.signal("calm", k=1)
    assert case.at == ["y"]
    assert case.variables == {"k": 1}
    assert case.told("left") == ["s", "g", "d"]


def test_a_signal_reaches_all_instances_and_called_processes_of_the_case():
    inside = start("cs"), catch("cc", signal()), user("cu"), path("cs", "cc", "cu")
    other = model(*inside, process_id="q", declared=DECLARED)
    text = drawn(
        start(), parallel("f"), node("callActivity", "call", zeebe=called("q")),
        user("m", each("=[1,2,3]")), boundary("b", "m", signal()), user("n"),
        path("s", "f", "call"), path("f", "m"), path("b", "n"),
    )  # fmt: skip
    case = Case(text, other)
    assert case.at == ["b", "cc", "m", "m", "m"]
    assert case.signal("alarm").at == ["cu", "n"]
    assert case.told("cancelled") == ["m", "m", "m"]


def test_an_instance_hears_with_its_own_boundary_event_what_another_throws():
    each_of = start("is"), user("x"), throw("t", signal()), user("z"), path("is", "x", "t", "z")
    heard = handler("h", signal(), interrupting=False)
    text = drawn(start(), node("subProcess", "sub", *each_of, heard, each("=[1,2]")), path("s", "sub"))
    case = Case(text)
    assert case.at == ["hs", "hs", "x", "x"]
    case.do("x")
    assert case.at == ["hs", "hs", "hu", "hu", "x", "z"]


def test_a_signal_that_its_own_handler_throws_for_ever_ends_as_a_fault():
    ever = node(
        "subProcess", "h", start("hs", signal(), isInterrupting="false"), end("ht", signal()), path("hs", "ht"),
        triggeredByEvent="true",
    )  # fmt: skip
    case = Case(drawn(start(), user("a"), path("s", "a"), ever)).signal("alarm")
    assert [code for _, code in case.faults] == ["endless"]
    assert "a" in case.at


def test_a_step_that_throws_too_many_signals_ends_as_a_fault():
    loop = start(), throw("t", signal()), path("s", "t", "t")
    case = Case(drawn(*loop))
    assert case.faults == [("t", "too_many")]
    assert len(case.step.signals) == 1000


def test_two_boundary_events_for_one_signal_do_not_both_interrupt():
    text = drawn(
        start(), user("a"), boundary("b", "a", signal()), boundary("c", "a", signal()), user("x"), user("y"),
        path("s", "a"), path("b", "x"), path("c", "y"),
    )  # fmt: skip
    case = Case(text).signal("alarm")
    assert case.at == ["x"]
    assert case.told("heard") == ["b"]


def test_a_retried_catch_event_waits_for_the_name_of_now():
    case = Case(drawn(start(), catch("c", signal("si3")), end(), path("s", "c", "e")), door="1")
    case.retry("c", door="2")
    assert listening(case) == [("c", "door 2")]
    assert not case.signal("door 1").finished
    assert case.signal("door 2").finished


def test_a_start_event_names_the_signal_that_starts_its_process():
    program = prepare({"m": drawn(start("s", signal()), user("a"), path("s", "a"))})
    assert [(event.id, event.message, event.signal) for event in program.starts] == [("s", None, "alarm")]
    assert Case(program=program, at="s", level=2).variables == {"level": 2}


@pytest.mark.parametrize(
    ("part", "reason"),
    [
        (start("s", signal("si3")), "to have a fixed name"),
        (catch("c", signal("none")), "Expected signalRef to name a signal, but 'none' is none"),
        (catch("c", signal("nameless")), "to have a name"),
    ],
)
def test_a_signal_needs_a_name_that_can_be_known(part, reason):
    declared = DECLARED + '<bpmn:signal id="nameless"/>'
    with pytest.raises(Refused) as refused:
        prepare({"m": model(start("t"), part, end(), path("t", "e"), declared=declared)})
    assert any(reason in finding.reason and finding.german for finding in refused.value.findings)


def test_what_is_told_of_a_signal_is_a_value():
    assert Signalled("alarm") == Signalled("alarm", {})


def test_what_waits_elsewhere_by_now_is_not_meant_by_a_signal_for_one_element():
    """Between the throwing in one case and the hearing in another, that one may have gone on."""
    case = Case(
        drawn(
            *(start(), parallel("g"), catch("c", signal()), catch("d", signal()), user("a"), user("b")),
            *(path("s", "g", "c", "a"), path("g", "d", "b")),
        )
    )
    assert case.tell(Signalled("alarm", {}, "d")).at == ["b", "c"]
    assert case.told("heard") == ["d"]
    assert case.tell(Signalled("alarm", {}, "nowhere")).at == ["b", "c"]
