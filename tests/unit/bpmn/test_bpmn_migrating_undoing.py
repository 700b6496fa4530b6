"""What was done and can be undone, what is just being undone, and what was chosen: taken to another version."""

from cpm.bpmn import Plan, prepare, propose
from tests.unit.bpmn.drawing import (
    CANCEL,
    DECLARED,
    ad_hoc,
    association,
    boundary,
    compensate,
    each,
    end,
    mapping,
    model,
    node,
    path,
    start,
    throw,
    undone,
    user,
)
from tests.unit.bpmn.driving import Case
from tests.unit.bpmn.migrated import obstacles, take
from tests.unit.bpmn.undoing import INNER, LINE, subprocess


def renamed(old, new):
    """The activity, its handler, and the event between them have other ids."""
    handler = user(f"undo_{new}", isForCompensation="true")
    event = boundary(f"c_{new}", new, compensate()) + handler + association(f"c_{new}", f"undo_{new}")
    return {old: new, f"undo_{old}": f"undo_{new}", f"c_{old}": f"c_{new}"}, user(new) + event


def test_what_was_done_is_undone_in_the_new_version():
    """By what undoes it there."""
    case = Case(LINE).do("a")
    also, x = renamed("a", "x")
    new = model(
        start(), x, user("b"), undone("b"), throw("t", compensate()), user("n"), path("s", "x", "b", "t", "n")
    )
    take(case, new, also=also)
    case.do("b")
    assert case.at == ["undo_b"]
    assert case.do("undo_b").at == ["undo_x"]
    assert case.do("undo_x").at == ["n"]
    assert case.told("compensated") == ["b", "x"]


def test_what_is_being_undone_goes_on():
    case = Case(LINE).do("a").do("b")
    assert case.at == ["undo_b"]
    also, x = renamed("b", "x")
    new = model(
        start(), user("a"), undone("a"), x, throw("t", compensate()), user("n"), path("s", "a", "x", "t", "n")
    )  # fmt: skip
    take(case, new, also=also)
    assert case.at == ["undo_x"]
    assert case.do("undo_x").at == ["undo_a"]
    assert case.do("undo_a").at == ["n"]


def without_undoing_a():
    return model(
        start(), user("a"), user("b"), undone("b"), throw("t", compensate()), user("n"), path("s", "a", "b", "t", "n")
    )  # fmt: skip


def test_what_can_be_undone_is_not_forgotten_unless_the_plan_says_so():
    case = Case(LINE).do("a")
    ((element, why),) = obstacles(case, without_undoing_a())
    assert (element, "agree that this is forgotten" in why) == ("a", True)
    take(case, without_undoing_a(), forgotten=frozenset({"a"}))
    assert case.do("b").do("undo_b").at == ["n"]


def test_what_is_being_undone_does_not_lose_its_handler():
    case = Case(LINE).do("a").do("b")
    gone = model(
        start(),
        user("a"),
        undone("a"),
        user("b"),
        throw("t", compensate()),
        user("n"),
        path("s", "a", "b", "t", "n"),
    )
    found = dict(obstacles(case, gone))
    assert "undo_b" in found


def around(inner, *more):
    return model(
        start(), inner, user("k"), *more, throw("t", compensate()), user("n"), path("s", "sub", "k", "t", "n")
    )


def test_what_was_done_in_a_subprocess_is_undone_in_there():
    """With the variables that it had."""
    case = Case(around(INNER)).do("x").do("y")
    also, other = renamed("x", "w")
    inner = subprocess(
        "other",
        start("s1"),
        other,
        user("y"),
        undone("y"),
        path("s1", "w", "y"),
        zeebe=mapping({"own": "=1"}),
    )
    new = model(
        start(), inner, user("k"), throw("t", compensate()), user("n"), path("s", "other", "k", "t", "n")
    )
    take(case, new, also={**also, "sub": "other"})
    case.do("k")
    assert case.at == ["undo_y"]
    assert case.step.tasks[0].visible["own"] == 1
    assert case.do("undo_y").do("undo_w").at == ["n"]


