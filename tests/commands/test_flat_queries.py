"""What is asked most reads no more with many cases than with few: on PostgreSQL by the pages it touches, on SQLite by its plans.

No time is measured; `tests/bench/flat.py` does that, with a million.
"""

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, func, select

from cpm.commands import users
from cpm.database import Database
from cpm.model import CandidateKind, Role, Task, TaskState
from tests.bench.doing import doings
from tests.bench.many import multiply
from tests.clock import FakeClock
from tests.commands.test_spine import answered
from tests.databases import Databases, Kind, opened
from tests.offers import offer
from tests.world import World, mail, world

FEW, MANY = 50, 800  #: copies of three cases
#: Of what is offered by name three quarters are done.
VARIED = {
    ("tasks", "priority"): "n % 100",
    ("tasks", "state"): "CASE WHEN offered AND n % 4 > 0 THEN 'done' ELSE state END",
    ("candidates", "priority"): "n % 100",
    ("candidates", "free"): "free AND n % 4 = 0",
}
#: Names of `tests.bench.doing`.
ASKED = (
    *(f"inbox: {view}" for view in ("mine", "team", "due_today", "waiting", "parked", "everybody")),
    "exceptions",
    "exceptions of an agent's team",
    "/metrics, but for amounts",
    "cases: all",
    "cases: open, by due",
    "search: address",
    "search: case number",
    "inbox of a small team",
    "tasks over REST",
    "next task",
    "next task of a small team",
    "a message that nobody waits for",
    "forget, a week behind",
    "nothing is due",
    "a timer rings",
    "sign in",
    "an idempotency key",
)
#: What a query reads may grow a little: trees become deeper, and the same rows lie on more pages.
SOME = 150
_BIG = "arrivals|cases|customers|events|identifiers|incidents|interactions|candidates|jobs|messages|requests|tasks|variables|waits"
_TABLE_READ = re.compile(rf"^SCAN ({_BIG})(_\d+)?$")
_LIMITED = 1_100  #: rows that one part of a view may read, as it counts to 1,000


@pytest.fixture
def two(databases: Databases, tmp_path: Path) -> Iterator[tuple[World, World]]:
    """The same firm with few and with many cases."""
    with ExitStack() as stack:
        found = []
        for copies in (FEW, MANY):
            (folder := tmp_path / str(copies)).mkdir()
            url = stack.enter_context(databases.fresh(folder, Kind.FURNISHED))
            firm = world(stack.enter_context(opened(url)), folder, FakeClock())
            answered(firm)
            for number in (10, 11):
                firm.receive(mail(message_id=f"<{number}@example.org>"))
            firm.drain()
            _offered(firm)
            multiply(firm.engine.database, copies, VARIED)
            found.append(firm)
        yield found[0], found[1]


def _offered(firm: World) -> None:
    """One of the three to agent_7, whose team has no tasks."""
    with firm.engine.begin("cpm test") as uow:
        users.add_user(uow, "agent_7", name="Agent 7", roles=[Role.AGENT], teams=["finance"])
        uow.session.flush()
        task = uow.session.scalars(select(func.max(Task.id)).where(Task.state == TaskState.READY)).one()
        offer(uow, task, (CandidateKind.USER, "agent_7"))


def test_what_is_asked_most_reads_no_more_with_many_cases(two: tuple[World, World]):
    few, many = (_read(firm) for firm in two)
    grown = {
        name: (few[name], many[name]) for name in ASKED if many[name] > few[name] + SOME + _allowed(name)
    }
    assert grown == {}


def _allowed(name: str) -> int:
    """These count up to a thousand, or look at fifty, which few cases do not have."""
    if name == "next task of a small team":
        return 4 * 50
    return 3 * _LIMITED if name.startswith(("inbox", "cases", "tasks over")) else 0


def _read(firm: World) -> dict[str, int]:
    """Pages that each of them touches; on SQLite, how many tables it reads as a whole."""
    found = {}
    for name, do in doings(firm).items():
        if name in ASKED:
            with _statements(firm.engine.database) as sent:
                do(0)
            found[name] = sum(_touched(firm.engine.database, *one) for one in sent)
    return found


@contextmanager
def _statements(database: Database) -> Iterator[list[tuple[str, Any]]]:
    seen: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_more: Any) -> None:
        if statement.startswith(("SELECT", "DELETE", "UPDATE")):
            seen.append((statement, values))

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def _touched(database: Database, statement: str, values: Any) -> int:
    """Rows do not matter here but what a plan can do: small tables are read as a whole unless that is made dear."""
    driver: Any = database.engine.raw_connection()
    try:
        cursor = driver.cursor()
        if not database.postgresql:
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}", values)
            return 1_000_000 * sum(bool(_TABLE_READ.match(row[3])) for row in cursor.fetchall())
        for whole in ("seqscan", "hashjoin", "mergejoin"):
            cursor.execute(f"SET LOCAL enable_{whole} = off")
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}", values)
        plan = cursor.fetchone()[0][0]["Plan"]
        return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])
    finally:
        driver.rollback()
        driver.close()
