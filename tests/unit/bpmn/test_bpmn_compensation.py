"""Compensation: what was done is undone, each once, the last first (BPMN 2.0.2, 10.7 and 13.5.5)."""

from decimal import Decimal

import pytest

from cpm.bpmn import Chosen, Completed, Ended, NotWaiting, Retried, Skipped, compensation, holding
from cpm.bpmn.state import load
from tests.unit.bpmn.drawing import (
    DECLARED,
    TERMINATE,
    ad_hoc,
    boundary,
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


def for_compensation(kind, handler, *inside, **attributes):
    return kind(handler, *inside, isForCompensation="true", **attributes)


def story(case):
    """What came and went, in order, without what nobody does anything at."""
    told = [(trace.what, trace.element) for trace in case.trace if trace.what != "flow"]
    return [" ".join(each) for each in told]


LINE = model(
    start(), user("a"), undone("a"), user("b"), undone("b"), throw("t", compensate()), user("n"),
    path("s", "a", "b", "t", "n"),
)  # fmt: skip


def test_what_was_done_is_undone_the_last_first_and_then_the_event_goes_on():
    """10.7.2, 13.5.5: in reverse order, and by default the throwing event waits."""
    case = Case(LINE).do("a").do("b")
    assert case.at == ["undo_b"]
    assert case.do("undo_b").at == ["undo_a"]
    assert case.do("undo_a").at == ["n"]
    assert story(case)[6:] == [
        "entered t", "compensating t", "entered undo_b", "left undo_b", "compensated b",
        "entered undo_a", "left undo_a", "compensated a", "left t", "entered n",
    ]  # fmt: skip
    assert case.do("n").finished


def test_what_was_not_done_is_not_undone():
    """10.7: an activity that is still active, or was never begun, cannot be compensated; nothing happens then."""
    case = Case(
        model(
            start(), parallel("f"), user("a"), undone("a"), user("b"), undone("b"), user("c"), undone("c"),
            end("t", compensate()), path("s", "f", "a", "t"), path("f", "b", "c"),
        )
    )  # fmt: skip
    assert case.do("a").at == ["b", "undo_a"]
    assert case.do("undo_a").at == ["b"]
    case.do("b")
    assert case.do("c").finished
    assert "undo_b" not in case.told("entered")


def test_what_was_withdrawn_is_not_undone():
    case = Case(
        model(
            start(), user("a"), undone("a"), boundary("late", "a", timer("P1D")), throw("t", compensate()), user("n"),
            path("s", "a"), path("late", "t", "n"),
        )
    )  # fmt: skip
    assert case.fire("late").at == ["n"]
    assert "compensating" not in {trace.what for trace in case.trace}


def test_a_second_throw_does_not_undo_again():
    case = Case(
        model(
            start(), user("a"), undone("a"), throw("t1", compensate()), end("t2", compensate()),
            path("s", "a", "t1", "t2"),
        )
    )  # fmt: skip
    assert case.do("a").do("undo_a").finished
    assert case.told("entered").count("undo_a") == 1


def test_what_is_being_undone_is_not_undone_by_another_event_meanwhile():
    case = Case(
        model(
            start(), user("a"), undone("a"), parallel("f"), end("t1", compensate()), end("t2", compensate()),
            path("s", "a", "f", "t1"), path("f", "t2"),
        )
    )  # fmt: skip
    assert case.do("a").at == ["undo_a"]
    assert case.do("undo_a").finished


def test_an_activity_that_completed_twice_is_undone_twice():
    """13.5.5, and as in Camunda 8: as often as it completed."""
    again = flow("g", "a", "=again")
    case = Case(
        model(
            start(), user("a"), undone("a"), xor("g", default="out"), end("t", compensate()), path("s", "a", "g"),
            again, flow("g", "t", flow_id="out"),
        ),
        again=True,
    )  # fmt: skip
    case.do("a").do("a", again=False).do("undo_a")
    assert case.at == ["undo_a"]
    assert case.do("undo_a").finished


def test_one_activity_is_undone_by_name_and_the_others_later():
    """10.5.5: activityRef."""
    case = Case(
        model(
            start(), user("a"), undone("a"), user("b"), undone("b"), throw("t", compensate("a")), end("e", compensate()),
            path("s", "a", "b", "t", "e"),
        )
    )  # fmt: skip
    assert case.do("a").do("b").at == ["undo_a"]
    assert case.do("undo_a").at == ["undo_b"]
    assert case.do("undo_b").finished


def test_an_event_need_not_wait():
    """10.5.5: waitForCompletion. The process ends when the undoing has ended too."""
    case = Case(
        model(
            start(), user("a"), undone("a"), user("b"), undone("b"), throw("t", compensate(waits=False)), user("n"),
            path("s", "a", "b", "t", "n"),
        )
    )  # fmt: skip
    assert case.do("a").do("b").at == ["n", "undo_b"]
    case.do("n")
    assert not case.finished
    assert case.do("undo_b").do("undo_a").finished


def test_nothing_to_undo_is_no_error():
    case = Case(model(start(), throw("t", compensate()), user("n"), path("s", "t", "n")))
    assert case.at == ["n"]


HANDLERS = {
    "service": for_compensation(service, "undo_a"),
    "script": for_compensation(
        lambda *a, **k: node("scriptTask", *a, **k), "undo_a", zeebe=script("=1", "x")
    ),
    "undefined": for_compensation(lambda *a, **k: node("task", *a, **k), "undo_a"),
    "receive": for_compensation(lambda *a, **k: node("receiveTask", *a, messageRef="m1", **k), "undo_a"),
    "subprocess": for_compensation(
        lambda *a, **k: node("subProcess", *a, **k), "undo_a", start("s9"), user("u9"), path("s9", "u9")
    ),
    "instances": for_compensation(user, "undo_a", each("=[1, 2]", sequential=True)),
}


@pytest.mark.parametrize(
    ("handler", "does"),
    [
        ("service", lambda case: case.do("undo_a")),
        ("script", lambda case: case),
        ("undefined", lambda case: case),
        ("receive", lambda case: case.fire("undo_a")),
        ("subprocess", lambda case: case.do("u9")),
        ("instances", lambda case: case.do("undo_a").do("undo_a")),
    ],
)
def test_any_activity_can_undo(handler, does):
    case = Case(
        model(
            start(), user("a"), undone("a", HANDLERS[handler]), throw("t", compensate()), user("n"),
            path("s", "a", "t", "n"), declared=DECLARED,
        ),
        order="1",
    )  # fmt: skip
    assert does(case.do("a")).at == ["n"]
    assert [t.element for t in case.trace if t.what == "compensated"] == ["a"]
    assert set(case.step.scopes) == {""}


def test_a_called_process_can_undo_and_what_it_did_is_not_undone():
    """13.5.5 stops at the call, as in Camunda 8: what a called process did is undone by the call's own handler."""
    other = model(start("s2"), user("x"), undone("x"), path("s2", "x"), process_id="q")
    case = Case(
        model(
            start(), node("callActivity", "a", zeebe=called("q")),
            undone("a", node("callActivity", "undo_a", zeebe=called("r"), isForCompensation="true")),
            end("t", compensate()), path("s", "a", "t"),
        ),
        other,
        model(start("s3"), user("y"), path("s3", "y"), process_id="r"),
    )  # fmt: skip
    assert case.do("x").at == ["y"]
    assert case.do("y").finished
    alone = Case(
        model(
            start(),
            node("callActivity", "a", zeebe=called("q")),
            end("t", compensate()),
            path("s", "a", "t"),
        ),
        other,
    )
    assert alone.do("x").finished
    assert set(alone.step.scopes) == {""}


# Scopes.


def subprocess(name, *inside, **attributes):
    return node("subProcess", name, *inside, **attributes)


INNER = subprocess(
    "sub", start("s1"), user("x"), undone("x"), user("y"), undone("y"), path("s1", "x", "y"),
    zeebe=mapping({"own": "=1"}),
)  # fmt: skip


def test_a_completed_subprocess_is_undone_from_inside_with_its_data_as_they_were():
    """13.5.5: without a handler of its own what was done in it is undone; 10.7.1: with the data of its completion,
    around it the present ones.
    """
    case = Case(
        model(
            start(),
            user("a"),
            undone("a"),
            INNER,
            user("b"),
            end("t", compensate()),
            path("s", "a", "sub", "b", "t"),
        )
    )
    case.do("a").do("x", own=7).do("y", around=1).do("b", around=2)
    (task,) = case.step.tasks
    assert task.element == "undo_y"
    assert (task.visible["own"], task.visible["around"]) == (7, 2)
    case.do("undo_y", own=8, around=3)
    assert case.step.tasks[0].visible["own"] == 8
    assert case.variables == {"around": 3}
    assert case.do("undo_x").at == ["undo_a"]
    assert case.do("undo_a").finished
    assert [t.element for t in case.trace if t.what == "compensated"] == ["y", "x", "sub", "a"]
    assert set(case.step.scopes) == {""}


def test_an_event_in_a_subprocess_undoes_what_was_done_in_there_only():
    """10.5.5: seen are activities in the same subprocess."""
    sub = subprocess(
        "sub", start("s1"), user("x"), undone("x"), end("e1", compensate()), path("s1", "x", "e1")
    )
    case = Case(
        model(
            start(),
            user("a"),
            undone("a"),
            sub,
            user("n"),
            end("t", compensate()),
            path("s", "a", "sub", "n", "t"),
        )
    )
    assert case.do("a").do("x").at == ["undo_x"]
    assert case.do("undo_x").at == ["n"]
    assert case.do("n").at == ["undo_a"], "the subprocess was undone already"
    assert case.do("undo_a").finished


def test_the_boundary_event_of_a_subprocess_takes_the_place_of_what_is_in_it():
    """13.5.5: its handler is "black box" compensation."""
    case = Case(model(start(), INNER, undone("sub"), end("t", compensate("sub")), path("s", "sub", "t")))
    assert case.do("x").do("y").at == ["undo_sub"]
    assert "own" not in case.step.tasks[0].visible
    assert case.do("undo_sub").finished


def test_a_compensation_event_subprocess_takes_the_place_of_what_is_beside_it():
    """10.7.1, 13.5.5: it has the data of the subprocess's completion, and decides what it has undone."""
    handler = subprocess(
        "h", start("hs", compensate()), user("look"), end("ht", compensate("x")), path("hs", "look", "ht"),
        triggeredByEvent="true",
    )  # fmt: skip
    sub = INNER.replace("</bpmn:subProcess>", handler + "</bpmn:subProcess>")
    case = Case(model(start(), sub, throw("t", compensate()), user("n"), path("s", "sub", "t", "n")))
    case.do("x", own=5).do("y")
    assert case.at == ["look"]
    assert case.step.tasks[0].visible["own"] == 5
    assert case.do("look").at == ["undo_x"]
    assert case.do("undo_x").at == ["n"]
    assert "undo_y" not in case.told("entered")
    assert set(case.step.scopes) == {""}


def test_a_throw_beside_a_compensation_event_subprocess_runs_it_once():
    """13.5.5: without an activity the present scope is undone, by its handler if it has one."""
    handler = subprocess(
        "h", start("hs", compensate()), end("ht", compensate()), path("hs", "ht"), triggeredByEvent="true"
    )
    case = Case(
        model(
            start(), user("a"), undone("a"), throw("t", compensate()), throw("t2", compensate()), user("n"), handler,
            path("s", "a", "t", "t2", "n"),
        )
    )  # fmt: skip
    assert case.do("a").at == ["undo_a"]
    assert case.do("undo_a").at == ["n"]
    assert case.told("entered").count("hs") == 1


def test_an_event_subprocess_undoes_what_was_done_in_it_and_then_around_it():
    """10.5.5, as in Camunda 8: also the activities of the scope it stands in."""
    handler = subprocess(
        "h", start("hs", error("er1")), user("z"), undone("z"), end("he", compensate()), path("hs", "z", "he"),
        triggeredByEvent="true",
    )  # fmt: skip
    sub = subprocess("sub", start("s1"), user("x"), undone("x"), service("j"), path("s1", "x", "j"), handler)
    case = Case(
        model(start(), user("a"), undone("a"), sub, user("n"), path("s", "a", "sub", "n"), declared=DECLARED)
    )
    case.do("a").do("x").fail("j", "E1").do("z")
    assert case.at == ["undo_z"]
    assert case.do("undo_z").at == ["undo_x"]
    assert case.do("undo_x").at == ["n"]


def test_what_runs_beside_goes_on_and_subprocesses_in_subprocesses_are_undone():
    deep = subprocess("deep", start("s2"), user("y"), undone("y"), path("s2", "y"))
    sub = subprocess("sub", start("s1"), user("x"), undone("x"), deep, path("s1", "x", "deep"))
    case = Case(
        model(
            start(), parallel("f"), sub, end("t", compensate("sub")), user("b"), path("s", "f", "sub", "t"), path("f", "b")
        )
    )  # fmt: skip
    case.do("x").do("y")
    assert case.at == ["b", "undo_y"]
    case.do("undo_y").do("undo_x")
    assert case.at == ["b"]
    assert case.do("b").finished


def test_undoing_ends_with_the_scope_around_it():
    sub = subprocess("sub", start("s1"), user("x"), undone("x"), end("t", compensate()), path("s1", "x", "t"))
    case = Case(
        model(start(), sub, boundary("b", "sub", timer("P1D")), user("n"), path("s", "sub"), path("b", "n"))
    )
    case.do("x")
    assert case.fire("b").at == ["n"]
    assert case.told("cancelled") == ["t", "undo_x", "sub"]
    assert case.do("n").finished


def test_what_was_chosen_in_an_ad_hoc_subprocess_is_undone_and_its_handlers_are_not_offered():
    """13.3.5: offered is what no flow leads to; an activity for compensation is outside of the flow (10.7.1)."""
    inside = user("a") + undone("a") + user("b") + undone("b")
    case = Case(
        model(start(), ad_hoc("ah", inside), throw("t", compensate()), user("n"), path("s", "ah", "t", "n"))
    )
    for element in ("a", "b", "a"):
        (choice,) = case.step.choices
        assert [offer.element for offer in choice.offered] == ["a", "b"]
        case.tell(Chosen(choice.node, element)).do(element)
    case.tell(Ended(case.step.choices[0].node))
    for element in ("undo_a", "undo_b", "undo_a"):
        assert case.at == [element]
        case.do(element)
    assert case.at == ["n"]
    assert set(case.step.scopes) == {""}


def test_what_undoes_an_activity_sees_the_data_as_they_are_now():
    """10.7.1: a handler at a boundary event is a "black box" and has no snapshot; as in Zeebe it sees the present variables."""
    case = Case(
        model(
            start(), user("a", zeebe=mapping({"amount": "=1", "own": "=2"})), undone("a"), user("b"), end("t", compensate()),
            path("s", "a", "b", "t"),
        ),
        amount=5,
    )  # fmt: skip
    case.do("a", own=3).do("b", amount=6)
    assert case.step.tasks[0].visible == {"amount": 6}
    assert case.do("undo_a", amount=7).variables == {"amount": 7}


# Instances and loops.


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


# Faults and people.


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
