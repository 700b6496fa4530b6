"""Which jobs a worker has in hand: numbers in memory that it may share with who watches it. No statement, no lock."""

import contextlib
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from mmap import mmap

_NUMBER = struct.Struct("q")  #: the id of a job; 0 for an empty hand
HANDS = 80  #: more than a worker has threads
SIZE = _NUMBER.size * HANDS


@dataclass(slots=True)
class Hand:
    """One thread's. Machines write a number of this size at once, so it is never half of one."""

    memory: mmap | bytearray
    at: int

    def take(self, job_id: int) -> None:
        _NUMBER.pack_into(self.memory, self.at, job_id)

    def let_go(self) -> None:
        self.take(0)


class Hands:
    def __init__(self, memory: mmap | bytearray | None = None, at: int = 0) -> None:
        """Where they begin in the memory; without one, nobody watches."""
        shared = bytearray(SIZE) if memory is None else memory
        self._free = [Hand(shared, at + number * _NUMBER.size) for number in range(HANDS)]

    @contextlib.contextmanager
    def one(self) -> Iterator[Hand]:
        """For as long as a job may be in it; empty afterwards."""
        hand = self._free.pop()
        try:
            yield hand
        finally:
            hand.let_go()
            self._free.append(hand)


def held(memory: mmap | bytes, at: int) -> list[int]:
    """The jobs in the hands that begin there."""
    numbers = struct.unpack_from(f"{HANDS}q", memory, at)
    return [number for number in numbers if number]
