"""A firm states its own hours by a file that it deploys; they count for running cases from then on."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from cpm.commands import definitions, teams
from cpm.errors import Invalid
from cpm.model import Resource, ResourceKind
from cpm.settings import SHIPPED
from tests.clock import FakeClock
from tests.commands.test_robust_steering import of_one_row
from tests.world import World, mail

FILE = (SHIPPED / "rules" / "calendars.toml").read_bytes()
DUE = {"first_answer": "null", "due": '"4bh"'}


def deploy(firm: World, **files: bytes) -> None:
    with firm.engine.begin("dora") as uow:
        definitions.deploy(uow, {name.replace("__", "."): content for name, content in files.items()})
    firm.engine.library.refresh(now=True)


def test_a_firm_s_own_hours_count_from_then_on(firm: World, clock: FakeClock):
    deploy(firm, deadlines__dmn=of_one_row("deadlines", **DUE, calendar='"service"'))
    assert firm.receive(mail()).due_at == clock() + timedelta(hours=4)
    deploy(firm, calendars__toml=FILE.replace(b'monday = ["08:00-18:00"]', b'monday = ["10:00-12:00"]'))
    case = firm.receive(mail(message_id="<2@example.org>", sender="<other@example.org>"))
    assert (case.due_at - clock()) > timedelta(hours=20)  # two hours on Monday, the rest on Tuesday


def test_a_table_and_a_team_may_name_a_calendar_of_one_s_own(firm: World):
    extra = FILE + b'\n[night]\nmonday = ["22:00-24:00"]\n'
    table = of_one_row("deadlines", **DUE, calendar='"night"')
    deploy(firm, calendars__toml=extra, deadlines__dmn=table)
    case = firm.receive(mail())
    assert case.due_at.weekday() == 0
    with firm.engine.begin("cpm test") as uow:
        teams.add_team(uow, "guards", name_de="Wache", name_en="Guards", calendar="night")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (FILE.replace(b"[field]", b"[garden]"), "Kalender field fehlt"),
        (FILE.replace(b'monday = ["08:00-18:00"]', b"monday = 8"), "monday ist keine Liste"),
    ],
    ids=["missing", "unreadable"],
)
def test_calendars_that_do_not_fit_are_refused(firm: World, content: bytes, sentence: str):
    with firm.engine.begin("dora") as uow, pytest.raises(Invalid) as error:
        definitions.deploy(uow, {"calendars.toml": content})
    assert any(sentence in said for _, said in error.value.problems_de)


def test_calendars_that_this_release_cannot_read_stop_nobody(firm: World, caplog: pytest.LogCaptureFixture):
    deploy(firm, calendars__toml=FILE + b"\n")
    with firm.engine.begin("test") as uow:
        uow.session.execute(
            update(Resource).where(Resource.kind == ResourceKind.CALENDARS).values(content=b"[shop")
        )
    firm.engine.library._stamp = None
    firm.engine.library.refresh(now=True)
    assert firm.receive(mail()).due_at is not None
    assert "calendars.unreadable" in [record.message for record in caplog.records]
