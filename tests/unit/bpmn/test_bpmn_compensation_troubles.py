"""Undoing that fails, is tried again, skipped, stopped or without end (BPMN 2.0.2, 10.7 and 13.5.5)."""

import pytest

from cpm.bpmn import Completed, NotWaiting, Retried, Skipped, compensation, holding
from cpm.bpmn.state import load
from tests.unit.bpmn.drawing import (
    DECLARED,
    TERMINATE,
    called,
    compensate,
    each,
    end,
    error,
    flow,
    mapping,
    model,
    node,
    parallel,
    path,
    script,
    service,
    start,
    throw,
    timer,
    undone,
    user,
    xor,
)
from tests.unit.bpmn.driving import Case
from tests.unit.bpmn.undoing import INNER, LINE, for_compensation, subprocess


def test_a_handler_that_fails_is_a_fault_and_can_be_tried_again():
    who = '<zeebe:assignmentDefinition assignee="=who"/>'
    case = Case(
        model(
            start(), user("a"), undone("a", user("undo_a", isForCompensation="true", zeebe=who)), throw("t", compensate()),
            user("n"), path("s", "a", "t", "n"),
        ),
        who=5,
    )  # fmt: skip
    assert case.do("a").faults == [("undo_a", "not_a_text")]
    assert case.retry("undo_a", who="ann").step.tasks[0].assignee == "ann"
    assert case.do("undo_a").at == ["n"]


def test_a_failed_handler_sees_again_which_instance_it_is_for():
    handler = service("undo_a", isForCompensation="true", zeebe=mapping({"of": "=item"}))
    case = Case(
        model(
            start(),
            user("a", each('=["p"]')),
            undone("a", handler),
            end("t", compensate()),
            path("s", "a", "t"),
        )
    )
    case.do("a").fail("undo_a", "E1")
    assert case.faults == [("undo_a", "E1")]
    assert case.retry("undo_a").step.jobs[0].inputs == {"of": "p"}
    assert case.do("undo_a").finished


def test_skipping_a_handler_leaves_the_rest_to_be_undone():
    case = Case(LINE).do("a").do("b")
    assert case.skip("undo_b").at == ["undo_a"]
    assert case.do("undo_a").at == ["n"]
    assert [t.element for t in case.trace if t.what == "compensated"] == ["a"]


def test_an_activity_that_was_skipped_is_not_undone():
    """It was not done, so that there is nothing to undo."""
    case = Case(LINE).skip("a").do("b")
    assert case.do("undo_b").at == ["n"]


def test_an_activity_that_was_tried_again_is_undone_once():
    case = Case(LINE).retry("a").do("a").do("b").do("undo_b")
    assert case.do("undo_a").at == ["n"]


def thrower(case):
    return next(t.node for t in reversed(case.trace) if (t.what, t.element) == ("entered", "t"))


def test_a_throwing_event_that_is_tried_again_undoes_what_is_left():
    case = Case(LINE).do("a").do("b").do("undo_b")
    case.tell(Retried(thrower(case)))
    assert case.at == ["undo_a"]
    assert case.do("undo_a").at == ["n"]


def test_a_throwing_event_that_is_skipped_undoes_no_more_but_a_later_one_can():
    case = Case(
        model(
            start(), user("a"), undone("a"), user("b"), undone("b"), throw("t", compensate()), user("n"),
            end("t2", compensate()), path("s", "a", "b", "t", "n", "t2"),
        )
    ).do("a").do("b").do("undo_b")  # fmt: skip
    case.tell(Skipped(thrower(case)))
    assert case.at == ["n"]
    assert case.do("n").at == ["undo_a"]
    assert case.do("undo_a").finished


def test_nobody_can_tell_anything_to_what_only_sees_to_the_undoing():
    case = Case(model(start(), INNER, throw("t", compensate()), user("n"), path("s", "sub", "t", "n")))
    case.do("x").do("y")
    tokens = load(case.program, case.step.state, case.step.scopes).tokens
    beside = [node for node, token in tokens.items() if token.task_spec.name.endswith("~undo")]
    assert len(beside) == 3
    for number in beside:
        for what in (Retried, Skipped, Completed):
            with pytest.raises(NotWaiting):
                case.tell(what(number))
    assert case.do("undo_y").do("undo_x").at == ["n"]


