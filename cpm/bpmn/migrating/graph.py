"""The flows of one scope: what can be reached from where, and which elements may be active at the same time.

Worked out for the check that a migration leaves nothing behind that could not have come about. It goes by the structure of
the drawing: what only data or a surplus of tokens bring about, it does not see.
"""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import cached_property
from weakref import WeakKeyDictionary

from cpm.bpmn.nodes.complex_gateway import ComplexGateway
from cpm.bpmn.nodes.gateways import ExclusiveGateway, Join, ParallelGateway
from cpm.bpmn.nodes.node import Kernel, Way
from cpm.bpmn.spiff import ScopeSpec

_OUT = ""  #: the end of the scope, behind all that nothing follows


_GRAPHS: "WeakKeyDictionary[ScopeSpec, Graph]" = WeakKeyDictionary()


def graph_of(spec: ScopeSpec) -> "Graph":
    """The same for all cases of a program: a thousand are migrated one after another."""
    if spec not in _GRAPHS:
        _GRAPHS[spec] = Graph(spec)
    return _GRAPHS[spec]


class Graph:
    def __init__(self, spec: ScopeSpec) -> None:
        self.starts, self.openers = spec.starts, spec.openers
        self._upstream: dict[str, dict[str, set[str]]] = {}
        self.kernels: dict[str, Kernel] = {
            name: kernel
            for name, kernel in spec.task_specs.items()
            if isinstance(kernel, Kernel) and "~" not in name
        }

    @cached_property
    def behind(self) -> dict[str, set[str]]:
        """Element -> what a token may come to next, over a flow or from its border."""
        found: dict[str, set[str]] = {name: set() for name in self.kernels}
        for name, kernel in self.kernels.items():
            found[name] |= {_element(way) for way in kernel.ways}
            if kernel.node.host in found:
                found[kernel.node.host].add(name)
        return found

    @cached_property
    def before(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {name: set() for name in self.kernels}
        for name, following in self.behind.items():
            for each in following:
                found[each].add(name)
        return found

    # What may still come to a join.

    def upstream(self, join: str) -> dict[str, set[str]]:
        """Flow into the join -> the elements from which a token may come on it: without passing the join, nor the fork that
        belongs to it, for what comes from there comes on all flows.
        """
        if join not in self._upstream:
            without = {join, self._fork_of(join)}
            self._upstream[join] = {
                way.id: self._reached({name} - without, self.before, but=without)
                for name, kernel in self.kernels.items()
                for way in kernel.ways
                if _element(way) == join
            }
        return self._upstream[join]

    def _fork_of(self, join: str) -> str:
        """The outermost of the forks all of whose branches come to the join; none if there are several."""
        forks = [name for name, meets in self._meets.items() if meets == join and self._splits(name)]
        inner = {other for name in forks for other in forks if other in self._between(name, join) - {name}}
        outer = [name for name in forks if name not in inner]
        return outer[0] if len(outer) == 1 else ""

    def _splits(self, name: str) -> bool:
        return not _goes_one_way(self.kernels[name])

    def _between(self, fork: str, join: str) -> set[str]:
        return self._reached(
            {_element(way) for way in self.kernels[fork].ways}, self.behind, but={fork, join}
        )

    def entry(self, join: str, flow: str) -> Way | None:
        """Where a branch begins that leads to the join on this flow and on no other; None if that is not one place."""
        upstream = self.upstream(join)
        own = upstream[flow].difference(*(upstream[other] for other in upstream if other != flow))
        ways = [
            (kernel, way)
            for name, kernel in self.kernels.items()
            for way in kernel.ways
            if name not in own and (_element(way) in own or way.id == flow)
        ]
        if len(ways) != 1 or not isinstance(ways[0][0], ParallelGateway):
            return None
        return ways[0][1]

    # What may be active beside what.

    def together(self, one: str, other: str, within: AbstractSet[str] | None = None) -> bool:
        """May there be a token at each at the same time, because of a fork (`within` these elements)?"""
        return any(
            (one in first and other in second) or (other in first and one in second)
            for fork, first, second in self._apart
            if within is None or fork in within
        )

    @cached_property
    def _apart(self) -> list[tuple[str, set[str], set[str]]]:
        """Pairs of regions in which tokens go on side by side, with what splits them."""
        splits = [(name, *pair) for name in self.kernels for pair in self._split(name)]
        return splits + [(_OUT, *pair) for pair in self._starts()]

    def _split(self, name: str) -> Iterator[tuple[set[str], set[str]]]:
        kernel = self.kernels[name]
        regions = (
            [] if _goes_one_way(kernel) else [self._region({_element(way)}, name) for way in kernel.ways]
        )
        yield from _pairs(regions)
        if kernel.gives > 1 or kernel.repeats or isinstance(kernel, ComplexGateway) or kernel.node.loop:
            for way in kernel.ways:
                region = self._reached({_element(way)}, self.behind) | {name}
                yield region, region
        if kernel.node.host and not kernel.interrupting:
            host = self._reached({kernel.node.host}, self.behind)
            beside = self._reached({name}, self.behind)
            yield host, beside
            yield beside, beside

    def _starts(self) -> Iterator[tuple[set[str], set[str]]]:
        names = [name.partition("~")[0] for name in self.starts]
        names += [name for name in self.openers if name not in names]
        yield from _pairs([self._reached({name}, self.behind) for name in names])
        for opener in self.openers.values():
            yield from _pairs(
                [self._reached({name}, self.behind) for name in (opener.node.id, *opener.others)]
            )

    def _region(self, first: set[str], fork: str) -> set[str]:
        """What a branch comes to before the join that all branches of the fork come to."""
        join = self._meets.get(fork)
        stop = join if join and isinstance(self.kernels[join], Join) else None
        return self._reached(first, self.behind, until=stop)

    @cached_property
    def _meets(self) -> Mapping[str, str | None]:
        """Element -> the next one that every way from it to the end passes."""
        every = self._on_every_way()
        found: dict[str, str | None] = {}
        for name in self.kernels:
            later = every[name] - {name, _OUT}
            nearest = [each for each in later if later <= every[each]]
            found[name] = nearest[0] if len(nearest) == 1 else None
        return found

    def _on_every_way(self) -> dict[str, set[str]]:
        """Post-dominators, by iteration to a fixed point."""
        names = [*self.kernels, _OUT]
        found = {name: set(names) for name in self.kernels} | {_OUT: {_OUT}}
        following = {name: after or {_OUT} for name, after in self.behind.items()}
        changed = True
        while changed:
            changed = False
            for name in reversed(list(self.kernels)):
                new = set.intersection(*(found[each] for each in following[name])) | {name}
                if new != found[name]:
                    found[name], changed = new, True
        return found

    def _reached(
        self,
        first: set[str],
        edges: Mapping[str, set[str]],
        *,
        but: AbstractSet[str] = frozenset(),
        until: str | None = None,
    ) -> set[str]:
        """All that the edges lead to from the first, these among them: without some, or no further than one."""
        seen, todo = set(first) - but, list(first - but)
        while todo:
            name = todo.pop()
            new = edges[name] - seen - but if name != until else set()
            seen |= new
            todo += new
        return seen


def _element(way: Way) -> str:
    return way.target.partition("~")[0]


def _goes_one_way(kernel: Kernel) -> bool:
    return isinstance(kernel, ExclusiveGateway) or kernel.chooses or len(kernel.ways) < 2


def _pairs(regions: list[set[str]]) -> Iterator[tuple[set[str], set[str]]]:
    for number, one in enumerate(regions):
        for other in regions[number + 1 :]:
            yield one, other
