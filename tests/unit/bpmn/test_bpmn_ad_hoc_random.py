"""Ad-hoc subprocesses drawn and walked at random (BPMN 2.0.2, 13.3.5): somebody can always go on, and nothing is left behind."""

from random import Random

import pytest

from cpm.bpmn import Chosen, Completed, Ended, Fired, Retried, Skipped
from tests.unit.bpmn.drawing import (
    ad_hoc,
    boundary,
    catch,
    each,
    end,
    model,
    node,
    parallel,
    path,
    service,
    start,
    timer,
    user,
)
from tests.unit.bpmn.driving import Case

MOST_STEPS = 60


def drawn(random, depth=0, name=""):
    ids = [f"{name}n{number}" for number in range(random.randint(1, 4))]
    yield from (_step(random, each_id, depth) for each_id in ids)
    for number, first in enumerate(ids):
        yield from (path(first, second) for second in ids[number + 1 :] if random.random() < 0.25)
    if len(ids) > 1 and random.random() < 0.3:
        yield parallel(f"{name}j") + user(f"{name}jz") + path(f"{name}j", f"{name}jz")
        yield path(ids[0], f"{name}j") + path(ids[1], f"{name}j")
    if random.random() < 0.2:
        begin = start(f"{name}hs", timer("PT3H"), isInterrupting=random.choice(["true", "false"]))
        inside = begin, user(f"{name}hu"), path(f"{name}hs", f"{name}hu")
        yield node("subProcess", f"{name}hd", *inside, triggeredByEvent="true")


def _step(random, name, depth):
    kind = random.choice(["user", "task", "timer", "several", "guarded", "service", "ad hoc"])
    match kind:
        case "task":
            return node("task", name)
        case "timer":
            return catch(name, timer("PT1H")) + user(f"{name}f") + path(name, f"{name}f")
        case "several":
            return user(name, each("=[1, 2]", sequential=random.random() < 0.5))
        case "guarded":
            event = boundary(f"{name}b", name, timer("PT2H"), interrupting=random.random() < 0.5)
            return user(name) + event + user(f"{name}bf") + path(f"{name}b", f"{name}bf")
        case "service":
            return service(name)
        case "ad hoc" if depth < 2:
            return ad_hoc(name, *drawn(random, depth + 1, f"{name}_"), **said(random))
    return user(name)


def said(random):
    found = {
        "ordering": "Sequential",
        "cancelRemainingInstances": "false",
        "until": "=x > 2",
        "output": ("outs", "=x"),
        "first": "=adHocSubProcessElements.elementId",
    }
    return {name: value for name, value in found.items() if random.random() < 0.3}


def moves(step, random):
    """All that somebody could do now."""
    for choice in step.choices:
        yield from (Chosen(choice.node, offer.element, {"y": 1}) for offer in choice.offered)
        if choice.can_end:
            yield Ended(choice.node)
    for work in (*step.tasks, *step.jobs):
        yield from [Completed(work.node, {"x": random.randint(0, 4)})] * 3
    yield from (Fired(waiting.node) for waiting in step.timers)
    yield from (Skipped(fault.node) for fault in step.faults)
    yield from (Retried(fault.node, {"x": 1}) for fault in step.faults)


@pytest.mark.parametrize("seed", range(15))
def test_somebody_can_always_go_on_and_nothing_is_left_behind(seed):
    random = Random(seed)
    text = model(
        start(), ad_hoc("h", *drawn(random), **said(random)), user("z"), end(), path("s", "h", "z", "e")
    )
    case = Case(text, x=0)
    for _ in range(MOST_STEPS):
        if case.finished:
            break
        possible = list(moves(case.step, random))
        assert possible, case.step
        case.tell(random.choice(possible))
    if case.finished:
        assert set(case.step.scopes) == {""}
        assert case.step.choices == ()
    left = [entry.node for entry in case.trace if entry.what in {"left", "cancelled"}]
    assert len(left) == len(set(left)), "each came to its end once"
