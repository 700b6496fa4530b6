"""Fifty hands on one case: on different tasks all succeed, on one task one does."""

import itertools
import multiprocessing
import threading
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select

from cpm.commands import cases, customers, definitions, process, tasks
from cpm.database import Database
from cpm.engine import Engine
from cpm.errors import Conflict, WrongState
from cpm.model import Case, CaseState, Event, Task, Variable
from tests.crash.hosts import engine_on
from tests.world import furnish

PROCESSES, THREADS = 5, 10

#: One user task for each of fifty items, all at once; each hands in its own variable.
MODEL = b"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"
             id="d" targetNamespace="urn:test">
  <process id="crowd" isExecutable="true">
    <startEvent id="begin"/>
    <sequenceFlow id="f1" sourceRef="begin" targetRef="part"/>
    <userTask id="part" name="Part">
      <extensionElements><zeebe:userTask/><zeebe:formDefinition formId="part"/></extensionElements>
      <multiInstanceLoopCharacteristics>
        <extensionElements>
          <zeebe:loopCharacteristics inputCollection="=items" inputElement="item" outputCollection="parts"
                                     outputElement="=note"/>
        </extensionElements>
      </multiInstanceLoopCharacteristics>
    </userTask>
    <sequenceFlow id="f2" sourceRef="part" targetRef="finish"/>
    <endEvent id="finish"/>
  </process>
</definitions>"""
FORM = b"""{"type": "default", "schemaVersion": 18, "id": "part", "components": [
  {"type": "textfield", "key": "note", "id": "note", "label": "Notiz", "validate": {"required": true}}]}"""


def _crowded(engine: Engine) -> Case:
    furnish(engine)
    with engine.begin("test") as uow:
        definitions.deploy(uow, {"crowd/crowd.bpmn": MODEL, "crowd/part.form": FORM})
    with engine.begin("test") as uow:
        customer = customers.of_address(uow, "crowd@example.org", name="Jonas Probe", language="de")
        items = list(range(PROCESSES * THREADS))
        case = cases.open_case(
            uow,
            customer,
            process="crowd",
            subject="Fifty",
            channel="email",
            language="de",
            data={"items": items},
        )
        process.start(uow, case)
    return case


def _hands(url: str, home: Path, work: list[int], verdicts) -> None:
    """One operating-system process; a thread for each task it is given."""
    engine = engine_on(url, home, 1)

    def one(task_id: int) -> None:
        try:
            with engine.begin("anna") as uow:
                tasks.claim(uow, task_id)
            with engine.begin("anna") as uow:
                tasks.complete(uow, task_id, {"note": f"task {task_id}"})
        except (Conflict, WrongState) as told:
            verdicts.put(str(told))
        except BaseException as error:  # noqa: BLE001 - whatever it was, the test shall say it
            verdicts.put(repr(error))
        else:
            verdicts.put("done")

    threads = [threading.Thread(target=one, args=(task_id,)) for task_id in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    engine.database.engine.dispose()


def _let_loose(url: str, home: Path, work: list[list[int]]) -> list[str]:
    context = multiprocessing.get_context("spawn")
    verdicts = context.Queue()
    processes = [context.Process(target=_hands, args=(url, home, share, verdicts)) for share in work]
    for each in processes:
        each.start()
    told = [verdicts.get(timeout=90) for _ in itertools.chain(*work)]
    for each in processes:
        each.join(30)
    return told


@pytest.mark.slow
def test_fifty_writers_on_fifty_tasks_of_one_case_all_succeed(
    database: Database, database_url: str, tmp_path: Path
):
    engine = engine_on(database_url, tmp_path, 1)
    try:
        case = _crowded(engine)
        with engine.read() as uow:
            ids = list(uow.session.scalars(select(Task.id).where(Task.case_id == case.id)))
        assert len(ids) == PROCESSES * THREADS
        told = _let_loose(database_url, tmp_path, [ids[at::PROCESSES] for at in range(PROCESSES)])
        assert Counter(told) == {"done": PROCESSES * THREADS}
        with engine.read() as uow:
            assert uow.get(Case, case.id).state == CaseState.CLOSED
            events = uow.session.scalars(
                select(Event).where(Event.case_id == case.id).order_by(Event.seq)
            ).all()
            assert [event.seq for event in events] == list(range(1, len(events) + 1))
            parts = select(Variable.value).where(
                Variable.name == "parts", Variable.scope == "", Variable.until.is_(None)
            )
            assert sorted(uow.session.scalars(parts).one()) == sorted(f"task {task_id}" for task_id in ids)
    finally:
        engine.database.engine.dispose()


@pytest.mark.slow
def test_fifty_writers_on_one_task_make_one_change(database: Database, database_url: str, tmp_path: Path):
    engine = engine_on(database_url, tmp_path, 1)
    try:
        case = _crowded(engine)
        with engine.read() as uow:
            first = uow.session.scalars(select(Task.id).where(Task.case_id == case.id).limit(1)).one()
        told = _let_loose(database_url, tmp_path, [[first] * THREADS] * PROCESSES)
        assert Counter(told)["done"] == 1
        others = [sentence for sentence in told if sentence != "done"]
        assert all("anna did so at" in sentence or "it is done" in sentence for sentence in others), others
        with engine.read() as uow:
            done = select(Event).where(Event.case_id == case.id, Event.what == "task.completed")
            assert len(uow.session.scalars(done).all()) == 1
    finally:
        engine.database.engine.dispose()
