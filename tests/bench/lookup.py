"""How long it takes to find products by words: in our copy of the catalogue, and live in Tryton with price and stock.

Then Tryton freezes, and what a page waits for it is what its budget allows. Over loopback, on the same cores; needs `make erp`.

Run: python -m tests.bench.lookup
"""

import contextlib
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from cpm import schema
from cpm.connectors.erp import ErpFault
from cpm.connectors.erp.systems import HURRIED
from cpm.demo.erp import places
from cpm.engine import Engine
from cpm.erp_views import BUDGET
from cpm.following import Follower
from cpm.model import Errand
from cpm.queries.lookups import SOURCES, Asked
from tests.crash.hosts import engine_on
from tests.databases import opened
from tests.erp.running import Erp

WORDS = ("dach", "solarmodul", "so-3", "wechselrichter strahl", "klima", "pellet", "filter", "batterie")
TIMES = 100
LIVE, CACHED, PAGE = 150.0, 20.0, 300.0  # ms that 95 of 100 may take


def main() -> None:
    found = places.newest_snapshot("8.0") if places.installed("8.0") else None
    if found is None:
        sys.exit(f"Expected Tryton with a demo company, but there is none: {places.HOW}")
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        server = stack.enter_context(Erp.from_snapshot("8.0", found, Path(folder) / "erp"))
        engine = _engine(server, Path(folder))
        stack.callback(engine.database.close)
        Follower(engine).turn("tryton", Errand.CATALOGUE, at_once=True)
        _tell("from our copy", lambda word: _cached(engine, word), CACHED)
        _tell("live, with stock", lambda word: _live(engine, word, within=HURRIED), LIVE)
        server.freeze()
        _tell("a page while it is frozen", lambda word: _live(engine, word, within=BUDGET), PAGE)
        server.thaw()


def _tell(what: str, ask: Callable[[str], None], most: float) -> None:
    ask(WORDS[0])
    took = []
    for number in range(TIMES):
        began = time.perf_counter()
        ask(WORDS[number % len(WORDS)])
        took.append((time.perf_counter() - began) * 1000)
    low, high = statistics.median(took), statistics.quantiles(took, n=20)[-1]
    print(f"{what}: median {low:.0f} ms, 95 of 100 within {high:.0f} ms, promised {most:.0f} ms")


def _cached(engine: Engine, word: str) -> None:
    with engine.read("demo.agent") as look:
        assert SOURCES["products"].find(look, Asked(word)).hits


def _live(engine: Engine, word: str, *, within: timedelta) -> None:
    """As the desk asks: behind the breaker, within a budget."""
    with contextlib.suppress(ErpFault):
        engine.erp.soon("tryton", lambda erp: erp.products(word, on=places.today()), within=within)


def _engine(server: Erp, folder: Path) -> Engine:
    url = f"sqlite:///{folder}/cpm.db"
    with opened(url) as database:
        schema.upgrade(database)
    signed_in = {"key": server.key, "user": server.user, "password": server.password}
    reached = {"main": "tryton", "url": server.url, "database": server.database}
    return engine_on(url, folder, erp=reached | signed_in | {"timeout": 30.0, "poll": 5.0})


if __name__ == "__main__":
    main()
