"""Events of all kinds in each other at random: whatever happens, a case goes on from its bytes, or says why it cannot.

Each step is taken twice from the same bytes (`driving`), and at the end everything that is still open is put to an end.
"""

import random

import pytest

from cpm.bpmn import NotWaiting, Skipped
from tests.unit.bpmn.drawing import (
    DECLARED,
    boundary,
    called,
    catch,
    condition,
    each,
    end,
    error,
    escalation,
    mapping,
    message,
    model,
    node,
    parallel,
    path,
    script,
    service,
    signal,
    start,
    throw,
    timer,
    user,
)
from tests.unit.bpmn.driving import Case


class Drawing:
    def __init__(self, seed, *, conditions):
        self.random, self.count, self.conditions = random.Random(seed), 0, conditions

    def id(self, kind):
        self.count += 1
        return f"{kind}{self.count}"

    def waited(self):
        """An event definition or several, and whether for all of them."""
        simple = [lambda: timer("PT1H"), message, signal, lambda: signal("si2")]
        if self.conditions:
            simple += [lambda: condition(f"=x > {self.random.randint(0, 3)}"), lambda: condition("=y")]
        parts = [self.random.choice(simple)() for _ in range(self.random.choice([1, 1, 1, 2, 3]))]
        together = len(parts) > 1 and self.random.random() < 0.5
        return "".join(parts), {"parallelMultiple": "true"} if together else {}

    def thrown(self, *, ends):
        parts = [signal(), signal("si2"), escalation("es1")] + ([error("er1")] if ends else [])
        return "".join(self.random.sample(parts, self.random.choice([1, 1, 2])))

    def scope(self, depth):
        """A start event, a way of some steps to an end event, what hangs at them, and event subprocesses."""
        first = self.id("s")
        parts, before = [start(first)], first
        for _ in range(self.random.randint(1, 3)):
            come, leave, drawn = self.step(depth)
            parts += [drawn, path(before, come)]
            before = leave
        last = self.id("e")
        parts.append(end(last, self.thrown(ends=depth > 0)) if self.random.random() < 0.3 else end(last))
        parts.append(path(before, last))
        if self.random.random() < 0.4:
            parts.append(self.handler(depth))
        return "".join(parts)

    def step(self, depth):
        """Where it is come to, where it is left, and how it is drawn."""
        kinds = [self.task, self.caught, self.threw, self.sets, self.gateway]
        if depth < 2:
            kinds += [self.inside, self.inside, self.beside]
        return self.random.choice(kinds)(depth)

    def task(self, _depth):
        name = self.id("t")
        return name, name, self.random.choice([user, service])(name) + self.borders(name)

    def caught(self, _depth):
        name, (definition, more) = self.id("c"), self.waited()
        return name, name, catch(name, definition, **more)

    def threw(self, _depth):
        name = self.id("w")
        return name, name, throw(name, self.thrown(ends=False), zeebe=mapping({"z": "=1"}))

    def sets(self, _depth):
        name = self.id("v")
        target, value = self.random.choice([("x", "=2"), ("x", "=0"), ("y", "=not(y = true)")])
        return name, name, node("scriptTask", name, zeebe=script(value, target))

    def gateway(self, _depth):
        name, last = self.id("g"), self.id("j")
        drawn = node("eventBasedGateway", name) + node("exclusiveGateway", last)
        for _ in range(2):
            event, (definition, more) = self.id("c"), self.waited()
            drawn += catch(event, definition.replace(message(), signal()), **more) + path(name, event, last)
        both = self.id("u")
        return name, both, drawn + user(both) + path(last, both)

    def beside(self, depth):
        """Two ways that are not joined: both go on."""
        name, last = self.id("f"), self.id("k")
        drawn = parallel(name) + node("exclusiveGateway", last)
        for _ in range(2):
            come, leave, step = self.step(depth + 1)
            drawn += step + path(name, come) + path(leave, last)
        return name, last, drawn

    def inside(self, depth):
        name = self.id("p")
        instances = (
            [each("=[1,2]", sequential=self.random.random() < 0.5)] if self.random.random() < 0.4 else []
        )
        drawn = node("subProcess", name, self.scope(depth + 1), *instances)
        return name, name, drawn + self.borders(name, codes=True)

    def borders(self, host, *, codes=False):
        drawn = ""
        for _ in range(self.random.choice([0, 1, 1, 2])):
            name, after, (definition, more) = self.id("b"), self.id("n"), self.waited()
            interrupting = self.random.random() < 0.5
            drawn += (
                boundary(name, host, definition, interrupting=interrupting, **more)
                + end(after)
                + path(name, after)
            )
        if codes and self.random.random() < 0.5:
            name, after = self.id("b"), self.id("n")
            definition, interrupting = self.random.choice(
                [(error(), True), (escalation(), False), (escalation(), True)]
            )
            drawn += (
                boundary(name, host, definition, interrupting=interrupting) + end(after) + path(name, after)
            )
        return drawn

    def handler(self, depth):
        name, first, task, last = self.id("h"), self.id("hs"), self.id("hu"), self.id("he")
        definition, more = self.waited()
        inner = self.handler(depth + 1) if depth < 2 and self.random.random() < 0.3 else ""
        begin = start(first, definition, isInterrupting=str(self.random.random() < 0.5).lower(), **more)
        return node(
            "subProcess", name, begin + user(task) + end(last) + path(first, task, last) + inner, triggeredByEvent="true"
        )  # fmt: skip


