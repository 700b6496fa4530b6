"""How fast mail comes in with 1,000 mails stored already (the baseline), and with ten and a hundred times as many.

`store` keeps a message and the job that files it; `file` reads it, finds or makes the customer, opens a case and lets its
process begin. Both up to the commit, one after the other, in turns between the databases; the figure is the lower quartile,
which other work on the machine moves least. Of SQLite it is CPU, of PostgreSQL, which works in processes of its own, the clock.
Stored mails have what real ones leave: 20 KB, a customer with an address, an interaction. Memory is what the system
counts (RSS) before and after all of it; a program that kept what it reads would grow with it.

Run: python -m tests.bench.intake [--mails 10000 100000] [--rounds 60]; with CPM_SOAK up to 100,000.
"""

import argparse
import logging
import os
import secrets
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TypeVar

import psycopg
from sqlalchemy import insert

from cpm.commands import interactions
from cpm.engine import Engine
from cpm.model import (
    Arrival,
    ArrivalState,
    Customer,
    Direction,
    Identifier,
    Interaction,
    Job,
    RawMessage,
)
from tests import postgres
from tests.bench.bodies import engine_on
from tests.bench.loops import without_fsync
from tests.bench.memory import resident
from tests.world import mail

Made = TypeVar("Made")
FEW = 1_000
MANY = (10_000, 100_000) if os.environ.get("CPM_SOAK") else (10_000,)
PROMISED = 1.3
_SIZE = 20_000  #: bytes of a stored mail
_AT_ONCE = 1_000
_WARM = 10


def fill(engine: Engine, count: int) -> None:
    """So many mails as if they had come and been filed."""
    padding = b"x" * _SIZE
    for begin in range(1, count + 1, _AT_ONCE):
        ids = range(begin, min(begin + _AT_ONCE, count + 1))
        with engine.begin("cpm bench") as uow:
            now, run = uow.now, uow.session.execute
            run(insert(Customer), [{"id": n, "last_name": f"Kunde {n}", "created_at": now} for n in ids])
            run(insert(Identifier), [_identifier(n) for n in ids])
            common = {"direction": Direction.IN, "channel": "email", "recipients": [], "at": now}
            run(insert(Interaction), [{"id": n, **common, **_said(n)} for n in ids])
            kept = {"channel": "email", "process": "complaint", "state": ArrivalState.FILED}
            kept |= {"size": _SIZE, "received_at": now}
            run(
                insert(Arrival),
                [{**kept, "id": n, "digest": secrets.token_hex(32), "interaction_id": n} for n in ids],
            )
            run(insert(RawMessage), [{"arrival_id": n, "content": b"%d" % n + padding} for n in ids])


def _identifier(number: int) -> dict[str, object]:
    return {"customer_id": number, "kind": "email", "value": f"k{number}@example.org"}


def _said(number: int) -> dict[str, object]:
    about = {"sender": f"k{number}@example.org", "subject": "Anfrage", "text": "Guten Tag " * 40}
    return {"message_key": f"<{secrets.token_hex(12)}@example.org>", **about}


def measure(engines: list[Engine], rounds: int) -> Iterator[tuple[str, list[float]]]:
    """Milliseconds for each database."""
    taken: dict[str, list[list[float]]] = {what: [[] for _ in engines] for what in ("store", "file")}
    for number in range(rounds + _WARM):
        for place, engine in enumerate(engines):
            raw = letter(number)
            arrival, stored = _timed(engine, lambda engine=engine, raw=raw: _store(engine, raw))
            _, filed = _timed(engine, lambda engine=engine, arrival=arrival: _file(engine, arrival))
            if number >= _WARM:
                taken["store"][place].append(stored)
                taken["file"][place].append(filed)
    for what, of_each in taken.items():
        yield what, [1000 * statistics.quantiles(each, n=4)[0] for each in of_each]


def letter(number: int) -> bytes:
    text = f"Guten Tag, der Kessel {number} hat einen Riss. " * 100
    return mail(sender=f"new{number}@example.org", message_id=f"<new{number}@example.org>", text=text)


def _timed(engine: Engine, do: Callable[[], Made]) -> tuple[Made, float]:
    clock = time.perf_counter if engine.database.postgresql else time.process_time
    began = clock()
    return do(), clock() - began


def _store(engine: Engine, raw: bytes) -> int:
    with engine.begin("mailbox") as uow:
        return interactions.store(uow, raw, process="complaint").id


def _file(engine: Engine, arrival: int) -> None:
    with engine.begin("worker") as uow:
        interactions.file(uow, arrival)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--mails", type=int, nargs="+", default=list(MANY))
    asked.add_argument("--rounds", type=int, default=60)
    chosen = asked.parse_args()
    logging.disable(logging.CRITICAL)
    counts = [FEW, *chosen.mails]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cpm-bench-")))
        for name, urls in _databases(stack, folder, len(counts)):
            engines = [_filled(url, folder, count) for url, count in zip(urls, counts, strict=True)]
            before = resident()
            _tell(name, counts, dict(measure(engines, chosen.rounds)))
            print(f"{name:11} memory {before / 1e6:8.0f} MB before, {resident() / 1e6:.0f} MB after")
            for engine in engines:
                engine.database.close()


def _tell(name: str, counts: list[int], found: dict[str, list[float]]) -> None:
    for what, times in found.items():
        for count, taken in zip(counts, times, strict=True):
            ratio = taken / times[0]
            flat = "" if ratio <= PROMISED else f"   above {PROMISED}"
            print(
                f"{name:11} {what:6} with {count:7,} stored {taken:8.2f} ms {1000 / taken:7.0f}/s  ratio {ratio:.2f}{flat}"
            )
    both = [sum(pair) for pair in zip(*found.values(), strict=True)]
    for count, taken in zip(counts, both, strict=True):
        print(
            f"{name:11} both   with {count:7,} stored {taken:8.2f} ms {1000 / taken:7.0f}/s  ratio {taken / both[0]:.2f}"
        )


def _filled(url: str, folder: Path, count: int) -> Engine:
    engine = engine_on(url, folder)
    without_fsync(engine)
    fill(engine, count)
    if engine.database.postgresql:
        with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
            # what was given by hand does not move the counters
            for table in (Customer, Interaction, Arrival, Job):
                name = table.__tablename__
                connection.execute(
                    f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT coalesce(max(id), 1) FROM {name}))"
                )
            connection.execute("ANALYZE")
    return engine


def _databases(stack: ExitStack, folder: Path, count: int) -> Iterator[tuple[str, list[str]]]:
    yield "SQLite", [f"sqlite:///{folder / f'intake{n}.db'}" for n in range(count)]
    cluster = stack.enter_context(postgres.cluster())
    with psycopg.connect(cluster.replace("+psycopg", ""), autocommit=True) as connection:
        for number in range(count):
            connection.execute(f"CREATE DATABASE intake{number}")
    yield "PostgreSQL", [cluster.replace("/postgres?", f"/intake{n}?") for n in range(count)]


if __name__ == "__main__":
    main()
