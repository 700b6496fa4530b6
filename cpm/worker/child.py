"""A worker as a process of its own: told to end by SIGTERM, or by the end of who watches it."""

import contextlib
import logging
import os
import select
import signal
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from types import FrameType
from typing import NoReturn

from cpm.commands.jobs import Share
from cpm.engine import Engine
from cpm.errors import CpmError
from cpm.worker.hands import Hands
from cpm.worker.working import Worker

log = logging.getLogger(__name__)

_END = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
#: A worker whose parent was killed may finish what it has in hand, but does not stay.
_FINISHES_WITHIN = 30.0  # seconds


@dataclass(frozen=True, slots=True)
class Orders:
    opened: Callable[[], Engine]  #: connections are not shared with a parent: each process opens its own
    calls: int
    lease: timedelta


@dataclass(frozen=True, slots=True)
class Bell:
    """Rings when a signal comes; no thread, and nothing that a signal could interrupt half done."""

    hears: int
    rings: int

    def wait(self, seconds: float | None, *others: int) -> list[int]:
        """Until it rings, one of the others can be read, or the time is over; which of the others can."""
        readable = select.select([self.hears, *others], [], [], seconds)[0]
        if self.hears in readable:
            os.read(self.hears, 4096)
        return [number for number in readable if number != self.hears]


@contextlib.contextmanager
def bell(asked: Callable[[], None]) -> Iterator[Bell]:
    """A bell for signals; `asked` is called at those that ask us to end."""

    def end(_signal: int, _frame: FrameType | None) -> None:
        asked()

    def look(_signal: int, _frame: FrameType | None) -> None:
        """A child has ended; ringing is all that is needed."""

    hears, rings = os.pipe()
    os.set_blocking(rings, False)
    was = signal.set_wakeup_fd(rings, warn_on_full_buffer=False)
    before = {number: signal.signal(number, end) for number in _END}
    before[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, look)
    try:
        yield Bell(hears, rings)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(was)
        os.close(hears)
        os.close(rings)


def fork(orders: Orders, name: str, share: Share, hands: Hands, lifeline: tuple[int, int]) -> int:
    """Begin a worker; its process id. No signal comes to the child before it can hear it."""
    signal.pthread_sigmask(signal.SIG_BLOCK, _END)
    try:
        if (pid := os.fork()) == 0:
            _be_one(orders, name, share, hands, lifeline)
        return pid
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _END)


def _be_one(orders: Orders, name: str, share: Share, hands: Hands, lifeline: tuple[int, int]) -> NoReturn:
    """Whatever happens, the program that forked us does not go on here a second time."""
    code = 1
    try:
        os.close(lifeline[1])
        _work(orders, name, share, hands, lifeline[0])
        code = 0
    except CpmError as error:
        log.error("worker.not_begun", extra={"worker": name, "why": str(error)})  # noqa: TRY400 - for people
    except BaseException:
        log.exception("worker.ended", extra={"worker": name})
    finally:
        logging.shutdown()
        os._exit(code)


def _work(orders: Orders, name: str, share: Share, hands: Hands, lifeline: int) -> None:
    asked: list[bool] = []  # Event.set is not made to be interrupted by itself
    with bell(lambda: asked.append(True)) as signals:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C comes to all of us, and our parent tells us
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _END)
        engine = orders.opened()
        worker = Worker(engine, lease=orders.lease, name=name, share=share, hands=hands)
        working = threading.Thread(target=worker.run, kwargs={"calls": orders.calls}, name="worker")
        working.start()
        alone = False
        while not asked and not alone:
            alone = bool(signals.wait(None, lifeline))
        if alone:
            log.warning("worker.alone", extra={"worker": name})
            late = threading.Timer(_FINISHES_WITHIN, os._exit, (1,))
            late.daemon = True
            late.start()
        worker.stop()
        working.join()
        engine.database.close()
