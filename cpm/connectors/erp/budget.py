"""Questions that have so much time and no more: who waits for a page reads what is there, and goes on."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from cpm.connectors.erp.faults import ErpFault

log = logging.getLogger(__name__)

T = TypeVar("T")


class Budget:
    """A few threads for all questions of a process. If all of them wait, a further question is not even asked."""

    def __init__(self, name: str, most: int = 8) -> None:
        self._name, self._most = name, most
        self._free = threading.BoundedSemaphore(most)
        self._guard = threading.Lock()
        self._threads: ThreadPoolExecutor | None = None  # made when needed: after a fork there are no threads

    def ask(self, question: Callable[[], T], seconds: float) -> T:
        """The answer; ErpFault (timeout) if it is not there in time. The question goes on, and its answer is dropped."""
        late = ErpFault("timeout", f"Expected {self._name} to answer at once, but it takes longer.")
        if (asked := self._begun(question)) is None:
            raise late
        try:
            return asked.result(timeout=seconds)
        except TimeoutError as error:
            raise late from error

    def begin(self, question: Callable[[], object]) -> None:
        """For nobody who waits; nothing if all threads are taken."""
        self._begun(question)

    def _begun(self, question: Callable[[], T]) -> Future[T] | None:
        if not self._free.acquire(blocking=False):
            return None
        with self._guard:
            if self._threads is None:
                self._threads = ThreadPoolExecutor(self._most, thread_name_prefix=f"ask-{self._name}")
            try:
                asked = self._threads.submit(question)
            except RuntimeError:  # the system gives us no thread just now: its place is free again
                self._free.release()
                log.warning("budget.no_thread", extra={"system": self._name})
                return None
        asked.add_done_callback(lambda _: self._free.release())
        return asked
