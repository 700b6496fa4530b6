"""What is proposed for a new version: the same ids, and guesses for what is left, each of them told."""

import re

from cpm.bpmn import prepare, propose
from tests.unit.bpmn.drawing import (
    boundary,
    end,
    flow,
    mapping,
    model,
    node,
    parallel,
    path,
    service,
    start,
    timer,
    user,
    xor,
)

NAMED = '<bpmn:userTask id="{0}" name="{1}"><bpmn:extensionElements><zeebe:userTask/></bpmn:extensionElements></bpmn:userTask>'


def named(node_id, name):
    return NAMED.format(node_id, name)


def unnamed(text):
    """Without the names that tests give to all that has none of its own."""
    return re.sub(rb' name="[a-z]+[0-9]*"', b"", text)


def proposed(old, new):
    return propose(prepare({"o.bpmn": old}), prepare({"n.bpmn": new}))


def guessed(plan):
    assert all(
        doubt.reason.english.endswith(".") and doubt.reason.german.endswith(".") for doubt in plan.doubts
    )
    return {doubt.element: doubt.target for doubt in plan.doubts}


def test_the_same_ids_need_no_second_look():
    text = model(start(), user("a"), user("b"), path("s", "a", "b"))
    plan = proposed(text, text)
    assert plan.elements == {"s": "s", "a": "a", "b": "b"}
    assert plan.doubts == ()


def test_a_new_id_is_found_by_name_and_neighbours_and_told():
    old = model(start(), named("t1", "Check order"), named("t2", "Send"), path("s", "t1", "t2"))
    new = model(start(), named("x", "Check order"), named("t2", "Send"), path("s", "x", "t2"))
    plan = proposed(old, new)
    assert plan.elements["t1"] == "x"
    assert guessed(plan) == {"t1": "x"}


def test_all_ids_may_be_new():
    """As after a drawing was made anew, or came out of another tool."""
    old = model(
        start(), named("a1", "Check"), parallel("f1"), named("b1", "Ask"), named("c1", "Ship"), parallel("j1"), end(),
        boundary("d1", "b1", timer("PT1H")), end("e1"), path("d1", "e1"),
        path("s", "a1", "f1", "b1", "j1", "e"), path("f1", "c1", "j1"),
    )  # fmt: skip
    new = model(
        start("s9"), named("a2", "Check"), parallel("f2"), named("b2", "Ask"), named("c2", "Ship"), parallel("j2"), end("e9"),
        boundary("d2", "b2", timer("PT1H")), end("e2"), path("d2", "e2"),
        path("s9", "a2", "f2", "b2", "j2", "e9"), path("f2", "c2", "j2"),
    )  # fmt: skip
    plan = proposed(unnamed(old), unnamed(new))
    found = {
        "a1": "a2",
        "b1": "b2",
        "c1": "c2",
        "f1": "f2",
        "j1": "j2",
        "d1": "d2",
        "s": "s9",
        "e": "e9",
        "e1": "e2",
    }
    assert {key: plan.elements.get(key) for key in found} == found


def test_two_that_look_alike_are_left_to_a_person():
    old = model(
        start(), xor("g", default="d"), named("t", "Ask"), flow("s", "g"), flow("g", "t", flow_id="d")
    )
    new = model(
        start(), xor("g", default="d"), named("x", "Ask"), named("y", "Ask"), flow("s", "g"),
        flow("g", "x", "=n = 1"), flow("g", "y", flow_id="d"),
    )  # fmt: skip
    assert "t" not in proposed(old, new).elements


def test_another_task_in_the_same_place_is_another_task():
    old = model(start(), named("t", "Check order"), named("u", "Send"), path("s", "t", "u"))
    new = model(start(), named("x", "Approve"), named("u", "Send"), path("s", "x", "u"))
    assert "t" not in proposed(old, new).elements


def test_another_name_for_the_same_work_is_found():
    old = model(start(), service("t", zeebe=mapping({"x": "=1"})), user("u"), path("s", "t", "u"))
    new = model(
        start(), node("serviceTask", "x", zeebe='<zeebe:taskDefinition type="t"/>'), user("u"), path("s", "x", "u")
    )  # fmt: skip
    assert guessed(proposed(old, new)) == {"t": "x"}


def test_a_subprocess_with_a_new_id_is_found_by_what_is_in_it():
    def wrapped(sub, first):
        inner = start(f"{first}s") + user("a") + path(f"{first}s", "a")
        return model(start(), node("subProcess", sub, inner), user("b"), path("s", sub, "b"))

    assert guessed(proposed(unnamed(wrapped("sub1", "one")), unnamed(wrapped("sub2", "two")))) == {
        "sub1": "sub2"
    }


def test_flows_into_a_join_are_told_where_they_are_not_the_same():
    def joined(*flows):
        return model(
            start(), parallel("f"), parallel("j"), user("a"), user("b"), user("c"), path("s", "f", "a"), path("f", "b"), *flows,
            path("j", "c"),
        )  # fmt: skip

    old = joined(flow("a", "j", flow_id="fa"), flow("b", "j", flow_id="fb"))
    new = joined(flow("a", "j", flow_id="f1"), flow("b", "j", flow_id="f2"))
    plan = proposed(old, new)
    assert plan.flows == {}
    assert plan.doubts == ()
