"""Cases of three user tasks per second, from opened to closed, with their full history, on both databases with fsync.

Ours: open, then claim and complete three tasks with a form, each a transaction: seven commits a case, with policies asked, task
list, journal and the history of variables. Beside it, in the same run and by as many processes:

- bare: SpiffWorkflow 3.2.0 with the same three tasks; its JSON is saved in the same database as it begins and after each task,
  loaded from there for the next: four commits. No claim, no journal, no list of tasks.
- commits: one row is changed and committed, again and again; what the disk and the driver allow.

Run: python -m tests.bench.throughput [seconds of each, 10 if not said]
"""

import logging
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from sqlalchemy import select, text

from cpm import schema
from cpm.clock import utcnow
from cpm.commands import cases, customers, definitions, process, tasks
from cpm.connectors import Demo
from cpm.database import Database
from cpm.engine import Engine
from cpm.library import Library
from cpm.model import OPEN_TASKS, Task
from tests.bench import models
from tests.bench.bodies import databases
from tests.bench.step import FORM
from tests.world import furnish, settings

PROCESSES = (1, 4)
STEPS = 3
_GET_READY = 3.0  # seconds until all processes have begun
_MADE = "CREATE TABLE bare (id TEXT PRIMARY KEY, state TEXT)"


def engine_on(url: str, folder: str) -> Engine:
    database = Database(url)
    connectors = {name: Demo() for name in ("erp", "smtp", "notice", "demo")}
    return Engine(settings(Path(folder)), database, Library(database.read), connectors, utcnow)


def prepare(url: str, folder: str) -> None:
    engine = engine_on(url, folder)
    schema.upgrade(engine.database)
    furnish(engine)
    form = b'<zeebe:userTask/><zeebe:formDefinition formId="done"/>'
    model = models.linear(STEPS).replace(b"<zeebe:userTask/>", form)
    with engine.begin("bench") as uow:
        definitions.deploy(uow, {"bench/p.bpmn": model, "bench/done.form": FORM})
    with engine.database.write() as session:
        session.execute(text(_MADE))
    engine.database.close()


def ours(url: str, folder: str, name: str) -> Callable[[int], None]:
    """Does one case."""
    engine = engine_on(url, folder)

    def one(number: int) -> None:
        with engine.begin("bench") as uow:
            address = f"{name}-{number}@example.org"
            customer = customers.of_address(uow, address, name="Jonas Probe", language="de")
            about = {"process": "p", "subject": "Bench", "channel": "email", "language": "de"}
            case = cases.open_case(uow, customer, **about, data=models.VARIABLES)
            process.start(uow, case)
        for _ in range(STEPS):
            with engine.read() as look:
                ready = select(Task.id).where(Task.case_id == case.id, Task.state.in_(OPEN_TASKS))
                task_id = look.session.scalars(ready).one()
            with engine.begin("sue") as uow:
                tasks.claim(uow, task_id)
            with engine.begin("sue") as uow:
                tasks.complete(uow, task_id, {"done": "x"})

    return one


def bare(url: str, _folder: str, name: str) -> Callable[[int], None]:
    database, spiff = Database(url), models.BareSpiff(models.linear(STEPS, bare=True))

    def one(number: int) -> None:
        key = {"id": f"{name}-{number}"}
        with database.write() as session:
            session.execute(text("INSERT INTO bare VALUES (:id, :state)"), {**key, "state": spiff.start()})
        for _ in range(STEPS):
            with database.write() as session:
                state = session.scalar(text("SELECT state FROM bare WHERE id = :id"), key)
                after = {**key, "state": spiff.step(state)}
                session.execute(text("UPDATE bare SET state = :state WHERE id = :id"), after)

    return one


def commits(url: str, _folder: str, name: str) -> Callable[[int], None]:
    database = Database(url)
    with database.write() as session:
        session.execute(text("INSERT INTO bare VALUES (:id, '')"), {"id": name})

    def one(number: int) -> None:
        with database.write() as session:
            session.execute(
                text("UPDATE bare SET state = :state WHERE id = :id"), {"id": name, "state": str(number)}
            )

    return one


Kind = Callable[[str, str, str], Callable[[int], None]]


def hand(kind: Kind, url: str, folder: str, seconds: float, name: str) -> int:
    """In a process of its own: how many there were in so many seconds, after one that warms up."""
    logging.disable()
    one, number = kind(url, folder, name), 1
    began = time.time()
    one(0)
    time.sleep(max(0.0, began + _GET_READY - time.time()))
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        one(number)
        number += 1
    return number - 1


def rate(kind: Kind, url: str, folder: str, processes: int, seconds: float) -> float:
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        work = partial(hand, kind, url, folder, seconds)
        done = pool.map(work, [f"{kind.__name__}-{processes}-{each}" for each in range(processes)])
        return sum(done) / seconds


def main(seconds: float) -> None:
    logging.disable()
    heads = ("processes", "ours/s", "bare/s", "ratio", "our commits", "commits/s")
    print(f"{'database':12}" + "".join(f"{head:>13}" for head in heads))
    with databases() as urls, tempfile.TemporaryDirectory() as folder:
        for name, url in urls.items():
            prepare(url, folder)
            for processes in PROCESSES:
                own, beside, most = (
                    rate(kind, url, folder, processes, seconds) for kind in (ours, bare, commits)
                )
                figures = (
                    f"{own:13.1f}{beside:13.1f}{own / beside:13.2f}{own * (1 + 2 * STEPS):13.0f}{most:13.0f}"
                )
                print(f"{name:12}{processes:13}{figures}")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 10.0)
