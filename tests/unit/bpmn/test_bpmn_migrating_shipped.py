"""The shipped processes on random ways: at every step they are taken to themselves, and to a drawing with all ids new."""

import re
from random import Random

import pytest

from cpm.bpmn import (
    Completed,
    Decided,
    Fired,
    Plan,
    Retried,
    Skipped,
    migrate,
    prepare,
    problems,
    propose,
    resume,
    start,
)
from tests.unit.test_shipped_process import CASE, MONDAY, PROGRAM, SOURCES

IDS = sorted(PROGRAM.elements)


def anew(text):
    """All ids of elements are other ones."""
    pattern = "|".join(sorted(map(re.escape, IDS), key=len, reverse=True))
    references = r"(?:id|sourceRef|targetRef|attachedToRef|default|bpmnElement|activityRef)"
    text = re.sub(rf'( {references}=")({pattern})"'.encode(), rb'\1new_\2"', text)
    return re.sub(rf"(<bpmn:(?:incoming|outgoing|flowNodeRef)>)({pattern})<".encode(), rb"\1new_\2<", text)


NEW = prepare({name: anew(text) for name, text in SOURCES.items()}, main="complaint.bpmn")


def waiting(step):
    return sorted(
        (type(item).__name__, item.element, item.node)
        for item in (*step.tasks, *step.jobs, *step.timers, *step.waits, *step.faults)
    )


def decide(decision, _facts):
    return Decided({"decision": decision, "value": True})


def happening(random, kind, node):
    match kind:
        case "UserTask" | "ServiceCall":
            return Completed(
                node, {"remedy": random.choice(["voucher", "apology"]), "approved": random.random() < 0.5}
            )
        case "Fault":
            return random.choice([Skipped(node), Retried(node)])
    return Fired(node)


def plan_to_new():
    known = {key: f"new_{key}" for key in propose(PROGRAM, PROGRAM).elements if "/" not in key}
    inner = {
        key: "/".join([key.split("/")[0], f"new_{key.split('/')[1]}"])
        for key in propose(PROGRAM, PROGRAM).elements
        if "/" in key
    }
    return Plan({**known, **inner})


@pytest.mark.parametrize("seed", range(12))
def test_a_shipped_process_goes_on_at_every_point(seed):
    random = Random(seed)
    same, there = propose(PROGRAM, PROGRAM), plan_to_new()
    back = Plan({new: old for old, new in there.elements.items()})
    assert problems(PROGRAM, NEW, there) == ()
    step = start(PROGRAM, CASE, now=MONDAY, decide=decide, at=random.choice(PROGRAM.starts).id)
    for _ in range(25):
        if step.finished:
            break
        taken = migrate(PROGRAM, PROGRAM, step.state, step.scopes, same, now=MONDAY, decide=decide)
        assert (taken.state, taken.trace) == (step.state, ())
        other = migrate(PROGRAM, NEW, step.state, step.scopes, there, now=MONDAY, decide=decide)
        assert waiting(other) == sorted(
            (kind, f"new_{element}", node) for kind, element, node in waiting(step)
        )
        again = migrate(NEW, PROGRAM, other.state, other.scopes, back, now=MONDAY, decide=decide)
        assert (again.state, again.scopes) == (step.state, step.scopes)
        kind, _, node = random.choice(waiting(step))
        step = resume(
            PROGRAM, step.state, step.scopes, happening(random, kind, node), now=MONDAY, decide=decide
        )


def test_with_all_ids_new_all_is_found_again():
    plan = propose(PROGRAM, NEW)
    assert dict(plan.elements) == dict(plan_to_new().elements)
    assert len(plan.doubts) > len(plan.elements) / 2, "guesses are told"
