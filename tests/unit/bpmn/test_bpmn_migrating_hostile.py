"""Whatever a plan says, a case is refused or goes on: no plan breaks it, and nothing of it is lost on the way."""

import os
from random import Random

import pytest

from cpm.bpmn import CannotMigrate, Plan, migrate, prepare, problems, propose, start
from cpm.bpmn.migrating.kinds import mismatch
from cpm.bpmn.migrating.layout import Layout
from rules.xml import Refused
from tests.unit.bpmn import graphs
from tests.unit.bpmn.driving import NOW
from tests.unit.bpmn.edits import Editor
from tests.unit.bpmn.random_blocks import Maker, whole
from tests.unit.bpmn.test_bpmn_migrating_random import go_on
from tests.unit.bpmn.test_bpmn_random import VARIABLES, situation

SEEDS = 3_000 if os.environ.get("CPM_SOAK") else 40


@pytest.mark.parametrize("first_seed", range(0, SEEDS, 20))
def test_no_plan_breaks_a_case(first_seed):
    told = [play(seed) for seed in range(first_seed, first_seed + 20)]
    assert told.count("went") > 1, "too few for this to say much"
    assert told.count("refused") > 1, "too few for this to say much"


def play(seed):
    random = Random(seed)
    text = whole(Maker(random).block(4)) if seed % 3 else graphs.draw(graphs.Maker(random).whole())
    try:
        old, new = prepare({"m.bpmn": text}), prepare({"m.bpmn": other(text, seed % 3, random)})
    except Refused:
        return "no model"
    step = start(old, VARIABLES, now=NOW)
    for n in range(random.choice([0, 1, 2, 4, 8])):
        step = step if step.finished else go_on(random, old, step, n)
    if step.finished:
        return "over"
    plan = hostile(old, new, random)
    problems(old, new, plan)
    try:
        there = migrate(old, new, step.state, step.scopes, plan, now=NOW)
    except CannotMigrate as refused:
        return "refused" if refused.obstacles else "refused without a reason"
    tasks = {node for _, node, kind in situation(step) if kind in {"UserTask", "ServiceCall"}}
    assert tasks <= {node for _, node, _ in situation(there)}, f"seed {seed}: a task was lost"
    for n in range(15):
        there = there if there.finished else go_on(random, new, there, n)
    return "went"


def other(text, how, random):
    """The same model, an edited one, or another."""
    if how == 0:
        return text
    if how == 1:
        editor = Editor(text, random)
        editor.edit(3)
        return editor.text
    return whole(Maker(random).block(4))


def hostile(old, new, random):
    """A third of all elements become others of their kind, some become nothing, flows become any."""
    before, after = Layout(old).spots, Layout(new).spots
    elements = dict(propose(old, new).elements)
    for key, spot in before.items():
        chance = random.random()
        fits = [
            name for name, each in after.items() if mismatch(spot, each) is None or random.random() < 0.02
        ]
        if chance < 0.3 and fits:
            elements[key] = random.choice(fits)
        elif chance < 0.35:
            elements.pop(key, None)
    into, there = (
        sorted({flow for spot in spots.values() for flow in spot.outer.incoming}) for spots in (before, after)
    )
    flows = {flow: random.choice([*there, ""]) for flow in [*into, *there] if random.random() < 0.1}
    some = [frozenset(key for key in before if random.random() < 0.2) for _ in range(2)]
    return Plan(elements, (), flows, *some)
