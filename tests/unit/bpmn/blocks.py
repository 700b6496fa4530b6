"""Random structured models, and an oracle that plays them without tokens: blocks within blocks, in plain Python.

A block is drawn as BPMN and played as a tree of plays. A play says which elements are open, oldest first where an
element is open more than once, and what follows when one of them is done.
"""

from collections import Counter
from dataclasses import dataclass, field
from itertools import count, pairwise

from tests.unit.bpmn.drawing import (
    boundary,
    catch,
    compensate,
    condition,
    each,
    end,
    error,
    escalation,
    flow,
    inclusive,
    message,
    node,
    parallel,
    path,
    signal,
    start,
    throw,
    timer,
    undone,
    user,
    xor,
)


@dataclass
class World:
    """What all plays of one case share."""

    n: int = 0
    ages: count = field(default_factory=count)
    hearing: list = field(default_factory=list)  #: what waits for a signal


class Scope:
    """A process or subprocess: it lasts until the paths of its events have ended too."""

    def __init__(self):
        self.detached = []
        self.records = Counter()  #: what was done and can be undone

    def open(self):
        return [leaf for play in self.detached if not play.over for leaf in play.open()]

    @property
    def over(self):
        return all(play.over for play in self.detached)


class Block:
    """Drawn as `text`, entered at `first`, left from `last`."""

    def play(self, world, scope):
        raise NotImplementedError


class Leaf:
    """One element that is open."""

    over = False

    def __init__(self, world, element):
        self.element, self.age = element, next(world.ages)

    def open(self):
        return [(self.element, self.age, self)]

    def done(self, leaf):
        self.over = self.over or leaf is self


class Task(Block):
    def __init__(self, name, draw):
        self.first = self.last = name
        self.text = draw(name)

    def play(self, world, scope):
        return Leaf(world, self.first)


class Several:
    """Plays at the same time."""

    def __init__(self, plays):
        self.plays = plays

    def open(self):
        return [leaf for play in self.plays for leaf in play.open() if not play.over]

    def done(self, leaf):
        for play in self.plays:
            if not play.over:
                play.done(leaf)

    @property
    def over(self):
        return all(play.over for play in self.plays)


class OneAfterAnother:
    """Plays in turn; `following` gives the next, or None."""

    def __init__(self, following):
        self.following = following
        self.now = following()
        self._settle()

    def _settle(self):
        while self.now is not None and self.now.over:
            self.now = self.following()

    def open(self):
        return self.now.open() if self.now else []

    def done(self, leaf):
        self.now.done(leaf)
        self._settle()

    @property
    def over(self):
        return self.now is None


def in_turn(stages):
    """Each stage makes its play when its turn comes; one that makes none is only passed."""
    left = iter(stages)

    def following():
        return next((play for stage in left if (play := stage()) is not None), None)

    return OneAfterAnother(following)


class Sequence(Block):
    def __init__(self, blocks):
        self.blocks = blocks
        self.first, self.last = blocks[0].first, blocks[-1].last
        self.text = "".join(block.text for block in blocks)
        self.text += "".join(path(one.last, other.first) for one, other in pairwise(blocks))

    def play(self, world, scope):
        left = iter(self.blocks)
        return OneAfterAnother(lambda: next((block.play(world, scope) for block in left), None))


class Branches(Block):
    """Between two gateways; branch `k` is taken if `n` is a multiple of k + 1."""

    def __init__(self, kind, name, blocks):
        self.kind, self.blocks = kind, blocks
        self.first, self.last = f"{name}f", f"{name}j"
        gateway = {"and": parallel, "xor": xor, "or": inclusive}[kind]
        options = {} if kind == "and" else {"default": f"{name}d"}
        self.text = (
            gateway(self.first, **options) + gateway(self.last) + "".join(block.text for block in blocks)
        )
        for number, block in enumerate(blocks):
            condition = f"=modulo(n, {number + 1}) = 0" if number and kind != "and" else None
            self.text += flow(
                self.first, block.first, condition, None if number or kind == "and" else f"{name}d"
            )
            self.text += path(block.last, self.last)

    def play(self, world, scope):
        return Several([block.play(world, scope) for block in self._chosen(world.n)])

    def _chosen(self, n):
        if self.kind == "and":
            return self.blocks
        holding = [block for number, block in enumerate(self.blocks) if number and n % (number + 1) == 0]
        return (holding[:1] if self.kind == "xor" else holding) or self.blocks[:1]