def test_an_error_in_a_handler_climbs_to_the_scope_around_it():
    handler = subprocess("h", start("hs", error("er1")), user("z"), path("hs", "z"), triggeredByEvent="true")
    case = Case(
        model(
            start(), user("a"), undone("a", service("undo_a", isForCompensation="true")), end("t", compensate()), handler,
            path("s", "a", "t"), declared=DECLARED,
        )
    )  # fmt: skip
    case.do("a").fail("undo_a", "E1")
    assert case.at == ["z"]
    assert case.do("z").finished


def test_a_loop_may_not_leave_things_to_undo_without_end(monkeypatch):
    """All of it is kept at every step, so that there is a limit, and a fault that says so."""
    monkeypatch.setattr(compensation, "MOST_UNDOABLE", 50)
    text = model(
        start(), node("scriptTask", "a", zeebe=script("=if n = null then 1 else n + 1", "n")),
        undone("a", for_compensation(lambda *a, **k: node("task", *a, **k), "undo_a")), xor("g", default="out"), end("t", compensate()),
        path("s", "a", "g"), flow("g", "a", "=n < most"), flow("g", "t", flow_id="out"),
    )  # fmt: skip
    assert Case(text, most=50).finished
    case = Case(text, most=51)
    assert case.faults == [("a", "too_much_to_undo")]
    assert case.skip("a").finished
    assert [t.what for t in case.trace].count("compensated") == 50


def test_activities_that_nothing_undoes_leave_nothing_behind():
    sub = subprocess("sub", start("s1"), user("x"), path("s1", "x"))
    case = Case(
        model(start(), sub, user("a"), throw("t", compensate()), user("n"), path("s", "sub", "a", "t", "n"))
    )
    case.do("x").do("a")
    assert load(case.program, case.step.state, case.step.scopes).tree.data == {}


def test_messages_that_come_while_undoing_reach_what_waits_beside():
    case = Case(
        model(
            start(), parallel("f"), user("a"), undone("a"), end("t", compensate()),
            node("receiveTask", "r", messageRef="m1"), path("s", "f", "a", "t"), path("f", "r"), declared=DECLARED,
        ),
        order="1",
    )  # fmt: skip
    case.do("a")
    assert case.at == ["r", "undo_a"]
    assert case.fire("r").do("undo_a").finished


def test_each_run_of_an_event_subprocess_is_undone_too():
    """It is a subprocess that completed (13.5.4), as often as its event happened."""
    handler = subprocess(
        "h", start("hs", timer("R2/PT1H", "timeCycle"), isInterrupting="false"), user("z"), undone("z"), path("hs", "z"),
        triggeredByEvent="true",
    )  # fmt: skip
    case = Case(
        model(start(), user("a"), throw("t", compensate()), user("n"), handler, path("s", "a", "t", "n"))
    )
    case.fire("hs").do("z").fire("hs").do("z").do("a")
    assert case.at == ["undo_z"]
    assert case.do("undo_z").do("undo_z").at == ["n"]


def test_a_called_process_undoes_what_it_did_itself():
    called_one = model(
        start("s2"), user("x"), undone("x"), end("e2", compensate()), path("s2", "x", "e2"), process_id="q"
    )
    case = Case(
        model(start(), node("callActivity", "a", zeebe=called("q")), user("n"), path("s", "a", "n")),
        called_one,
    )
    assert case.do("x", mine=1).at == ["undo_x"]
    assert case.step.tasks[0].visible["mine"] == 1
    assert case.do("undo_x").at == ["n"]


def test_a_handler_with_instances_that_is_tried_again_begins_anew():
    handler = user("undo_a", each("=items"), isForCompensation="true")
    case = Case(
        model(
            start(),
            user("a"),
            undone("a", handler),
            throw("t", compensate()),
            user("n"),
            path("s", "a", "t", "n"),
        )
    )
    assert case.do("a").faults == [("undo_a", "not_a_list")]
    assert case.retry("undo_a", items=[1, 2]).at == ["undo_a", "undo_a"]
    assert case.do("undo_a").do("undo_a").at == ["n"]


def test_a_throwing_event_tried_again_amid_a_subprocess_undoes_only_what_is_left_in_there():
    case = Case(model(start(), INNER, throw("t", compensate()), user("n"), path("s", "sub", "t", "n")))
    case.do("x", own=3).do("y").do("undo_y")
    case.tell(Retried(thrower(case)))
    assert case.at == ["undo_x"]
    assert case.step.tasks[0].visible["own"] == 3
    assert case.do("undo_x").at == ["n"]
    assert set(case.step.scopes) == {""}


