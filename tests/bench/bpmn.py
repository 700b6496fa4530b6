"""CPU of one step of cpm.bpmn, from bytes to bytes, against bare SpiffWorkflow loading and saving its own JSON.

Run: python -m tests.bench.bpmn
"""

import logging
from datetime import UTC, datetime
from time import process_time

from cpm.bpmn import Completed, prepare, resume, start
from tests.bench import models
from tests.unit.bpmn.drawing import each, model, path, service, user
from tests.unit.bpmn.drawing import start as start_event
from tests.unit.bpmn.keeping import Kept

NOW = datetime(2030, 1, 1, tzinfo=UTC)


def ours(text, rounds):
    """Milliseconds a step, and the largest state."""
    program = prepare({"measured.bpmn": text})
    spent, steps, largest = 0.0, 0, 0
    for _ in range(rounds):
        step = start(program, models.VARIABLES, now=NOW)
        while step.tasks or step.jobs:
            node = (step.tasks or step.jobs)[0].node
            begun = process_time()
            step = resume(program, step.state, step.scopes, Completed(node, {"done": "x"}), now=NOW)
            spent += process_time() - begun
            steps += 1
            largest = max(largest, len(step.state))
    return 1000 * spent / steps, largest


def bare(text, rounds):
    engine = models.BareSpiff(text)
    spent, steps, largest = 0.0, 0, 0
    for _ in range(rounds):
        state = engine.start()
        while True:
            begun = process_time()
            after = engine.step(state)
            if after is None:
                break
            spent += process_time() - begun
            steps += 1
            state = after
            largest = max(largest, len(state))
    return 1000 * spent / steps, largest


def instances(number):
    """Milliseconds a step of a parallel multi-instance, and its state."""
    text = model(
        start_event(), service("m", each("=items", output=("out", "=item"))), user("u"), path("s", "m", "u")
    )
    program = prepare({"m.bpmn": text})
    kept = Kept()
    step = start(program, {"items": list(range(number))}, now=NOW, elsewhere=kept)
    kept.take(step)
    nodes, spent = [job.node for job in step.jobs], 0.0
    rounds = min(20, number - 1)
    for node in nodes[:rounds]:
        scopes = kept.main()
        begun = process_time()
        step = resume(program, step.state, scopes, Completed(node), now=NOW, elsewhere=kept)
        spent += process_time() - begun
        kept.take(step)
    return 1000 * spent / rounds, len(step.state)


def main():
    logging.disable()
    print(f"{'process':24}{'bare ms':>10}{'ours ms':>10}{'ratio':>8}{'bare bytes':>12}{'our bytes':>11}")
    cases = [("realistic, 49 nodes", models.realistic, (), 12)]
    cases += [(f"linear, {n} tasks", models.linear, (n,), max(1, 200 // n)) for n in (20, 100, 400)]
    for name, draw, arguments, rounds in cases:
        own_ms, own_bytes = ours(draw(*arguments), rounds)
        bare_ms, bare_bytes = bare(draw(*arguments, bare=True), 1)
        print(f"{name:24}{bare_ms:10.2f}{own_ms:10.3f}{own_ms / bare_ms:8.3f}{bare_bytes:12}{own_bytes:11}")
    print()
    print(f"{'parallel instances':24}{'ours ms':>20}{'our bytes':>31}")
    for number in (10, 100, 1_000, 5_000):
        own_ms, own_bytes = instances(number)
        print(f"{number:<24}{own_ms:20.3f}{own_bytes:31}")


if __name__ == "__main__":
    main()
