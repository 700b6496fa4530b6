"""While the customer has to answer, what was promised in business time stands still; what the law counts goes on."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cpm.calendars import SHIPPED
from cpm.model import Case
from cpm.queries import cases, inbox, journal
from tests.clock import FakeClock
from tests.commands.test_robust_library import in_force
from tests.commands.test_robust_steering import of_one_row
from tests.commands.test_spine import answered, reply
from tests.world import World

BERLIN = ZoneInfo("Europe/Berlin")


def promised(firm: World, due: str, calendar: str = "service") -> None:
    in_force(
        firm,
        "deadlines",
        of_one_row("deadlines", first_answer='"4bh"', due=f'"{due}"', calendar=f'"{calendar}"'),
    )


def due(case: Case) -> str:
    return f"{case.due_at.astimezone(BERLIN):%Y-%m-%d %H:%M}"


def at(clock: FakeClock, moment: str) -> None:
    clock.advance(datetime.fromisoformat(moment).replace(tzinfo=BERLIN) - clock())


@pytest.mark.parametrize(
    ("promise", "moments", "dues"),
    [
        # One open day of ten hours later: two business days move by ten open hours.
        (("2bd", "service"), ("2026-03-03 09:00", "2026-03-04 09:00"), ("2026-03-05 18:00", "2026-03-06 18:00")),
        # The specification's own days: Thursday, then 1 May, then a weekend.
        (("2bh", "office"), ("2026-04-30 16:30", "2026-05-04 08:30"), ("2026-05-04 09:30", "2026-05-04 10:30")),
        # Nobody works meanwhile, so nothing moves.
        (("4bh", "service"), ("2026-03-06 18:00", "2026-03-08 12:00"), ("2026-03-09 12:00", "2026-03-09 12:00")),
        # Over a clock change: Friday noon to Monday noon is one open day, in summer and in winter.
        (("10bh", "service"), ("2026-03-27 12:00", "2026-03-30 12:00"), ("2026-03-30 12:00", "2026-03-31 12:00")),
        (("10bh", "service"), ("2026-10-23 12:00", "2026-10-26 12:00"), ("2026-10-26 12:00", "2026-10-27 12:00")),
        # Around the clock the night of the change is an hour shorter, or longer, and the promise keeps its length.
        (("48bh", "always"), ("2026-03-28 12:00", "2026-03-29 12:00"), ("2026-03-30 13:00", "2026-03-31 12:00")),
        (("48bh", "always"), ("2026-10-24 12:00", "2026-10-25 12:00"), ("2026-10-26 11:00", "2026-10-27 12:00")),
        # By the calendar and in plain time: they go on.
        (("28d", "service"), ("2026-03-03 09:00", "2026-03-04 09:00"), ("2026-03-31 18:00", "2026-03-31 18:00")),
        (("P3D", "service"), ("2026-03-03 09:00", "2026-03-04 09:00"), ("2026-03-06 09:00", "2026-03-06 09:00")),
    ],
)  # fmt: skip
def test_the_due_time_moves_by_the_open_time_that_the_customer_took(
    firm: World, clock: FakeClock, promise: tuple[str, str], moments: tuple[str, str], dues: tuple[str, str]
):
    """`moments`: the case is opened and answered, the reply comes."""
    promised(firm, *promise)
    at(clock, moments[0])
    case = answered(firm)
    assert due(firm.now(case)) == dues[0]
    at(clock, moments[1])
    firm.receive(reply(firm, case))
    assert due(firm.now(case)) == dues[1]
    assert ("case.paused" in firm.story(case)) is promise[0].endswith(("bh", "bd"))
    assert firm.now(case).paused_at is None


def test_while_it_stands_still_it_is_not_overdue(firm: World, clock: FakeClock):
    promised(firm, "4bh")
    case = answered(firm)
    clock.advance(timedelta(days=2))
    with firm.engine.read("anna") as uow:
        [row] = inbox.inbox(uow, inbox.View.WAITING, language="de").rows
        assert (row.case, row.overdue) == (case.number, False)
        line = cases.view(uow, case.id).case
        assert line.paused is not None
        assert line.first_answer is not None


def test_a_time_that_did_not_move_is_said_once(firm: World):
    promised(firm, "2bd")
    case = answered(firm)
    firm.receive(reply(firm, case))
    with firm.engine.read() as uow:
        told = {entry.what: entry for entry in journal.journal(uow, case.id).entries}
    assert told["case.resumed"].sentence.startswith("Die Frist läuft weiter: zugesagt bis ")
    assert "vorher" not in told["case.resumed"].sentence


def test_the_process_and_the_journal_know_the_new_time(firm: World, clock: FakeClock):
    promised(firm, "2bd")
    case = answered(firm)
    clock.advance(timedelta(days=1))
    firm.receive(reply(firm, case))
    with firm.engine.read() as uow:
        told = {entry.what: entry for entry in journal.journal(uow, case.id).entries}
        assert cases.view(uow, case.id).data["due"] == firm.now(case).due_at
    assert told["case.paused"].sentence.startswith("Wir warten auf den Kunden: Die Frist ")
    assert "vorher" in told["case.resumed"].sentence


def test_a_window_that_was_agreed_is_the_due_time(firm: World, clock: FakeClock):
    window = 'date and time("2026-03-05T14:00:00@Europe/Berlin")'
    in_force(
        firm,
        "deadlines",
        of_one_row(
            "deadlines", first_answer=f'{window} + duration("PT15M")', due=window, calendar='"service"'
        ),
    )
    case = firm.now(answered(firm))
    assert due(case) == "2026-03-05 14:00"
    assert (case.first_answer_at - case.due_at, case.clock) == (timedelta(minutes=15), None)


def test_a_reply_comes_in_though_its_calendar_is_gone_meanwhile(firm: World, clock: FakeClock):
    """Somebody deploys calendars without the one that a case counts by: its customer is heard all the same."""
    promised(firm, "10bh", "service")
    at(clock, "2026-03-03 09:00")
    case = answered(firm)
    firm.engine.library.calendars = replace(
        SHIPPED, each={name: each for name, each in SHIPPED.each.items() if name != "service"}
    )
    at(clock, "2026-03-04 09:00")
    firm.receive(reply(firm, case))
    assert firm.now(case).paused_at is None
    assert due(firm.now(case)) == "2026-03-05 09:00"
