"""One persisted step of one instance among many: of a parallel multi-instance of 10, 100, 1,000 and 5,000, on both databases.

The whole command is measured: lock and load the case, check the form, complete the user task, write it all, commit.
What it costs among 1,000 may be twice what it costs among 10.

Run: python -m tests.bench.bodies
"""

import contextlib
import logging
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from time import perf_counter, process_time

import psycopg
from sqlalchemy import select, text

from cpm import schema
from cpm.commands import tasks
from cpm.connectors import Demo
from cpm.database import Database
from cpm.engine import Engine
from cpm.library import Library
from cpm.model import Task, TaskState
from tests import postgres
from tests.bench.step import open_case
from tests.clock import FakeClock
from tests.unit.bpmn.drawing import each, model, node, path, start, user
from tests.world import furnish, settings

NUMBERS = (10, 100, 1_000, 5_000)
PROMISED = {1_000: 2.0}
STEPS = 8  #: measured, after one that warms up; ten bodies have no more


def plain(number: int) -> bytes:
    loop = each(f"=for i in 1..{number} return i", output=("out", "=done"))
    return model(start(), user("m", loop), user("u"), path("s", "m", "u"))


def in_subprocess(number: int) -> bytes:
    loop = each(f"=for i in 1..{number} return i", output=("out", "=done"))
    inside = start("s1") + user("x") + user("y") + path("s1", "x", "y")
    return model(start(), node("subProcess", "m", inside, loop), user("u"), path("s", "m", "u"))


KINDS: dict[str, Callable[[int], bytes]] = {"user task": plain, "subprocess": in_subprocess}


def engine_on(url: str, folder: Path) -> Engine:
    database = Database(url)
    schema.upgrade(database)
    connectors = {name: Demo() for name in ("erp", "smtp", "notice", "demo")}
    engine = Engine(settings(folder), database, Library(database.read), connectors, FakeClock())
    furnish(engine)
    return engine


def step(engine: Engine, draw: Callable[[int], bytes], number: int) -> tuple[float, float]:
    """Milliseconds of CPU and of the clock on the wall: the middle of some."""
    case_id = open_case(engine, draw(number))
    with engine.database.write() as session:
        session.execute(text("ANALYZE"))
    random, spent = Random(1), []
    for _ in range(STEPS + 1):
        with engine.read() as look:
            ready = select(Task.id).where(Task.case_id == case_id, Task.state == TaskState.READY)
            task_id = random.choice(look.session.scalars(ready.order_by(Task.id)).all())
        with engine.begin("sue") as uow:
            tasks.claim(uow, task_id)
        cpu, wall = process_time(), perf_counter()
        with engine.begin("sue") as uow:
            tasks.complete(uow, task_id, {"done": "x"})
        spent.append((process_time() - cpu, perf_counter() - wall))
    middle = [sorted(column)[STEPS // 2] for column in zip(*spent[1:], strict=True)]
    return 1000 * middle[0], 1000 * middle[1]


@contextlib.contextmanager
def databases() -> Iterator[dict[str, str]]:
    with tempfile.TemporaryDirectory() as folder, postgres.cluster(fsync=True) as cluster:
        plain_url = cluster.replace("postgresql+psycopg", "postgresql")
        with psycopg.connect(plain_url, autocommit=True) as connection:
            connection.execute("CREATE DATABASE bench")
        yield {
            "SQLite": f"sqlite:///{Path(folder) / 'bench.db'}",
            "PostgreSQL": cluster.replace("/postgres?", "/bench?"),
        }


def main() -> None:
    logging.disable()
    print(
        f"{'database':12}{'instances of':14}{'number':>8}{'CPU ms':>9}{'wall ms':>9}{'CPU':>7}{'wall':>7}  promised"
    )
    with databases() as urls, tempfile.TemporaryDirectory() as folder:
        for name, url in urls.items():
            engine = engine_on(url, Path(folder))
            for kind, draw in KINDS.items():
                table(name, kind, {number: step(engine, draw, number) for number in NUMBERS})
            engine.database.close()


def table(database: str, kind: str, found: dict[int, tuple[float, float]]) -> None:
    base = found[NUMBERS[0]]
    for number, (cpu, wall) in found.items():
        ratios = cpu / base[0], wall / base[1]
        most = PROMISED.get(number)
        told = "reported" if most is None else f"<= {most} {'ok' if max(ratios) <= most else 'failed'}"
        figures = f"{cpu:9.2f}{wall:9.2f}{ratios[0]:7.2f}{ratios[1]:7.2f}"
        print(f"{database:12}{kind:14}{number:8}{figures}  {told}")


if __name__ == "__main__":
    main()
