"""The flows out of an element: which of them are new, gone, lead elsewhere or ask for something else."""

from collections.abc import Iterator
from itertools import product

from cpm.bpmn.findings import Reason
from cpm.bpmn.migrating import difference_words as words
from cpm.bpmn.migrating.flows import flows_between
from cpm.bpmn.migrating.keeping import BRANCH, PASSED
from cpm.bpmn.migrating.layout import Layout, Spot
from cpm.bpmn.migrating.plan import Plan
from cpm.bpmn.nodes.gateways import ExclusiveGateway, ParallelGateway
from cpm.bpmn.nodes.node import Way

Told = tuple[str, Reason, Reason | None]  #: aspect, what is different, what that means for running cases


class Routes:
    def __init__(self, before: Layout, after: Layout, plan: Plan) -> None:
        self.before, self.after, self.plan = before, after, plan

    def different(self, old: Spot, new: Spot) -> Iterator[Told]:
        pairs = self._pairs(old, new)
        for was, way in pairs:
            yield from self._changed(old, was, new, way)
        kept, taken = {was.id for was, _ in pairs}, {way.id for _, way in pairs}
        for way in new.outer.ways:
            if way.id not in taken:
                yield "way", words.new_way(self._name(self.after, new, way), way), None
        for was in old.outer.ways:
            if was.id not in kept:
                yield "way", words.no_way(self._name(self.before, old, was)), None
        if isinstance(new.kernel, ExclusiveGateway) and _asked(was for was, _ in pairs) != _asked(
            was for way in new.outer.ways for was, other in pairs if other is way
        ):
            yield "order", words.ORDER, None
        yield from self._joined(old, new)

    def _pairs(self, old: Spot, new: Spot) -> list[tuple[Way, Way]]:
        """By id; then by where they lead and what they ask for; then by where they lead; the only ones."""
        found: list[tuple[Way, Way]] = []
        tests = (
            lambda was, way: was.id == way.id,
            lambda was, way: self._same_target(old, was, new, way) and _text(was) == _text(way),
            lambda was, way: self._same_target(old, was, new, way),
            lambda _was, _way: len(old.outer.ways) == len(new.outer.ways) == 1,
        )
        for test in tests:
            for was, way in product(old.outer.ways, new.outer.ways):
                if all(was is not one and way is not other for one, other in found) and test(was, way):
                    found.append((was, way))
        return sorted(found, key=lambda pair: old.outer.ways.index(pair[0]))

    def _changed(self, old: Spot, was: Way, new: Spot, way: Way) -> Iterator[Told]:
        there = self._name(self.after, new, way)
        if not self._same_target(old, was, new, way):
            yield "way", words.other_way(self._name(self.before, old, was), there), None
        if (_text(was), was.default) != (_text(way), way.default):
            yield "condition", words.condition(there, was, way), None

    def _joined(self, old: Spot, new: Spot) -> Iterator[Told]:
        """A parallel join waits for a branch more."""
        if not isinstance(old.kernel, ParallelGateway) or not isinstance(new.kernel, ParallelGateway):
            return
        if len(new.outer.incoming) < 2:
            return
        known = flows_between(old, new, self.plan, self.before, self.after).values()
        for flow in new.outer.incoming:
            if flow not in known:
                yield "join", words.joined(flow), PASSED if self.plan.flows.get(flow) == "" else BRANCH

    def _same_target(self, old: Spot, was: Way, new: Spot, way: Way) -> bool:
        return self.plan.elements.get(_key(self.before, old, was)) == _key(self.after, new, way)

    def _name(self, layout: Layout, spot: Spot, way: Way) -> str:
        return layout.spots[_key(layout, spot, way)].name


def _key(layout: Layout, spot: Spot, way: Way) -> str:
    return layout.key(spot.scope, way.target.partition("~")[0])


def _text(way: Way) -> str:
    return way.condition.text if way.condition else ""


def _asked(ways: Iterator[Way]) -> list[str]:
    """The flows that have a condition, in the order in which they are asked."""
    return [way.id for way in ways if way.condition]
