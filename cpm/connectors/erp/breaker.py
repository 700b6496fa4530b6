"""A circuit breaker: who does not answer is not asked again and again, so that desks stay quick. One a process and system."""

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from cpm.clock import Clock, utcnow

#: So many questions in a row without an answer open it.
FAULTS = 3
#: Then everybody is told at once, and one question goes through after each such pause.
PAUSE = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a system answers, as far as this process knows; nobody is asked for it."""

    up: bool
    since: datetime | None  #: None: it was not asked yet
    why: str = ""  #: what its last question ended with, while it is not up


class Breaker:
    """Threads share it."""

    def __init__(self, *, faults: int = FAULTS, pause: timedelta = PAUSE, clock: Clock = utcnow) -> None:
        self._most, self._pause, self._clock = faults, pause, clock
        self._guard = threading.Lock()
        self._faults = 0
        self._about: set[str] = set()  #: of what so many were missed
        self._standing = Standing(up=True, since=None)
        self._heard: datetime | None = None
        self._asked: datetime | None = None  #: while it is open: when the last question went through

    @property
    def standing(self) -> Standing:
        return self._standing

    @property
    def heard(self) -> datetime | None:
        """When a question ended last, well or badly."""
        return self._heard

    def admits(self) -> bool:
        """Whether this question may be asked; while it is open one after each pause, which the asker then has to ask."""
        with self._guard:
            if self._standing.up:
                return True
            now = self._clock()
            if self._asked is not None and timedelta(0) <= now - self._asked < self._pause:
                return False
            self._asked = now
            return True

    def answered(self) -> None:
        with self._guard:
            self._heard = self._clock()
            self._faults = 0
            self._about.clear()
            if not self._standing.up or self._standing.since is None:
                self._standing = Standing(up=True, since=self._heard)

    def missed(self, why: str, *, surely: bool = False, about: str = "") -> None:
        """A question had no answer. `surely`: there is no need for more of them to know that it is away.

        `about`: one thing, which counts once however often it is asked for: it may be the thing that takes too long.
        """
        with self._guard:
            self._heard = self._clock()
            self._faults += about not in self._about
            if about:
                self._about.add(about)
            if self._standing.up and self._faults < self._most and not surely:
                return
            since = self._heard if self._standing.up else self._standing.since
            self._standing, self._asked = Standing(up=False, since=since, why=why), self._heard
