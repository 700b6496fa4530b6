"""Sets of inputs as boxes: for each dimension a mask of the classes of values that are in it. Exact, within a budget."""

from collections.abc import Iterator, Sequence

Box = tuple[int, ...]
_STEPS = 3_000_000


class TooManyCombinations(Exception):
    """The budget is spent; nothing is said rather than something wrong."""


class Budget:
    def __init__(self, steps: int = _STEPS) -> None:
        self.left = steps

    def spend(self, steps: int) -> None:
        self.left -= steps
        if self.left < 0:
            raise TooManyCombinations


def meet(one: Box, other: Box) -> Box | None:
    """What is in both; None if that is nothing."""
    both = []
    for a, b in zip(one, other, strict=True):
        if not a & b:
            return None
        both.append(a & b)
    return tuple(both)


def uncovered(box: Box, covers: Sequence[Box], budget: Budget) -> Box | None:
    """A part of the box that none of the others covers; None if they cover all of it."""
    waiting = [(box, covers)]
    while waiting:
        box, covers = waiting.pop()
        budget.spend((len(covers) + 1) * (1 + len(box) // 8))
        near = [cover for cover in covers if meet(box, cover)]
        if not near:
            return box
        cover = min(near, key=lambda each: _open(box, each))
        rest = [each for each in near if each is not cover]
        waiting.extend((piece, rest) for piece in _without(box, cover))
    return None


def _open(box: Box, cover: Box) -> int:
    """In how many dimensions the cover leaves something of the box."""
    return sum(1 for a, b in zip(box, cover, strict=True) if a & ~b)


def _without(box: Box, cover: Box) -> Iterator[Box]:
    """The box without what the cover takes, in pieces that do not overlap."""
    left = list(box)
    for at, (mine, taken) in enumerate(zip(box, cover, strict=True)):
        if mine & ~taken:
            yield (*left[:at], mine & ~taken, *left[at + 1 :])
            left[at] = mine & taken
