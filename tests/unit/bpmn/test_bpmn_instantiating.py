"""Receive tasks and event gateways that begin a process (BPMN 2.0.2, 10.3.3, 10.6.6 and 13.2)."""

import pytest

from cpm.bpmn import StartEvent, prepare
from rules.xml import Refused
from tests.unit.bpmn.drawing import (
    DECLARED,
    boundary,
    catch,
    each,
    end,
    mapping,
    message,
    model,
    node,
    path,
    start,
    timer,
    user,
)
from tests.unit.bpmn.driving import Case

MESSAGES = DECLARED + '<bpmn:message id="m3" name="signed"/><bpmn:message id="m4" name="=name"/>'
SIGNAL = '<bpmn:signal id="si9" name="storm"/>'


def receive(node_id="r", *inside, reference="m2", **more):
    return node("receiveTask", node_id, *inside, messageRef=reference, instantiate="true", **more)


def gateway(kind="Exclusive"):
    return node("eventBasedGateway", "g", instantiate="true", eventGatewayType=kind)


def refusals(*parts, declared=MESSAGES):
    with pytest.raises(Refused) as refused:
        prepare({"m.bpmn": model(*parts, declared=declared)})
    for finding in refused.value.findings:
        assert finding.german
    return " ".join(finding.reason for finding in refused.value.findings)


def test_a_receive_task_begins_the_process_as_its_message_comes():
    program = prepare({"m.bpmn": model(receive(), user("a"), end(), path("r", "a", "e"), declared=MESSAGES)})
    assert program.starts == (StartEvent("r", "r", "plain"),)
    case = Case(program=program, at="r", pieces=2)
    assert (case.at, case.step.waits) == (["a"], ())
    assert (case.told("entered"), case.told("left")) == (["r", "a"], ["r"])
    assert case.do("a").finished


def test_it_maps_what_the_message_brings_and_its_boundary_events_do_not_stay():
    begins = receive("r", zeebe=mapping(outputs={"count": "=pieces + 1"}))
    late = boundary("b", "r", timer("PT1H"))
    parts = (begins, late, user("a"), user("l"), path("r", "a"), path("b", "l"))
    case = Case(model(*parts, declared=MESSAGES), at="r", pieces=2)
    assert (case.variables["count"], case.at, case.step.timers) == (3, ["a"], ())


def test_leaving_that_failed_is_tried_again_without_waiting_for_another_message():
    flow = '<bpmn:sequenceFlow id="f" sourceRef="r" targetRef="a"><bpmn:conditionExpression>=ok</bpmn:conditionExpression></bpmn:sequenceFlow>'
    other = path("r", "l")
    case = Case(model(receive(), user("a"), user("l"), flow, other, declared=MESSAGES), at="r")
    assert case.faults == [("r", "not_a_boolean")]
    case.retry("r", ok=True)
    assert case.at == ["a", "l"]


def first_of_two(kind="Exclusive", one="m2", other="m3"):
    return model(
        gateway(kind),
        catch("x", message(one)),
        catch("y", message(other)),
        user("a"),
        user("b"),
        path("g", "x", "a"),
        path("g", "y", "b"),
        declared=MESSAGES,
    )


@pytest.mark.parametrize(("at", "then"), [("x", "a"), ("y", "b")])
def test_the_first_of_several_messages_begins_and_the_others_are_not_waited_for(at: str, then: str):
    program = prepare({"m.bpmn": first_of_two()})
    assert [(begins.id, begins.message) for begins in program.starts] == [("x", "plain"), ("y", "signed")]
    case = Case(program=program, at=at)
    assert (case.at, case.step.waits) == ([then], ())
    assert case.told("entered") == ["g", at, then]
    assert [entry.detail for entry in case.trace if entry.what == "flow"] == [at, then]
    assert case.do(then).finished


