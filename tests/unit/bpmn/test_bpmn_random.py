"""Random models: loaded from bytes at every step they behave as if kept in memory, and as an oracle without tokens says."""

import os
from random import Random

import pytest

from cpm.bpmn import Changed, Completed, prepare, resume, start
from cpm.bpmn.harvest import harvest
from cpm.bpmn.resume import tell
from cpm.bpmn.runner import Runner
from tests.unit.bpmn.blocks import Scoped, World
from tests.unit.bpmn.driving import NOW
from tests.unit.bpmn.random_blocks import Maker, whole

VARIABLES = {"n": 0, "order": "x"}
SEEDS = 10_000 if os.environ.get("CPM_SOAK") else 300
MOST_STEPS = 120
MOST_ASKED = 4


def situation(step):
    found = [*step.tasks, *step.jobs, *step.timers, *step.waits, *step.faults]
    return sorted((item.element, item.node, type(item).__name__) for item in found)


def in_memory(program):
    runner = Runner(program, {"": {}}, now=NOW, decide=None, last_node=0)
    runner.variables.local("", dict(start(program, VARIABLES, now=NOW).scopes[""]))
    runner.begin(runner.tree, program.starts[0].id)
    runner.run()
    return runner


def choose(random, elements):
    """Events seldom, so that most cases come to their end."""
    calm = [element for element in elements if element.startswith("t")]
    return random.choice(calm if calm and random.random() < 0.7 else elements)


@pytest.mark.parametrize("first_seed", range(0, SEEDS, 50))
def test_random_models_lose_no_token_and_end(first_seed):
    ended = 0
    for seed in range(first_seed, first_seed + 50):
        random = Random(seed)
        block = Maker(random).block(4)
        ended += play(random, block, seed)
    assert ended > 25, "too few cases came to their end for this to say much"


def play(random, block, seed):
    program = prepare({"random.bpmn": whole(block)})
    world = World()
    expected = Scoped(block, world)
    step, memory = start(program, VARIABLES, now=NOW), in_memory(program)
    history = []
    for n in range(1, MOST_STEPS):
        where = f"seed {seed}, after {history}"
        for _ in range(MOST_ASKED):
            expected.done(None)  # conditions are asked when nothing else can move
        leaves = sorted(expected.open(), key=lambda leaf: leaf[:2])
        assert [element for element, _, _ in situation(step)] == [element for element, _, _ in leaves], where
        assert situation(step) == situation(harvest(memory)), where
        assert step.state == harvest(memory).state, where
        assert step.scopes == memory.variables.scopes, where
        assert step.finished == expected.over, where
        assert step.faults == (), where
        if step.finished:
            assert set(step.scopes) == {""}, where
            return True
        element = choose(random, sorted({leaf[0] for leaf in leaves})) if leaves else None
        history.append(element)
        happened = Changed({"n": n})
        if element:
            happened = Completed(next(node for name, node, _ in situation(step) if name == element), {"n": n})
        step = resume(program, step.state, step.scopes, happened, now=NOW)
        tell(memory, happened)
        world.n = n
        if element:
            expected.done(next(leaf for name, _, leaf in leaves if name == element))
    return False
