"""What a watched evaluation did: its parts in the order in which they were finished, and the nulls among them.

Bounded: of a part that is evaluated again and again the first few times are kept, values only as short texts.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple

from rules.feel.explaining.brief import brief
from rules.feel.explaining.reasons import Reason
from rules.feel.syntax import Node

MOST_PARTS = 500
_MOST_TIMES = 10  #: of one part inside a loop or function


class Where(NamedTuple):
    """What a text belongs to, as in “Rule 3, output 1”; empty for a text by itself."""

    en: str = ""
    de: str = ""

    def told(self, language: str) -> str:
        return self.de if language == "de" else self.en


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a part stands: its text, and its line and column, both from 1."""

    text: str
    line: int = 1
    column: int = 1
    where: Where = Where()  # noqa: RUF009 a tuple never changes


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an expression and the value that it had."""

    spot: Spot
    value: str  #: in FEEL, shortened
    null: bool = False


@dataclass(frozen=True, slots=True)
class Null:
    """A part that was null, and why."""

    spot: Spot
    reason: Reason

    def sentence(self, language: str = "en") -> str:
        told = self.spot.where.told(language)
        where = f"{told}: " if told else ""
        verb = "ist null" if language == "de" else "is null"
        return f"{where}{self.spot.text} {verb}: {self.reason.sentence(language)}"


class Seen:
    """The record of one evaluation, which hangs on its Run."""

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self.nulls: list[Null] = []
        self._times: Counter[tuple[Spot, bool]] = Counter()
        self._known: set[Null] = set()
        self._inner: list[dict[int, object]] = [{}]

    @contextmanager
    def inside(self) -> Iterator[dict[int, object]]:
        """Around the evaluation of a part; what it gives fills with the values of its own parts."""
        inner: dict[int, object] = {}
        self._inner.append(inner)
        try:
            yield inner
        finally:
            self._inner.pop()

    def have(self, node: Node, value: object) -> None:
        """The part around this one may want to know its value."""
        self._inner[-1][id(node)] = value

    def part(self, spot: Spot, value: object) -> None:
        self._times[spot, value is None] += 1
        if self._times[spot, value is None] <= _MOST_TIMES and len(self.parts) < MOST_PARTS:
            self.parts.append(Part(spot, brief(value), null=value is None))

    def null(self, spot: Spot, reason: Reason) -> None:
        """The same null for the same reason counts once."""
        null = Null(spot, reason)
        if null not in self._known and len(self.nulls) < MOST_PARTS:
            self._known.add(null)
            self.nulls.append(null)

    def wants(self, spot: Spot) -> bool:
        """May there be room for another null there? Finding the reason costs more than a look."""
        return self._times[spot, True] <= _MOST_TIMES and len(self.nulls) < MOST_PARTS
