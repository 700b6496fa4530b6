"""How long the desk takes to answer 200 agents who think for ten seconds each time, with 100,000 cases.

`cpm serve` as it comes, two processes on PostgreSQL with fsync, asked over loopback by this process on the same cores. Each
agent does what they do all morning: looks at the inbox, opens a case and a step they hold, has its fields drawn anew, hands it
in and gets the next page, and takes the next case. All the while each has a page open that hears what happens elsewhere.
Afterwards, with nobody else there, what pages weigh gzipped, and how they come up and answer keys in Chromium on a core four
times slower, with nothing in its cache.

Run: python -m tests.bench.desk [--cases 100000] [--agents 200] [--seconds 120]
It fills a PostgreSQL of its own in a few minutes (1.5 GB) and leaves nothing behind.
"""

import argparse
import gzip
import http.client
import random
import re
import statistics
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import select

from cpm import passwords
from cpm.commands import passwords as password_commands
from cpm.commands import users
from cpm.database import Database
from cpm.model import Task, TaskState, User
from tests import postgres
from tests.bench import crowd, paints, streams
from tests.bench.flat import made, room
from tests.bench.web import FACTS, PASSWORD, Visitor, ask, serving, sign_in

CASES, AGENTS, SECONDS = 100_000, 200, 120
THINK = 10.0  #: seconds, on average, between an answer and the next request
AIM = 50.0  #: ms: 95 of 100 answers
#: In kB, gzipped; of each page, and of what all of them bring along.
WEIGHTS = {"HTML": 15, "CSS": 10, "JS": 25}
#: What each does, again and again: its name, where, and what is typed.
MORNING: tuple[tuple[str, str, "Data | None"], ...] = (
    ("inbox", "{inbox}", None),
    ("case", "{case}", None),
    ("step", "{step}", None),
    ("fields", "{step}/fields", FACTS),
    ("submit", "{step}", FACTS),
    ("next case", "/inbox/next", {}),
)
INBOXES = ("/inbox", "/inbox?view=team", "/inbox?view=due_today")
KINDS = (*(kind for kind, _, _ in MORNING), "next page")
LEADS_ON = {"submit", "next case"}
_PARTS = re.compile(r'<(?:link rel="stylesheet" href|script [^>]*?src)="([^"]+)"')

Data = dict[str, str]


@dataclass
class Agent:
    """One person at the desk, and the steps that wait with them."""

    who: Visitor
    held: list[tuple[str, str]]  #: pages of cases and of their steps


