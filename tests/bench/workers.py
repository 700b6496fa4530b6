"""How much more two and four workers do than one, over one PostgreSQL with fsync: timers that ring, and calls.

Each worker is a `cpm work --processes 1` with a home of its own, as on a host of its own. Cases are copied by SQL, each with a timer or with the first of its
calls; all come due at once, and the clock runs until none is left. The calls answer at once, so that what is measured is
ours: two transactions each, and the step behind it. Where the machine has no more cores than this, PostgreSQL and the
workers share them.

Run: python -m tests.bench.workers [timers | calls] [--cases 2000] [--workers 1 2 4]
"""

import argparse
import contextlib
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import psycopg
from sqlalchemy import func, select, update

from cpm import schema
from cpm.clock import utcnow
from cpm.commands import definitions
from cpm.database import Database
from cpm.model import Job, JobState
from tests import postgres
from tests.bench import models
from tests.bench.many import multiply
from tests.bench.timers import engine_on, open_case
from tests.world import furnish

CALLS = 5  #: of each case, one after the other
KINDS = {"timers": 1, "calls": CALLS}
_LATER = timedelta(days=1)
_PATIENCE = 900.0  # seconds
_AWAKE = 15.0  # seconds until every worker has surely read what is deployed


def timing() -> bytes:
    drawing = models.Drawing(bare=False)
    date = "<bpmn:timerEventDefinition><bpmn:timeDate>=until</bpmn:timeDate></bpmn:timerEventDefinition>"
    wait = drawing.node("intermediateCatchEvent", "wait", date)
    drawing.path(drawing.node("startEvent", "s"), wait, drawing.node("endEvent", "e"))
    return drawing.text().replace(b'id="p"', b'id="timers"')


def calling() -> bytes:
    drawing = models.Drawing(bare=False)
    calls = [drawing.service(f"call{number}") for number in range(CALLS)]
    drawing.path(drawing.node("startEvent", "s"), *calls, drawing.node("endEvent", "e"))
    return re.sub(rb'type="call\d+"', b'type="demo.echo"', drawing.text().replace(b'id="p"', b'id="calls"'))


def fill(url: str, folder: Path, kind: str, cases: int) -> None:
    """So many cases, all of which have to wait."""
    database = Database(url)
    schema.upgrade(database)
    engine = engine_on(url, folder)
    furnish(engine)
    with engine.begin("bench") as uow:
        definitions.deploy(uow, {"timers.bpmn": timing(), "calls.bpmn": calling()})
    open_case(engine, kind, until=utcnow() + _LATER)
    with database.write() as session:
        session.execute(update(Job).values(state=JobState.WAITING, run_at=utcnow() + _LATER))
    multiply(database, cases - 1)
    engine.database.close()
    database.close()


@contextlib.contextmanager
def working(url: str, home: Path, workers: int) -> Iterator[None]:
    environ = {
        **os.environ,
        "CPM_DATABASE_URL": url,
        "CPM_LOG_LEVEL": "ERROR",
        "CPM_SECRET": "of a bench alone",
    }
    command = [sys.executable, "-m", "cpm.cli", "work", "--processes", "1"]
    homes = [str(home / f"host {number}") for number in range(workers)]
    running = [
        subprocess.Popen(command, env={**environ, "CPM_HOME": one}, stdout=subprocess.PIPE) for one in homes
    ]
    try:
        for one in running:
            assert one.stdout is not None
            one.stdout.readline()  # it says that it works
        yield
    finally:
        for one in running:
            one.terminate()
        for one in running:
            one.communicate(timeout=60)


def spent(url: str, home: Path, workers: int) -> float:
    """Seconds from when all came due until nothing was left."""
    database = Database(url)
    with working(url, home, workers):
        time.sleep(_AWAKE)
        with database.write() as session:
            session.execute(update(Job).values(state=JobState.READY, run_at=utcnow()))
        began = time.perf_counter()
        while _left(database):
            assert time.perf_counter() - began < _PATIENCE, "Expected the workers to come to an end"
            time.sleep(0.1)
        taken = time.perf_counter() - began
    database.close()
    return taken


def _left(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(Job)) or 0


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", nargs="*", default=list(KINDS))
    parser.add_argument("--cases", type=int, default=2_000)
    parser.add_argument("--workers", type=int, nargs="*", default=[1, 2, 4])
    asked = parser.parse_args()
    print(f"{'':10}{'workers':>8}{'seconds':>10}{'a second':>10}{'of one':>8}")
    with tempfile.TemporaryDirectory() as folder, postgres.cluster(fsync=True) as server:
        for kind in asked.kind:
            fill(_made(server, f"{kind}_0"), Path(folder), kind, asked.cases // KINDS[kind])
            alone = 0.0
            for workers in asked.workers:
                taken = spent(_made(server, f"{kind}_{workers}", f"{kind}_0"), Path(folder), workers)
                alone = alone or taken
                jobs = asked.cases // KINDS[kind] * KINDS[kind]
                print(
                    f"{kind:10}{workers:8}{taken:10.1f}{jobs / taken:10.1f}{alone / taken:8.2f}", flush=True
                )


def _made(server: str, name: str, template: str = "template1") -> str:
    with psycopg.connect(server.replace("postgresql+psycopg", "postgresql"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
    return server.replace("/postgres?", f"/{name}?")


if __name__ == "__main__":
    main()
