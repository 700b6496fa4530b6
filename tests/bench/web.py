"""How long pages take at 50 requests a second, with 400 open cases (the baseline) and with 10,000.

`cpm serve` with two processes on PostgreSQL with fsync, asked over loopback by this process on the same cores: inbox
and guided step by one agent, a step handed in by another. A request's time begins when it was due, so one that waits
for a slow one before it counts in full.

Run: python -m tests.bench.web
"""

import contextlib
import http.client
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, Queue
from urllib.parse import urlencode

import psycopg
from sqlalchemy import select

from cpm import passwords, schema
from cpm.commands import passwords as password_commands
from cpm.commands import tasks
from cpm.database import Database
from cpm.model import Case, Task, TaskState
from tests import postgres
from tests.bench.many import multiply
from tests.clock import FakeClock
from tests.world import World, furnish, mail, world

PASSWORD = "the kettle has a crack"
PER_SECOND, SECONDS, HANDS = 50, 20, 12
FEW, MANY = 400, 10_000  #: open cases; half of them are held by ben, who hands in a step of 200
TEMPLATES = 20  #: cases that the engine opened; the rest are copies
#: Of ten requests in a row
MIX = ("inbox", "step", "inbox", "step", "submit", "inbox", "step", "inbox", "step", "submit")
AIM = 50.0  # ms, 95 of 100
FACTS = {"cause": "other", "damage_text": "Riss im Kessel"}


@dataclass
class Visitor:
    """One browser: its cookie and the token its forms carry."""

    login: str
    cookie: str = ""
    token: str = ""
    led_to: str | None = None  #: where the last answer leads


@dataclass
class Load:
    address: tuple[str, int]
    anna: Visitor
    ben: Visitor
    steps: list[str]  #: pages of steps that wait
    held: list[str]  #: pages of steps that ben holds
    times: dict[str, list[float]] = field(default_factory=lambda: {"inbox": [], "step": [], "submit": []})
    faults: list[str] = field(default_factory=list)

    def run(self) -> None:
        due: Queue[tuple[float, str, int]] = Queue()
        begin = time.perf_counter() + 0.5
        for number in range(PER_SECOND * SECONDS):
            due.put((begin + number / PER_SECOND, MIX[number % len(MIX)], number))
        hands = [threading.Thread(target=self._work, args=(due,)) for _ in range(HANDS)]
        for hand in hands:
            hand.start()
        for hand in hands:
            hand.join()

    def _work(self, due: "Queue[tuple[float, str, int]]") -> None:
        connection = http.client.HTTPConnection(*self.address, timeout=30)
        with contextlib.suppress(Empty):
            while True:
                at, what, number = due.get_nowait()
                time.sleep(max(0.0, at - time.perf_counter()))
                status = self._ask(connection, what, number)
                self.times[what].append((time.perf_counter() - at) * 1000)
                if status != (303 if what == "submit" else 200):
                    self.faults.append(f"{what}: {status}")
        connection.close()

    def _ask(self, connection: http.client.HTTPConnection, what: str, number: int) -> int:
        if what == "inbox":
            return ask(connection, self.anna, "GET", "/inbox?view=team")[0]
        if what == "step":
            return ask(connection, self.anna, "GET", self.steps[number % len(self.steps)])[0]
        return ask(connection, self.ben, "POST", self.held.pop(), FACTS)[0]


def ask(
    connection: http.client.HTTPConnection,
    who: Visitor,
    method: str,
    path: str,
    data: dict[str, str] | None = None,
) -> tuple[int, str]:
    headers = {"Cookie": who.cookie, "Accept-Language": "de"}
    body = None
    if data is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        body = urlencode({**data, "csrf_token": who.token})
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    text = answer.read().decode()
    if cookie := answer.getheader("Set-Cookie"):
        who.cookie = cookie.split(";")[0]
    who.led_to = answer.getheader("Location")
    return answer.status, text