@dataclass
class Load:
    address: tuple[str, int]
    until: float = 0.0
    counts_from: float = 0.0
    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    faults: list[str] = field(default_factory=list)

    def run(self, agents: list[Agent], seconds: int) -> None:
        """What is asked while each of them comes to the desk does not count yet."""
        begin = time.perf_counter()
        self.counts_from, self.until = begin + 2 * THINK, begin + 2 * THINK + seconds
        desks = [threading.Thread(target=self._work, args=(agent,)) for agent in agents]
        for desk in desks:
            desk.start()
        for desk in desks:
            desk.join()

    def _work(self, agent: Agent) -> None:
        hands = random.Random(agent.who.login)
        done = hands.randrange(len(MORNING))  # they have begun at different times
        self._think(hands, 0.0)
        while time.perf_counter() < self.until:
            case, step = agent.held[done // len(MORNING)]
            kind, path, data = MORNING[done % len(MORNING)]
            inbox = INBOXES[done % len(INBOXES)]
            if led_to := self._ask(agent.who, kind, path.format(inbox=inbox, case=case, step=step), data):
                self._ask(agent.who, "next page", led_to)
            done += 1
            self._think(hands)

    def _think(self, hands: random.Random, least: float = THINK / 2) -> None:
        """As long as they do, but not beyond the end."""
        left = self.until - time.perf_counter()
        time.sleep(max(0.0, min(hands.uniform(least, 2 * THINK - least), left)))

    def _ask(self, who: Visitor, kind: str, path: str, data: Data | None = None) -> str | None:
        """Where the answer leads, if it leads on."""
        connection = http.client.HTTPConnection(*self.address, timeout=30)
        began = time.perf_counter()
        status, _ = ask(connection, who, "GET" if data is None else "POST", path, data)
        spent = (time.perf_counter() - began) * 1000
        connection.close()
        if began > self.counts_from:
            self.times[kind].append(spent)
        if status not in ({303} if kind in LEADS_ON else {200, 303}):  # an exception's task leads on
            self.faults.append(f"{kind} {path}: {status}")
        return who.led_to


def agents(url: str, address: tuple[str, int], count: int) -> list[Agent]:
    """Signed in, each with what the crowd has given them."""
    database = Database(url)
    held = defaultdict(list)
    with database.read() as session:
        query = select(Task).where(Task.state == TaskState.CLAIMED, Task.element == "check_facts")
        for task in session.scalars(query.limit(count * 100)):
            case = f"/cases/{task.case.number}"
            held[task.assignee].append((case, f"{case}/tasks/{task.id}"))
    database.close()
    return [Agent(sign_in(address, login), held[login]) for login in _logins(count)]


def _logins(count: int) -> list[str]:
    return [f"agent_{number}" for number in range(1, count + 1)]


def fill(url: str, home: Path, cases: int, count: int) -> None:
    """All of them work for the team that has most to do, too."""
    firm = crowd.crowded(url, home, cases)
    known = passwords.hash_(PASSWORD)
    with firm.engine.begin("cpm bench") as uow:
        for login in _logins(count):
            users.change_user(uow, login, teams=["service", *uow.get(User, login).teams])
            password_commands.put(uow, login, known)
    firm.engine.database.close()


def weights(address: tuple[str, int], agent: Agent) -> Mapping[str, tuple[str, float]]:
    """The heaviest page, and all that they bring along: kB."""
    connection = http.client.HTTPConnection(*address, timeout=30)
    pages = {path: ask(connection, agent.who, "GET", path)[1] for path in ("/inbox", *agent.held[-1])}
    parts = {part for page in pages.values() for part in _PARTS.findall(page)}
    sizes = {part: _weight(ask(connection, agent.who, "GET", part)[1]) for part in parts}
    connection.close()
    heaviest = max(pages, key=lambda path: _weight(pages[path]))
    return {
        "HTML": (heaviest, _weight(pages[heaviest])),
        "CSS": ("all together", _of_kind(sizes, ".css")),
        "JS": ("all together", _of_kind(sizes, ".js")),
    }


def _of_kind(sizes: Mapping[str, float], ending: str) -> float:
    return sum(size for part, size in sizes.items() if urlsplit(part).path.endswith(ending))


def _weight(text: str) -> float:
    return len(gzip.compress(text.encode(), 6)) / 1000


def measure(cases: int, count: int, seconds: int) -> None:
    with tempfile.TemporaryDirectory(prefix="cpm-bench-") as folder, postgres.cluster(fsync=True) as cluster:
        home = Path(folder)
        room(home, cases)
        url = made(cluster, cases)
        began = time.perf_counter()
        fill(url, home, cases, count)
        print(f"{cases:,} open cases, filled in {time.perf_counter() - began:.0f} s")
        with serving(url, home) as address:
            everybody = agents(url, address, count)
            load = Load(address)
            with streams.held(address, [agent.who for agent in everybody]) as heard:
                load.run(everybody, seconds)
            _tell(load, count)
            print(f"{sum(heard) / 1024:.0f} KiB came over {count} streams; {heard.count(0)} were silent")
            _tell_weights(weights(address, everybody[0]))
            _tell_paints(address, everybody[0])
    assert not load.faults, f"Expected every request to be answered, but: {load.faults[:5]}"


def _tell(load: Load, count: int) -> None:
    print(
        f"\n{count} agents, {THINK:.0f} s to think    answers     p50     p95     p99   ms; aim p95 < {AIM:.0f}"
    )
    for kind in KINDS:
        times = sorted(load.times[kind])
        places = (times[int(len(times) * part)] for part in (0.5, 0.95, 0.99) if times)
        print(f"{kind:32}{len(times):>8}" + "".join(f"{each:8.1f}" for each in places))


def _tell_weights(found: Mapping[str, tuple[str, float]]) -> None:
    print("\ngzipped")
    for kind, (what, size) in found.items():
        print(f"{kind:8}{what:40}{size:8.1f} kB; aim < {WEIGHTS[kind]}")


def _tell_paints(address: tuple[str, int], agent: Agent) -> None:
    aims = ", ".join(f"{word} {aim:g}" for word, aim in paints.AIMS.items())
    print(
        f"\nnothing cached, {paints.SLOWER} times slower, median and worst of {paints.ROUNDS}; aims: {aims} and key {paints.KEY:g}"
    )
    print(f"{'':42}" + "".join(f"{word:>16}" for word in (*paints.AIMS, "key p50, p95")))
    for path, found in paints.visits(address, agent.who, ("/inbox", *agent.held[-1])):
        columns = [[visit.told[word] for visit in found] for word in paints.AIMS]
        keys = sorted(key for visit in found for key in visit.keys)
        told = [(statistics.median(each), max(each)) for each in columns]
        told.append((statistics.median(keys), keys[int(len(keys) * 0.95)]))
        print(f"{path:42}" + "".join(f"{f'{low:.3g}, {high:.3g}':>16}" for low, high in told), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=CASES)
    parser.add_argument("--agents", type=int, default=AGENTS)
    parser.add_argument("--seconds", type=int, default=SECONDS)
    asked = parser.parse_args()
    print(__doc__.partition("\n")[0])
    measure(asked.cases, asked.agents, asked.seconds)


if __name__ == "__main__":
    main()
