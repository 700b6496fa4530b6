"""Random models, moved at random: nothing breaks, what is named is gone, and what is not named stays as it was."""

import os
from random import Random

import pytest

from cpm.bpmn import Begin, CannotMove, Changed, Completed, Modified, outline, prepare, resume, start, targets
from tests.unit.bpmn.driving import NOW
from tests.unit.bpmn.random_blocks import Maker, whole
from tests.unit.bpmn.test_bpmn_random import VARIABLES, situation

SEEDS = 5_000 if os.environ.get("CPM_SOAK") else 120
STEPS = 20


@pytest.mark.parametrize("first_seed", range(0, SEEDS, 40))
def test_random_moves_take_away_what_is_named_and_leave_the_rest(first_seed):
    moved = sum(play(Random(seed), seed) for seed in range(first_seed, first_seed + 40))
    assert moved > 20, "too few moves were possible for this to say much"


def play(random, seed):
    """How many moves were made."""
    program = prepare({"random.bpmn": whole(Maker(random).block(3))})
    step, moved = start(program, VARIABLES, now=NOW), 0
    for number in range(STEPS):
        if step.finished:
            break
        happened = move(random, program, step) if random.random() < 0.5 else go_on(random, step)
        try:
            after = resume(program, step.state, step.scopes, happened, now=NOW)
        except CannotMove:
            continue
        again = resume(program, step.state, step.scopes, happened, now=NOW)
        assert (after.state, after.trace) == (again.state, again.trace), f"seed {seed}, step {number}"
        if isinstance(happened, Modified):
            check(program, step, after, happened, f"seed {seed}, step {number}: {happened}")
            moved += 1
        step = after
    return moved


def go_on(random, step):
    found = situation(step)
    return Completed(random.choice(found)[1], {"n": 1}) if found else Changed({"n": 1})


def move(random, program, step):
    """Anything that stands somewhere, and anything that can be named."""
    standing = [node for node, *_ in places(program, step)]
    inside = [None, None, None, *standing]
    begins = [
        Begin(random.choice(targets(program)), random.choice(inside))
        for _ in range(random.choice([0, 1, 1, 2]))
    ]
    return Modified(
        tuple(random.sample(standing, min(len(standing), random.choice([0, 1, 1, 2])))), tuple(begins)
    )


def places(program, step):
    """(node, those it is inside of) of all that stands."""
    todo, found = [(place, ()) for place in outline(program, step.state)], []
    while todo:
        place, around = todo.pop()
        found.append((place.node, around))
        todo += [(inner, (*around, place.node)) for inner in place.inside]
    return found


def check(program, before, after, happened, where):
    standing = {node for node, _ in places(program, after)}
    assert standing.isdisjoint(happened.cancel), where
    scopes = {int(scope.rstrip("/#")) for scope in after.scopes if scope}
    assert scopes <= set(range(1, after.last_node + 1)), where
    gone = {node for node, around in places(program, before) if {node, *around} & set(happened.cancel)}
    work = {
        item.node for item in (*before.tasks, *before.jobs) if not item.element.startswith("undo_")
    } - gone
    if all(entry.what == "cancelled" for entry in after.trace):
        assert work <= {item.node for item in (*after.tasks, *after.jobs)}, where
    untouched = {scope: values for scope, values in before.scopes.items() if scope in map(str, work)}
    if not happened.begin and not any(entry.what == "entered" for entry in after.trace):
        assert untouched.items() <= after.scopes.items(), where
        assert before.scopes[""] == after.scopes[""] or before.scopes[""].keys() <= after.scopes[""].keys(), (
            where
        )
