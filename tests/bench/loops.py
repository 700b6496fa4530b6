"""One persisted step after 10, 100 and 1,000 turns of a loop, on both databases: what a long life costs a case.

CPU of this process, time on the wall and statements of completing the user task, as in `tests.bench.step`. Nothing waits
for a disk here (no fsync), so that what the database does itself is not hidden behind it.

Run: python -m tests.bench.loops
"""

import contextlib
import logging
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

import psycopg
from sqlalchemy import event, func, select

from cpm.commands import tasks
from cpm.engine import Engine
from cpm.model import OPEN_TASKS, Case, Task, Variable
from tests import looping, postgres
from tests.bench.bodies import engine_on
from tests.bench.step import open_case
from tests.commands.test_cost import statements

AFTER = (10, 100, 1_000)
PROMISED = 1.5
STEPS = 15  #: measured each time; the middle counts
WHO = {"check": "ben"}  #: who does which step; all others are Sue's


@contextlib.contextmanager
def databases() -> Iterator[dict[str, str]]:
    with tempfile.TemporaryDirectory() as folder, postgres.cluster() as cluster:
        with psycopg.connect(cluster.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute("CREATE DATABASE bench")
        yield {
            "SQLite": f"sqlite:///{Path(folder) / 'bench.db'}",
            "PostgreSQL": cluster.replace("/postgres?", "/bench?"),
        }


def claimed(engine: Engine, case_id: int) -> tuple[int, str]:
    """The step at which the case is, and who holds it now."""
    with engine.read() as look:
        ready = select(Task.id, Task.element).where(Task.case_id == case_id, Task.state.in_(OPEN_TASKS))
        task_id, element = look.session.execute(ready).one()
    who = WHO.get(element or "", "sue")
    with engine.begin(who) as uow:
        tasks.claim(uow, task_id)
    return task_id, who


def complete(engine: Engine, task_id: int, who: str) -> tuple[float, float]:
    """Seconds of CPU and on the wall."""
    cpu, wall = process_time(), perf_counter()
    with engine.begin(who) as uow:
        tasks.complete(uow, task_id, {"done": "x"})
    return process_time() - cpu, perf_counter() - wall


def kept(engine: Engine, case_id: int) -> tuple[int, int]:
    """Bytes of the state, and rows of variables with their history."""
    with engine.read() as look:
        rows = select(func.count()).select_from(Variable).where(Variable.case_id == case_id)
        return len(look.get(Case, case_id).tokens or b""), look.session.scalar(rows) or 0


@dataclass(frozen=True, slots=True)
class Found:
    turns: int
    cpu: float  #: milliseconds
    wall: float
    of_young: tuple[float, float]  #: CPU and wall, as part of those of a case that has just had ten turns
    counted: tuple[int, int, int]  #: statements, bytes of the state, rows of variables


def measure(engine: Engine, text: bytes) -> Iterator[Found]:
    """Each beside a young case, step by step: the machine may be busier a minute later."""
    case_id, done = open_case(engine, text), 0
    for number in AFTER:
        go_on(engine, case_id, number - done)
        young = open_case(engine, text)
        go_on(engine, young, AFTER[0] + 1)
        last = claimed(engine, case_id)
        with statements(engine.database) as seen:
            complete(engine, *last)
        spent = [
            (*complete(engine, *claimed(engine, case_id)), *complete(engine, *claimed(engine, young)))
            for _ in range(STEPS)
        ]
        done = number + STEPS + 1
        cpu, wall, young_cpu, young_wall = (median(column) for column in zip(*spent, strict=True))
        of_young = cpu / young_cpu, wall / young_wall
        yield Found(number, 1000 * cpu, 1000 * wall, of_young, (len(seen), *kept(engine, case_id)))


def go_on(engine: Engine, case_id: int, steps: int) -> None:
    for _ in range(steps):
        complete(engine, *claimed(engine, case_id))


def main() -> None:
    logging.disable()
    heads = ("turns", "CPU ms", "wall ms", "CPU", "wall", "statements", "state", "rows")
    print(f"{'database':12}{'loop':22}" + "".join(f"{head:>11}" for head in heads))
    with databases() as urls, tempfile.TemporaryDirectory() as folder:
        for name, url in urls.items():
            engine = engine_on(url, Path(folder))
            without_fsync(engine)
            for kind, draw in looping.MODELS.items():
                table(name, kind, measure(engine, draw()))
            engine.database.close()


def without_fsync(engine: Engine) -> None:
    """The PostgreSQL of `databases` has none."""

    def relax(connection: Any, *_more: Any) -> None:
        connection.execute("PRAGMA synchronous=OFF")

    if not engine.database.postgresql:
        event.listen(engine.database.engine, "checkout", relax)


def table(database: str, kind: str, found: Iterable[Found]) -> None:
    for each in found:
        figures = f"{each.turns:11}{each.cpu:11.2f}{each.wall:11.2f}{each.of_young[0]:11.2f}{each.of_young[1]:11.2f}"
        told = "ok" if max(each.of_young) <= PROMISED else "failed"
        print(
            f"{database:12}{kind:22}{figures}"
            + "".join(f"{count:11}" for count in each.counted)
            + f"  {told}"
        )


if __name__ == "__main__":
    main()
