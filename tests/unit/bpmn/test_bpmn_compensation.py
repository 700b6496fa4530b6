"""Compensation: what was done is undone, each once, the last first (BPMN 2.0.2, 10.7 and 13.5.5)."""

import pytest

from cpm.bpmn import Chosen, Ended
from tests.unit.bpmn.drawing import (
    DECLARED,
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
from tests.unit.bpmn.undoing import INNER, LINE, for_compensation, subprocess


def story(case):
    """What came and went, in order, without what nobody does anything at."""
    told = [(trace.what, trace.element) for trace in case.trace if trace.what != "flow"]
    return [" ".join(each) for each in told]


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