def test_many_events_that_do_not_wait_stop_at_the_limit_of_tokens():
    """A model that asks for compensation again and again without waiting cannot grow without limit."""
    again = flow("g", "a", "=true")
    case = Case(
        model(
            start(), node("task", "a"), undone("a"), throw("t", compensate(waits=False)), xor("g", default="out"), user("n"),
            path("s", "a", "t", "g"), again, flow("g", "n", flow_id="out"),
        )
    )  # fmt: skip
    assert [code for _, code in case.faults] == ["endless"]
    assert len(case.step.tasks) < 1_100


@pytest.mark.parametrize("most", range(40, 52))
def test_undoing_that_takes_more_moves_than_a_step_may_make_goes_on_where_it_stopped(monkeypatch, most):
    """The fault that stands for all that is held falls on any of the moves, and nothing is undone twice or forgotten."""
    handler = for_compensation(
        lambda *a, **k: node("scriptTask", *a, **k), "undo_a", zeebe=script("=n + 1", "n")
    )
    sub = subprocess(
        "sub", start("s1"), node("task", "a", each("=items")), undone("a", handler), path("s1", "a")
    )
    case = Case(
        model(start(), sub, user("u"), throw("t", compensate()), user("n"), path("s", "sub", "u", "t", "n")),
        items=list(range(60)), n=0,
    )  # fmt: skip
    monkeypatch.setattr(holding, "MOST_MOVES", most)
    case.do("u")
    while case.faults:
        assert [code for _, code in case.faults] == ["endless"]
        assert not case.faults[0][0].startswith("~")
        case.tell(Retried(case.step.faults[0].node))
    assert case.at == ["n"]
    assert case.variables["n"] == 60
    assert set(case.step.scopes) == {""}


def failing_undoing(*extra):
    """Three things done; an error while they are undone is caught by an event subprocess, which undoes as well."""
    return model(
        start(), user("a"), undone("a"), user("b"), undone("b"), user("c"), undone("c"), throw("t", compensate()),
        user("after"), path("s", "a", "b", "c", "t", "after"),
        node(
            "subProcess", "h", start("hs", error("er1")), throw("t2", compensate()), user("hu"), path("hs", "t2", "hu"),
            triggeredByEvent="true",
        ),
        *extra, declared=DECLARED,
    )  # fmt: skip


def test_what_was_not_undone_as_an_error_came_can_be_undone_by_what_caught_it():
    """13.5.5: the one whose undoing failed has failed, but those before it are completed as before."""
    case = Case(failing_undoing())
    case.do("a").do("b").do("c").do("undo_c")
    assert case.fail("undo_b", "E1").at == ["undo_a"]
    assert case.do("undo_a").at == ["hu"]
    assert case.told("compensated") == ["c", "a"]
    assert case.do("hu").finished


def test_what_was_not_undone_in_a_terminated_subprocess_can_be_undone_from_outside():
    inside = node(
        "subProcess", "sub", start("s1"), user("a"), undone("a"), user("b"), undone("b"), parallel("f"),
        throw("t1", compensate()), end("e1"), user("stop"), end("e2", TERMINATE),
        path("s1", "a", "b", "f", "t1", "e1"), path("f", "stop", "e2"),
    )  # fmt: skip
    case = Case(
        model(start(), inside, throw("t", compensate()), user("after"), path("s", "sub", "t", "after"))
    )
    case.do("a").do("b")
    assert case.at == ["stop", "undo_b"]
    assert case.do("stop").at == ["undo_a"]
    assert case.do("undo_a").at == ["after"]
    assert list(case.step.scopes) == [""]


def test_a_compensation_event_subprocess_that_failed_is_not_begun_again():
    """It stands for all that was done in its subprocess; what was done before that can still be undone."""
    instead = node(
        "subProcess", "ch", start("cs", compensate()), user("cu"), path("cs", "cu"), triggeredByEvent="true"
    )
    inside = node("subProcess", "sub", start("s1"), user("x"), undone("x"), path("s1", "x"), instead)
    text = model(
        start(), user("a"), undone("a"), inside, throw("t", compensate()), user("after"),
        path("s", "a", "sub", "t", "after"),
        node(
            "subProcess", "h", start("hs", error("er1")), throw("t2", compensate()), user("hu"), path("hs", "t2", "hu"),
            triggeredByEvent="true",
        ),
        declared=DECLARED,
    )  # fmt: skip
    case = Case(text).do("a").do("x")
    assert case.fail("cu", "E1").at == ["undo_a"]
    assert case.do("undo_a").at == ["hu"]
