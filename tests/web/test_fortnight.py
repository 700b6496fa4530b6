"""The strip of a fortnight: a dot for each case that somebody had, where it closed against its due time."""

from datetime import timedelta

from sqlalchemy import update

from cpm.model import Case, CaseState
from cpm.queries import closed_lately
from tests.clock import FakeClock
from tests.web.conftest import Browser
from tests.web.test_inbox import received
from tests.world import World

DAY = timedelta(days=1)


def closed(firm: World, number: int, *, ago: timedelta, spare: timedelta, owner: str = "anna") -> None:
    case = received(firm, message_id=f"<{number}@example.org>", sender=f"<kim{number}@example.org>")
    with firm.engine.begin("test") as uow:
        at = uow.now - ago
        ended = {"state": CaseState.CLOSED, "owner": owner, "closed_at": at, "due_at": at + spare}
        uow.session.execute(update(Case).where(Case.id == case.id).values(ended))


def test_it_tells_what_closed_in_time_and_what_was_late(firm: World, browser: Browser, clock: FakeClock):
    clock.advance(20 * DAY)
    closed(firm, 1, ago=DAY, spare=timedelta(hours=5))
    closed(firm, 2, ago=13 * DAY, spare=-DAY)
    closed(firm, 3, ago=14 * DAY, spare=DAY)
    closed(firm, 4, ago=DAY, spare=DAY, owner="ben")
    page = browser("anna").get("/inbox", headers={"Accept-Language": "en"}).text
    assert "2 closed from" in page
    assert "1 in time, 1 late" in page
    assert page.count("<circle") == 2
    with firm.engine.read("anna") as look:
        assert [one.day for one in closed_lately.lately(look).closed] == [0, 12]
    assert "<figure" not in browser("sue").get("/inbox").text
