"""Where the tokens of a case are, from outside in: processes, subprocesses, calls and instances (BPMN 2.0.2, 10.3.5 to 10.3.8)."""

from cpm.bpmn import outline
from cpm.bpmn.outline import MOST
from tests.unit.bpmn.drawing import (
    boundary,
    called,
    compensate,
    each,
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
)
from tests.unit.bpmn.driving import Case


def tree(case):
    """(element, instance, waits, inside) of all."""
    return [_shown(place) for place in outline(case.program, case.step.state)]


def _shown(place):
    return (place.element, place.instance, place.waits, [_shown(inner) for inner in place.inside])


def test_a_task_in_a_call_in_an_instance_is_told_by_its_way_there():
    call = node("callActivity", "call", zeebe=called("inner"))
    inside = start("is") + call + path("is", "call")
    drawn = model(start(), node("subProcess", "sub", inside, each("=[1,2]")), path("s", "sub"))
    case = Case(drawn, model(start("cs"), user("x"), path("cs", "x"), process_id="inner"))
    task = ("x", None, "task", [])
    instances = [("sub", i, "inside", [("call", None, "inside", [task])]) for i in (1, 2)]
    assert tree(case) == [("sub", None, "inside", instances)]
    (body,) = outline(case.program, case.step.state)
    call_place = body.inside[0].inside[0]
    assert (call_place.called, call_place.kind) == ("inner", "callActivity")
    assert call_place.inside[0].node == case.step.tasks[0].node
    case.do("x")
    assert tree(case)[0][3] == instances[1:]
    case.do("x")
    assert tree(case) == []


def test_what_waits_says_for_what():
    drawn = model(
        start(),
        parallel("f"),
        parallel("j"),
        user("a"),
        service("b"),
        user("after"),
        boundary("t", "a", timer("PT1H")),
        path("s", "f", "a", "j", "after"),
        path("f", "b", "j"),
        path("f", "j"),
        path("t", "after"),
    )
    case = Case(drawn)
    assert tree(case) == [
        ("a", None, "task", [("t", None, "event", [])]),
        ("b", None, "job", []),
        ("j", None, "branches", []),
    ]


def test_a_fault_is_told_as_one():
    case = Case(
        model(start(), node("scriptTask", "c", zeebe=script("={f: function(x) x}.f", "n")), path("s", "c"))
    )
    assert tree(case) == [("c", None, "fault", [])]


def test_nobody_is_told_a_thousand_instances():
    case = Case(model(start(), user("a", each("=for i in 1..200 return i")), path("s", "a")))
    (body,) = outline(case.program, case.step.state)
    assert (len(body.inside), body.more) == (MOST, 200 - MOST)


def test_what_is_undone_is_told_beside_the_event_that_has_it_undone():
    """10.7.2: the handler stands beside the event; nobody drew what sees to undoing, so nobody is told of it."""
    drawn = model(
        start(), user("a"), undone("a"), throw("t", compensate()), user("n"), path("s", "a", "t", "n")
    )
    case = Case(drawn)
    case.do("a")
    assert tree(case) == [("t", None, "inside", []), ("undo_a", None, "task", [])]
