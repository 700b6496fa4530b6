"""Workers are killed and frozen, the database is restarted, the other system fails: every case ends as if nothing had been."""

import contextlib
import os
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cpm import schema
from tests import postgres
from tests.crash import burning, counterpart
from tests.crash.burning import People
from tests.crash.counterpart import Counterpart, Trouble
from tests.crash.hosts import Host, Hosts, engine_on
from tests.crash.models import deploy, open_case
from tests.databases import opened
from tests.world import furnish

pytestmark = pytest.mark.slow
DEADLINE = 240.0  # seconds for the small size, on a busy machine
LEASE = 2  # seconds


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_nothing_is_lost_or_wrong_under_fire(kind: str, tmp_path: Path, fleet: Hosts, full_size: bool):
    seed = random.randrange(10_000)
    print(f"seed {seed}")
    dice, count = random.Random(seed), 2000 if full_size else 20
    restarts = [count // 2] if kind == "postgresql" else []
    with contextlib.ExitStack() as stack:
        url, restart = stack.enter_context(_database(kind, tmp_path))
        ledger = stack.enter_context(counterpart.serving(Counterpart(random.Random(seed), Trouble(0, 0, 0))))
        engine = engine_on(url, tmp_path, counterpart_port=ledger.port)
        stack.callback(engine.database.close)
        furnish(engine)
        deploy(engine, burning.FILES)
        expected = burning.undisturbed(engine)
        ledger.trouble, ledger.watch = Trouble(), _Freezer(every=60)
        cases = {open_case(engine, "fire", amount=number).id: number for number in range(count)}
        processes = 4 if kind == "postgresql" else 2
        host = fleet.begin(url, tmp_path, processes=processes, lease=LEASE, counterpart_port=ledger.port)
        people = People(engine, list(cases), random.Random(seed))
        pace, within = ((0.5, 1.5), DEADLINE * 40) if full_size else ((0.2, 0.5), DEADLINE)
        kills = _burn(host, people, dice, restart, restarts, within=within, pace=pace)
        _settled(host)
        wrong = burning.audit(engine, ledger, cases, expected, people.notes)
        print(f"{kind}: {count} cases, {kills} kills, {ledger.watch.frozen} frozen, {len(restarts)} restarts")
        assert wrong == {}, f"seed {seed}"
        assert kills >= 2
        assert ledger.watch.frozen >= 1


class _Freezer:
    """Every so many requests, whoever asks is stopped, and goes on when its lease has run out."""

    def __init__(self, every: int) -> None:
        self._every, self._asked, self.frozen = every, every - 8, 0

    def __call__(self, pid: int, _asked: object) -> None:
        self._asked += 1
        if self._asked % self._every == 0 and pid != os.getpid():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)
                self.frozen += 1
                threading.Timer(LEASE + 1, _go_on, (pid,)).start()


def _go_on(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGCONT)


def _burn(
    host: Host,
    people: People,
    dice: random.Random,
    restart: Callable[[], None],
    restarts: list[int],
    *,
    within: float,
    pace: tuple[float, float],
) -> int:
    """Kill a worker about every second, but only when something has been done since the last time: else a slow machine
    would do nothing but start workers."""
    working = threading.Thread(target=people.work)
    working.start()
    kills, seen, until, due = 0, 0, time.monotonic() + within, list(restarts)
    while working.is_alive() and time.monotonic() < until:
        time.sleep(dice.uniform(*pace))
        if due and people.done >= due[0]:
            due.pop(0)
            restart()
        if people.done > seen:
            seen = people.done
            kills += host.signal_one(dice, signal.SIGKILL) is not None
    people.stop = True
    working.join(10)
    assert not due, "expected to restart the database"
    return kills


def _settled(host: Host) -> None:
    """In good order, so that what is under way is written down."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(host.pid, signal.SIGTERM)
    until = time.monotonic() + 30
    while host.workers() and time.monotonic() < until:
        time.sleep(0.05)


@contextlib.contextmanager
def _database(kind: str, folder: Path) -> Iterator[tuple[str, Callable[[], None]]]:
    """The URL of a database with our tables, and how its server is restarted."""
    if kind == "sqlite":
        with opened(f"sqlite:///{folder}/cpm.db") as database:
            schema.upgrade(database)
        yield f"sqlite:///{folder}/cpm.db", lambda: None
        return
    with postgres.server() as server:

        def restart() -> None:
            server.crash()
            time.sleep(0.5)
            server.start()

        with opened(server.url) as database:
            schema.upgrade(database)
        yield server.url, restart
