"""Stopped at every transaction, before its commit and after it, a case ends as one that was never stopped.

Only the database is left each time: engine, worker and connections are made anew. Compared are all rows of all tables
and the whole journal; not how often a call was tried, for the lease of who died counts.
"""

import contextlib
import functools
import itertools
import json
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import MetaData, select, update

from cpm.commands import cases, customers, definitions, interactions, process
from cpm.database import Database
from cpm.engine import Engine
from cpm.library import Library
from cpm.model import Job, JobState
from tests import office
from tests.clock import FakeClock
from tests.crash.dying import Died, Dying
from tests.crash.walking import Anything, Walk
from tests.databases import Databases, Kind, opened
from tests.unit.bpmn.random_blocks import Maker, whole
from tests.world import Post, World, mail, settings

FORM = b"""{"type": "default", "schemaVersion": 18, "id": "ask", "components": [
  {"type": "number", "key": "n", "id": "n", "label": "n", "validate": {"required": true}}]}"""
#: Of a lease, and of how often somebody died of a call; random marks of jobs.
_UNLIKE = frozenset({"attempts", "attempt", "deaths", "token", "worker"})
_RANDOM = re.compile(r"[0-9a-f]{32}")
DEATHS = 10
ENTRIES = 50  #: of the journal, after which a case is left


def _complaint(engine: Engine, seed: int) -> None:
    words = Random(seed).choice(
        ("Der Kessel hat einen Riss.", "Ich rieche Gas!", "Sie sind schon wieder zu spät.")
    )
    with engine.begin("mailbox") as uow:
        interactions.store(uow, mail(text=words), process="complaint")


def _approval(engine: Engine, _seed: int) -> None:
    """A complaint whose remedy is beyond what an agent may grant."""
    world = World(engine, Post())
    case = world.receive(mail())
    assert case is not None
    world.do(case, "check_facts", "anna", {**office.FACTS, "cause": "late", "order_value": "500"})
    world.do(case, "decide_remedy", "anna", office.GOODWILL)
    assert "approve" in world.at(case)


@functools.cache
def _drawn(seed: int) -> bytes:
    asks = b'<zeebe:userTask/><zeebe:formDefinition formId="ask"/>'
    return whole(Maker(Random(seed)).block(4)).replace(b"<zeebe:userTask/>", asks)


def _random(engine: Engine, seed: int) -> None:
    with engine.begin("cpm test") as uow:
        definitions.deploy(uow, {"p/p.bpmn": _drawn(seed), "p/ask.form": FORM})
    with engine.begin("cpm test") as uow:
        customer = customers.of_address(uow, "dice@example.org", name="Dice", language="de")
        case = cases.open_case(
            uow,
            customer,
            process="p",
            subject="Dice",
            channel="email",
            language="de",
            data={"n": 0, "order": "x"},
        )
        process.start(uow, case)


@pytest.mark.slow
@pytest.mark.parametrize(
    "begin", [_complaint, _approval, _random], ids=["complaint", "approval", "random models"]
)
def test_stopped_at_every_transaction_a_case_ends_as_if_never_stopped(
    databases: Databases, tmp_path: Path, begin, full_size: bool
):
    seeds, deaths, size = itertools.count(Random().randrange(10_000)), 0, 50 if full_size else 1
    while deaths < DEATHS * size:
        seed = next(seeds)
        print(f"seed {seed}")
        longest = ENTRIES * min(size, 10)
        never, _ = _walk(databases, tmp_path, begin, seed, Database, longest=longest)
        often, died = _walk(databases, tmp_path, begin, seed, Dying, longest=longest)
        for table, rows in never.items():
            assert often[table] == rows, f"seed {seed}, {table}"
        deaths += died


def _walk(
    databases: Databases, folder: Path, begin, seed: int, kind: type[Database], *, longest: int
) -> tuple[Any, int]:
    """How it ended, and how often the process died on the way."""
    clock, seen = FakeClock(), Counter[object]()
    with databases.fresh(folder, Kind.FURNISHED) as url:
        with opened(url) as database:
            begin(Engine(settings(folder), database, Library(database.read), Anything(seed), clock), seed)
        with contextlib.closing(Dying(url, seen) if kind is Dying else kind(url)) as database:
            walk = Walk(database, folder, seed, clock, longest)
            deaths = 0
            while (died := _act(walk)) is not None:
                deaths += died
            return _all_rows(database), deaths


def _act(walk: Walk) -> int | None:
    """The next act, as often as it takes; how often the process died of it. None if nothing is left to do."""
    if (act := walk.next()) is None:
        return None
    for deaths in itertools.count():
        try:
            if isinstance(walk.database, Dying):
                walk.database.begin(act.name)
            walk.do(act)
        except Died:
            _begin_anew(walk)
            if (again := walk.next()) is None or again.name != act.name:
                return deaths + 1  # it was committed
            act = again
        else:
            return deaths
    raise AssertionError


def _begin_anew(walk: Walk) -> None:
    database = walk.database
    assert isinstance(database, Dying)
    walk.reload(walk.engine.library)
    with database.outside() as session:  # what the dead had leased is given up at once, not after a minute
        leased = update(Job).where(Job.state == JobState.RUNNING)
        # three deaths would set a job aside, and a call of an ERP has as many transactions to die in
        session.execute(leased.values(run_at=walk.clock(), deaths=0))


def _all_rows(database: Database) -> Mapping[str, list[Any]]:
    with database.read() as session:
        tables = MetaData()
        tables.reflect(session.connection())
        return {
            table.name: [
                {name: _plain(value) for name, value in row.items() if name not in _UNLIKE}
                for row in session.execute(select(table).order_by(*table.primary_key)).mappings()
            ]
            for table in tables.sorted_tables
            if not table.name.startswith(
                ("interaction_words", "erp_product_words")
            )  # an index, which the database arranges as it likes
        }


def _plain(value: Any) -> Any:
    match value:
        case str() if value.startswith(("{", "[")):
            return _plain(json.loads(value))  # SQLite has no type for it
        case str():
            return _RANDOM.sub("...", value)
        case dict():
            return {name: _plain(each) for name, each in value.items() if name not in _UNLIKE}
        case list():
            return [_plain(each) for each in value]
    return value
