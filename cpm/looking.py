"""Something that is looked at anew every so often by whoever comes then: by one of them, the others go on with what is known."""

import math
import threading
import time
from collections.abc import Callable
from datetime import timedelta

_OLD = 10.0  #: seconds; with older knowledge nobody goes on


class Looking:
    def __init__(self, look: Callable[[], None], every: Callable[[], timedelta]) -> None:
        self._look, self._every = look, every
        self._looked: float | None = None  #: monotonic
        self._forgotten = 0  #: how often it was changed here
        self._lock = threading.Lock()

    def again(self, *, now: bool = False) -> None:
        """If it is time. `now` does not ask whether it is."""
        if not now and self._is_fresh():
            return
        if not self._lock.acquire(blocking=now or self._age() >= _OLD):
            return
        try:
            if now or not self._is_fresh():  # somebody may have looked while we waited
                forgotten = self._forgotten
                self._look()
                self._looked = time.monotonic() if forgotten == self._forgotten else None
        finally:
            self._lock.release()

    def forget(self) -> None:
        """It was changed here: who comes next looks."""
        self._forgotten += 1
        self._looked = None

    def _is_fresh(self) -> bool:
        return self._age() < self._every().total_seconds()

    def _age(self) -> float:
        """Seconds since somebody looked, or since ever."""
        looked = self._looked
        return math.inf if looked is None else time.monotonic() - looked
