"""A page of the timeline of a customer with 100 messages (the baseline) and of one with 10,000, among 200,000 messages of others.

CPU and time on the wall of the query behind the page, on both databases: the newest page, one far back, and pages of
what is found by a rare word and by one that stands in every message.

Run: python -m tests.bench.timeline
"""

import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from sqlalchemy import insert, select, text

from cpm import schema
from cpm.database import Database
from cpm.engine import Engine
from cpm.model import Case, Customer, Direction, Interaction
from cpm.queries import timeline
from cpm.queries.timeline_places import Filter
from tests.bench.loops import databases
from tests.clock import FakeClock
from tests.world import furnish, mail, world

FEW, MANY, OTHERS = 100, 10_000, 200_000
CASES = 100  #: of each customer
TIMES = 15
WORDS = "Guten Tag, der gelieferte Kessel hat einen Riss, bitte melden Sie sich. " * 12


def fill(engine: Engine, customers: range, count: int, first: int) -> None:
    """So many messages of these customers, over their cases; every thousandth has a word that no other has."""
    with engine.begin("cpm bench") as uow:
        template = {column.name: getattr(uow.get(Case, 1), column.key) for column in Case.__table__.columns}
        del template["id"]
        people = [{"id": each, "last_name": f"Probe {each}", "created_at": uow.now} for each in customers]
        uow.session.execute(insert(Customer), people)
        rows = [{**template, "customer_id": each} for each in customers for _ in range(CASES)]
        cases = uow.session.scalars(insert(Case).returning(Case.id), rows).all()
        for begin in range(0, count, 10_000):
            uow.session.execute(
                insert(Interaction),
                [
                    {
                        "case_id": cases[number % len(cases)],
                        "direction": Direction.IN,
                        "channel": ("email", "phone", "chat")[number % 3],
                        "message_key": f"{first + number}",
                        "sender": "mara@example.org",
                        "recipients": [],
                        "subject": f"Nachricht {number}",
                        "text": WORDS + ("Vierkantschlüssel" if number % 1_000 == 7 else ""),
                        "at": uow.now,
                    }
                    for number in range(begin, min(begin + 10_000, count))
                ],
            )


def asked(engine: Engine, customer: int, wanted: Filter, before: str = "") -> tuple[float, float, str]:
    """Milliseconds of CPU (of this process) and on the wall, the middle of several; what leads on."""
    found = []
    for _ in range(TIMES):
        with engine.read("anna") as look:
            cpu, wall = process_time(), perf_counter()
            page = timeline.page(look, customer, wanted, before=before)
            found.append(((process_time() - cpu) * 1000, (perf_counter() - wall) * 1000))
    return median(one[0] for one in found), median(one[1] for one in found), page.older


def measure(name: str, engine: Engine) -> None:
    looks = {
        "newest": Filter(),
        "one channel": Filter(channel="chat"),
        "rare word": Filter(words="vierkantschluessel"),
        "word of all": Filter(words="kessel riss"),
    }
    for words, wanted in looks.items():
        few = asked(engine, 2, wanted)
        many = asked(engine, 3, wanted)
        print(f"{name:11} {words:12} {few[0]:7.1f} {few[1]:7.1f} {many[0]:7.1f} {many[1]:7.1f}")
    before = ""
    for _ in range(20):
        with engine.read("anna") as look:
            before = timeline.page(look, 3, Filter(), before=before, size=200).older
    deep = asked(engine, 3, Filter(), before)
    print(f"{name:11} {'4,000th':12} {'':7} {'':7} {deep[0]:7.1f} {deep[1]:7.1f}")


def main() -> None:
    print(f"{'':11} {'':12} {FEW:>7} {'wall':>7} {MANY:>7} {'wall':>7}   ms of CPU, ms on the wall")
    with databases() as urls:
        for name, url in urls.items():
            database = Database(url)
            schema.upgrade(database)
            with tempfile.TemporaryDirectory() as folder:
                made = world(database, Path(folder), FakeClock())
                furnish(made.engine)
                made.receive(mail())
                fill(made.engine, range(2, 3), FEW, 0)
                fill(made.engine, range(3, 4), MANY, 1_000_000)
                fill(made.engine, range(4, 404), OTHERS, 2_000_000)
                with made.engine.begin("cpm bench") as uow:
                    uow.session.execute(text("ANALYZE"))
                    assert uow.session.scalar(select(Interaction.id).limit(1))
                measure(name, made.engine)
            database.close()


if __name__ == "__main__":
    main()
