"""kill -9 in the middle of a batch: every case is done exactly once, and the batch comes to its end."""

import random
import signal
import time
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select

from cpm import batching
from cpm.commands import batches, interactions
from cpm.database import Database
from cpm.model import Batch, BatchItem, BatchState, Case, Definition, Event, ItemState
from cpm.queries.targets import Targets
from tests.commands.test_migrations import deploy
from tests.crash.hosts import engine_on, eventually, hosts
from tests.world import Post, World, furnish, mail

DEADLINE = 120  # seconds, of a run at its usual size


@pytest.mark.slow
def test_killed_workers_migrate_every_case_once(
    database: Database, database_url: str, tmp_path: Path, full_size: bool
):
    count, seed = (2000 if full_size else 8), random.randrange(10_000)
    dice = random.Random(seed)
    print(f"seed {seed}")
    engine = engine_on(database_url, tmp_path)
    try:
        furnish(engine)
        for number in range(count):
            with engine.begin("mailbox") as uow:
                raw = mail(sender=f"a{number}@example.org", message_id=f"<{number}@example.org>")
                interactions.file(uow, interactions.store(uow, raw, process="complaint").id)
        to = deploy(World(engine, Post()), ("P3D", "P5D"))
        with engine.begin("otto") as uow:
            options = {"process": "complaint", "to": to, "plans": [{"from": 1}]}
            batch = batches.propose(uow, "migrate", Targets("complaint", (1,)), options, why="fire").id
        batching.until_proposed(engine, batch, "worker")
        with engine.begin("otto") as uow:
            batches.start(uow, batch)

        def done() -> bool:
            with engine.read() as look:
                return look.get(Batch, batch).state == BatchState.DONE

        with hosts(tmp_path / "hosts.log") as running:
            host = running.begin(database_url, tmp_path / "host", processes=2)
            eventually(host.workers)
            until, kills = time.monotonic() + DEADLINE * (10 if full_size else 1), 0
            while not done():
                assert time.monotonic() < until, (
                    f"expected the batch to end in time; seed {seed}, {kills} kills"
                )
                time.sleep(dice.uniform(0.1, 0.8))
                kills += host.signal_one(dice, signal.SIGKILL) is not None
        print(f"{count} cases, {kills} kills")
        assert kills
        with engine.read() as look:
            told = look.session.scalars(select(Event.case_id).where(Event.what == "case.migrated")).all()
            items = select(BatchItem.case_id, BatchItem.state, BatchItem.reason).where(
                BatchItem.batch_id == batch
            )
            undone = [tuple(one) for one in look.session.execute(items) if one.state != ItemState.DONE]
            assert not undone, f"seed {seed}, {kills} kills: {undone}"
            states = look.session.scalars(select(BatchItem.state).where(BatchItem.batch_id == batch)).all()
            version = select(Definition.version).join(Case, Case.definition_id == Definition.id)
            assert set(Counter(told).values()) == {1}
            assert len(told) == count
            assert Counter(states) == {ItemState.DONE: count}
            assert set(look.session.scalars(version)) == {to}
    finally:
        engine.database.engine.dispose()
