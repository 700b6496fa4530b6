"""A job that kills its worker ends after three of them, whatever kind it is; those beside it are not blamed."""

import os
import shutil
import signal
import time
from pathlib import Path

import pytest
from sqlalchemy import select

from cpm.commands import interactions, resolutions
from cpm.commands import jobs as queue
from cpm.commands.jobs import Share
from cpm.engine import Engine
from cpm.model import Arrival, Case, CaseState, Event, Incident, Job, JobState, Remedy
from cpm.worker import roster
from tests.crash import poison
from tests.crash.hosts import Host, Hosts, eventually, lives
from tests.crash.models import call, deploy, in_a_row, open_case, timer
from tests.world import furnish

pytestmark = pytest.mark.slow
MODELS = {
    "calm/calm.bpmn": in_a_row("calm", call("slow", "poison.slow"), timer("tick")),
    "long/long.bpmn": in_a_row("long", call("slow", "poison.long"), timer("tick")),
    "killing/killing.bpmn": in_a_row("killing", call("kill", "poison.kill")),
    "exiting/exiting.bpmn": in_a_row("exiting", timer(poison.EXIT)),
    "sleeping/sleeping.bpmn": in_a_row("sleeping", timer(poison.SLEEP)),
}
CALM = 12


def test_poison_of_every_kind_ends_and_innocents_are_not_blamed(
    engine: Engine, database_url: str, tmp_path: Path, fleet: Hosts
):
    """A connector that is killed, a timer that exits, a mail that crashes its parser; calls and timers beside them."""
    furnish(engine)
    deploy(engine, MODELS)
    poisoned = [open_case(engine, "killing"), open_case(engine, "exiting")]
    with engine.begin("mailbox") as uow:
        arrival = interactions.store(uow, poison.POISONED_MAIL, process="complaint")
    calm = {open_case(engine, "calm").id for _ in range(CALM)}
    host = fleet.begin(database_url, tmp_path, processes=2, lease=30)
    eventually(
        lambda: closed(engine) >= calm and len(incidents(engine)) == 2 and quarantined(engine, arrival.id)
    )
    assert {found.code for found in incidents(engine).values()} == {"poisoned"}
    assert set(incidents(engine)) == {case.id for case in poisoned}
    with engine.read() as uow:
        left = uow.session.scalars(select(Job)).all()
    assert [(job.state, job.deaths) for job in left] == [(JobState.DEAD, 3)] * 2
    for incident in incidents(engine).values():
        with engine.begin("otto") as uow:
            resolutions.resolve(uow, incident.id, Remedy.SKIP, note="von Hand")
    assert closed(engine) == calm | {case.id for case in poisoned}
    assert host.deaths() <= 9 + 3  # at first both workers may die of one job, or one of two


def test_nobody_works_on_where_the_folder_was_taken_away(
    engine: Engine, database_url: str, tmp_path: Path, fleet: Hosts
):
    """With SQLite the database was in it: what is written to a file without a name is lost."""
    furnish(engine)
    host = fleet.begin(database_url, tmp_path / "home", processes=1)
    eventually(lambda: host.workers() and list((host.folder / "workers").glob("*.hands")))
    shutil.rmtree(host.folder / "workers")
    os.kill(host.pid, signal.SIGCHLD)  # it looks by itself every five seconds
    eventually(lambda: not lives(host.pid) and not host.workers())


def test_no_worker_outlives_its_parent(engine: Engine, database_url: str, tmp_path: Path, fleet: Hosts):
    """What they had in hand they finish: nothing is counted, nothing is asked for twice."""
    furnish(engine)
    deploy(engine, MODELS)
    host = fleet.begin(database_url, tmp_path, processes=2, lease=30)
    eventually(lambda: len(host.workers()) == 2)
    case = open_case(engine, "long")
    eventually(lambda: "running" in jobs(engine).values())
    os.kill(host.pid, signal.SIGKILL)
    workers = [*host.workers(), *host.workers(Share.SUSPECT)]
    eventually(lambda: not any(map(lives, workers)))
    with engine.read() as uow:
        finished = select(Event.particulars).where(Event.case_id == case.id, Event.what == "job.finished")
        assert [told["attempt"] for told in uow.session.scalars(finished)] == [1]
    assert set(jobs(engine).values()) <= {"ready", "waiting"}  # its timer


def test_who_starts_next_learns_what_all_died_with(
    engine: Engine, database_url: str, tmp_path: Path, fleet: Hosts
):
    """A container that has no memory left is killed as a whole, and nobody is there to count."""
    case, host = killed_at_work(engine, database_url, tmp_path, fleet)
    eventually(lambda: not any(map(lives, [host.pid, *host.workers(), *host.workers(Share.SUSPECT)])))
    next_one = fleet.begin(database_url, tmp_path, processes=1)
    eventually(lambda: closed(engine) == {case.id})
    os.kill(next_one.pid, signal.SIGTERM)
    eventually(lambda: not lives(next_one.pid))
    assert next_one.workers() == next_one.workers(Share.SUSPECT) == []
    assert list((tmp_path / "workers").iterdir()) == []


def test_who_starts_next_waits_for_the_locks_of_the_dead(
    engine: Engine, database_url: str, tmp_path: Path, fleet: Hosts
):
    """A server may see late that nobody is behind a connection: until then the job looks as if another had it."""
    case, _ = killed_at_work(engine, database_url, tmp_path, fleet)
    (job,) = jobs(engine)
    with engine.begin("otto") as uow:
        queue.locked(uow, job)
        fleet.begin(database_url, tmp_path, processes=1)
        time.sleep(1.5)
    eventually(lambda: closed(engine) == {case.id}, within=20)


def killed_at_work(engine: Engine, url: str, home: Path, fleet: Hosts) -> tuple[Case, Host]:
    """A case whose timer lasts long the first time, and a host that was killed as a whole while it rang."""
    furnish(engine)
    deploy(engine, MODELS)
    case = open_case(engine, "sleeping")
    host = fleet.begin(url, home, processes=1)
    eventually(lambda: any(held for _, held in in_hand(home)))
    host.kill_all()
    return case, host


def in_hand(home: Path) -> list[tuple[str, list[int]]]:
    return [
        roster.entry(file.read_bytes(), place)
        for file in (home / "workers").glob("*.hands")
        for place in range(2)
    ]


def jobs(engine: Engine) -> dict[int, str]:
    with engine.read() as uow:
        return {job.id: job.state.value for job in uow.session.scalars(select(Job))}


def closed(engine: Engine) -> set[int]:
    with engine.read() as uow:
        return set(uow.session.scalars(select(Case.id).where(Case.state == CaseState.CLOSED)))


def incidents(engine: Engine) -> dict[int, Incident]:
    with engine.read() as uow:
        return {incident.case_id: incident for incident in uow.session.scalars(select(Incident))}


def quarantined(engine: Engine, arrival: int) -> bool:
    with engine.read() as uow:
        return uow.get(Arrival, arrival).state == "quarantined"