def test_of_a_parallel_gateway_the_first_message_begins_and_the_others_are_waited_for():
    declared = MESSAGES.replace(
        '<bpmn:message id="m3" name="signed"/>',
        '<bpmn:message id="m3" name="signed"><bpmn:extensionElements><zeebe:subscription correlationKey="=order"/>'
        "</bpmn:extensionElements></bpmn:message>",
    )
    parts = (
        gateway("Parallel"),
        catch("x", message("m1")),
        catch("y", message("m3")),
        node("parallelGateway", "join"),
        user("a"),
        path("g", "x", "join", "a"),
        path("g", "y", "join"),
    )
    program = prepare({"m.bpmn": model(*parts, declared=declared)})
    for first, second, awaited in (("x", "y", "signed"), ("y", "x", "paid")):
        case = Case(program=program, at=first, order="A-1")
        assert [(wait.message, wait.key) for wait in case.step.waits] == [(awaited, "A-1")]
        case.fire(second)
        assert case.at == ["a"]
        assert case.do("a").finished


def test_a_signal_may_be_among_what_begins_it():
    parts = (
        gateway(),
        catch("x", message("m2")),
        catch("y", '<bpmn:signalEventDefinition signalRef="si9"/>'),
        user("a"),
        path("g", "x", "a"),
        path("g", "y", "a"),
    )
    program = prepare({"m.bpmn": model(*parts, declared=MESSAGES + SIGNAL)})
    assert [(begins.id, begins.signal) for begins in program.starts] == [("x", None), ("y", "storm")]


def test_a_start_event_may_stand_beside():
    program = prepare(
        {"m.bpmn": model(start(), receive(), user("a"), path("s", "a"), path("r", "a"), declared=MESSAGES)}
    )
    assert [begins.id for begins in program.starts] == ["s", "r"]
    assert Case(program=program).told("entered") == ["s", "a"]
    assert Case(program=program, at="r").told("entered") == ["r", "a"]


def test_a_process_that_nobody_told_how_it_begins_takes_the_first():
    case = Case(first_of_two())
    assert case.at == ["a"]


USER = user("a")


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ((start(), receive(), USER, path("s", "r", "a")), "no flow into it"),
        ((receive("r", each("=[1]")), USER, path("r", "a")), "happen once"),
        ((receive(reference="m4"), USER, path("r", "a")), "fixed name"),
        ((receive(), user("x"), USER, path("r", "a")), "begins by a message"),
        (
            (start(), node("subProcess", "sub", receive(), user("i"), path("r", "i")), path("s", "sub")),
            "itself",
        ),
        (
            (gateway(), catch("x", message("m2")), catch("y", timer("PT1H")), path("g", "x"), path("g", "y")),
            "Expected a message behind",
        ),
        (
            (
                gateway("Parallel"),
                catch("x", message("m2")),
                catch("y", message("m1")),
                path("g", "x"),
                path("g", "y"),
            ),
            "correlation key",
        ),
        (
            (
                start(),
                node("eventBasedGateway", "g", eventGatewayType="Parallel"),
                catch("x", message("m1")),
                catch("y", timer("PT1H")),
                path("s", "g", "x"),
                path("g", "y"),
            ),
            "instantiate",
        ),
    ],
    ids=["flow in", "instances", "name", "lost beside", "subprocess", "timer", "key", "not at the beginning"],
)
def test_what_cannot_begin_a_process_is_refused(parts: tuple[str, ...], why: str):
    assert why in refusals(*parts)


@pytest.mark.parametrize(
    "definition",
    [
        timer("R/PT1H", "timeCycle"),
        "<bpmn:conditionalEventDefinition><bpmn:condition>=x</bpmn:condition></bpmn:conditionalEventDefinition>",
    ],
    ids=["timer", "condition"],
)
def test_what_begins_a_process_knows_for_whom(definition: str):
    """Nobody opens a case as a timer rings, and a case has a customer (10.5.2 would allow it)."""
    assert "for which customer" in refusals(start("s", definition), USER, path("s", "a"))
