"""Models that a machine has broken: each is refused at its place in both languages, or runs without anything but faults."""

import os
from pathlib import Path
from random import Random

import pytest

from tests.unit.bpmn.drawing import end, model, path, start, user
from tests.unit.bpmn.driving import Case
from tests.unit.bpmn.mutants import Mutator, drive, prepared
from tests.unit.bpmn.random_blocks import Maker, whole

ROOT = Path(__file__).parents[3]
SHIPPED = [
    path.read_bytes()
    for folder in ("processes", "docs/example")
    for path in sorted((ROOT / folder).glob("*/*.bpmn"))
]
SOAK = bool(os.environ.get("CPM_SOAK"))
MUTANTS, PARTS = (20_000 if SOAK else 300), 3
MOST_EVENTS = 60 if SOAK else 12


def original(random: Random) -> bytes:
    """A shipped model, or a drawn one; drawn ones are smaller, so that there are many of them."""
    return random.choice(SHIPPED) if random.random() < 0.1 else whole(Maker(random).block(2))


@pytest.mark.parametrize("part", range(PARTS))
def test_a_broken_model_is_refused_at_its_place_or_runs(part: int):
    refused = steps = 0
    for seed in range(part, MUTANTS, PARTS):
        random = Random(seed)
        mutant = Mutator(random).mutant(original(random))
        program = prepared({"mutant.bpmn": mutant}, "mutant.bpmn")
        if program is None:
            refused += 1
        else:
            steps += drive(program, random, MOST_EVENTS)
    assert MUTANTS / PARTS / 2 < refused < MUTANTS / PARTS, (
        "they are broken too little or too much to say anything"
    )
    assert steps > MUTANTS / PARTS / 2, "too little of what is accepted was run to say anything"


def times(cardinality: str) -> bytes:
    many = f"<bpmn:loopCardinality>{cardinality}</bpmn:loopCardinality>"
    instances = f"<bpmn:multiInstanceLoopCharacteristics>{many}</bpmn:multiInstanceLoopCharacteristics>"
    return model(start(), user("a", instances), end(), path("s", "a", "e"))


@pytest.mark.parametrize("number", ["9" * 6_000, "-" + "9" * 6_000, "--5"])
def test_a_number_beyond_all_sense_is_refused(number: str):
    """Python reads no more than 4,300 digits."""
    assert prepared({"m.bpmn": times(number)}, "m.bpmn") is None
    most = f'<bpmn:standardLoopCharacteristics loopMaximum="{number}"/>'
    again = model(start(), user("a", most), end(), path("s", "a", "e"))
    assert prepared({"m.bpmn": again}, "m.bpmn") is None


def test_a_number_beyond_all_sense_that_is_computed_is_a_fault():
    assert Case(times(f"={'9' * 6_000}")).faults == [("a", "not_a_number")]
