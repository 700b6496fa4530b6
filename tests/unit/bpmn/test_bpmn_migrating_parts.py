"""Instances that lie apart from their case are taken to another version with it, all of them."""

from random import Random

import pytest

from cpm.bpmn import CannotMigrate, Completed, Plan, migrate, part_of, prepare, propose
from tests.unit.bpmn.drawing import (
    boundary,
    each,
    end,
    mapping,
    model,
    node,
    path,
    start,
    timer,
    undone,
    user,
)
from tests.unit.bpmn.driving import NOW
from tests.unit.bpmn.keeping import Apart, Whole, decide, happening
from tests.unit.bpmn.test_bpmn_parts import MODELS, choose, program

ITEMS = list(range(20))


def many(*inside, name="m", first, output=("out", "=answer")):
    begin = f"s{name}"
    loop = each("=items", output=output)
    return node("subProcess", name, start(begin), *inside, path(begin, first), loop)


def old(**options):
    return model(
        start(),
        many(user("a"), user("b"), path("a", "b"), first="a", **options),
        user("z"),
        path("s", "m", "z"),
    )


def take(case, version, plan=None):
    plan = plan or propose(case.program, version)
    scopes = case.kept.main() if case.kept else case.scopes
    step = migrate(
        case.program, version, case.step.state, scopes, plan, now=NOW, decide=decide, elsewhere=case.kept
    )
    assert step.covers is None
    case.program, case.waiting = version, {}
    case.take(step)
    return step


def both(text):
    made = prepare({"m.bpmn": text})
    return Whole(made, {"items": ITEMS}), Apart(made, {"items": ITEMS})


def do(case, which, **values):
    """At the place that waits for the item."""
    case.tell(Completed(case.places()[which], values))


def test_to_the_same_version_no_part_changes():
    case = both(old())[1]
    do(case, ("UserTask", "a", 3, None, 0))
    step = case.step
    assert case.kept.parts
    again = take(case, prepare({"m.bpmn": old()}))
    assert again.parts == {}
    assert again.state == step.state


@pytest.mark.parametrize("kind", MODELS)
def test_whatever_runs_in_them_to_the_same_version_no_part_changes(kind):
    random, made = Random(2), program(MODELS[kind])
    case = Apart(made, {"items": ITEMS, "order": "x", "go": False, "answer": 0, "rang": False})
    for _ in range(6):
        step = case.step
        again = take(case, made)
        assert (again.state, again.parts, again.trace) == (step.state, {}, ())
        assert case.kept.present.keys() >= step.scopes.keys()
        places = case.places()
        keys = sorted((key for key in places if key[0] != "Listening"), key=str)
        if keys:
            case.tell(happening(random, (key := choose(random, keys))[0], places[key]))


def test_apart_or_together_they_come_to_the_same():
    """Each within a new subprocess, under its number; a timer at each."""
    wrapped = many(
        node("subProcess", "w", start("sw"), user("x"), path("sw", "x"), zeebe=mapping({"twice": "=item * 2"})),
        boundary("late", "w", timer("PT1H"), interrupting=False), end("el"), path("late", "el"), user("b"), path("w", "b"), first="w",
    )  # fmt: skip
    new = prepare({"n.bpmn": model(start(), wrapped, user("z"), path("s", "m", "z"))})
    cases = both(old())
    for case in cases:
        do(case, ("UserTask", "a", 3, None, 0))
        before = {node for node, item in case.waiting.items() if item.element in {"a", "b"}}
        plan = propose(case.program, new)
        take(case, new, Plan({**plan.elements, "a": "x"}))
        assert {node for node, item in case.waiting.items() if item.element in {"x", "b"}} == before
    whole, apart = cases
    assert whole.places().keys() == apart.places().keys()
    assert {part_of(node) for node, item in apart.waiting.items() if item.element == "late"} <= set(
        apart.kept.parts
    )
    for case in cases:
        do(case, ("UserTask", "x", 7, None, 0))
        assert case.see(case.places()["UserTask", "b", 7, None, 0])["item"] == 7
        for item in ITEMS:
            for element in ("x", "b"):
                if ("UserTask", element, item, None, 0) in case.places():
                    do(case, ("UserTask", element, item, None, 0), answer=item)
        assert [item.element for item in case.waiting.values()] == ["z"]
    assert whole.scopes[""]["out"] == apart.scopes[""]["out"] == ITEMS
    assert apart.kept.parts == {}


def test_outputs_go_where_the_new_version_looks_for_them():
    """With many instances each has a place of its own, unless the model reads the list before all are there."""
    looks = old(output=("all", "=if count(all) > 0 then answer else null"))
    case = both(old())[1]
    do(case, ("UserTask", "a", 3, None, 0))
    do(case, ("UserTask", "b", 3, None, 0), answer="three")
    for text in (looks, old()):
        take(case, prepare({"n.bpmn": text}))
    for item in ITEMS:
        for element in ("a", "b"):
            if ("UserTask", element, item, None, 0) in case.places():
                do(case, ("UserTask", element, item, None, 0), answer=item)
    assert case.scopes[""]["out"] == [*ITEMS[:3], "three", *ITEMS[4:]]


def test_many_instances_cannot_become_such_as_something_undoes():
    new = prepare(
        {"n.bpmn": model(start(), user("m", each("=items")), undone("m"), user("z"), path("s", "m", "z"))}
    )
    case = both(model(start(), user("m", each("=items")), user("z"), path("s", "m", "z")))[1]
    with pytest.raises(CannotMigrate, match="so few that each can be undone"):
        take(case, new)
