"""Lanes say whose a step is: BPMN 2.0.2, 10.8. What the engine does with that is tested in tests/commands."""

from tests.unit.bpmn.drawing import each, end, model, node, path, start, user
from tests.unit.bpmn.driving import Case


def lane(lane_id, *inside, name=None, holds=()):
    refs = "".join(f"<bpmn:flowNodeRef>{each}</bpmn:flowNodeRef>" for each in holds)
    named = f' name="{name}"' if name else ""
    return f'<bpmn:lane id="{lane_id}"{named}>{refs}{"".join(inside)}</bpmn:lane>'


def lanes(*inside, kind="laneSet"):
    return f"<bpmn:{kind}>{''.join(inside)}</bpmn:{kind}>"


def lanes_of(case):
    return {task.element: (task.lane, task.lanes) for task in case.step.tasks}


def test_a_task_knows_its_lanes_from_the_innermost_by_id_and_name():
    inner = lane("l2", name="Level 2", holds="b")
    drawn = model(
        lanes(lane("service", lanes(inner, kind="childLaneSet"), name="Service", holds="ab")),
        user("a"),
        user("b"),
        user("c"),
    )
    assert lanes_of(Case(drawn)) == {
        "a": ("Service", ("service", "Service")),
        "b": ("Level 2", ("l2", "Level 2", "service", "Service")),
        "c": (None, ()),
    }


def test_an_outer_lane_need_not_repeat_what_the_inner_ones_hold():
    inner = lane("l2", holds="a")
    drawn = model(lanes(lane("service", lanes(inner, kind="childLaneSet"))), user("a"))
    assert lanes_of(Case(drawn)) == {"a": ("l2", ("l2", "service"))}


def test_a_subprocess_lies_in_a_lane_and_may_have_its_own():
    inside = (
        lanes(lane("finance", holds="y"))
        + start("is")
        + user("x")
        + user("y")
        + path("is", "x")
        + path("is", "y")
    )
    drawn = model(
        lanes(lane("service", holds=["sub"])),
        start(),
        node("subProcess", "sub", inside, each("=[1]")),
        end(),
        path("s", "sub", "e"),
    )
    case = Case(drawn)
    assert lanes_of(case) == {
        "x": ("service", ("service",)),
        "y": ("finance", ("finance", "service")),
    }
    assert case.do("x").do("y").finished


def test_lanes_steer_no_tokens():
    drawn = model(
        lanes(lane("one", holds="a"), lane("two", holds="b")),
        start(),
        user("a"),
        user("b"),
        path("s", "a", "b"),
    )
    case = Case(drawn).do("a").do("b")
    assert case.told("entered") == ["s", "a", "b"]
