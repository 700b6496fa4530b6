"""Where the tokens of a case lie: in its state, or an instance of a large multi-instance in a part of its own.

A node's number says it: below PART it lies in the state, above that its number divided by PART is its part's. A part
takes its number from the state's count, so that none comes twice, and counts its own nodes.
"""

import re
from collections.abc import Collection, Mapping
from typing import Protocol

from cpm.bpmn.step import Part, Scopes

PART = 10**9
_NODE = re.compile(r"\d+")


def part_of(node: int) -> int:
    """The number of the part in which the node lies; 0 for the state itself."""
    return node // PART


def part_of_scope(scope: str) -> int:
    """In which part a scope's variables lie; the outputs of a body's instances, `"17#"`, have a place of their own."""
    found = _NODE.match(scope)
    if found is None:
        return 0
    return -int(found[0]) if scope.endswith("#") else part_of(int(found[0]))


class Elsewhere(Protocol):
    """What of a case does not lie in its state. It is asked for what a step needs, as it needs it."""

    def part(self, number: int) -> Part | None:
        """None if there is none, or no longer."""

    def parts_of(self, body: int) -> Mapping[int, Part]:
        """All instances of a body that lie apart, by their numbers."""

    def scopes(self, parts: Collection[int]) -> Scopes:
        """The present variables in these parts; always the very same objects for the same case."""