def something(case, chance):
    """What may happen next, at what is open or to the case."""
    actions = [
        lambda: case.signal(chance.choice(["alarm", "calm"]), got=1),
        lambda: case.change(x=chance.randint(0, 4)),
        lambda: case.change(y=chance.random() < 0.5),
    ]
    step = case.step
    actions += [
        lambda task=task: case.do_node(task.node, x=chance.randint(0, 4))
        for task in (*step.tasks, *step.jobs)
    ]
    actions += [lambda wait=wait: case.fire_node(wait.node, got=2) for wait in (*step.timers, *step.waits)]
    actions += [lambda call=call: case.fail(call.element, chance.choice(["E1", "E9"])) for call in step.jobs]
    actions += [lambda fault=fault: case.tell(Skipped(fault.node)) for fault in step.faults]
    return chance.choice(actions)


@pytest.mark.parametrize("seed", range(60))
def test_whatever_happens_a_case_goes_on_and_comes_to_its_end(seed):
    calls = seed % 3 == 0  # what a called process waits for in its own data, nobody outside can let come
    drawing = Drawing(seed, conditions=not calls)
    other = model(drawing.scope(1), process_id="q", declared=DECLARED)
    call = start("s") + node("callActivity", "call", zeebe=called("q")) + path("s", "call")
    main = call if calls else drawing.scope(0)
    case = Case(model(main, declared=DECLARED), other, order="o7", x=0)
    chance = random.Random(seed)
    for _ in range(12):
        if case.finished:
            break
        something(case, chance)()
        assert_whole(case)
    finish(case)
    assert case.finished


def assert_whole(case):
    nodes = [entry.node for entry in case.trace if entry.what == "entered"]
    assert len(nodes) == len(set(nodes)), "nothing is entered twice"
    over = [entry.node for entry in case.trace if entry.what in {"left", "cancelled"}]
    assert len(over) == len(set(over)), "nothing ends twice"
    open_nodes = [wait.node for wait in (*case.step.timers, *case.step.waits)]
    assert len(open_nodes) == len(set(open_nodes))
    assert not set(open_nodes) & set(over)
    if case.finished:
        assert set(nodes) == set(over), "all that was entered has ended"


def finish(case):
    """Skip what waits; where only signals and conditions are left, let them come."""
    for _ in range(200):
        if case.finished:
            return
        step = case.step
        waiting = [*step.faults, *step.tasks, *step.jobs, *step.timers, *step.waits]
        if waiting:
            case.tell(Skipped(waiting[0].node))
        else:
            case.change(x=0, y=False).change(x=9, y=True).signal("alarm").signal("calm")
        assert_whole(case)


def test_nobody_is_there_twice():
    case = Case(
        model(start(), user("a"), boundary("b", "a", timer("PT1H")), end(), path("s", "a"), path("b", "e"))
    )
    node_id = case.node("b")
    case.fire("b")
    with pytest.raises(NotWaiting):
        case.fire_node(node_id)
