"""Send tasks and message events without a doer send their message themselves (BPMN 2.0.2, 10.3.3 and 10.5.4)."""

import pytest

from cpm.bpmn import Sent
from cpm.bpmn.nodes import throwing
from tests.unit.bpmn.drawing import (
    DECLARED,
    boundary,
    each,
    end,
    mapping,
    message,
    model,
    node,
    path,
    start,
    throw,
    timer,
    user,
)
from tests.unit.bpmn.driving import Case


def send(node_id="x", *inside, reference="m1", **more):
    return node("sendTask", node_id, *inside, messageRef=reference, **more)


@pytest.mark.parametrize(
    "sends",
    [send(), throw("x", message("m1")), end("x", message("m1"))],
    ids=["send task", "throw event", "end event"],
)
def test_a_message_is_sent_with_its_key_and_the_case_goes_on(sends: str):
    after = "" if "endEvent" in sends else end()
    case = Case(
        model(start(), sends, after, path("s", "x", *(["e"] if after else [])), declared=DECLARED),
        order="A-1",
    )
    assert case.step.sent == (Sent(2, "x", "paid", "A-1", {}),)
    assert case.finished
    assert [(entry.what, entry.detail) for entry in case.trace if entry.what == "sent"] == [("sent", "paid")]
    assert case.told("entered")[:2] == case.told("left")[:2] == ["s", "x"]


def test_a_message_carries_what_its_input_mappings_make_and_nothing_else():
    sends = send(zeebe=mapping({"amount": "=total", "to.city": '="Bonn"'}))
    case = Case(
        model(start(), sends, end(), path("s", "x", "e"), declared=DECLARED), order="A-1", total=7, secret=1
    )
    assert case.step.sent[0].variables == {"amount": 7, "to": {"city": "Bonn"}}
    assert "amount" not in case.variables


def test_a_message_without_subscription_has_an_empty_key():
    case = Case(model(start(), send(reference="m2"), end(), path("s", "x", "e"), declared=DECLARED))
    assert [(sent.message, sent.key) for sent in case.step.sent] == [("plain", "")]


def test_the_name_may_be_an_expression():
    declared = '<bpmn:message id="m1" name="=what"/>'
    case = Case(model(start(), send(), end(), path("s", "x", "e"), declared=declared), what="hello")
    assert case.step.sent[0].message == "hello"


def test_a_key_that_is_missing_is_an_incident_and_nothing_is_sent():
    case = Case(model(start(), send(), end(), path("s", "x", "e"), declared=DECLARED))
    assert (case.faults, case.step.sent) == ([("x", "no_correlation_key")], ())
    case.retry("x", order="A-1")
    assert (case.finished, [sent.key for sent in case.step.sent]) == (True, ["A-1"])


def test_what_was_sent_is_not_sent_again_when_only_leaving_failed():
    sends = send(zeebe=mapping(outputs={"ok": "=missing.part > 1"}) + "")
    case = Case(
        model(
            start(),
            sends,
            node("exclusiveGateway", "g"),
            end(),
            path("s", "x", "g", "e"),
            declared=DECLARED,
        ),
        order="A-1",
    )
    assert case.finished, "null is a value too"
    flow = '<bpmn:sequenceFlow id="f" sourceRef="x" targetRef="e"><bpmn:conditionExpression>=ok</bpmn:conditionExpression></bpmn:sequenceFlow>'
    other = '<bpmn:sequenceFlow id="d" sourceRef="x" targetRef="e"/>'
    case = Case(
        model(start(), send(default="d"), end(), path("s", "x"), flow, other, declared=DECLARED), order="A-1"
    )
    assert (case.faults, len(case.step.sent)) == ([("x", "not_a_boolean")], 1)
    case.retry("x", ok=True)
    assert (case.finished, case.step.sent) == (True, ())


def test_each_instance_sends_its_own():
    sends = send("x", each("=orders", element="order"))
    case = Case(
        model(start(), sends, end(), path("s", "x", "e"), declared=DECLARED), orders=["A-1", "A-2", "A-3"]
    )
    assert [sent.key for sent in case.step.sent] == ["A-1", "A-2", "A-3"]
    assert len({sent.node for sent in case.step.sent}) == 3


def test_a_multiple_event_sends_what_is_a_message_among_its_things():
    declared = DECLARED + '<bpmn:signal id="si9" name="done"/>'
    both = throw("x", message("m1") + '<bpmn:signalEventDefinition signalRef="si9"/>')
    case = Case(model(start(), both, end(), path("s", "x", "e"), declared=declared), order="A-1")
    assert [sent.message for sent in case.step.sent] == ["paid"]
    assert [signal.name for signal in case.step.signals] == ["done"]
    assert case.finished


def test_a_send_task_with_a_boundary_event_just_goes_on():
    parts = (send(), boundary("b", "x", timer("PT1H")), user("late"), path("b", "late"), end())
    case = Case(model(start(), *parts, path("s", "x", "e"), declared=DECLARED), order="A-1")
    assert (case.finished, case.step.timers) == (True, ())


def test_one_step_sends_a_thousand_messages_and_no_more(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(throwing, "MOST_SENT", 2)
    sends = send("x", each("=orders", element="order"))
    case = Case(
        model(start(), sends, end(), path("s", "x", "e"), declared=DECLARED), orders=["A-1", "A-2", "A-3"]
    )
    assert (len(case.step.sent), case.faults) == (2, [("x", "too_many")])
    case.retry("x")
    assert ([sent.key for sent in case.step.sent], case.finished) == (["A-3"], True)
