"""How punctual timers are, and what a thousand due at once do to people's steps and to calls of other systems.

One `Worker` in a process of its own, as `cpm work` runs it; this process is the people: it completes a task, behind which
stands a call, every tenth of a second. Beside timers that are due one after the other, and beside a thousand that are due
together; before each without any (the baseline). PostgreSQL with fsync, and SQLite.

Run: python -m tests.bench.timers
"""

import contextlib
import logging
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

from sqlalchemy import func, select, update

from cpm import schema
from cpm.clock import utcnow
from cpm.commands import cases, customers, definitions, process, tasks
from cpm.connectors import Demo
from cpm.database import Database
from cpm.engine import Engine
from cpm.library import Library
from cpm.model import Event, Job, JobKind, Task, TaskState
from cpm.worker import Worker
from tests import postgres
from tests.bench import models
from tests.world import furnish, settings

EVERY, SECONDS = 0.1, 15  # between steps of people; of a phase
HANDS, STEPS = 10, 100  # cases that people work on, and what they hold
SPREAD, AT_ONCE = 150, 1_000  # timers
FORM = b"""{"type": "default", "schemaVersion": 18, "id": "done", "components": [
  {"type": "textfield", "key": "done", "id": "done", "label": "Erledigt", "validate": {"required": true}}]}"""


def waiting() -> bytes:
    """A task that waits for a customer, beside a timer."""
    drawing = models.Drawing(bare=False)
    date = "<bpmn:timerEventDefinition><bpmn:timeDate>=until</bpmn:timeDate></bpmn:timerEventDefinition>"
    drawing.node("boundaryEvent", "late", date, attachedToRef="ask", cancelActivity="false")
    drawing.path(drawing.node("startEvent", "s"), drawing.user("ask"), drawing.node("endEvent", "e"))
    drawing.path("late", drawing.node("endEvent", "told"))
    return drawing.text().replace(b'id="p"', b'id="waiting"')


def busy() -> bytes:
    """People's tasks, with a call behind each."""
    drawing = models.Drawing(bare=False)
    steps = [step for n in range(STEPS) for step in (drawing.user(f"task{n}"), drawing.service(f"call{n}"))]
    drawing.path(drawing.node("startEvent", "s"), *steps, drawing.node("endEvent", "e"))
    text = re.sub(rb'type="call\d+"', b'type="demo.echo"', drawing.text().replace(b'id="p"', b'id="busy"'))
    return text.replace(b"<zeebe:userTask/>", b'<zeebe:userTask/><zeebe:formDefinition formId="done"/>')


def engine_on(url: str, folder: Path) -> Engine:
    database = Database(url)
    connectors = {name: Demo() for name in ("erp", "smtp", "notice", "demo")}
    return Engine(settings(folder, database_url=url), database, Library(database.read), connectors, utcnow)


def open_case(engine: Engine, name: str, **data: object) -> int:
    with engine.begin("bench") as uow:
        customer = customers.of_address(uow, f"{name}@example.org", name="Jonas Probe", language="de")
        known = {**models.VARIABLES, **data}
        case = cases.open_case(
            uow, customer, process=name, subject="Bench", channel="email", language="de", data=known
        )
        process.start(uow, case)
        return case.id


