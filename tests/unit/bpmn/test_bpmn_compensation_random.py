"""Random models and ways through them: what is undone, and in which order, against a small oracle (BPMN 2.0.2, 13.5.5).

The oracle reads what came and went, writes down what completed in which scope, and says at each throwing event what has to be
undone then. Subprocesses begin once at a time, and nothing runs beside a throwing event in its own scope, so that this is sure.
"""

from collections import Counter
from dataclasses import dataclass, field
from random import Random

import pytest

from cpm.bpmn import Completed, Skipped, prepare
from tests.unit.bpmn.drawing import (
    boundary,
    compensate,
    each,
    end,
    flow,
    model,
    node,
    parallel,
    path,
    start,
    throw,
    timer,
    undone,
    user,
    xor,
)
from tests.unit.bpmn.driving import Case

INSTANCES = 2


@dataclass
class Drawn:
    """What the oracle knows of a model."""

    rng: Random
    count: int = 0
    scope_of: dict[str, str] = field(default_factory=dict)
    handled: set[str] = field(default_factory=set)  #: activities with a handler of their own
    several: set[str] = field(default_factory=set)
    subprocesses: set[str] = field(default_factory=set)

    def name(self, kind: str, scope: str) -> str:
        self.count += 1
        name = f"{kind}{self.count}"
        self.scope_of[name] = scope
        return name

    def sequence(self, scope: str, depth: int, *, throws: bool) -> tuple[str, list[str]]:
        """Its parts, and the names along the way."""
        text, way = "", []
        for _ in range(self.rng.randint(1, 3)):
            kinds = [self.task, self.task, self.instances]
            kinds += [self.subprocess, self.split, self.repeated] if depth else []
            part, first, last = self.rng.choice(kinds)(scope, depth)
            text += part + (path(way[-1], first) if way else "")
            way += [first, last]
            if throws and self.rng.random() < 0.25:
                event = self.name("t", scope)
                text += throw(event, compensate()) + path(last, event)
                way.append(event)
        return text, way

    def task(self, scope: str, _depth: int, *inside: str) -> tuple[str, str, str]:
        name = self.name("u", scope)
        text = user(name, *inside)
        if self.rng.random() < 0.7:
            self.handled.add(name)
            text += undone(name)
        return text, name, name

    def instances(self, scope: str, depth: int) -> tuple[str, str, str]:
        text, name, _ = self.task(scope, depth, each(f"=[{', '.join('1' * INSTANCES)}]"))
        self.several.add(name)
        return text, name, name

    def subprocess(self, scope: str, depth: int) -> tuple[str, str, str]:
        name = self.name("sub", scope)
        self.subprocesses.add(name)
        inside, way = self.sequence(name, depth - 1, throws=True)
        ways = path(f"s_{name}", way[0]) + path(way[-1], f"z_{name}")
        text = node("subProcess", name, start(f"s_{name}"), inside, end(f"z_{name}"), ways)
        text += boundary(f"b_{name}", name, timer("P1D")) + end(f"e_{name}") + path(f"b_{name}", f"e_{name}")
        if self.rng.random() < 0.2:
            self.handled.add(name)
            text += undone(name)
        return text, name, name

    def split(self, scope: str, depth: int) -> tuple[str, str, str]:
        fork, join = self.name("f", scope), self.name("j", scope)
        text = parallel(fork) + parallel(join)
        for _ in range(2):
            inside, way = self.sequence(scope, depth - 1, throws=False)
            text += inside + path(fork, way[0]) + path(way[-1], join)
        return text, fork, join

    def repeated(self, scope: str, depth: int) -> tuple[str, str, str]:
        begin, again = self.name("x", scope), self.name("x", scope)
        inside, way = self.sequence(scope, depth - 1, throws=False)
        text = (
            inside
            + xor(begin)
            + xor(again, default=f"out_{again}")
            + path(begin, way[0])
            + path(way[-1], again)
        )
        text += flow(again, begin, "=more = true", f"back_{again}")
        done = self.name("x", scope)
        return text + xor(done) + flow(again, done, flow_id=f"out_{again}"), begin, done


class Oracle:
    def __init__(self, drawn: Drawn) -> None:
        self.drawn = drawn
        self.done: dict[str, list] = {}
        self.waiting: Counter[str] = Counter()
        self.skipped: set[int] = set()
        self.due: list[str] = []  #: what has to be undone now

    def read(self, trace) -> None:
        drawn = self.drawn
        for entry in trace:
            if entry.what == "left" and (scope := drawn.scope_of.get(entry.element)) is not None:
                self.left(entry, scope)
            elif entry.what == "entered" and entry.element in drawn.subprocesses:
                self.done[entry.element] = []
            elif entry.what == "compensating":
                self.due = _flat(self.done.pop(drawn.scope_of[entry.element], [])) + self.due
            elif entry.what == "compensated":
                assert entry.element in self.due, (entry, self.due)
                self.undo(entry.element)

    def left(self, entry, scope: str) -> None:
        name, drawn = entry.element, self.drawn
        found = self.done.setdefault(scope, [])
        if name in drawn.several:
            self.waiting[name] += entry.node not in self.skipped
            self.waiting[f"all {name}"] += 1
            if self.waiting[f"all {name}"] == INSTANCES:
                found += [(name, [])] * (self.waiting.pop(name) if name in drawn.handled else 0)
                self.waiting.pop(name, None)
                del self.waiting[f"all {name}"]
        elif name in drawn.handled:
            found += [(name, [])] if entry.node not in self.skipped else []
            self.done.pop(name, None)
        elif name in drawn.subprocesses and (inside := self.done.pop(name, [])):
            found.append((name, inside))

    def undo(self, name: str) -> None:
        """The next due one of its scope is this one."""
        scope = self.drawn.scope_of[name]
        first = next(each for each in self.due if self.drawn.scope_of[each] == scope)
        assert first == name, (name, self.due)
        self.due.remove(name)


def _flat(done: list) -> list[str]:
    return [each for name, inside in reversed(done) for each in [*_flat(inside), name]]


@pytest.mark.parametrize("seed", range(25))
def test_what_is_undone_and_when_is_what_the_oracle_says(seed):
    rng = Random(seed)
    drawn = Drawn(rng)
    inside, way = drawn.sequence("", 3, throws=True)
    last = drawn.name("t", "")
    text = model(
        start(), inside, throw(last, compensate()), end(), path("s", way[0]), path(way[-1], last, "e")
    )
    case, oracle = Case(program=prepare({"m.bpmn": text}), more=False), Oracle(drawn)
    seen = 0
    for _ in range(400):
        oracle.read(case.trace[seen:])
        seen = len(case.trace)
        if case.finished:
            break
        task = rng.choice(case.step.tasks)
        if rng.random() < 0.1 and not task.element.startswith("undo_"):
            oracle.skipped.add(task.node)
            case.tell(Skipped(task.node))
        else:
            case.tell(Completed(task.node, {"more": rng.random() < 0.3}))
    assert case.finished
    assert oracle.due == []
    assert set(case.step.scopes) == {""}
    assert case.faults == []
