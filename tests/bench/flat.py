"""What people and machines do most, with 10,000 open cases (the baseline) and with a million, asked in turns.

Everything is measured as it is called: a query as a page asks it, a command with its locks and rows up to the commit,
which is undone so that both databases stay as they were. The figure is the median of the rounds.

Run: python -m tests.bench.flat [sqlite | postgresql] [--cases 1000000] [--folder where it may keep 15 GB]
It fills what it finds empty (minutes), and cleans up after itself unless it was given a folder.
"""

import argparse
import contextlib
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg

from tests import postgres
from tests.bench import crowd
from tests.bench.doing import Doings, doings
from tests.world import World

FEW, MANY = 10_000, 1_000_000
ROUNDS, WARM = 11, 2
PROMISED = 1.3
#: Bytes a case takes on the disk, with all that belongs to it and its indexes.
_EACH = 15_000
#: Seconds after which an operation is asked no further.
_ENDLESS = 20.0


def measure(few: World, many: World, rounds: int) -> Iterator[tuple[str, float, float]]:
    """Milliseconds with few and with many."""
    pairs = zip(_flat(doings(few)), _flat(doings(many)), strict=True)
    for (name, with_few), (_, with_many) in pairs:
        times: tuple[list[float], list[float]] = ([], [])
        for number in range(-WARM, rounds):
            for do, taken in zip((with_few, with_many), times, strict=True):
                began = time.perf_counter()
                do(number + WARM)
                spent = time.perf_counter() - began
                taken.append(spent)
            if sum(times[1]) > _ENDLESS:
                break
        yield name, *(1000 * statistics.median(taken[WARM:] or taken) for taken in times)


def _flat(groups: Doings) -> Iterator[tuple[str, Callable[[int], object]]]:
    yield from groups.items()


@contextlib.contextmanager
def worlds(kind: str, cases: tuple[int, ...], folder: Path | None) -> Iterator[list[World]]:
    """One filled firm for each number of cases."""
    with contextlib.ExitStack() as stack:
        home = folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cpm-bench-")))
        room(home, sum(cases))
        if kind == "sqlite":
            urls = [f"sqlite:///{home / f'crowd_{number}.db'}" for number in cases]
        else:
            server = stack.enter_context(postgres.cluster(fsync=True))
            urls = [made(server, number) for number in cases]
        found = [crowd.crowded(url, home, number) for url, number in zip(urls, cases, strict=True)]
        yield found
        for one in found:
            one.engine.database.close()


def room(folder: Path, cases: int) -> None:
    free = shutil.disk_usage(folder).free
    assert free > 2 * cases * _EACH, (
        f"Expected {2 * cases * _EACH:,} bytes in {folder}, but {free:,} are free"
    )


def made(server: str, number: int) -> str:
    name = f"crowd_{number}"
    with psycopg.connect(server.replace("postgresql+psycopg", "postgresql"), autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            connection.execute(f"CREATE DATABASE {name}".encode())
    return server.replace("/postgres?", f"/{name}?")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", nargs="*", default=["sqlite", "postgresql"])
    parser.add_argument("--cases", type=int, default=MANY)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    for kind in asked.kind:
        print(f"{kind:34}{FEW:>10,}{asked.cases:>12,}{'ratio':>8}   ms; promised <= {PROMISED}")
        with worlds(kind, (FEW, asked.cases), asked.folder) as (few, many):
            for name, with_few, with_many in measure(few, many, asked.rounds):
                worse = "  *" if with_many > PROMISED * with_few else ""
                print(
                    f"{name:34}{with_few:10.2f}{with_many:12.2f}{with_many / with_few:8.2f}{worse}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