class Repeat(Block):
    """Comes again while `n` is no multiple of `stop`."""

    def __init__(self, name, block, stop):
        self.block, self.stop = block, stop
        self.first, self.last = f"{name}m", f"{name}o"
        self.text = xor(self.first) + xor(f"{name}g", default=f"{name}d") + xor(self.last) + block.text
        self.text += path(self.first, block.first) + path(block.last, f"{name}g")
        self.text += flow(f"{name}g", self.first, f"=modulo(n, {stop}) > 0") + flow(
            f"{name}g", self.last, None, f"{name}d"
        )

    def play(self, world, scope):
        rounds = count()
        return OneAfterAnother(
            lambda: self.block.play(world, scope) if next(rounds) == 0 or world.n % self.stop > 0 else None
        )


class FirstEvent(Block):
    def __init__(self, name):
        self.first, self.last = f"{name}g", f"{name}m"
        self.events = [f"c{name}a", f"c{name}b"]
        self.text = node("eventBasedGateway", self.first) + xor(self.last)
        self.text += catch(self.events[0], timer("PT1H")) + catch(self.events[1], message())
        self.text += "".join(path(self.first, event, self.last) for event in self.events)

    def play(self, world, scope):
        return AnyOf([Leaf(world, event) for event in self.events])


class AnyOf(Several):
    @property
    def over(self):
        return any(play.over for play in self.plays)


class Inside(Block):
    """A subprocess, perhaps several times, perhaps with an event at its border."""

    def __init__(
        self, name, block, *, times=None, event=None, handler=None, inner_event=None, inner_handler=None
    ):
        self.block, self.times, self.event, self.handler = block, times, event, handler
        self.inner_event, self.inner_handler, self.listener = inner_event, inner_handler, f"c{name}l"
        self.first, self.last = f"{name}sub", f"{name}sub"
        self.boundary = f"c{name}b"
        inner = (
            start(f"{name}s")
            + block.text
            + end(f"{name}e")
            + path(f"{name}s", block.first)
            + path(block.last, f"{name}e")
        )
        if inner_event:
            inner += self._event_subprocess(name)
        loop = each("=[1,2]", sequential=times == "sequential") if times else ""
        self.text = node("subProcess", self.first, inner, loop)
        if event:
            interrupting = event == "interrupting"
            self.text += (
                boundary(self.boundary, self.first, message(), interrupting=interrupting) + handler.text
            )
            self.text += path(self.boundary, handler.first)
            self.last = f"{name}m"
            self.text += xor(self.last) + path(self.first, self.last)
            self.text += (
                path(handler.last, self.last)
                if interrupting
                else end(f"{name}x") + path(handler.last, f"{name}x")
            )

    def play(self, world, scope):
        return Bordered(self, world, scope)

    def _event_subprocess(self, name):
        began = start(
            self.listener, message(), isInterrupting=str(self.inner_event == "interrupting").lower()
        )
        inside = began + self.inner_handler.text + end(f"{name}he")
        inside += path(self.listener, self.inner_handler.first) + path(self.inner_handler.last, f"{name}he")
        return node("subProcess", f"{name}h", inside, triggeredByEvent="true")

    def body(self, world):
        if self.times is None:
            return Scoped(self.block, world, self)
        if self.times == "parallel":
            return Several([Scoped(self.block, world, self) for _ in range(2)])
        left = iter(range(2))
        return OneAfterAnother(lambda: next((Scoped(self.block, world, self) for _ in left), None))