def test_what_was_done_goes_with_its_scope_into_a_subprocess():
    done = (user("a"), undone("a"), user("b"), throw("t", compensate("a")))
    case = Case(model(start(), *done, user("n"), path("s", "a", "b", "t", "n"))).do("a")
    inner = subprocess("sub", start("s1"), *done, end("e1"), path("s1", "a", "b", "t", "e1"))
    take(case, model(start(), inner, user("n"), path("s", "sub", "n")))
    assert case.do("b").at == ["undo_a"]
    assert case.do("undo_a").at == ["n"]


def test_and_out_of_one():
    done = (user("a"), undone("a"), user("b"), throw("t", compensate("a")))
    inner = subprocess("sub", start("s1"), *done, end("e1"), path("s1", "a", "b", "t", "e1"))
    case = Case(model(start(), inner, user("n"), path("s", "sub", "n"))).do("a")
    take(case, model(start(), *done, user("n"), path("s", "a", "b", "t", "n")))
    assert case.do("b").at == ["undo_a"]
    assert case.do("undo_a").at == ["n"]


def test_instances_that_were_done_are_undone():
    def many(name):
        also, activity = renamed("a", name)
        loop = activity.replace("<bpmn:extensionElements><zeebe:userTask/></bpmn:extensionElements></bpmn:userTask>",
            "<bpmn:extensionElements><zeebe:userTask/></bpmn:extensionElements>" + each("=[1,2]", output=("o", "=item")) + "</bpmn:userTask>", 1)  # fmt: skip
        return also, model(
            start(), loop, user("k"), throw("t", compensate()), user("n"), path("s", name, "k", "t", "n")
        )

    case = Case(many("a")[1])
    case.do("a").do("a")
    also, new = many("x")
    take(case, new, also=also)
    case.do("k")
    assert case.at == ["undo_x"]
    assert case.step.tasks[0].visible["item"] == 2
    assert case.do("undo_x").do("undo_x").at == ["n"]


def test_a_transaction_that_is_being_cancelled_goes_on():
    def of(name):
        done = (user("a"), undone("a"), end("stop", CANCEL), path("s1", "a", "stop"))
        inner = node("transaction", name, start("s1"), *done)
        return model(
            start(), inner, boundary(f"b{name}", name, CANCEL), user("sorry"), user("n"),
            path("s", name, "n"), path(f"b{name}", "sorry"), declared=DECLARED,
        )  # fmt: skip

    case = Case(of("m")).do("a")
    assert case.at == ["undo_a"]
    take(case, of("x"), also={"m": "x", "bm": "bx"})
    assert case.do("undo_a").at == ["sorry"]


# Ad-hoc subprocesses.


def desk(*inside, **options):
    return model(start(), ad_hoc("desk", *inside, **options), user("n"), path("s", "desk", "n"))


def test_what_was_chosen_and_done_counts_on():
    case = Case(desk(user("a"), user("b"))).choose("a").do("a").choose("b")
    take(case, desk(user("x"), user("b"), user("c")), also={"a": "x"})
    assert case.at == ["b"]
    assert {offer.element: offer.done for offer in case.choice.offered} == {"x": 1, "b": 0, "c": 0}
    assert case.choice.last == "b"
    assert case.choice.begun == 2
    assert case.do("b").choose("c").do("c").end("desk").at == ["n"]


def test_each_choice_keeps_its_variables():
    output = ("all", "=answer")
    case = Case(desk(user("a"), output=output)).choose("a", given=1)
    take(case, desk(user("a"), output=("every", "=result")))
    assert case.step.tasks[0].visible["given"] == 1
    case.do("a", result=5).end("desk")
    assert case.variables["every"] == [5]
    assert "result" not in case.variables


def test_what_was_done_at_what_is_no_more_counts_again_on_the_way_back():
    both, one = desk(user("a"), user("b")), desk(user("b"))
    case = Case(both).choose("a").do("a")
    take(case, one)
    assert [offer.element for offer in case.choice.offered] == ["b"]
    take(case, both)
    assert {offer.element: offer.done for offer in case.choice.offered} == {"a": 1, "b": 0}


def test_nothing_comes_out_of_what_was_chosen():
    case = Case(desk(user("a"))).choose("a")
    new = prepare({"n.bpmn": model(start(), user("a"), user("n"), path("s", "a", "n"))})
    found = obstacles(case, new, Plan({**propose(case.program, new).elements}))
    assert [element for element, _ in found] == ["desk"]