def sign_in(address: tuple[str, int], login: str) -> Visitor:
    who = Visitor(login)
    connection = http.client.HTTPConnection(*address, timeout=30)
    who.token = _token(ask(connection, who, "GET", "/sign-in")[1])
    status, _ = ask(connection, who, "POST", "/sign-in", {"login": login, "password": PASSWORD})
    assert status == 303, f"Expected {login} to be let in, but the answer is {status}"
    who.token = _token(ask(connection, who, "GET", "/account")[1])
    connection.close()
    return who


def _token(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found is not None
    return found[1]


@contextlib.contextmanager
def serving(url: str, home: Path) -> Iterator[tuple[str, int]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environ = {**os.environ, "CPM_DATABASE_URL": url, "CPM_HOME": str(home), "CPM_HTTP_PORT": str(port)}
    server = subprocess.Popen(
        [sys.executable, "-m", "cpm.cli", "serve"], env=environ, stdout=subprocess.DEVNULL
    )
    try:
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            time.sleep(0.1)
        yield "127.0.0.1", port
    finally:
        server.terminate()
        server.wait(30)


def fill(url: str, home: Path, cases: int) -> None:
    """That many open cases that wait for their first step; ben holds those of every other."""
    database = Database(url)
    schema.upgrade(database)
    firm = world(database, home, FakeClock())
    furnish(firm.engine)
    known = passwords.hash_(PASSWORD)
    for number in range(TEMPLATES):
        opened = firm.receive(
            mail(sender=f"K{number} <k{number}@example.org>", message_id=f"<{number}@bench>")
        )
        if number % 2:
            _held_by_ben(firm, opened)
    with firm.engine.begin("cpm bench") as uow:
        for login in ("anna", "ben"):
            password_commands.put(uow, login, known)
    multiply(database, cases // TEMPLATES - 1)
    database.close()


def _held_by_ben(firm: World, case: Case | None) -> None:
    assert case is not None
    with firm.engine.begin("ben") as uow:
        tasks.claim(uow, firm.step(case, "check_facts").id)


def pages(url: str) -> tuple[list[str], list[str]]:
    """Of steps that wait, and of steps that ben holds."""
    database = Database(url)
    with database.read() as session:
        query = select(Task).where(Task.state.in_((TaskState.READY, TaskState.CLAIMED))).limit(1_000_000)
        found = [
            (task.assignee, f"/cases/{task.case.number}/tasks/{task.id}") for task in session.scalars(query)
        ]
    database.close()
    return [page for who, page in found if who is None], [page for who, page in found if who == "ben"]


def measure(cluster: str, home: Path, cases: int) -> dict[str, float]:
    name = f"bench_{cases}"
    plain = cluster.replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    url = cluster.replace("/postgres?", f"/{name}?")
    fill(url, home, cases)
    with serving(url, home) as address:
        steps, held = pages(url)
        load = Load(address, sign_in(address, "anna"), sign_in(address, "ben"), steps, held)
        warm = http.client.HTTPConnection(*address, timeout=30)
        for _ in range(20):  # both processes have read the definitions afterwards
            ask(warm, load.anna, "GET", "/inbox?view=team")
            ask(warm, load.anna, "GET", steps[0])
        warm.close()
        load.run()
    assert not load.faults, f"Expected every request to be answered, but: {load.faults[:5]}"
    return {what: sorted(times)[int(len(times) * 0.95)] for what, times in load.times.items()}


def main() -> None:
    print(__doc__.partition("\n")[0])
    with tempfile.TemporaryDirectory() as folder, postgres.cluster(fsync=True) as cluster:
        few, many = measure(cluster, Path(folder), FEW), measure(cluster, Path(folder), MANY)
    print(f"{'':10}{FEW:>8} cases{MANY:>10,}{'ratio':>8}   p95 in ms, aim < {AIM:.0f}")
    for what, time_of_few in few.items():
        print(f"{what:10}{time_of_few:12.1f}{many[what]:10.1f}{many[what] / time_of_few:8.2f}")


if __name__ == "__main__":
    main()
