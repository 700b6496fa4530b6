"""Tokens moved by hand, as Camunda 8's process instance modification does it: taken away, begun, and what is around them."""

import pytest

from cpm.bpmn import Begin, CannotMove, Completed, Modified, outline, prepare, resume, start, targets
from tests.unit.bpmn.drawing import (
    DECLARED,
    ad_hoc,
    boundary,
    called,
    catch,
    each,
    end,
    flow,
    mapping,
    message,
    model,
    node,
    parallel,
    path,
    service,
    timer,
    user,
)
from tests.unit.bpmn.drawing import start as begun
from tests.unit.bpmn.driving import NOW, Case
from tests.unit.bpmn.keeping import Kept

LINE = model(
    begun(), user("a"), service("b"), user("c"), end(), path("s", "a", "b", "c", "e"), declared=DECLARED
)


def move(case, cancel=(), begin=(), **variables):
    """By the elements' names; cancel may name nodes too."""
    nodes = tuple(each if isinstance(each, int) else case.node(each) for each in cancel)
    begins = tuple(each if isinstance(each, Begin) else Begin(each, None, variables) for each in begin)
    return case.tell(Modified(nodes, begins))


def refused(case, cancel=(), begin=()):
    before = case.step
    with pytest.raises(CannotMove) as told:
        move(case, cancel, begin)
    assert case.step is before
    assert all(reason.english.startswith("Expected") and reason.german for reason in told.value.reasons)
    return " ".join(reason.english for reason in told.value.reasons)


def places(case, element):
    """However deep, from outside in."""
    todo, found = list(outline(case.program, case.step.state)), []
    while todo:
        found.append(todo.pop(0))
        todo += found[-1].inside
    return [place for place in found if place.element == element]


def standing(case, element):
    return places(case, element)[0].node


def instances(case, element):
    return [place.node for place in places(case, element) if place.instance]


def sub(name, *inside, **attributes):
    return node("subProcess", name, begun(f"{name}_s"), *inside, **attributes)


def test_a_token_moves_forward_and_back():
    case = move(Case(LINE), ["a"], ["c"])
    assert case.at == ["c"]
    move(case, ["c"], ["b"], urgent=True)
    assert case.at == ["b"]
    assert case.step.jobs[0].inputs == {"urgent": True}
    case.do("b").do("c")
    assert case.finished


def test_what_is_taken_away_alone_ends_the_process_if_nothing_is_left():
    case = move(Case(LINE), ["a"])
    assert case.finished
    assert set(case.step.scopes) == {""}


def test_something_may_begin_beside_what_runs():
    case = move(Case(LINE), (), ["b", "c"])
    assert case.at == ["a", "b", "c"]


NESTED = model(
    begun(),
    user("a"),
    sub(
        "o",
        sub("i", user("x"), user("y"), path("i_s", "x", "y"), zeebe=""),
        user("z"),
        path("o_s", "i", "z"),
    ),
    boundary("late", "o", timer("PT1H")),
    user("after"),
    user("escaped"),
    path("s", "a", "o", "after"),
    path("late", "escaped"),
    declared=DECLARED,
)


def test_enclosing_subprocesses_begin_without_their_start_events_and_their_events_listen():
    case = move(Case(NESTED), ["a"], ["y"])
    assert case.at == ["late", "y"]
    assert case.told("entered")[-3:] == ["o", "i", "y"]
    case.do("y")
    assert case.at == ["late", "z"]
    case.do("z")
    assert case.at == ["after"]


def test_a_subprocess_that_runs_takes_what_begins_and_one_left_empty_ends_with_its_events():
    case = Case(NESTED).do("a")
    move(case, ["x"], ["z"])
    assert case.at == ["late", "z"]
    move(case, ["z"], ["after"])
    assert case.at == ["after"]
    assert case.told("cancelled")[-2:] == ["z", "o"]


def test_two_that_begin_in_the_same_subprocess_share_it():
    case = move(Case(NESTED), ["a"], ["y", "z"])
    assert case.at == ["late", "y", "z"]
    case.do("y").do("z")
    assert case.at == ["late", "z"]


def test_what_is_taken_away_whole_begins_anew():
    case = Case(NESTED).do("a")
    host = standing(case, "o")
    move(case, [host], ["z"])
    assert case.at == ["late", "z"]
    assert standing(case, "o") != host


def test_events_begin_and_end_with_what_they_stand_at():
    case = Case(NESTED).do("a")
    assert "ends with that" in refused(case, ["late"])
    assert "waits at another" in refused(case, (), ["late"])


GATEWAY = model(
    begun(),
    user("a"),
    node("eventBasedGateway", "g"),
    catch("m", message()),
    catch("t", timer("PT1H")),
    user("b"),
    path("s", "a", "g"),
    path("g", "m", "b"),
    flow("g", "t"),
    flow("t", "b"),
    declared=DECLARED,
)


def test_what_cannot_begin_is_refused_with_its_reason():
    case = Case(GATEWAY, order="x")
    assert "where something starts" in refused(case, (), ["s"])
    assert "event gateway 'g'" in refused(case, (), ["m"])
    assert "'nowhere' is none" in refused(case, (), ["nowhere"])
    assert "nothing does any more" in refused(case, [99])
    assert "nothing is named" in refused(case)
    assert refused(case, [99], ["s"]).count("Expected") == 2
    move(case, ["a"], ["g"])
    assert case.at == ["m", "t"]
    assert "ends with that" in refused(case, ["m"])
    assert set(targets(case.program)) == {"a", "g", "b"}


