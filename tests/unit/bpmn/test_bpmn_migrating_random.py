"""Random models at random points: taken to themselves they are what they were, taken to an edited version they go on there."""

import os
from random import Random

import pytest

from cpm.bpmn import (
    CannotMigrate,
    Changed,
    Completed,
    Plan,
    Retried,
    migrate,
    prepare,
    problems,
    propose,
    resume,
    start,
)
from rules.xml import Refused
from tests.unit.bpmn import graphs
from tests.unit.bpmn.driving import NOW
from tests.unit.bpmn.edits import Editor
from tests.unit.bpmn.random_blocks import Maker, whole
from tests.unit.bpmn.test_bpmn_random import VARIABLES, choose, situation

SOAK = bool(os.environ.get("CPM_SOAK"))
SAME = 1_500 if SOAK else 18
EDITED = 6_000 if SOAK else 120
MOST_STEPS = 300


def go_on(random, program, step, n):
    found = situation(step)
    happened = Changed({"n": n})
    if found:
        element = choose(random, sorted({element for element, _, _ in found}))
        node, kind = next((node, kind) for name, node, kind in found if name == element)
        happened = Retried(node, {"n": n}) if kind == "Fault" else Completed(node, {"n": n})
    return resume(program, step.state, step.scopes, happened, now=NOW)


def texts(seed):
    return whole(Maker(Random(seed)).block(4)), graphs.draw(graphs.Maker(Random(seed)).whole())


@pytest.mark.parametrize("first_seed", range(0, SAME, 6))
def test_a_case_that_is_taken_to_the_same_version_is_what_it_was(first_seed):
    """To the byte, at every point of it: then nothing is lost on the way that a version has no say in."""
    taken = 0
    for seed in range(first_seed, first_seed + 6):
        for text in texts(seed):
            old, new, random = prepare({"m.bpmn": text}), prepare({"m.bpmn": text}), Random(seed)
            plan = propose(old, new)
            assert plan.doubts == problems(old, new, plan) == ()
            step = start(old, VARIABLES, now=NOW)
            for n in range(1, 25):
                taken += same(old, new, step, plan, f"seed {seed}, step {n}")
                if step.finished:
                    break
                step = go_on(random, old, step, n)
    assert taken > 20, "too few for this to say much"


def same(old, new, step, plan, where):
    if step.finished:
        return 0
    taken = migrate(old, new, step.state, step.scopes, plan, now=NOW)
    assert taken.state == step.state, where
    assert all(taken.scopes[scope] is values for scope, values in step.scopes.items()), where
    assert situation(taken) == situation(step), where
    assert taken.trace == (), where
    return 1


@pytest.mark.parametrize("first_seed", range(0, EDITED, 20))
def test_a_case_that_is_taken_to_an_edited_version_goes_on_there_to_its_end(first_seed):
    told = [edited(seed) for seed in range(first_seed, first_seed + 20)]
    assert told.count("ended") > 4, "too few came to their end for this to say much"


def edited(seed):
    random = Random(seed)
    text = whole(Maker(random).block(4))
    editor = Editor(text, random)
    editor.edit(random.choice([1, 1, 2, 3]))
    try:
        old, new = prepare({"m.bpmn": text}), prepare({"m.bpmn": editor.text})
    except Refused:
        return "refused"
    step = start(old, VARIABLES, now=NOW)
    for n in range(random.choice([0, 1, 1, 2, 3, 5, 8])):
        step = step if step.finished else go_on(random, old, step, n)
    if step.finished or step.faults:
        return "over"
    plan = propose(old, new)
    where = f"seed {seed}, {editor.edited}"
    assert problems(old, new, plan) == (), where
    known = {one: other for one, other in editor.renamed.items() if other in new.elements}
    plan = Plan({**plan.elements, **known}, plan.doubts, plan.flows)
    if problems(old, new, plan):
        return "renamed among guesses"
    try:
        there = migrate(old, new, step.state, step.scopes, plan, now=NOW)
    except CannotMigrate:
        if "delete" in editor.edited:
            return "deleted"
        raise
    assert_kept(step, there, plan, where)
    return to_the_end(new, there, where, random)


def to_the_end(new, there, where, random):
    for n in range(MOST_STEPS):
        if there.finished:
            return "ended"
        if {fault.code for fault in there.faults} == {"endless"} and "'delete'" in where:
            return "endless"  # the one task of a loop is deleted
        assert there.faults == (), where
        there = go_on(random, new, there, n)
    return "long"


def assert_kept(step, there, plan, where):
    """What waits goes on under its number, at the element it became, until the time that was set."""
    before, after = (
        {node: (element, kind) for element, node, kind in situation(each)} for each in (step, there)
    )
    became = {node: (plan.elements[element], kind) for node, (element, kind) in before.items()}
    assert {node: after.get(node) for node in became} == became, where
    due = {timer.node: timer.due for timer in there.timers}
    assert {timer.node: due[timer.node] for timer in step.timers} == {
        timer.node: timer.due for timer in step.timers
    }, where
    assert there.last_node >= step.last_node, where


@pytest.mark.parametrize("first_seed", range(0, EDITED, 40))
def test_there_and_back_again_a_case_stands_where_it_stood(first_seed):
    """The way back: by the plan turned round, as long as nothing new has begun."""
    told = [back_again(seed) for seed in range(first_seed, first_seed + 40)]
    assert told.count("back") > 6, "too few for this to say much"


def back_again(seed):
    random = Random(seed)
    text = whole(Maker(random).block(4))
    editor = Editor(text, random)
    editor.edit_by(Editor.insert, Editor.wrap, Editor.wrap_block, Editor.rename, Editor.add_timer)
    try:
        old, new = prepare({"m.bpmn": text}), prepare({"m.bpmn": editor.text})
    except Refused:
        return "refused"
    step = start(old, VARIABLES, now=NOW)
    for n in range(random.choice([0, 1, 2, 3])):
        step = step if step.finished else go_on(random, old, step, n)
    if step.finished:
        return "over"
    plan = propose(old, new)
    plan = Plan({**plan.elements, **editor.renamed}, (), plan.flows)
    there = migrate(old, new, step.state, step.scopes, plan, now=NOW)
    flows = {new_flow: flow for flow, new_flow in plan.flows.items()}
    back = Plan({other: one for one, other in plan.elements.items()}, (), flows)
    again = migrate(new, old, there.state, there.scopes, back, now=NOW)
    assert situation(again) == situation(step), f"seed {seed}"
    assert again.scopes == step.scopes, f"seed {seed}"
    return "back"
