"""Random graphs without any structure, and an oracle that plays tokens on their flows by BPMN 2.0.2, chapter 13.

Nothing here knows of `cpm.bpmn`. A state is a value: tokens on flows, open elements, subprocesses with states of their
own. Where the standard leaves the order open (which of two inclusive gateways goes first, which of two equal tokens
somebody meant), the oracle follows all ways.
"""

from collections import Counter
from dataclasses import dataclass, field
from itertools import count

from tests.unit.bpmn.drawing import (
    DECLARED,
    TERMINATE,
    boundary,
    end,
    flow,
    inclusive,
    message,
    model,
    node,
    parallel,
    start,
    user,
    xor,
)

MOST_STATES = 200
_GATEWAYS = {"xor": xor, "and": parallel, "or": inclusive}


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
    start: str = ""

    def leaving(self, name):
        return [each for each in self.flows if each.source == name]

    def entering(self, name):
        return [each for each in self.flows if each.target == name]

    def borders(self, name):
        return [event for event, host in self.hosts.items() if host == name]


# The oracle.


@dataclass(frozen=True)
class State:
    """Tokens on flows that wait at a join, open tasks, open subprocesses; each as a sorted tuple."""

    on: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    inside: tuple[tuple[str, "State"], ...] = ()

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

    def copy(self):
        return _Play(Counter(self.on), Counter(self.tasks), list(self.inside), list(self.moving))

    def settled(self):
        inside = tuple(sorted(self.inside, key=repr))
        return State(tuple(sorted(self.on.elements())), tuple(sorted(self.tasks.elements())), inside)


def _play(state, moving):
    return _Play(Counter(state.on), Counter(state.tasks), list(state.inside), moving)


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
        for name, inner in state.inside:
            found.update(self.graph.borders(name))
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
        if inner.over:
            play.moving += self._out(name, n)
        else:
            play.inside.append((name, inner))
        return self._run(play, n)

    def _out(self, name, n):
        """The flows that a token leaves by: 10.3.1 for activities and events, 13.4 for gateways."""
        flows, kind = self.graph.leaving(name), self.graph.kinds[name]
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
            if not ready:
                results.add(state)
            for name in ready:
                after = play.copy()
                self._take(after, name)
                after.moving += self._out(name, n)
                todo.append(after)
        return results

    def _move(self, play, n):
        """Everything that has no choice; other plays in place of this one if a subprocess begins in several ways."""
        flows = {each.id: each for each in self.graph.flows}
        while play.moving:
            token = play.moving.pop()
            target = flows[token].target
            kind = self.graph.kinds[target]
            joins = kind in {"and", "or"} and len(self.graph.entering(target)) > 1
            if joins:
                play.on[token] += 1
                if kind == "and" and all(play.on[each.id] for each in self.graph.entering(target)):
                    self._take(play, target)
                    play.moving += self._out(target, n)
            elif kind == "task":
                play.tasks[target] += 1
            elif kind == "sub":
                begun = self.parts[target].begin(n)
                alternatives = []
                for inner in begun:
                    other = play.copy()
                    if inner.over:
                        other.moving += self._out(target, n)
                    else:
                        other.inside.append((target, inner))
                    alternatives.append(other)
                return alternatives
            elif kind == "terminate":
                play.on, play.tasks, play.inside, play.moving = Counter(), Counter(), [], []
            elif kind != "end":
                play.moving += self._out(target, n)
        return None

    def _take(self, play, join):
        for each in self.graph.entering(join):
            if play.on[each.id]:
                play.on[each.id] -= 1

    def _may_go(self, play, join):
        """13.4.3: there is a token, and no token elsewhere has a path to an empty flow and none to a full one."""
        entering = self.graph.entering(join)
        full = {each.id for each in entering if play.on[each.id]}
        if len(entering) < 2 or not full:
            return False
        places = [each.target for each in self.graph.flows if play.on[each.id] and each.target != join]
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


# Random graphs.


class Maker:
    """Makes a random graph; `random` decides everything. Each circle goes through a task, so that none is endless."""

    def __init__(self, random):
        self.random, self.numbers = random, count(1)

    def graph(self, size, depth):
        graph = Graph()
        graph.start = self._add(graph, "start")
        kinds = ["task"] * 3 + ["xor", "and", "or", "or"] + (["sub"] if depth else [])
        middle = [self._add(graph, self.random.choice(kinds)) for _ in range(size)]
        for name in middle:
            if graph.kinds[name] == "sub":
                graph.inner[name] = self.graph(self.random.randint(2, 5), depth - 1)
        self._connect(graph, [graph.start, *middle])
        return graph

    def _add(self, graph, kind):
        name = f"{kind[0] if kind not in {'task', 'terminate'} else {'task': 't', 'terminate': 'x'}[kind]}{next(self.numbers)}"
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
        self._borders(graph, order)
        self._ends(graph)
        for name in [*order, *graph.hosts]:
            self._conditions(graph, name)

    def _borders(self, graph, order):
        for place, name in enumerate(order[:-1]):
            if graph.kinds[name] in {"task", "sub"} and self.random.random() < 0.25:
                event = self._add(graph, "boundary")
                graph.hosts[event] = name
                if self.random.random() < 0.5:
                    graph.gentle.add(event)
                self._flow(graph, event, self.random.choice(order[place + 1 :]))

    def _ends(self, graph):
        for name in list(graph.kinds):
            if not graph.leaving(name):
                self._flow(
                    graph, name, self._add(graph, "terminate" if self.random.random() < 0.15 else "end")
                )

    def _flow(self, graph, source, target):
        graph.flows.append(Flow(f"f{next(self.numbers)}", source, target, every=0))

    def _conditions(self, graph, name):
        flows, kind = graph.leaving(name), graph.kinds[name]
        if len(flows) < 2 or kind in {"and", "start", "boundary"}:
            return
        if kind == "task" and self.random.random() < 0.5:
            return  # an implicit parallel split
        default = self.random.choice(flows)
        default.default = True
        for each in flows:
            if each is not default:
                each.every = self.random.randint(2, 4)


def draw(graph):
    return model(_draw(graph), declared=DECLARED)


def _draw(graph):
    text = ""
    for name, kind in graph.kinds.items():
        default = next((each.id for each in graph.leaving(name) if each.default), None)
        options = {"default": default} if default else {}
        if kind in _GATEWAYS:
            text += _GATEWAYS[kind](name, **options)
        elif kind == "task":
            text += user(name, **options)
        elif kind == "sub":
            text += node("subProcess", name, _draw(graph.inner[name]), **options)
        elif kind == "boundary":
            text += boundary(name, graph.hosts[name], message(), interrupting=name not in graph.gentle)
        else:
            text += {"start": start, "end": end}[kind](name) if kind != "terminate" else end(name, TERMINATE)
    for each in graph.flows:
        condition = f"=modulo(n, {each.every}) = 0" if each.every else None
        text += flow(each.source, each.target, condition, each.id)
    return text
