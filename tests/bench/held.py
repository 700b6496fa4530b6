"""What a mass of held jobs costs those who claim others: claims beside none and beside 100,000, on both databases.

Run: python -m tests.bench.held
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import insert, select, text

from cpm import schema
from cpm.commands import definitions, jobs, suspending
from cpm.engine import Engine
from cpm.model import Job, JobKind, JobState
from tests import postgres
from tests.bench.timers import busy, engine_on, open_case
from tests.world import furnish

HELD, READY, TIMES = 100_000, 100, 200


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, postgres.cluster(fsync=True) as server:
        for name, url in (("SQLite", f"sqlite:///{folder}/held.db"), ("PostgreSQL", server)):
            _measure(name, engine_on(url, Path(folder)))


def _measure(name: str, engine: Engine) -> None:
    _furnished(engine)
    still, other = open_case(engine, "busy"), open_case(engine, "busy")
    _jobs(engine, other, READY, "demo.echo")
    before = {what: _milliseconds(engine, claim) for what, claim in CLAIMS.items()}
    _jobs(engine, still, HELD, "smtp.send")
    began = time.perf_counter()
    with engine.begin("cpm bench") as uow:
        suspending.suspend_jobs(uow, "smtp", why="bench")
    print(f"{name}: {HELD:,} ready jobs held in {time.perf_counter() - began:.1f} s")
    _analyze(engine)
    for what, claim in CLAIMS.items():
        after = _milliseconds(engine, claim)
        print(f"  {what}: {before[what]:.2f} ms, beside them {after:.2f} ms, {after / before[what]:.2f} x")
    began = time.perf_counter()
    with engine.begin("cpm bench") as uow:
        suspending.resume_jobs(uow, "smtp")
    print(f"  released in {time.perf_counter() - began:.1f} s")
    engine.database.close()


def _lease(engine: Engine) -> None:
    with engine.rehearse("worker") as uow:
        assert jobs.lease(uow, "bench") is not None


def _promote(engine: Engine) -> None:
    with engine.rehearse("worker") as uow:
        jobs.promote(uow)


CLAIMS: dict[str, Callable[[Engine], None]] = {"lease a call": _lease, "promote": _promote}


def _milliseconds(engine: Engine, claim: Callable[[Engine], None]) -> float:
    times = []
    for _ in range(TIMES):
        began = time.process_time() if not engine.database.postgresql else time.perf_counter()
        claim(engine)
        ended = time.process_time() if not engine.database.postgresql else time.perf_counter()
        times.append((ended - began) * 1000)
    return statistics.median(times)


def _furnished(engine: Engine) -> None:
    schema.upgrade(engine.database)
    furnish(engine)
    form = b'{"type": "default", "schemaVersion": 18, "id": "done", "components": []}'
    with engine.begin("bench") as uow:
        definitions.deploy(uow, {"busy.bpmn": busy(), "done.form": form})


def _jobs(engine: Engine, case: int, count: int, operation: str) -> None:
    with engine.begin("bench") as uow:
        about = {
            "case_id": case,
            "kind": JobKind.CALL,
            "queue": "calls",
            "element": "call0",
            "type": operation,
        }
        rows = [
            {**about, "key": f"{case}/{n}", "state": JobState.READY, "run_at": uow.now, "payload": {}}
            for n in range(count)
        ]
        uow.session.execute(insert(Job), rows)
    _analyze(engine)


def _analyze(engine: Engine) -> None:
    with engine.database.write() as session:
        session.execute(text("ANALYZE"))
        assert session.scalar(select(Job.id).limit(1))


if __name__ == "__main__":
    main()
