"""Random models of blocks: whatever the random numbers say, nested in one another."""

from itertools import count

from tests.unit.bpmn.blocks import (
    Again,
    Branches,
    Conditional,
    Escalating,
    Failing,
    FirstEvent,
    Inside,
    Many,
    Repeat,
    Sequence,
    Signalling,
    Task,
    Undone,
)
from tests.unit.bpmn.drawing import (
    DECLARED,
    catch,
    end,
    model,
    path,
    service,
    start,
    timer,
    user,
)


class Maker:
    """Makes a random block; `random` decides everything."""

    def __init__(self, random):
        self.random, self.numbers = random, count(1)

    def name(self):
        return f"b{next(self.numbers)}_"

    def block(self, depth):
        kinds = [
            *("task", "task", "sequence", "both", "xor", "some", "repeat", "inside", "inside", "first"),
            *("timer", "many", "failing", "escalating", "again", "signalling", "conditional", "undone"),
        ]
        return getattr(self, self.random.choice(kinds) if depth else "task")(depth - 1)

    def task(self, _depth):
        return Task(f"t{self.name()}", self.random.choice([user, service]))

    def timer(self, _depth):
        return Task(f"c{self.name()}", lambda name: catch(name, timer("PT1H")))

    def many(self, _depth):
        """A task for each of two items."""
        sequential = self.random.random() < 0.5
        return Many(f"t{self.name()}", sequential=sequential)

    def failing(self, depth):
        return Failing(self.name(), self.block(depth), self.block(depth), self.block(depth))

    def escalating(self, depth):
        return Escalating(self.name(), self.block(depth), self.block(depth), self.block(depth))

    def again(self, _depth):
        return Again(f"t{self.name()}")

    def signalling(self, depth):
        return Signalling(self.name(), Task(f"t{self.name()}", user), self.block(depth))

    def conditional(self, _depth):
        """Behind a task: in a loop it would hold again and again, and the process be endless."""
        return Sequence([Task(f"t{self.name()}", user), Conditional(self.name())])

    def undone(self, depth):
        return Undone(self.name(), self.block(depth))

    def sequence(self, depth):
        return Sequence([self.block(depth), self.block(depth)])

    def _branches(self, kind, depth):
        return Branches(kind, self.name(), [self.block(depth) for _ in range(self.random.choice([2, 3]))])

    def both(self, depth):
        return self._branches("and", depth)

    def some(self, depth):
        return self._branches("or", depth)

    def xor(self, depth):
        return self._branches("xor", depth)

    def repeat(self, depth):
        return Repeat(self.name(), self.block(depth), self.random.choice([2, 3]))

    def first(self, _depth):
        return FirstEvent(self.name())

    def inside(self, depth):
        event = self.random.choice([None, "interrupting", "alongside"])
        inner_event = self.random.choice([None, "interrupting", "alongside"])
        return Inside(
            self.name(),
            self.block(depth),
            times=self.random.choice([None, None, "parallel", "sequential"]),
            event=event,
            handler=self.block(max(depth - 1, 0)) if event else None,
            inner_event=inner_event,
            inner_handler=self.block(max(depth - 1, 0)) if inner_event else None,
        )


def whole(block):
    return model(start(), block.text, end(), path("s", block.first), path(block.last, "e"), declared=DECLARED)
