"""What is different between two versions, for people: element by element, and what that means for running cases."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from cpm.bpmn.findings import Reason
from cpm.bpmn.migrating import difference_words as words
from cpm.bpmn.migrating.aspects import aspects
from cpm.bpmn.migrating.keeping import BEGINS, INTO, ONLY_FAILED, OUT, kept, listens, stays
from cpm.bpmn.migrating.kinds import mismatch, said
from cpm.bpmn.migrating.layout import Layout, Spot
from cpm.bpmn.migrating.plan import Plan
from cpm.bpmn.migrating.routes import Routes
from cpm.bpmn.program import Program

What = Literal["added", "removed", "renamed", "moved", "changed"]


@dataclass(frozen=True, slots=True)
class Difference:
    what: What
    element: str | None  #: of the old version, as a plan names it; None if it is new
    target: str | None  #: of the new version; None if it is gone
    name: str  #: what the element is called; in the old version, if it was there
    aspect: str  #: what of it has changed, such as "type" or "timer"; empty unless `what` is "changed"
    told: Reason  #: a sentence without the element's name
    keeps: Reason | None = None  #: what it means for running cases, where that is not plain


def differences(old: Program, new: Program, plan: Plan) -> tuple[Difference, ...]:
    """In the order of the old version; what is new comes last. What a plan names wrongly counts as not named."""
    return tuple(_Differing(Layout(old), Layout(new), plan).all())


class _Differing:
    def __init__(self, before: Layout, after: Layout, plan: Plan) -> None:
        self.before, self.after, self.plan = before, after, plan
        self.routes = Routes(before, after, plan)

    def all(self) -> Iterator[Difference]:
        for key, old in self.before.spots.items():
            new = self.after.spots.get(self.plan.elements.get(key, ""))
            if new is None:
                yield Difference(
                    "removed", key, None, old.name, "", words.removed(said(old.node)), stays(old, self.before)
                )
            else:
                yield from self._of(old, new)
        taken = set(self.plan.elements.values())
        for key, new in self.after.spots.items():
            if key not in taken:
                yield self._added(key, new)

    def _added(self, key: str, new: Spot) -> Difference:
        around, at = self.after.host(new.scope), new.node.host
        host = self.after.spots[self.after.key(new.scope, at)].name if at else ""
        told = words.added(said(new.node), around.name if around else "", host)
        beside = (new.node.host is not None and new.kernel.waits) or listens(new, self.after)
        return Difference("added", None, key, new.name, "", told, BEGINS if beside else None)

    def _of(self, old: Spot, new: Spot) -> Iterator[Difference]:
        """Of an element that is in both."""
        if old.name != new.name:
            yield Difference(
                "renamed", old.key, new.key, old.name, "", words.renamed(old.name, new.name), None
            )
        yield from self._moved(old, new)
        if reason := mismatch(old, new):
            yield Difference("changed", old.key, new.key, old.name, "kind", reason, ONLY_FAILED)
            return
        yield from self._aspects(old, new)
        for aspect, told, keeps in self.routes.different(old, new):
            yield Difference("changed", old.key, new.key, old.name, aspect, told, keeps)

    def _moved(self, old: Spot, new: Spot) -> Iterator[Difference]:
        was, now = self.before.host(old.scope), self.after.host(new.scope)
        if _key(now) == (self.plan.elements.get(was.key, "") if was else None):
            return
        told = words.moved(was.name if was else "", now.name if now else "")
        keeps = (INTO if now else OUT) if stays(old, self.before) else None
        yield Difference("moved", old.key, new.key, old.name, "", told, keeps)

    def _aspects(self, old: Spot, new: Spot) -> Iterator[Difference]:
        was, now = aspects(old, self.before.program), aspects(new, self.after.program)
        for name in dict.fromkeys([*was, *now]):
            if was.get(name) != now.get(name):
                told = words.changed(name, was.get(name), now.get(name))
                keeps = kept(name, old, self.before, anew=old.key in self.plan.anew)
                yield Difference("changed", old.key, new.key, old.name, name, told, keeps)


def _key(spot: Spot | None) -> str | None:
    return spot.key if spot else None
