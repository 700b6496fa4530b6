"""CPU of one persisted step of a case, against bare SpiffWorkflow 3.2.0 loading and saving its own JSON in the same run.

Ours: lock and load the case, check the form, complete the user task, write tasks, jobs, variables, journal and
state, commit, on SQLite. Bare: load its JSON, complete the task, make its JSON; it keeps no journal and no task list.

Run: python -m tests.bench.step
"""

import logging
import tempfile
from functools import partial
from pathlib import Path
from time import process_time

from sqlalchemy import select

from cpm import schema
from cpm.commands import cases, customers, definitions, jobs, process, settling, tasks
from cpm.connectors import Demo, Done
from cpm.database import Database
from cpm.engine import Engine
from cpm.library import Library
from cpm.model import Task, TaskState
from tests.bench import bpmn, models
from tests.clock import FakeClock
from tests.world import furnish, settings

FORM = b"""{"type": "default", "schemaVersion": 18, "id": "done", "components": [
  {"type": "textfield", "key": "done", "id": "done", "label": "Erledigt", "validate": {"required": true}}]}"""
SERVICES = [f"{part}_{name}" for part in "abc" for name in ("look_up", "book")]
#: name -> how it is drawn, and the ratio to stay below
PROMISED = {
    "linear, 20 tasks": (partial(models.linear, 20), None),
    "realistic, 49 nodes": (models.realistic, 1.5),
    "linear, 100 tasks": (partial(models.linear, 100), 1.0),
    "linear, 400 tasks": (partial(models.linear, 400), 0.6),
}
STEPS = 120  #: measured steps a model, after a first case that warms the caches


def engine_in(folder: Path) -> Engine:
    database = Database(f"sqlite:///{folder / 'bench.db'}")
    schema.upgrade(database)
    connectors = {name: Demo() for name in ("erp", "smtp", "notice", "demo", *SERVICES)}
    engine = Engine(settings(folder), database, Library(database.read), connectors, FakeClock())
    furnish(engine)
    return engine


def open_case(engine: Engine, text: bytes) -> int:
    model = text.replace(b"<zeebe:userTask/>", b'<zeebe:userTask/><zeebe:formDefinition formId="done"/>')
    with engine.begin("bench") as uow:
        definitions.deploy(uow, {"bench/p.bpmn": model, "bench/done.form": FORM})
    with engine.begin("bench") as uow:
        customer = customers.of_address(uow, "bench@example.org", name="Jonas Probe", language="de")
        case = cases.open_case(
            uow, customer, process="p", subject="Bench", channel="email", language="de", data=models.VARIABLES
        )
        process.start(uow, case)
        return case.id


def drive(engine: Engine, case_id: int, most: int) -> tuple[float, int]:
    """CPU seconds and number of the user tasks completed, until the case ends or there were `most`."""
    spent, steps = 0.0, 0
    while steps < most:
        while settle_one(engine):
            pass
        with engine.read() as uow:
            ready = select(Task.id).where(Task.case_id == case_id, Task.state == TaskState.READY)
            task_id = uow.session.scalar(ready.order_by(Task.id).limit(1))
        if task_id is None:
            break
        with engine.begin("sue") as uow:
            tasks.claim(uow, task_id)
        begun = process_time()
        with engine.begin("sue") as uow:
            tasks.complete(uow, task_id, {"done": "x"})
        spent += process_time() - begun
        steps += 1
    return spent, steps


def settle_one(engine: Engine) -> bool:
    with engine.begin("worker") as uow:
        leased = jobs.lease(uow, "bench")
    if leased is None:
        return False
    with engine.begin("worker") as uow:
        return settling.settle(uow, leased, Done())


def ours(text: bytes) -> float:
    """Milliseconds a step."""
    with tempfile.TemporaryDirectory() as folder:
        engine = engine_in(Path(folder))
        drive(engine, open_case(engine, text), 20)
        spent, steps = 0.0, 0
        while steps < STEPS:
            more, done = drive(engine, open_case(engine, text), STEPS - steps)
            spent, steps = spent + more, steps + done
        engine.database.close()
    return 1000 * spent / steps


def main() -> None:
    logging.disable()
    print(f"{'process':24}{'bare ms':>10}{'ours ms':>10}{'ratio':>8}{'promised':>10}")
    for name, (draw, promised) in PROMISED.items():
        bare_ms, _ = bpmn.bare(draw(bare=True), 1 if "400" in name else 3)
        own_ms = ours(draw())
        told = f"<= {promised}" if promised else "reported"
        print(f"{name:24}{bare_ms:10.2f}{own_ms:10.2f}{own_ms / bare_ms:8.2f}{told:>10}")


if __name__ == "__main__":
    main()
