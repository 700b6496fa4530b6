"""What was done several times is undone each time: instances and loops (BPMN 2.0.2, 10.7 and 13.5.5)."""

from decimal import Decimal

import pytest

from tests.unit.bpmn.drawing import (
    compensate,
    each,
    end,
    mapping,
    model,
    parallel,
    path,
    start,
    throw,
    undone,
    user,
)
from tests.unit.bpmn.driving import Case
from tests.unit.bpmn.undoing import subprocess


@pytest.mark.parametrize("sequential", [False, True])
def test_each_instance_is_undone_and_its_handler_sees_which_it_is(sequential):
    """13.5.5: the boundary handler is invoked once for each instance."""
    case = Case(
        model(
            start(), user("a", each("=items", sequential=sequential)), undone("a"), end("t", compensate()), path("s", "a", "t")
        ),
        items=["p", "q"],
    )  # fmt: skip
    assert case.do("a").at == ["a"]
    case.do("a")
    seen = []
    while not case.finished:
        (task,) = case.step.tasks
        seen.append((task.visible["item"], task.visible["loopCounter"]))
        case.do(task.element)
    assert seen == [("q", Decimal(2)), ("p", Decimal(1))]
    assert set(case.step.scopes) == {""}


def test_instances_are_undone_only_when_all_are_over():
    """13.5.5: an activity that is still active is not compensated."""
    case = Case(
        model(
            start(), parallel("f"), user("a", each("=[1, 2]")), undone("a"), user("b"), throw("t", compensate()), user("n"),
            path("s", "f", "a"), path("f", "b", "t", "n"),
        )
    )  # fmt: skip
    assert case.do("a").do("b").at == ["a", "n"]


def test_instances_that_were_stopped_are_not_undone():
    case = Case(
        model(
            start(), user("a", each("=[1, 2, 3]", until="=numberOfCompletedInstances > 1")), undone("a"),
            end("t", compensate()), path("s", "a", "t"),
        )
    )  # fmt: skip
    case.do_node(case.step.tasks[2].node).do("a")
    assert [task.visible["item"] for task in case.step.tasks] == [1]
    assert case.do("undo_a").step.tasks[0].visible["item"] == 3
    assert case.do("undo_a").finished


def test_each_instance_of_a_subprocess_is_undone_with_its_own_data():
    """13.5.5: each has its own snapshot, and its own compensation event subprocess."""
    handler = subprocess(
        "h", start("hs", compensate()), user("look"), path("hs", "look"), triggeredByEvent="true"
    )
    sub = subprocess(
        "sub",
        start("s1"),
        user("x"),
        path("s1", "x"),
        handler,
        each("=[10, 20]"),
        zeebe=mapping({"own": "=item + 1"}),
    )
    case = Case(model(start(), sub, end("t", compensate()), path("s", "sub", "t")))
    case.do("x").do("x")
    assert case.step.tasks[0].visible["own"] == 21
    assert case.do("look").step.tasks[0].visible["own"] == 11
    assert case.do("look").finished
    assert set(case.step.scopes) == {""}


def test_an_event_in_an_instance_undoes_what_was_done_in_this_one():
    sub = subprocess(
        "sub",
        start("s1"),
        user("x"),
        undone("x"),
        end("e1", compensate()),
        path("s1", "x", "e1"),
        each("=[1, 2]"),
    )
    case = Case(model(start(), sub, user("n"), path("s", "sub", "n")))
    case.do("x")
    assert case.at == ["undo_x", "x"]
    case.do("x")
    assert case.at == ["undo_x", "undo_x"]
    assert case.do("undo_x").do("undo_x").at == ["n"]


def test_each_turn_of_a_standard_loop_is_undone():
    loop = '<bpmn:standardLoopCharacteristics loopMaximum="3"/>'
    case = Case(model(start(), user("a", loop), undone("a"), end("t", compensate()), path("s", "a", "t")))
    case.do("a").do("a").do("a")
    assert [case.step.tasks[0].visible["loopCounter"]] == [3]
    assert case.do("undo_a").do("undo_a").do("undo_a").finished
