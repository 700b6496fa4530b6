"""The runner's side of what lies apart: it brings in what a step needs, and tells what has changed."""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from cpm.bpmn.packing import unpacked
from cpm.bpmn.places import PART, Elsewhere, part_of
from cpm.bpmn.rows import restore
from cpm.bpmn.spiff import Token
from cpm.bpmn.step import Part

if TYPE_CHECKING:
    from cpm.bpmn.runner import Runner

#: Instances that stay in the state; of a parallel multi-instance with more, each lies in a part of its own.
MOST_TOGETHER = 16


class Parts:
    def __init__(self, runner: "Runner", elsewhere: Elsewhere | None) -> None:
        self.runner, self._elsewhere = runner, elsewhere
        self.last: dict[int, int] = {}  #: the highest node number in each part that is here
        self._before: dict[int, Part] = {}  #: as they lay there
        #: The nodes that were here before the step; None for all of the case.
        self.covers: set[int] | None = None

    # What nodes ask for.

    def for_many(self, number: int) -> bool:
        """Are so many instances to lie apart?"""
        return self._elsewhere is not None and number > MOST_TOGETHER

    def open(self) -> int:
        """A new part: the number of its first node."""
        part = self.runner.next_node()
        self.last[part] = part * PART
        return part * PART

    def next_node(self, part: int) -> int:
        self.last[part] += 1
        return self.last[part]

    def unfold(self, body: Token) -> None:
        """Bring in all instances of the body that lie elsewhere, in their order."""
        if self._lies_apart(body):
            assert self._elsewhere is not None, "what lies apart lies somewhere"
            found = self._elsewhere.parts_of(body.id)
            self._bring({part: found[part] for part in sorted(found) if part not in self.last})
            self._learn([-body.id])
            body._children.sort()

    def peek(self, body: Token, most: int) -> None:
        """Bring in the first instances of the body that lie elsewhere."""
        if self._lies_apart(body):
            assert self._elsewhere is not None, "what lies apart lies somewhere"
            found = self._elsewhere.parts_of(body.id)
            self._bring({part: found[part] for part in sorted(found)[:most] if part not in self.last})
            body._children.sort()

    def outputs(self, body: Token) -> Mapping[str, object]:
        """What the body's instances have brought so far, by their index."""
        if self._lies_apart(body):
            self._learn([-body.id])
        return self.runner.variables.get(f"{body.id}#")

    # What loading and saving ask for.

    def loaded(self, within: Mapping[str, int], *, whole: bool) -> None:
        """The state is in: which parts lie within it, and is that all?"""
        self.last = {int(part): last for part, last in within.items()}
        if not whole:
            self.covers = set(self.runner.tokens)
            self._learn(self.last)

    def follow(self, before: "Parts") -> None:
        """All that another runner has brought in is here now, by the same numbers."""
        self.last, self._before, self.covers = before.last, before._before, before.covers

    def reach(self, node: int) -> None:
        """Bring in the part in which the node lies, and those around that; nothing if it is gone."""
        part = part_of(node)
        if not part or part in self.last or self._elsewhere is None:
            return
        if (found := self._elsewhere.part(part)) is not None:
            self.reach(found.body)
            self._bring({part: found})

    @property
    def none_here(self) -> bool:
        """Is nothing here, or was, that lies apart or could?"""
        return not self.last and not self._before

    def body(self, part: int) -> int:
        return int(self.runner.tokens[part * PART]._parent)

    def changed(self, packed: Mapping[int, bytes]) -> dict[int, Part | None]:
        """Those of the parts that are here now which are not as they lay there; None for those gone."""
        found: dict[int, Part | None] = {part: None for part in self._before if part not in packed}
        for part, tokens in packed.items():
            before = self._before.get(part)
            if before is None or before.tokens != tokens:
                found[part] = Part(self.body(part), tokens)
        return found

    def _lies_apart(self, body: Token) -> bool:
        return self.covers is not None and "apart" in body.internal_data

    def _bring(self, parts: Mapping[int, Part]) -> None:
        here = set(self.runner.tokens)
        for part, found in parts.items():
            self._before[part] = found
            self.last[part], trees = unpacked(found.tokens)
            restore(self.runner, trees)
        assert self.covers is not None, "nothing is missing in a whole state"
        self.covers |= self.runner.tokens.keys() - here
        self._learn(parts)

    def _learn(self, parts: Collection[int]) -> None:
        if parts:
            assert self._elsewhere is not None, "what lies apart lies somewhere"
            self.runner.variables.learn(self._elsewhere.scopes(parts))
