"""Random graphs without any structure, and an oracle that plays tokens on their flows by BPMN 2.0.2, chapter 13.

Nothing here knows of `cpm.bpmn`. A state is a value: tokens on flows, open elements, subprocesses with states of their
own. Where the standard leaves the order open (which of two inclusive gateways goes first, which of two equal tokens
somebody meant), the oracle follows all ways.
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import count

from tests.unit.bpmn import drawing
from tests.unit.bpmn.drawing import (
    DECLARED,
    TERMINATE,
    boundary,
    catch,
    end,
    error,
    flow,
    inclusive,
    message,
    model,
    node,
    parallel,
    start,
    timer,
    user,
    xor,
)

MOST_STATES = 200


@dataclass
class Flow:
    id: str
    source: str
    target: str
    every: int = 1  #: its condition: is `n` a multiple of that? 0 for none
    default: bool = False

    def holds(self, n):
        return self.every == 0 or n % self.every == 0


@dataclass
class Graph:
    """A process or subprocess: its nodes by kind, their flows, what stands at a border, what lies within."""

    kinds: dict[str, str] = field(default_factory=dict)
    flows: list[Flow] = field(default_factory=list)
    hosts: dict[str, str] = field(default_factory=dict)  #: boundary event -> activity
    inner: dict[str, "Graph"] = field(default_factory=dict)
    gentle: set[str] = field(default_factory=set)  #: boundary events that do not interrupt
    errors: set[str] = field(default_factory=set)  #: boundary events that catch errors
    needs: dict[str, int] = field(
        default_factory=dict
    )  #: startQuantity, or how many flows start a complex gateway
    gives: dict[str, int] = field(default_factory=dict)  #: completionQuantity
    start: str = ""

    def leaving(self, name):
        return [each for each in self.flows if each.source == name]

    def entering(self, name):
        return [each for each in self.flows if each.target == name]

    def borders(self, name):
        return [event for event, host in self.hosts.items() if host == name]


@dataclass(frozen=True)
class State:
    """Tokens on flows that wait at a join, open tasks, open subprocesses; each as a sorted tuple.

    `started` are the complex gateways that wait for their reset, with the flows they took at the start; an error that
    was thrown has ended all.
    """

    on: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    inside: tuple[tuple[str, "State"], ...] = ()
    started: tuple[tuple[str, frozenset[str]], ...] = ()
    thrown: bool = False

    @property
    def over(self):
        return not (self.on or self.tasks or self.inside)


@dataclass
class _Play:
    """A state while tokens move."""

    on: Counter
    tasks: Counter
    inside: list
    moving: list
    started: dict
    thrown: bool = False

    def copy(self):
        on, tasks = Counter(self.on), Counter(self.tasks)
        return _Play(on, tasks, list(self.inside), list(self.moving), dict(self.started), self.thrown)

    def settled(self):
        inside, started = sorted(self.inside, key=repr), sorted(self.started.items())
        on, tasks = sorted(self.on.elements()), sorted(self.tasks.elements())
        return State(tuple(on), tuple(tasks), tuple(inside), tuple(started), self.thrown)

    def end(self):
        self.on, self.tasks, self.inside, self.moving, self.started = Counter(), Counter(), [], [], {}


def _play(state, moving):
    return _Play(Counter(state.on), Counter(state.tasks), list(state.inside), moving, dict(state.started))


class Oracle:
    def __init__(self, graph):
        self.graph = graph
        self.parts = {name: Oracle(inner) for name, inner in graph.inner.items()}

    def begin(self, n):
        return self._run(_play(State(), self._out(self.graph.start, n)), n)

    def open(self, state):
        """Names of all that can be done."""
        found = Counter(state.tasks)
        for name in state.tasks:
            found.update(self.graph.borders(name))
            if self.graph.kinds[name] == "first":
                del found[name]
        for name in state.tasks:
            if self.graph.kinds[name] == "first":
                found.update(each.target for each in self.graph.leaving(name))
        for name, inner in state.inside:
            found.update(event for event in self.graph.borders(name) if event not in self.graph.errors)
            found.update(self.parts[name].open(inner))
        return found

    def stuck(self, state):
        """Is BPMN itself stuck somewhere: tokens at joins, and nothing in that scope that could bring another?"""
        if state.on and not (state.tasks or state.inside):
            return True
        return any(self.parts[name].stuck(inner) for name, inner in state.inside)

    def done(self, state, element, n):
        """All states that may follow when one of the open elements of that name is done."""
        found = set()
        if element in state.tasks:
            play = _play(state, self._out(element, n))
            play.tasks[element] -= 1
            found |= self._run(play, n)
        for name in {name for name in state.tasks if self.graph.kinds[name] == "first"}:
            if element in {each.target for each in self.graph.leaving(name)}:
                play = _play(state, self._out(element, n))
                play.tasks[name] -= 1
                found |= self._run(play, n)
        if element in self.graph.hosts:
            found |= self._at_the_border(state, element, n)
        for number, (name, inner) in enumerate(state.inside):
            for after in self.parts[name].done(inner, element, n):
                play = _play(state, [])
                del play.inside[number]
                found |= self._after_inside(play, name, after, n)
        return found

    def _at_the_border(self, state, event, n):
        host, found = self.graph.hosts[event], set()
        places = [None] if host in state.tasks else []
        places += [number for number, (name, _) in enumerate(state.inside) if name == host]
        for place in places:
            play = _play(state, self._out(event, n))
            if event not in self.graph.gentle and place is None:
                play.tasks[host] -= 1
            elif event not in self.graph.gentle:
                del play.inside[place]
            found |= self._run(play, n)
        return found

    def _after_inside(self, play, name, inner, n):
        self._put_inside(play, name, inner, n)
        return self._run(play, n)

    def _put_inside(self, play, name, inner, n):
        if inner.thrown:
            (event,) = (event for event in self.graph.borders(name) if event in self.graph.errors)
            play.moving += self._out(event, n)
        elif inner.over:
            play.moving += self._out(name, n)
        else:
            play.inside.append((name, inner))

    def _out(self, name, n):
        """The flows that a token leaves by: 10.3.1 for activities and events, 13.4 for gateways."""
        flows, kind = self.graph.leaving(name) * self.graph.gives.get(name, 1), self.graph.kinds[name]
        if kind == "and" or (len(flows) < 2 and kind in {"xor", "or"}):
            return [each.id for each in flows]
        chosen = [each.id for each in flows if not each.default and each.holds(n)]
        if kind == "xor":
            chosen = chosen[:1]
        if not [each for each in flows if each.id in chosen and each.every] or kind == "xor":
            if kind == "xor" and chosen:
                return chosen
            chosen += [each.id for each in flows if each.default]
        return chosen

    def _run(self, play, n):
        """Move tokens until all of them wait; which inclusive gateway goes first is open."""
        results, todo, seen = set(), [play], set()
        while todo:
            play = todo.pop()
            alternatives = self._move(play, n)
            if alternatives is not None:
                todo += alternatives
                continue
            state = play.settled()
            if state in seen:
                continue
            seen.add(state)
            assert len(seen) < MOST_STATES, "too many ways"
            ready = [
                name for name, kind in self.graph.kinds.items() if kind == "or" and self._may_go(play, name)
            ]
            resets = [name for name in play.started if self._may_go(play, name)]
            if not ready and not resets:
                results.add(state)
            for name in ready:
                after = play.copy()
                self._take(after, name)
                after.moving += self._out(name, n)
                todo.append(after)
            for name in resets:
                after = play.copy()
                self._take(after, name, but=after.started.pop(name))
                self._start(after, name, n)
                todo.append(after)
        return results

    def _move(self, play, n):
        """Everything that has no choice; other plays in place of this one if a subprocess begins in several ways."""
        flows = {each.id: each for each in self.graph.flows}
        while play.moving:
            target = flows[token := play.moving.pop()].target
            kind = self.graph.kinds[target]
            if kind in {"and", "or", "complex"} and len(self.graph.entering(target)) > 1:
                play.on[token] += 1
                if kind == "and" and all(play.on[each.id] for each in self.graph.entering(target)):
                    self._take(play, target)
                    play.moving += self._out(target, n)
                elif kind == "complex":
                    self._start(play, target, n)
            elif kind in {"task", "first"}:
                self._gather(play, target)
            elif kind in {"sub", "many"}:
                alternatives = []
                for inner in self.parts[target].begin(n):
                    other = play.copy()
                    self._put_inside(other, target, inner, n)
                    alternatives.append(other)
                return alternatives
            elif kind in {"terminate", "error"}:
                play.end()
                play.thrown = kind == "error"
            elif kind != "end":
                play.moving += self._out(target, n)
        return None

    def _gather(self, play, name):
        """10.3.1, startQuantity: so many tokens start it, whichever flows they come on."""
        play.on[f"#{name}"] += 1
        if play.on[f"#{name}"] == self.graph.needs.get(name, 1):
            del play.on[f"#{name}"]
            play.tasks[name] += 1

    def _start(self, play, name, n):
        """13.4.5: a complex gateway takes a token from each flow that has one, once there are enough of them."""
        full = frozenset(each.id for each in self.graph.entering(name) if play.on[each.id])
        if name not in play.started and len(full) >= self.graph.needs[name]:
            self._take(play, name)
            play.started[name] = full
            play.moving += self._out(name, n)

    def _take(self, play, join, but=frozenset()):
        for each in self.graph.entering(join):
            if play.on[each.id] and each.id not in but:
                play.on[each.id] -= 1

    def _may_go(self, play, join):
        """13.4.3: there is a token, and no token elsewhere has a path to an empty flow and none to a full one.

        For the reset of a complex gateway (13.4.5) the flows are full as well that it took a token from at the start.
        """
        entering = self.graph.entering(join)
        full = {each.id for each in entering if play.on[each.id]} | play.started.get(join, frozenset())
        if len(entering) < 2 or not full:
            return False
        places = [each.target for each in self.graph.flows if play.on[each.id] and each.target != join]
        places += [name for name in self.graph.kinds if play.on[f"#{name}"]]
        places += [name for name in play.tasks if play.tasks[name]] + [name for name, _ in play.inside]
        for place in places:
            reached = self._flows_into(join, place)
            if reached and not reached & full:
                return False
        return True

    def _flows_into(self, join, place):
        """The join's flows that a token at that node may come on, on a path that does not visit the join."""
        seen, todo, found = {place}, [place], set()
        while todo:
            name = todo.pop()
            for each in self.graph.leaving(name):
                if each.target == join:
                    found.add(each.id)
                elif each.target not in seen:
                    seen.add(each.target)
                    todo.append(each.target)
            for event in self.graph.borders(name):
                if event not in seen:
                    seen.add(event)
                    todo.append(event)
        return found