class Scoped:
    """What runs in a process or subprocess, with an event that may come while anything does."""

    def __init__(self, block, world, inside=None):
        self.world, self.inside, self.scope = world, inside, Scope()
        self.main = block.play(world, self.scope)
        self.listener = Leaf(world, inside.listener) if inside and inside.inner_event else None

    def open(self):
        leaves = ([] if self.main.over else self.main.open()) + self.scope.open()
        return leaves + self.listener.open() if self.listener and not self.over else leaves

    def done(self, leaf):
        if leaf is self.listener and leaf is not None:
            self._begin_handler()
            return
        for play in [self.main, *self.scope.detached]:
            if not play.over:
                play.done(leaf)

    def _begin_handler(self):
        handler = Scoped(self.inside.inner_handler, self.world)
        if self.inside.inner_event == "interrupting":
            self.main, self.listener, self.scope = handler, None, Scope()
        else:
            self.scope.detached.append(handler)
            self.listener = Leaf(self.world, self.inside.listener)

    @property
    def over(self):
        return self.main.over and self.scope.over


class Bordered:
    def __init__(self, block, world, scope):
        self.block, self.world, self.scope = block, world, scope
        self.main = block.body(world)
        self.border = Leaf(world, block.boundary) if block.event else None

    def open(self):
        leaves = self.main.open()
        return leaves + self.border.open() if self.border and not self.main.over else leaves

    def done(self, leaf):
        if leaf is not self.border or self.border is None:
            self.main.done(leaf)
        elif self.block.event == "interrupting":
            self.main, self.border = self.block.handler.play(self.world, self.scope), None
        else:
            self.scope.detached.append(self.block.handler.play(self.world, self.scope))
            self.border = Leaf(self.world, self.block.boundary)

    @property
    def over(self):
        return self.main.over


class Failing(Block):
    """A subprocess of two branches: the end of the first is an error, which ends the second and is caught."""

    def __init__(self, name, failing, beside, handler):
        self.failing, self.beside, self.handler = failing, beside, handler
        self.first, self.last = f"{name}sub", f"{name}m"
        inner = start(f"{name}s") + parallel(f"{name}f") + failing.text + beside.text
        inner += end(f"{name}x", error("er1")) + end(f"{name}e") + path(f"{name}s", f"{name}f")
        inner += path(f"{name}f", failing.first) + path(failing.last, f"{name}x")
        inner += path(f"{name}f", beside.first) + path(beside.last, f"{name}e")
        self.text = node("subProcess", self.first, inner) + boundary(f"{name}b", self.first, error("er1"))
        self.text += xor(self.last) + handler.text + path(self.first, self.last)
        self.text += path(f"{name}b", handler.first) + path(handler.last, self.last)

    def play(self, world, scope):
        inner = Scope()
        failing, beside = self.failing.play(world, inner), self.beside.play(world, inner)
        racing = Racing(failing, beside, inner)
        return in_turn([lambda: racing, lambda: self.handler.play(world, scope)])


class Racing:
    """Over with the first, whatever the second and its events do."""

    def __init__(self, first, second, scope):
        self.first, self.second, self.scope = first, second, scope

    def open(self):
        return [
            leaf for play in (self.first, self.second) if not play.over for leaf in play.open()
        ] + self.scope.open()

    def done(self, leaf):
        for play in (self.first, self.second, *self.scope.detached):
            if not play.over:
                play.done(leaf)

    @property
    def over(self):
        return self.first.over


class Escalating(Block):
    """A subprocess that tells the outside of something on its way."""

    def __init__(self, name, before, after, handler):
        self.before, self.after, self.handler = before, after, handler
        self.first = self.last = f"{name}sub"
        inner = (
            start(f"{name}s")
            + before.text
            + throw(f"{name}t", escalation("es1"))
            + after.text
            + end(f"{name}e")
        )
        inner += (
            path(f"{name}s", before.first)
            + path(before.last, f"{name}t", after.first)
            + path(after.last, f"{name}e")
        )
        self.text = node("subProcess", self.first, inner) + handler.text + end(f"{name}x")
        self.text += boundary(f"{name}b", self.first, escalation("es1"), interrupting=False)
        self.text += path(f"{name}b", handler.first) + path(handler.last, f"{name}x")

    def play(self, world, scope):
        return Told(self, world, scope)


