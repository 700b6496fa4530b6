"""Worker processes that can be killed at any moment and are there again at once.

A new interpreter takes seconds to load what a worker needs; a parent that has loaded it forks in milliseconds.
Run as `python -m tests.crash.hosts <database url> <home> <smtp port>`: forks a worker for each line it reads.
"""

import contextlib
import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from cpm.connectors import MailServer, registry
from cpm.engine import Engine, open_engine
from cpm.worker import Worker
from tests.world import settings


def engine_on(url: str, home: Path, smtp_port: int) -> Engine:
    """An engine with the real connectors, mailing to a server on this machine."""
    mail = MailServer("127.0.0.1", smtp_port, "service@firm.example", timeout_seconds=10)
    return open_engine(settings(home, database_url=url), registry(mail))


#: Nobody waits a minute for a test.
LEASE = timedelta(seconds=3)
CALLS = 2  #: threads of a worker that make external calls


class Hosts:
    """A few workers; `kill_one` is kill -9 and starts the next."""

    def __init__(self, zygote: subprocess.Popen[str], count: int) -> None:
        self._zygote = zygote
        self._pids = [self._fork() for _ in range(count)]
        self.kills = 0

    def kill_one(self, dice: random.Random) -> None:
        victim = dice.randrange(len(self._pids))
        os.kill(self._pids[victim], signal.SIGKILL)
        self.kills += 1
        self._pids[victim] = self._fork()

    def end(self) -> None:
        for pid in self._pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def _fork(self) -> int:
        assert self._zygote.stdin and self._zygote.stdout  # noqa: PT018 - both are pipes
        self._zygote.stdin.write("\n")
        self._zygote.stdin.flush()
        return int(self._zygote.stdout.readline())


@contextlib.contextmanager
def hosts(url: str, home: Path, smtp_port: int, *, count: int) -> Iterator[Hosts]:
    command = [sys.executable, "-m", "tests.crash.hosts", url, str(home), str(smtp_port)]
    log = (home / "workers.log").open("w")
    zygote = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True)
    try:
        running = Hosts(zygote, count)
        try:
            yield running
        finally:
            running.end()
    finally:
        zygote.kill()
        zygote.communicate()
        log.close()


def _be_forked(url: str, home: Path, smtp_port: int) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for _ in sys.stdin:
        if (pid := os.fork()) == 0:
            _work(url, home, smtp_port)
        print(pid, flush=True)


def _work(url: str, home: Path, smtp_port: int) -> None:
    """Until killed; and if the tests themselves die, not for longer."""
    threading.Timer(300, os._exit, (1,)).start()
    Worker(engine_on(url, home, smtp_port), lease=LEASE).run(calls=CALLS)


if __name__ == "__main__":
    _be_forked(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
