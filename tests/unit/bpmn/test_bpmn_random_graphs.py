"""Random graphs without structure: what is open after every step, what ends and what is stuck, as an oracle says."""

import os
from random import Random

import pytest

from cpm.bpmn import Completed, prepare, resume, start
from cpm.bpmn.harvest import harvest
from cpm.bpmn.resume import tell
from tests.unit.bpmn.driving import NOW
from tests.unit.bpmn.graphs import Maker, Oracle, draw
from tests.unit.bpmn.test_bpmn_random import in_memory, situation

SEEDS = 20_000 if os.environ.get("CPM_SOAK") else 120
PARTS = 4
MOST_STEPS, MOST_OPEN = 30, 12
VARIABLES = {"n": 0, "order": "x"}


@pytest.mark.parametrize("part", range(PARTS))
def test_random_graphs_do_as_the_standard_says(part):
    """13.4, 10.3.1, 10.5.7: joins of all kinds in loops and beside them, quantities, event gateways, instances, borders, errors
    and terminations; a fault `stuck` only where BPMN itself is stuck.
    """
    told = [play(seed) for seed in range(part, SEEDS, PARTS)]
    assert told.count("ended") > len(told) / 6, "too few came to their end for this to say much"
    assert told.count("stuck") > len(told) / 100, "too few were stuck for this to say much"


def play(seed):
    random = Random(seed)
    graph = Maker(random).whole()
    program = prepare({"random.bpmn": draw(graph)})
    oracle = Oracle(graph)
    states = oracle.begin(0)
    step, memory = start(program, VARIABLES, now=NOW), in_memory(program)
    history = []
    for n in range(1, MOST_STEPS):
        where = f"seed {seed}, after {history}"
        assert situation(step) == situation(harvest(memory)), where
        assert step.state == harvest(memory).state, where
        found = sorted(element for element, _, kind in situation(step) if kind != "Fault")
        codes = {fault.code for fault in step.faults}
        fitting = {
            state
            for state in states
            if sorted(oracle.open(state).elements()) == found and oracle.stuck(state) == bool(codes)
        }
        said = [(dict(oracle.open(state)), oracle.stuck(state)) for state in states]
        assert fitting, f"{where}: found {found} and {codes}, but the oracle says {said}"
        assert step.finished == all(state.over for state in fitting), where
        if step.finished:
            return "ended"
        if codes:
            assert codes == {"stuck"}, where
            return "stuck"
        if len(found) > MOST_OPEN:
            return "wide"
        element = random.choice(sorted(set(found)))
        history.append(element)
        happened = Completed(next(node for name, node, _ in situation(step) if name == element), {"n": n})
        step = resume(program, step.state, step.scopes, happened, now=NOW)
        tell(memory, happened)
        states = set().union(*(oracle.done(state, element, n) for state in fitting))
    return "long"
