"""Programs that run until they are told to stop: signals, and a log for operators on stderr."""

import contextlib
import logging
import queue
import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType

from cpm.cli.harmless import harmless

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_USUAL = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


@contextlib.contextmanager
def until_stopped(stop: Callable[[], None] | None = None) -> Iterator[threading.Event]:
    """An event that is set, and `stop` called, when a signal asks us to end; a second one changes nothing."""
    stopped = threading.Event()
    # Ctrl-C in a process tree comes as two signals at once. Event.set would wait for ever for the thread it
    # interrupted; SimpleQueue.put is made to be interrupted (Python's documentation of `queue`)
    asked: queue.SimpleQueue[bool] = queue.SimpleQueue()

    def obey() -> None:
        if asked.get():
            stopped.set()
            if stop is not None:
                stop()

    def end(_signal: int, _frame: FrameType | None) -> None:
        asked.put(True)

    obeying = threading.Thread(target=obey, name="signals")
    obeying.start()
    before = {number: signal.signal(number, end) for number in _SIGNALS}
    try:
        yield stopped
    finally:
        asked.put(False)
        obeying.join()
        for number, handler in before.items():
            signal.signal(number, handler)


def log_to_stderr(level: str) -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(log_formatter())
    logging.basicConfig(level=level, handlers=[handler])


def log_formatter() -> logging.Formatter:
    return _Facts("%(asctime)s %(levelname)s %(name)s %(message)s")


class _Facts(logging.Formatter):
    """The message with the facts that were logged beside it: key=value. A traceback may quote a stranger."""

    def format(self, record: logging.LogRecord) -> str:
        return harmless(super().format(record))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        facts = " ".join(f"{name}={value}" for name, value in vars(record).items() if name not in _USUAL)
        return f"{super().formatMessage(record)} {facts}".rstrip()