class Maker:
    """Makes a random graph; `random` decides everything. Each circle goes through a task, so that none is endless."""

    def __init__(self, random, deepest=2):
        self.random, self.numbers, self.deepest = random, count(1), deepest

    def whole(self):
        return self.graph(self.random.randint(3, 10), self.deepest)

    def graph(self, size, depth):
        graph = Graph()
        graph.start = self._add(graph, "start")
        kinds = ["task"] * 4 + ["xor", "and", "or", "or", "complex", "first", "many"] + (["sub"] * depth)
        middle = [self._add(graph, self.random.choice(kinds)) for _ in range(size)]
        #: An error and a termination could race.
        self.last = self.random.choice(["terminate", "error"] if depth < self.deepest else ["terminate"])
        last = self.last
        for name in middle:
            if graph.kinds[name] == "sub":
                graph.inner[name] = self.graph(self.random.randint(2, 5), depth - 1)
            elif graph.kinds[name] == "many":
                graph.inner[name] = _twice(name)
        self.last = last
        self._connect(graph, [graph.start, *middle])
        return graph

    def _add(self, graph, kind):
        name = f"{kind}{next(self.numbers)}"
        graph.kinds[name] = kind
        return name

    def _connect(self, graph, order):
        for place, name in enumerate(order):
            if place and not graph.entering(name):
                self._flow(graph, self.random.choice(order[:place]), name)
        for place, name in enumerate(order):
            later = order[place + 1 :]
            for _ in range(self.random.choice([0, 1, 1, 2])):
                if later:
                    self._flow(graph, name, self.random.choice(later[:5]))
            if graph.kinds[name] == "task" and place > 1 and self.random.random() < 0.3:
                self._flow(graph, name, self.random.choice(order[1:place]))
        for name in order:
            if graph.kinds[name] == "first":
                self._events_behind(graph, name, order)
        self._borders(graph, order)
        self._ends(graph)
        for name in list(graph.kinds):
            self._conditions(graph, name)
            self._quantities(graph, name)

    def _events_behind(self, graph, name, order):
        """Between an event gateway and what follows it stand its events."""
        flows = graph.leaving(name)
        later = order[order.index(name) + 1 :]
        while len(flows) < 2:
            flows.append(Flow(f"f{next(self.numbers)}", name, self.random.choice(later) if later else ""))
        graph.flows = [each for each in graph.flows if each.source != name]
        for each in flows:
            event = self._add(graph, "catch")
            self._flow(graph, name, event)
            if each.target:
                self._flow(graph, event, each.target)

    def _quantities(self, graph, name):
        if graph.kinds[name] == "complex":
            graph.needs[name] = self.random.randint(1, max(1, len(graph.entering(name))))
        elif graph.kinds[name] == "task" and self.random.random() < 0.2:
            graph.needs[name], graph.gives[name] = self.random.choice([(1, 2), (2, 1), (2, 2), (3, 1)])

    def _borders(self, graph, order):
        for name, inner in graph.inner.items():
            if "error" in inner.kinds.values():
                event = self._add(graph, "boundary")
                graph.hosts[event] = name
                graph.errors.add(event)
                later = order[order.index(name) + 1 :]
                if later:
                    self._flow(graph, event, self.random.choice(later))
        for place, name in enumerate(order[:-1]):
            if graph.kinds[name] in {"task", "sub", "many"} and self.random.random() < 0.25:
                event = self._add(graph, "boundary")
                graph.hosts[event] = name
                if self.random.random() < 0.5:
                    graph.gentle.add(event)
                self._flow(graph, event, self.random.choice(order[place + 1 :]))

    def _ends(self, graph):
        for name in list(graph.kinds):
            if not graph.leaving(name):
                self._flow(graph, name, self._add(graph, self.last if self.random.random() < 0.15 else "end"))

    def _flow(self, graph, source, target):
        graph.flows.append(Flow(f"f{next(self.numbers)}", source, target, every=0))

    def _conditions(self, graph, name):
        flows, kind = graph.leaving(name), graph.kinds[name]
        if len(flows) < 2 or kind in {"and", "start", "boundary", "first", "catch", "complex"}:
            return
        if kind == "task" and self.random.random() < 0.5:
            return  # an implicit parallel split
        default = self.random.choice(flows)
        default.default = True
        for each in flows:
            if each is not default:
                each.every = self.random.randint(2, 4)


