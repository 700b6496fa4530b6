"""How long it takes to find a product among 10,000 in our copy of the catalogue, on both databases.

Words that begin so, words that are found inside others only, several short ones, and some that are nowhere.

Run: python -m tests.bench.catalogue
"""

import statistics
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import perf_counter

from sqlalchemy import insert, text

from cpm import schema, sought
from cpm.engine import Engine
from cpm.model import ErpProduct
from cpm.queries.lookups import SOURCES, Asked
from tests.bench.loops import databases
from tests.clock import FakeClock
from tests.databases import opened
from tests.world import world

COUNT, TIMES = 10_000, 100
PROMISED = 20.0  #: ms that 95 of 100 may take
KINDS = (
    "Solarmodul",
    "Wechselrichter",
    "Rohrbogen",
    "Pumpe",
    "Speicher",
    "Kesselblech",
    "Flansch",
    "Schiene",
)
MADE_OF = ("Kupfer", "Stahl", "Edelstahl", "Kunststoff", "Messing")
WORDS = (
    "solar",
    "rohrbogen 12 typ 3",
    "modul",
    "bogen 12 typ 3",
    "stahl 500 w",
    "dn12 500",
    "xyzzy",
    "so-00016",
)


def main() -> None:
    with databases() as urls, tempfile.TemporaryDirectory() as folder:
        for name, url in urls.items():
            with opened(url) as database:
                schema.upgrade(database)
                with database.write() as session:
                    session.execute(insert(ErpProduct), [_product(number) for number in range(COUNT)])
                    session.execute(text("ANALYZE"))
                engine = world(database, Path(folder), FakeClock()).engine
                for words in WORDS:
                    _tell(f"{name}, {words!r}", partial(_took, engine, words))


def _took(engine: Engine, words: str) -> float:
    with engine.read("cpm bench") as look:
        began = perf_counter()
        SOURCES["products"].find(look, Asked(words))
        return (perf_counter() - began) * 1000


def _tell(what: str, ask: Callable[[], float]) -> None:
    ask()
    took = [ask() for _ in range(TIMES)]
    low, high = statistics.median(took), statistics.quantiles(took, n=20)[-1]
    print(f"{what}: median {low:.1f} ms, 95 of 100 within {high:.1f} ms, promised {PROMISED:.0f} ms")


def _product(number: int) -> dict[str, object]:
    kind, made_of = KINDS[number % 8], MADE_OF[number // 8 % 5]
    sku = f"{kind[:2].upper()}-{number:05}"
    name = f"{kind} {made_of} {number % 97} Typ {number % 13} DN{number % 50} {number * 7 % 1000} W"
    key = sought.key(sku)
    words = sought.plain(f"{sku} {key} {name}")
    seen = FakeClock()()
    more = {"unit": "Stück", "price": 1, "group": "", "field": "", "seen_at": seen}
    return {"system": "demo", "sku": sku, "name": name, "key": key, "words": words, **more}


if __name__ == "__main__":
    main()