JOIN = model(
    begun(),
    parallel("fork"),
    user("a"),
    user("b"),
    parallel("join"),
    user("c"),
    path("s", "fork", "a", "join", "c"),
    path("fork", "b", "join"),
)


def test_a_join_that_begins_by_hand_waits_for_nothing_and_one_that_waits_can_be_taken_away():
    case = Case(JOIN).do("a")
    move(case, [standing(case, "join"), "b"], ["join"])
    assert case.at == ["c"]
    assert places(case, "join") == []


def test_a_branch_taken_away_leaves_the_others_stuck_where_people_see_it():
    case = Case(JOIN).do("a")
    move(case, ["b"], ())
    assert case.faults == [("join", "stuck")]


MANY = model(
    begun(),
    user("a"),
    sub("m", user("x"), user("y"), path("m_s", "x", "y"), each("=items", output=("out", "=answer"))),
    user("after"),
    path("s", "a", "m", "after"),
)


def test_instances_are_taken_away_and_added_and_moved_in():
    case = Case(MANY, items=[1, 2]).do("a")
    first, second = [task.node for task in case.step.tasks]
    assert "several run" in refused(case, (), ["y"])
    inner = instances(case, "m")
    move(case, [first], [Begin("y", inner[0])])
    assert case.at == ["x", "y"]
    move(case, [inner[0]], [Begin("m", standing(case, "m"), {"item": 9})])
    assert case.at == ["x", "x"]
    case.do_node(second, answer="b").do("y", answer="B")
    case.do("x").do("y", answer="C")
    assert case.at == ["after"]
    assert len(case.variables["out"]) == 3


def test_the_last_instance_taken_away_takes_the_activity_with_it():
    case = Case(MANY, items=[1, 2]).do("a")
    move(case, [*instances(case, "m")], ["after"])
    assert case.at == ["after"]
    assert "does not" in refused(case, ["after"], ["y"]), "an instance has no place without its body"


def test_the_whole_of_a_multi_instance_begins_with_all_its_instances():
    case = move(Case(MANY, items=[1, 2, 3]), ["a"], ["m"])
    assert case.at == ["x", "x", "x"]


CHILD = model(
    begun("cs"), user("cx"), user("cy"), end("ce"), path("cs", "cx", "cy", "ce"), process_id="child"
)
CALLING = model(
    begun(),
    user("a"),
    node("callActivity", "c", zeebe=called("child")),
    user("after"),
    path("s", "a", "c", "after"),
)


def test_a_called_process_is_moved_in_while_it_runs():
    case = Case(CALLING, CHILD)
    assert "cannot be begun in the middle" in refused(case, ["a"], ["cy"])
    case.do("a")
    move(case, ["cx"], ["cy"])
    assert case.at == ["cy"]
    case.do("cy")
    assert case.at == ["after"]


def test_in_an_ad_hoc_subprocess_what_begins_is_a_choice_of_its_own():
    text = model(
        begun(), user("a"), ad_hoc("h", user("x"), user("y")), user("after"), path("s", "a", "h", "after")
    )
    case = move(Case(text), ["a"], ["y"], word="w")
    assert case.choice.begun == 1
    assert case.step.tasks[0].visible["word"] == "w"
    move(case, ["y"], ["x"])
    assert [task.element for task in case.step.tasks] == ["x"]
    move(case, ["x"])
    assert case.choice.running == ()
    case.end("h")
    assert case.at == ["after"]


def test_what_lies_apart_is_moved_like_what_does_not():
    program = prepare({"m.bpmn": MANY})
    kept = Kept()
    step = start(program, {"items": list(range(20))}, now=NOW, elsewhere=kept)
    kept.take(step)
    step = _apart(program, kept, step, "a")
    bodies = {part.body for part in kept.parts.values()}
    hosts = [number * 10**9 for number in sorted(kept.parts)]
    assert len(hosts) == 20
    inner = step.tasks[0].node
    move = Modified((inner, hosts[5]), (Begin("y", hosts[0]), Begin("m", bodies.pop())))
    again = [resume(program, step.state, kept.main(), move, now=NOW, elsewhere=kept) for _ in range(2)]
    assert again[0].state == again[1].state
    assert again[0].parts == again[1].parts
    assert again[0].parts[hosts[5] // 10**9] is None
    kept.take(again[0])
    assert len(kept.parts) == 20
    assert [task.element for task in again[0].tasks if task.node // 10**9 == hosts[0] // 10**9] == ["y"]


def _apart(program, kept, step, element):
    node = next(task.node for task in step.tasks if task.element == element)
    step = resume(program, step.state, kept.main(), Completed(node), now=NOW, elsewhere=kept)
    kept.take(step)
    return step


def test_a_scope_that_cannot_begin_refuses_the_whole():
    host = sub("o", user("x"), path("o_s", "x"), zeebe=mapping(inputs={"v": "=[1..2]"}))
    case = Case(model(begun(), user("a"), host, path("s", "a", "o")))
    assert "cannot be had" in refused(case, ["a"], ["x"])