def _twice(name):
    """Two instances side by side."""
    flows = [Flow("a", "s", name), Flow("b", "s", name), Flow("c", name, "e")]
    return Graph(
        {"s": "start", name: "task", "e": "end"}, [replace(each, every=0) for each in flows], start="s"
    )


def draw(graph):
    return model(_draw(graph), declared=DECLARED)


def _draw(graph):
    text = ""
    for name, kind in graph.kinds.items():
        default = next((each.id for each in graph.leaving(name) if each.default), None)
        options = {"default": default} if default else {}
        if name in graph.gives:
            options |= {"startQuantity": graph.needs[name], "completionQuantity": graph.gives[name]}
        if kind in _DRAWN:
            text += _DRAWN[kind](name, **options)
        elif kind == "sub":
            text += node("subProcess", name, _draw(graph.inner[name]), **options)
        elif kind == "boundary":
            definition = error("er1") if name in graph.errors else message()
            text += boundary(name, graph.hosts[name], definition, interrupting=name not in graph.gentle)
        elif kind == "complex":
            enough = f"<bpmn:activationCondition>=activationCount &gt;= {graph.needs[name]}</bpmn:activationCondition>"
            text += node("complexGateway", name, enough)
    for each in graph.flows:
        condition = f"=modulo(n, {each.every}) = 0" if each.every else None
        text += flow(each.source, each.target, condition, each.id)
    return text


_DRAWN = {
    "xor": xor,
    "and": parallel,
    "or": inclusive,
    "task": user,
    "start": start,
    "end": end,
    "first": lambda name: node("eventBasedGateway", name),
    "catch": lambda name: catch(name, timer("PT1H")),
    "many": lambda name, **options: user(name, drawing.each("=[1,2]"), **options),
    "terminate": lambda name: end(name, TERMINATE),
    "error": lambda name: end(name, error("er1")),
}
