"""Elements whose ids are gone, matched by what they look like: kind, name, what they do, and what is around them."""

from collections.abc import Iterator, Mapping

from cpm.bpmn.migrating.kinds import mismatch
from cpm.bpmn.migrating.layout import Layout, Spot
from cpm.bpmn.migrating.neighbours import Beside, neighbours

#: So much has to speak for a pair. A name of its own, or the same work, and one neighbour are enough; neighbours alone are so
#: for what has no name; a name that no other has is enough alone.
ENOUGH = 2.5


class Guessing:
    """Adds to the pairs that are sure; each new pair makes the next surer."""

    def __init__(
        self, before: Layout, after: Layout, pairs: dict[str, str], roots: Mapping[str, str]
    ) -> None:
        self.before, self.after, self.pairs, self.roots = before, after, pairs, roots
        self._old, self._new = neighbours(before), neighbours(after)

    def all(self) -> list[tuple[str, str]]:
        """The pairs that were found, the surest first."""
        found: list[tuple[str, str]] = []
        while new := self._clear():
            self.pairs.update(new)
            found += new
        return found

    def _clear(self) -> list[tuple[str, str]]:
        """Pairs that enough speaks for, and nothing speaks as much for another with one of the two."""
        scored = [(self._score(one, other), one.key, other.key) for one, other in self._candidates()]
        scored = sorted((each for each in scored if each[0] >= ENOUGH), key=lambda each: -each[0])
        most: dict[tuple[str, int], list[float]] = {}
        for score, one, other in scored:
            most.setdefault((one, 0), []).append(score)
            most.setdefault((other, 1), []).append(score)
        return [
            (one, other)
            for score, one, other in scored
            if all(scores[0] == score and scores[1:2] != [score] for scores in (most[one, 0], most[other, 1]))
        ]

    def _candidates(self) -> Iterator[tuple[Spot, Spot]]:
        taken = set(self.pairs.values())
        left: dict[str, list[Spot]] = {}
        for key, spot in self.after.spots.items():
            if key not in taken:
                left.setdefault(spot.node.kind, []).append(spot)
        for key, old in self.before.spots.items():
            if key not in self.pairs:
                yield from ((old, new) for new in left.get(old.node.kind, ()) if self._possible(old, new))

    def _possible(self, old: Spot, new: Spot) -> bool:
        same_root = self.roots.get(old.root) == new.root
        at_same = self._host(old, self.before, self.pairs) == self._host(new, self.after, None)
        return same_root and at_same and mismatch(old, new) is None

    def _host(self, spot: Spot, layout: Layout, pairs: dict[str, str] | None) -> str | None:
        if spot.node.host is None:
            return None
        key = layout.key(spot.scope, spot.node.host)
        return pairs.get(key, "") if pairs is not None else key

    def _score(self, old: Spot, new: Spot) -> float:
        one, other = self._old[old.key], self._new[new.key]
        score = self._overlap(one.before, other.before) + self._overlap(one.behind, other.behind)
        if _plain(old) == _plain(new):
            score += 2 + self._only_one(old)
        elif _named(old) or _named(new):
            score -= 1.5
        else:
            score += 1
        work = _work(old)
        score += 2 * (work == _work(new)) if any(work) else 0
        return (
            score
            + self._same_place(one, other)
            + (2 * self._overlap(one.inside, other.inside) if one.inside else 0)
        )

    def _only_one(self, old: Spot) -> bool:
        """Is there no other of this name and kind, before or after?"""
        return all(
            sum(
                _plain(spot) == _plain(old) and spot.node.kind == old.node.kind
                for spot in layout.spots.values()
            )
            == 1
            for layout in (self.before, self.after)
        )

    def _same_place(self, one: Beside, other: Beside) -> float:
        return 0.5 if (self.pairs.get(one.around) if one.around else None) == other.around else 0.0

    def _overlap(self, old: set[str], new: set[str]) -> float:
        """From 0 to 1: how many of the neighbours are known to be the same."""
        if not old and not new:
            return 0.5
        same = {self.pairs[key] for key in old if key in self.pairs} & new
        return len(same) / max(len(old), len(new)) if same else 0.0


def _plain(spot: Spot) -> str:
    return " ".join(spot.node.name.casefold().split())


def _named(spot: Spot) -> bool:
    """What has no name was given its id for one."""
    return spot.node.name != spot.element


def _work(spot: Spot) -> tuple[str | None, ...]:
    """What tells apart what it does: its form, its job's type, its decision, its message, whom it calls."""
    zeebe, event = spot.node.zeebe, spot.node.event
    script = zeebe.script.text if zeebe.script else None
    kind = zeebe.task_type.text if zeebe.task_type else None
    told = (event.name, event.code, event.value.text if event.value else None) if event else ()
    return (zeebe.form_id, kind, zeebe.decision, zeebe.process, script, *(each or None for each in told))
