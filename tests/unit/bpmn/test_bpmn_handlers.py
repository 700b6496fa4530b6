"""Event subprocesses (BPMN 2.0.2, 10.3.5): beside the way of a scope, or instead of it."""

import pytest

from cpm.bpmn import catches
from tests.unit.bpmn.drawing import (
    DECLARED,
    TERMINATE,
    boundary,
    called,
    end,
    error,
    escalation,
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
from tests.unit.bpmn.driving import Case


def handler(definition, *, interrupting=True, name="h", inside="", zeebe=""):
    """An event subprocess with a start event `hs` and a task `hu`."""
    return node(
        "subProcess",
        name,
        start(f"{name}s", definition, isInterrupting=str(interrupting).lower(), zeebe=zeebe),
        user(f"{name}u"),
        path(f"{name}s", f"{name}u"),
        inside,
        triggeredByEvent="true",
    )


@pytest.mark.parametrize("definition", [message(), timer("PT1H")])
def test_an_interrupting_event_subprocess_takes_the_place_of_its_scope(definition):
    case = Case(
        model(start(), user("a"), service("b"), path("s", "a", "b"), handler(definition), declared=DECLARED),
        order=1,
    )
    assert case.at == ["a", "hs"]
    assert case.fire("hs", got=1).at == ["hu"]
    assert case.variables == {"order": 1, "got": 1}
    assert case.told("cancelled") == ["a"]
    assert case.do("hu").finished
    assert case.told("left") == ["s", "hs", "hu", "h"]


@pytest.mark.parametrize("definition", [message(), timer("R/PT1H", "timeCycle")])
def test_an_event_subprocess_that_does_not_interrupt_runs_as_often_as_its_event_comes(definition):
    case = Case(
        model(start(), user("a"), path("s", "a"), handler(definition, interrupting=False), declared=DECLARED),
        order=1,
    )
    case.fire("hs").fire("hs")
    assert case.at == ["a", "hs", "hu", "hu"]
    assert case.do("a").at == ["hs", "hu", "hu"], "it listens as long as anything runs"
    assert case.fire("hs").do("hu").do("hu").at == ["hs", "hu"]
    assert case.do("hu").finished
    assert case.at == []


def test_waiting_for_an_event_keeps_no_process_alive():
    case = Case(model(start(), user("a"), path("s", "a"), handler(timer("PT1H"))))
    assert case.do("a").finished
    assert case.at == []
    assert case.told("cancelled") == []


def test_an_error_that_no_boundary_event_catches_goes_to_the_event_subprocess():
    text = model(
        start(),
        service("x"),
        boundary("b", "x", error("er2")),
        user("u"),
        path("s", "x"),
        path("b", "u"),
        handler(error("er1")),
        declared=DECLARED,
    )
    case = Case(text)
    assert catches(case.program, case.step.state, case.node("x"), "E1")
    assert case.fail("x", "E1", why=1).at == ["hu"]
    assert case.variables == {"why": 1}
    assert Case(text).fail("x", "E2").at == ["u"]
    assert Case(text).fail("x", "E9").faults == [("x", "E9")]


def test_an_error_end_event_is_caught_in_its_own_scope():
    text = model(
        start(),
        parallel("f"),
        user("a"),
        user("z"),
        end("bad", error("er1")),
        path("s", "f", "a", "bad"),
        path("f", "z"),
        handler(error()),
        declared=DECLARED,
    )
    case = Case(text).do("a")
    assert case.at == ["hu"]
    assert not case.step.errors
    assert case.do("hu").finished


def test_an_error_in_the_handler_goes_further_out():
    failing = handler(message(), interrupting=False, inside=end("bad", error("er1")) + path("hu", "bad"))
    sub = node(
        "subProcess", "sub", start("s1"), user("a"), path("s1", "a"), failing, handler(error("er1"), name="k")
    )
    text = model(
        start(),
        sub,
        boundary("b", "sub", error("er1")),
        user("u"),
        path("s", "sub"),
        path("b", "u"),
        declared=DECLARED,
    )
    assert Case(text, order=1).fire("hs").do("hu").at == ["ku"]


@pytest.mark.parametrize(("interrupting", "at"), [(True, ["hu"]), (False, ["hu", "y"])])
def test_an_escalation_reaches_the_event_subprocess(interrupting, at):
    text = model(
        start(),
        user("x"),
        throw("up", escalation("es1")),
        user("y"),
        path("s", "x", "up", "y"),
        handler(escalation("es1"), interrupting=interrupting),
        declared=DECLARED,
    )
    case = Case(text).do("x")
    assert case.at == at
    assert not case.step.escalations


def test_an_escalation_from_the_handler_does_not_call_the_handler():
    inside = end("up", escalation("es1")) + path("hu", "up")
    case = Case(
        model(
            start(),
            user("x"),
            throw("u1", escalation("es1")),
            user("y"),
            path("s", "x", "u1", "y"),
            handler(escalation(), interrupting=False, inside=inside),
            declared=DECLARED,
        )
    ).do("x")
    case.do("hu")
    assert case.at == ["y"]
    assert [raised.element for raised in case.step.escalations] == ["up"]


def test_an_event_subprocess_in_a_subprocess_lives_and_dies_with_it():
    sub = node(
        "subProcess",
        "sub",
        start("s1"),
        service("x"),
        path("s1", "x"),
        handler(message(), interrupting=False),
        zeebe=mapping({"own": "=1"}),
    )
    text = model(
        start(),
        sub,
        boundary("b", "sub", timer("P1D")),
        user("u"),
        path("s", "sub", "u"),
        path("b", "u"),
        declared=DECLARED,
    )
    case = Case(text, order=3)
    assert (case.at, case.step.waits[0].key) == (["b", "hs", "x"], "3")
    case.fire("hs", own=5)
    assert case.do("x").at == ["b", "hs", "hu"]
    assert case.do("hu").at == ["u"]
    assert case.variables == {"order": 3}
    case = Case(text, order=3).fire("hs").fire("b")
    assert case.at == ["u"]
    assert case.do("u").finished


def test_a_terminate_event_ends_handlers_too():
    text = model(
        start(),
        service("x"),
        end("t", TERMINATE),
        path("s", "x", "t"),
        handler(message(), interrupting=False),
        declared=DECLARED,
    )
    assert Case(text, order=1).fire("hs").do("x").finished


def test_an_interrupting_event_subprocess_ends_the_others():
    text = model(
        start(),
        user("a"),
        path("s", "a"),
        handler(message(), interrupting=False),
        handler(timer("PT1H"), name="k"),
        declared=DECLARED,
    )
    case = Case(text, order=1).fire("hs").fire("hs")
    assert case.at == ["a", "hs", "hu", "hu", "ks"]
    assert case.fire("ks").at == ["ku"]
    assert case.do("ku").finished


def test_a_called_process_has_its_own_event_subprocesses():
    child = model(
        start(), user("x"), path("s", "x"), handler(message()), process_id="child", declared=DECLARED
    )
    caller = model(start(), node("callActivity", "c", zeebe=called("child")), user("u"), path("s", "c", "u"))
    case = Case(caller, child, order=1)
    assert case.fire("hs").at == ["hu"]
    assert case.do("hu").at == ["u"]


def test_the_start_event_maps_what_its_message_brings():
    text = model(
        start(),
        user("a"),
        path("s", "a"),
        handler(message(), zeebe=mapping(outputs={"got": "=sum"})),
        declared=DECLARED,
    )
    assert Case(text, order=1).fire("hs", sum=7, noise=1).variables == {"order": 1, "got": 7}


def test_a_listener_that_is_a_fault_can_be_put_right_or_skipped():
    text = model(start(), user("a"), path("s", "a"), handler(message()), declared=DECLARED)
    assert Case(text).faults == [("hs", "no_correlation_key")]
    assert Case(text).retry("hs", order=1).step.waits[0].key == "1"
    assert Case(text).skip("hs").at == ["a"]
    assert Case(text).do("a").finished


@pytest.mark.parametrize("kind", ["end", "throw"])
def test_an_escalation_by_the_last_token_of_its_scope_is_still_caught_there(kind):
    up = (
        end("up", escalation("es1"))
        if kind == "end"
        else throw("up", escalation("es1")) + end("ue") + path("up", "ue")
    )
    text = model(
        start(),
        user("x"),
        up,
        path("s", "x", "up"),
        handler(escalation(), interrupting=False),
        declared=DECLARED,
    )
    case = Case(text).do("x")
    assert case.at == ["hu"]
    assert not case.step.escalations
    assert case.do("hu").finished
    assert [name for name in case.told("left") if name != "ue"] == ["s", "x", "up", "hs", "hu", "h"]
