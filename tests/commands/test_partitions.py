"""`docs/scaling.md` says how the journal is turned into partitions: its very text is run, and a case goes its way on them."""

import re
from pathlib import Path

from sqlalchemy import text

from cpm.model import Event
from cpm.queries import inbox, journal
from cpm.queries.inbox import View
from tests.clock import FakeClock
from tests.commands.test_spine import answered, reply
from tests.databases import Kind, Postgres, opened
from tests.world import world

SAID = Path(__file__).parents[2] / "docs" / "scaling.md"


def test_a_case_goes_its_way_on_a_journal_in_partitions(
    postgresql: Postgres, tmp_path: Path, clock: FakeClock
):
    with postgresql.fresh(tmp_path, Kind.BUSY) as url, opened(url) as database:
        firm = world(database, tmp_path, clock)
        with database.write() as session:
            before = session.query(Event).count()
            for statement in _statements():
                session.execute(text(statement))
            assert session.query(Event).count() == before > 0
        case = answered(firm)
        firm.receive(reply(firm, case))
        firm.drain()
        assert firm.at(case) == ["read_reply"]
        with firm.engine.read("anna") as look:
            told = journal.journal(look, case.id)
            assert [entry.seq for entry in told.entries] == [*range(1, len(told.entries) + 1)]
            assert inbox.inbox(look, View.TEAM).rows[0].last
            of_first = look.session.execute(text("SELECT count(*) FROM events_0")).scalar()
            assert of_first == look.session.query(Event).count()


def _statements() -> list[str]:
    blocks = re.findall(r"```sql\n(.*?)```", SAID.read_text(), re.DOTALL)
    (block,) = [block for block in blocks if "PARTITION BY" in block]
    return [statement for statement in block.split(";") if statement.strip()]