class People:
    """Completes tasks at a steady pace in a thread, and notes how long each takes."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.cases, self.times = engine, [], []
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._work)

    def __enter__(self) -> Self:
        self.cases = [open_case(self.engine, "busy") for _ in range(HANDS)]
        time.sleep(1)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        self._thread.join()

    def _work(self) -> None:
        at = time.perf_counter()
        number = 0
        while not self._ending.is_set():
            at, number = at + EVERY, number + 1
            time.sleep(max(0.0, at - time.perf_counter()))
            self._step(self.cases[number % HANDS])

    def _step(self, case: int) -> None:
        with self.engine.read() as look:
            task = look.session.scalar(
                select(Task.id).where(Task.case_id == case, Task.state == TaskState.READY)
            )
        if task is None:  # its call is under way
            return
        with self.engine.begin("sue") as uow:
            tasks.claim(uow, task)
        begun = time.perf_counter()
        with self.engine.begin("sue") as uow:
            tasks.complete(uow, task, {"done": "x"})
        self.times.append((time.perf_counter() - begun) * 1000)

    def calls(self) -> list[float]:
        """Seconds from when a call was enqueued until what it brought was written down."""
        found: dict[tuple[int, str], list[datetime]] = {}
        with self.engine.read() as look:
            told = select(Event).where(
                Event.case_id.in_(self.cases), Event.what.in_(("job.enqueued", "job.finished"))
            )
            for event in look.session.scalars(told.order_by(Event.seq)):
                found.setdefault((event.case_id, event.particulars["element"]), []).append(event.at)
        return [(moments[1] - moments[0]).total_seconds() for moments in found.values() if len(moments) == 2]


def lateness(engine: Engine, since: datetime) -> list[float]:
    """Seconds between when a timer was due and when it rang."""
    with engine.read() as look:
        told = select(Event).where(Event.what.in_(("timer.set", "timer.fired")), Event.at >= since)
        due: dict[int, datetime] = {}
        late = []
        for event in look.session.scalars(told.order_by(Event.case_id, Event.seq)):
            if event.what == "timer.set":
                due[event.case_id] = event.particulars["due"]
            else:
                late.append((event.at - due[event.case_id]).total_seconds())
    return late


def waits(engine: Engine) -> int:
    with engine.read() as look:
        return look.session.scalar(select(func.count()).where(Job.kind == JobKind.TIMER)) or 0


def measure(url: str, folder: Path) -> None:
    engine = engine_on(url, folder)
    schema.upgrade(engine.database)
    furnish(engine)
    with engine.begin("bench") as uow:
        definitions.deploy(uow, {"b/waiting.bpmn": waiting(), "b/busy.bpmn": busy(), "b/done.form": FORM})
    with working(url, folder):
        quiet = calm(engine)
        begun = utcnow()
        first = begun + timedelta(seconds=SPREAD / 5)  # until they are all there
        for n in range(SPREAD):
            open_case(engine, "waiting", until=(first + timedelta(seconds=SECONDS * n / SPREAD)).isoformat())
        with People(engine) as people:
            time.sleep(max(0.0, (first - utcnow()).total_seconds()) + SECONDS + 2)
        told(f"{SPREAD} timers, one after the other: late by s", lateness(engine, begun))
        told("people's steps beside them, ms", people.times, quiet)
        for _ in range(AT_ONCE):
            open_case(engine, "waiting", until="2100-01-01T00:00:00Z")
        quiet = calm(engine)
        with People(engine) as people:
            with engine.begin("bench") as uow:
                uow.session.execute(update(Job).where(Job.kind == JobKind.TIMER).values(run_at=uow.now))
            started = time.perf_counter()
            while waits(engine):
                time.sleep(0.2)
            took = time.perf_counter() - started
        print(f"  {AT_ONCE} timers due at once: all rang within {took:.1f} s")
        told("people's steps meanwhile, ms", people.times, quiet)
        told("their calls, s", people.calls())
    engine.database.close()


def calm(engine: Engine) -> float:
    """The baseline: people work, and no timer is due."""
    with People(engine) as people:
        time.sleep(SECONDS)
    quiet = told("people's steps without timers, ms", people.times)
    told("their calls, s", people.calls())
    return quiet


def told(what: str, figures: list[float], baseline: float | None = None) -> float:
    cuts = statistics.quantiles(figures, n=20)
    ratio = f"; p95 {cuts[18] / baseline:.2f} of the baseline" if baseline else ""
    print(
        f"  {what}: p50 {cuts[9]:.2f}, p95 {cuts[18]:.2f}, max {max(figures):.2f} of {len(figures)}{ratio}",
        flush=True,
    )
    return cuts[18]


@contextlib.contextmanager
def working(url: str, folder: Path) -> Iterator[None]:
    worker = subprocess.Popen([sys.executable, "-m", "tests.bench.timers", url, str(folder)])
    time.sleep(3)
    try:
        yield
    finally:
        worker.terminate()
        worker.wait()


def main() -> None:
    logging.disable()
    with tempfile.TemporaryDirectory() as folder:
        print("SQLite")
        measure(f"sqlite:///{folder}/bench.db", Path(folder))
    with tempfile.TemporaryDirectory() as folder, postgres.cluster(fsync=True) as url:
        print("PostgreSQL")
        measure(url, Path(folder))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        logging.disable()
        Worker(engine_on(sys.argv[1], Path(sys.argv[2]))).run()
    else:
        main()
