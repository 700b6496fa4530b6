"""Tokens moved by hand where things can be undone, and where event subprocesses run."""

from cpm.bpmn import Begin
from tests.unit.bpmn.drawing import (
    CANCEL,
    DECLARED,
    boundary,
    compensate,
    end,
    model,
    node,
    path,
    signal,
    start,
    throw,
    undone,
    user,
)
from tests.unit.bpmn.driving import Case
from tests.unit.bpmn.test_bpmn_moving import move, places, refused, standing

UNDOING = model(
    start(), user("a"), undone("a"), user("b"), throw("t", compensate()), user("c"),
    path("s", "a", "b", "t", "c"),
)  # fmt: skip


def test_what_was_done_before_a_move_can_still_be_undone_after_it():
    case = Case(UNDOING).do("a")
    move(case, ["b"], ["t"])
    assert case.at == ["undo_a"]
    assert "being undone" in refused(case, ["undo_a"], ["c"])
    assert case.do("undo_a").at == ["c"]


def test_a_step_done_twice_by_a_move_back_is_undone_twice():
    case = Case(UNDOING).do("a")
    move(case, ["b"], ["a"])
    case.do("a").do("b")
    assert [case.at, case.do("undo_a").at, case.do("undo_a").at] == [["undo_a"], ["undo_a"], ["c"]]


def test_a_transaction_out_of_which_all_moves_ends_without_being_undone():
    text = model(
        start(), node("transaction", "x", start("xs"), user("a"), undone("a"), user("b"), end("xe", CANCEL), path("xs", "a", "b", "xe")),
        boundary("bx", "x", CANCEL), user("after"), user("given_up"), path("s", "x", "after"), path("bx", "given_up"),
    )  # fmt: skip
    case = Case(text).do("a")
    move(case, ["b"], ["after"])
    assert case.at == ["after"]
    assert places(case, "x") == []
    back = Case(text).do("a")
    move(back, ["b"], ["xe"])
    assert back.at == ["undo_a"], "its cancel end undoes it"
    assert back.do("undo_a").at == ["given_up"]
    fresh = move(Case(text), [standing(Case(text), "x")], ["b"])
    assert fresh.do("b").at == ["given_up"], "nothing was done in the new one"


def test_an_event_subprocess_is_moved_in_left_and_entered_without_its_event():
    text = model(
        start(), user("a"), user("z"), path("s", "a", "z"),
        node("subProcess", "ev", start("es", signal()), user("x"), user("y"), path("es", "x", "y"), triggeredByEvent="true"),
        declared=DECLARED,
    )  # fmt: skip
    case = Case(text).signal("alarm")
    assert case.at == ["x"], "it interrupts"
    move(case, ["x"], ["y"])
    assert case.at == ["y"]
    move(case, ["y"], ["z"])
    assert (case.at, places(case, "ev")) == (["z"], [])
    beside = move(Case(text), [], [Begin("y")])
    assert beside.at == ["a", "es", "y"], "nobody was interrupted"
    assert "begin what follows" in refused(beside, [], ["es"])
