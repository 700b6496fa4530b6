"""Fifty hands on one case: on different tasks all succeed, on one task one does."""

import itertools
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
from tests.crash import models
from tests.crash.hosts import engine_on, forked
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


PLAIN, NESTED = range(6), range(6, 10)


def _branch(number: int) -> str:
    """A person's step that hands out its own variable and one that all branches write."""
    own = (
        f'<zeebe:output source="=note" target="own_{number}"/><zeebe:output source="=note" target="shared"/>'
    )
    return f"{_step(number, own)}{_flow('split', f'b{number}')}{_flow(f'b{number}', 'join')}"


def _nested_branch(number: int) -> str:
    """The same in a subprocess, whose own variable is called alike in each and goes out under another name."""
    mapping = (
        f'<zeebe:input source="=null" target="inner"/><zeebe:output source="=inner" target="own_{number}"/>'
    )
    step = _step(number, '<zeebe:output source="=note" target="inner"/>')
    inside = f'<startEvent id="s{number}b"/>{step}<endEvent id="s{number}e"/>'
    flows = _flow(f"s{number}b", f"b{number}") + _flow(f"b{number}", f"s{number}e")
    return (
        f'<subProcess id="s{number}"><extensionElements><zeebe:ioMapping>{mapping}</zeebe:ioMapping>'
        f"</extensionElements>{inside}{flows}</subProcess>"
        f"{_flow('split', f's{number}')}{_flow(f's{number}', 'join')}"
    )


def _step(number: int, outputs: str) -> str:
    form = '<zeebe:userTask/><zeebe:formDefinition formId="part"/>'
    mapping = f"<zeebe:ioMapping>{outputs}</zeebe:ioMapping>"
    extensions = f"<extensionElements>{form}{mapping}</extensionElements>"
    return f'<userTask id="b{number}" name="b{number}">{extensions}</userTask>'


def _flow(one: str, other: str) -> str:
    return f'<sequenceFlow id="{one}_{other}" sourceRef="{one}" targetRef="{other}"/>'


BRANCHES = models.model(
    "branches",
    '<startEvent id="begin"/><parallelGateway id="split"/><parallelGateway id="join"/><endEvent id="finish"/>',
    _flow("begin", "split"),
    *map(_branch, PLAIN),
    *map(_nested_branch, NESTED),
    _flow("join", "finish"),
)


@pytest.mark.slow
def test_what_parallel_branches_write_at_once_is_all_kept(
    database: Database, database_url: str, tmp_path: Path
):
    """Each its own variable, all one and the same, and some a variable of their own scope."""
    engine = engine_on(database_url, tmp_path, 1)
    try:
        furnish(engine)
        models.deploy(engine, {"branches/branches.bpmn": BRANCHES, "branches/part.form": FORM})
        case = models.open_case(engine, "branches")
        with engine.read() as uow:
            at = select(Task.element, Task.id).where(Task.case_id == case.id)
            ids = {row.element: row.id for row in uow.session.execute(at)}
        assert len(ids) == len(PLAIN) + len(NESTED)
        everybody = list(ids.values())
        told = _let_loose(database_url, tmp_path, [everybody[::2], everybody[1::2]])
        assert Counter(told) == {"done": len(ids)}
        with engine.read() as uow:
            assert uow.get(Case, case.id).state == CaseState.CLOSED
            of_case = select(Variable).where(Variable.case_id == case.id, Variable.scope == "")
            rows = uow.session.scalars(of_case.order_by(Variable.since)).all()
        now = {row.name: row.value for row in rows if row.until is None}
        for number in (*PLAIN, *NESTED):
            assert now[f"own_{number}"] == f"task {ids[f'b{number}']}"
        shared = [row.value for row in rows if row.name == "shared"]
        assert sorted(shared) == sorted(f"task {ids[f'b{number}']}" for number in PLAIN)
        assert now["shared"] == shared[-1]
        assert "inner" not in now
    finally:
        engine.database.engine.dispose()


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
    context = forked()
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
