"""What 1,000 hot cases take: of a process that works on them, and of the database. And whether a process grows with its work.

A hot case is an open complaint whose first step waits for somebody. Memory is what Python has allocated (tracemalloc) and what the
system counts (RSS), each after everything was collected; the database is told by bytes of its file or its relations.

Run: python -m tests.bench.memory
"""

import gc
import logging
import tempfile
import tracemalloc
from pathlib import Path

from sqlalchemy import func, select, text

from cpm.commands import cases, customers, process
from cpm.engine import Engine
from cpm.model import Case, Event, Job, Task, Variable, Wait
from tests import looping
from tests.bench import models
from tests.bench.bodies import engine_on
from tests.bench.loops import claimed, complete, databases, without_fsync
from tests.bench.step import open_case

HOT = 1_000
STEPS = (1_000, 2_000, 5_000, 10_000)
_PAGE = 4096
_SIZES = {
    True: "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace",
    False: "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size",
}


def resident() -> int:
    """Bytes of this process that lie in memory."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE


def size(engine: Engine) -> int:
    with engine.database.write() as session:
        return int(session.scalar(text(_SIZES[engine.database.postgresql])) or 0)


def open_complaint(engine: Engine, number: int) -> None:
    with engine.begin("bench") as uow:
        customer = customers.of_address(uow, f"hot-{number}@example.org", name="Jonas Probe", language="de")
        about = {"process": "complaint", "subject": "Bench", "channel": "email", "language": "de"}
        process.start(uow, cases.open_case(uow, customer, **about, data=models.VARIABLES))


def hot(engine: Engine, name: str) -> None:
    for number in range(50):
        open_complaint(engine, number)
    before, there, known = resident(), size(engine), len(gc.get_objects())
    tracemalloc.start()
    for number in range(50, 50 + HOT):
        open_complaint(engine, number)
    gc.collect()
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    grown = len(gc.get_objects()) - known
    print(f"{name}: of the process for {HOT:,} hot cases {taken / 1024:,.0f} KiB, {grown} objects,", end=" ")
    print(f"RSS {(resident() - before) / 1024:+,.0f} KiB (with what measuring takes)")
    print(f"{name}: of the database {(size(engine) - there) / HOT:,.0f} bytes a hot case,", end=" ")
    print(", ".join(f"{each:.1f} {what}" for what, each in rows(engine).items()))


def rows(engine: Engine) -> dict[str, float]:
    with engine.read() as look:
        found = {"bytes of state": look.session.scalar(select(func.avg(func.length(Case.tokens)))) or 0.0}
        number = look.session.scalar(select(func.count()).select_from(Case)) or 1
        for noun in (Task, Job, Wait, Variable, Event):
            there = look.session.scalar(select(func.count()).select_from(noun)) or 0
            found[f"rows of {noun.__tablename__}"] = there / number
    return {what: float(each) for what, each in found.items()}


def long_life(engine: Engine, name: str) -> None:
    case_id, done = open_case(engine, looping.by_gateway()), 0
    for number in STEPS:
        for _ in range(number - done):
            complete(engine, *claimed(engine, case_id))
        done = number
        print(
            f"{name}: after {number:6,} steps RSS {resident() / 2**20:.1f} MiB, {len(gc.get_objects())} objects"
        )


def main() -> None:
    logging.disable()
    with databases() as urls, tempfile.TemporaryDirectory() as folder:
        for name, url in urls.items():
            engine = engine_on(url, Path(folder))
            without_fsync(engine)
            hot(engine, name)
            long_life(engine, name)
            engine.database.close()


if __name__ == "__main__":
    main()
