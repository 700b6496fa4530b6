"""A lock that is handed on in the order in which it was asked for.

`threading.Lock` goes to whoever is quickest: a thread with a thousand timers to ring takes it again and again, and the
others' turn does not come for seconds.
"""

import threading
from collections import deque


class Turns:
    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()  #: each is released when its turn has come
        self._taken = False

    @property
    def taken(self) -> bool:
        return self._taken

    def acquire(self, timeout: float) -> bool:
        """Wait for our turn at most so many seconds; False if it has not come."""
        with self._guard:
            if not self._taken:
                self._taken = True
                return True
            mine = threading.Lock()
            mine.acquire()
            self._waiting.append(mine)
        if mine.acquire(timeout=timeout):
            return True
        with self._guard:
            if mine not in self._waiting:  # it came just now
                return True
            self._waiting.remove(mine)
            return False

    def release(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()  # still taken, by the next
            else:
                self._taken = False
