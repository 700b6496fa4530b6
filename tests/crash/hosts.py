"""Hosts that run `cpm work` and can be killed at any moment: parents with their workers, as processes of their own.

A new interpreter takes seconds to load what a worker needs; one that has loaded it forks a host in milliseconds.
Run as `python -m tests.crash.hosts`: forks a host for each line of JSON that it reads.
"""

import contextlib
import json
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from multiprocessing.context import ForkServerContext
from pathlib import Path
from types import MappingProxyType
from typing import Any

from cpm.commands.jobs import Share
from cpm.connectors import Connector, MailServer, Systems, registry
from cpm.engine import Engine, open_engine
from cpm.worker import Watch, child, watching
from tests.crash import broken, counterpart, poison
from tests.world import settings

#: Nobody waits a minute for a test.
LEASE = timedelta(seconds=3)
CALLS = 2  #: threads of a worker that make external calls
_BRAKE = watching.Brake(first=0.02, longest=0.1)
_LIVES = 600  # seconds, should the tests themselves die
_FORKED = "forked"  #: in a host's folder: a line for each worker, its share and process id


def forked() -> ForkServerContext:
    """For processes of a test's own: they begin as one that has loaded cpm, where a new interpreter takes seconds."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.crash.hosts", "tests.crash.incoming", "tests.world"])
    return context


def engine_on(
    url: str,
    home: Path,
    smtp_port: int = 1,
    counterpart_port: int = 1,
    erp: Mapping[str, Any] = MappingProxyType({}),
) -> Engine:
    """An engine with the real connectors, mailing to and calling a server on this machine; `erp`: its settings."""
    found = settings(home, database_url=url)
    if erp:
        seconds = {name: timedelta(seconds=erp[name]) for name in ("timeout", "poll")}
        found = replace(found, erp=replace(found.erp, **{**erp, **seconds}))
    systems = Systems(found.erp, found.zone)
    return open_engine(found, _connectors(systems, smtp_port, counterpart_port))


def _connectors(systems: Systems, smtp_port: int, counterpart_port: int) -> dict[str, Connector]:
    mail = MailServer("127.0.0.1", smtp_port, "service@firm.example", timeout_seconds=10)
    others = {"ledger": counterpart.Ledger(counterpart_port), "poison": poison.Poison()}
    return {**registry(mail, systems), **others}


@dataclass
class Host:
    """One `cpm work` with its workers."""

    folder: Path
    pid: int
    begun: list[int] = field(default_factory=list)

    def workers(self, share: Share = Share.SOUND) -> list[int]:
        """Process ids of those that live, oldest first."""
        lines = [line.split() for line in (self.folder / _FORKED).read_text().splitlines()]
        return [int(pid) for name, pid in lines if name == share.value and lives(int(pid))]

    def deaths(self) -> int:
        """How many workers have ended."""
        return sum(
            not lives(int(line.split()[1])) for line in (self.folder / _FORKED).read_text().splitlines()
        )

    def signal_one(self, dice: random.Random, number: int) -> int | None:
        """A worker of them, if there is one just now; the lone one is spared, see docs/operating.md."""
        living = self.workers()
        victim = dice.choice(living) if living else None
        if victim is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(victim, number)
        return victim

    def kill_parent(self) -> None:
        os.kill(self.pid, signal.SIGKILL)

    def kill_all(self) -> None:
        """As a container that has no memory left."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)


class Hosts:
    def __init__(self, zygote: subprocess.Popen[str]) -> None:
        self._zygote, self._hosts = zygote, list[Host]()

    def begin(self, url: str, home: Path, **orders: Any) -> Host:
        """Orders: processes, smtp_port, counterpart_port, lease (seconds), variant (of `broken`), erp (as `engine_on`)."""
        assert self._zygote.stdin and self._zygote.stdout  # noqa: PT018 - both are pipes
        home.mkdir(exist_ok=True, parents=True)
        (home / _FORKED).touch()
        self._zygote.stdin.write(json.dumps({"url": url, "home": str(home), **orders}) + "\n")
        self._zygote.stdin.flush()
        host = Host(home, int(self._zygote.stdout.readline()))
        self._hosts.append(host)
        return host

    def end(self) -> None:
        for host in self._hosts:
            host.kill_all()
        eventually(lambda: not any(lives(host.pid) or host.workers() for host in self._hosts))


@contextlib.contextmanager
def hosts(log: Path) -> Iterator[Hosts]:
    command = [sys.executable, "-m", "tests.crash.hosts"]
    with log.open("w") as output:
        zygote = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=output, text=True
        )
        running = Hosts(zygote)
        try:
            yield running
        finally:
            running.end()
            zygote.kill()
            zygote.communicate()


def lives(pid: int) -> bool:
    """Zombies do not; but a process whose first thread is one lives, and holds its locks, until its other threads have ended."""
    try:
        threads = list(Path(f"/proc/{pid}/task").iterdir())
    except OSError:
        return False
    return any(map(_runs, threads))


def _runs(thread: Path) -> bool:
    try:
        return (thread / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def eventually(true: Callable[[], object], within: float = 60.0) -> None:
    deadline = time.monotonic() + within
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def _be_forked() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        if (pid := os.fork()) == 0:
            _host(json.loads(line))
        print(pid, flush=True)


def _host(orders: Mapping[str, Any]) -> None:
    os.setpgid(0, 0)
    signal.alarm(_LIVES)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    home = Path(orders["home"])
    broken.be(orders.get("variant"), home)
    poison.be_dangerous()
    _tell_of_workers(home / _FORKED)
    ports = orders.get("smtp_port", 1), orders.get("counterpart_port", 1)
    opened = partial(engine_on, orders["url"], home, *ports, orders.get("erp", {}))
    lease = timedelta(seconds=orders["lease"]) if "lease" in orders else LEASE
    watch = Watch(opened, home, processes=orders.get("processes", 2), calls=CALLS, lease=lease, brake=_BRAKE)
    try:
        watch.run()
    finally:
        os._exit(0)


def _tell_of_workers(file: Path) -> None:
    real = child.fork

    def fork(orders: Any, name: str, share: Share, *rest: Any) -> int:
        pid = real(orders, name, share, *rest)
        with file.open("a") as told:
            told.write(f"{share.value} {pid}\n")
        return pid

    child.fork = fork


if __name__ == "__main__":
    _be_forked()