class Told:
    def __init__(self, block, world, scope):
        self.scope = Scope()
        stages = [lambda: block.before.play(world, self.scope), lambda: self._tell(block, world, scope)]
        self.main = in_turn(stages)

    def _tell(self, block, world, scope):
        scope.detached.append(block.handler.play(world, scope))
        return block.after.play(world, self.scope)

    def open(self):
        return ([] if self.main.over else self.main.open()) + self.scope.open()

    def done(self, leaf):
        for play in [self.main, *self.scope.detached]:
            if not play.over:
                play.done(leaf)

    @property
    def over(self):
        return self.main.over and self.scope.over


class Again(Block):
    """A standard loop: at most three rounds, while `n` is even."""

    def __init__(self, name):
        self.first = self.last = name
        loop = '<bpmn:standardLoopCharacteristics loopMaximum="3"><bpmn:loopCondition>=modulo(n, 2) = 0</bpmn:loopCondition>'
        self.text = user(name, loop + "</bpmn:standardLoopCharacteristics>")

    def play(self, world, scope):
        rounds = count()

        def following():
            number = next(rounds)
            return Leaf(world, self.first) if number == 0 or (number < 3 and world.n % 2 == 0) else None

        return OneAfterAnother(following)


class Silent:
    """Waits for what is nobody's task: it has no leaf."""

    over = False

    def open(self):
        return []

    def done(self, leaf):
        """Nothing."""


class Signalling(Block):
    """Two branches: the first ends with a signal, the second waits for one; all that waits hears each."""

    def __init__(self, name, before, after):
        self.before, self.after = before, after
        self.first, self.last = f"{name}f", f"{name}j"
        self.text = parallel(self.first) + parallel(self.last) + before.text + after.text
        self.text += throw(f"{name}t", signal()) + catch(f"{name}c", signal())
        self.text += path(self.first, before.first) + path(before.last, f"{name}t", self.last)
        self.text += path(self.first, f"{name}c", after.first) + path(after.last, self.last)

    def play(self, world, scope):
        hearing = Silent()
        throwing = in_turn([lambda: self.before.play(world, scope), lambda: _throw(world)])
        world.hearing.append(hearing)
        return Several([throwing, in_turn([lambda: hearing, lambda: self.after.play(world, scope)])])


def _throw(world):
    for waiting in world.hearing:
        waiting.over = True
    world.hearing.clear()


class Conditional(Block):
    """A catching event whose condition comes true with every third step."""

    def __init__(self, name):
        self.first = self.last = name
        self.text = catch(name, condition("=modulo(n, 3) = 1"))

    def play(self, world, scope):
        return Condition(world)


class Condition(Silent):
    """Asked when nothing else can move: `done` without a leaf."""

    def __init__(self, world):
        self.world = world

    def done(self, leaf):
        self.over = self.over or (leaf is None and self.world.n % 3 == 1)


class Undone(Block):
    """A task, something else, and then all that the task did in its scope is undone, the last first."""

    def __init__(self, name, between):
        self.first, self.last, self.between = f"t{name}", f"{name}t", between
        self.text = (
            user(self.first) + undone(self.first) + between.text + throw(self.last, compensate(self.first))
        )
        self.text += path(self.first, between.first) + path(between.last, self.last)

    def play(self, world, scope):
        stages = [lambda: Leaf(world, self.first), lambda: self._noted(world, scope)]
        return in_turn([*stages, lambda: self._undo(world, scope)])

    def _noted(self, world, scope):
        scope.records[self.first] += 1
        return self.between.play(world, scope)

    def _undo(self, world, scope):
        left = iter(range(scope.records.pop(self.first, 0)))
        return OneAfterAnother(lambda: next((Leaf(world, f"undo_{self.first}") for _ in left), None))


class Many(Block):
    def __init__(self, name, *, sequential):
        self.first = self.last = name
        self.sequential = sequential
        self.text = user(name, each("=[1,2]", output=(f"out_{name}", "=item + 1"), sequential=sequential))

    def play(self, world, scope):
        if not self.sequential:
            return Several([Leaf(world, self.first) for _ in range(2)])
        left = iter(range(2))
        return OneAfterAnother(lambda: next((Leaf(world, self.first) for _ in left), None))
